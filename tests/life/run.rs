//! Runs within this process, against a host that is a directory: what `cli` does, without SSH.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use deployer::config::Config;
use deployer::config::load::load;
use deployer::config::overrides::Overrides;
use deployer::event::{Event, EventKind};
use deployer::execute::Context;
use deployer::execute::emitter::Emitter;
use deployer::execute::member::Member;
use deployer::execute::probe::{Question, probe};
use deployer::execute::run::run;
use deployer::execute::session::{Identity, Session};
use deployer::execute::stop::Stop;
use deployer::execute::workshop::Workshop;
use deployer::facts::Facts;
use deployer::package::{self, Resolved};
use deployer::plan::inputs::{Inputs, Origin};
use deployer::plan::sharing::{self, Sharing};
use deployer::plan::{self, Plan, preflight};
use deployer::release::ReleaseId;
use deployer::secret::redact::Redactor;
use deployer::transport::Connection;
use deployer::transport::local::{Environment, Local};
use deployer::transport::ssh::{self, Target};
use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::script::Kind;

/// Where a life takes place.
#[derive(Clone, Debug)]
pub struct Setting {
    pub home: PathBuf,
    pub deploy_to: PathBuf,
    pub project: PathBuf,
    pub cache: PathBuf,
    /// How the host is reached; `None`: it is this machine.
    pub target: Option<Arc<Target>>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It did not begin.
    Refused(String),
    /// With this exit code.
    Exit(u8),
    /// Its controller was dropped.
    Killed,
}

/// A run that is about to begin.
pub struct Ready {
    pub plan: Plan,
    pub identity: Identity,
    member: Member,
    resolved: Option<Resolved>,
}

impl Setting {
    /// Reaches the host.
    async fn host(&self) -> Connection {
        if let Some(target) = &self.target {
            return Connection::Ssh(ssh::connect(target).await.unwrap());
        }
        let path = std::env::var_os("PATH").unwrap();
        let variables = vec![("PATH".into(), path), ("HOME".into(), self.home.clone().into())];
        Connection::Local(Local {
            directory: Some(self.home.clone()),
            environment: Environment::Clean,
            variables,
        })
    }

    /// Looks at everything and makes the plan.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn prepare(&self, kind: Kind) -> Result<Ready, String> {
        let project = load(&self.project.join("deploy.yml")).map_err(|error| error.to_string())?;
        let config = project.stage("test", &Overrides::default()).unwrap();
        let resolved = match kind {
            Kind::Deploy => Some(package::resolve(&config.source, &config.root, &self.cache).await.unwrap()),
            Kind::Back | Kind::To(_) => None,
        };
        let identity = Identity { run: format!("{:016x}", rand::random::<u64>()), by: "ana@lab".to_owned() };
        let host = self.host().await;
        let mut session = Session::open(&host, &identity, &Redactor::new(&BTreeMap::new())).await.unwrap();
        let facts = probe(&mut session, &question(&config)).await?;
        let mut source = Origin::default();
        if let Some(resolved) = &resolved {
            source.revision = resolved.revision.clone();
            source.files = resolved.files.clone();
            source.tree = resolved.tree.clone();
            source.frameworks = package::requirement::frameworks(resolved).await;
        }
        let plan = make(&config, facts, &source, kind)?;
        let member = Member::new(config.hosts[0].name.clone(), host, session);
        Ok(Ready { plan, identity, member, resolved })
    }

    /// Runs it to its end, unless this is dropped before. The events are sent as they happen.
    pub async fn execute(&self, ready: Ready, events: tokio::sync::mpsc::UnboundedSender<Event>) -> u8 {
        let Ready { plan, identity, member, resolved } = ready;
        let spool = self.cache.join("spool");
        std::fs::create_dir_all(&spool).unwrap();
        let setting = self.clone();
        let (_wish, stop) = Stop::new();
        let context = Context {
            plan: &plan,
            identity,
            secrets: BTreeMap::new(),
            redactor: Redactor::new(&BTreeMap::new()),
            emit: Emitter::new(Instant::now(), events),
            stop,
            reconnect: Arc::new(move |_| {
                let setting = setting.clone();
                Box::pin(async move { Ok(setting.host().await) })
            }),
            builder: None,
            workshop: Workshop::new(resolved, "shop".to_owned(), self.cache.clone(), spool),
        };
        run(&context, vec![member]).await.exit
    }
}

fn question(config: &Config) -> Question {
    Question {
        deploy_to: config.hosts[0].deploy_to.clone(),
        shared: sharing::questions(&config.shared),
        docroot: config.docroot.clone(),
        survey: true,
        migrates: false,
        caches: config.shared.caches.clone(),
        ..Question::default()
    }
}

fn make(config: &Config, facts: Facts, source: &Origin, kind: Kind) -> Result<Plan, String> {
    let previous = facts.previous();
    let good: Vec<ReleaseId> =
        facts.good().into_iter().filter(|id| Some(id) != facts.live().as_ref()).collect();
    let facts = BTreeMap::from([(config.hosts[0].name.clone(), facts)]);
    let (addresses, environment) = (BTreeMap::new(), BTreeMap::new());
    let now = Timestamp::now();
    let inputs =
        Inputs { config, facts: &facts, addresses: &addresses, source, environment: &environment, now };
    let conflicts = Sharing::of(&inputs).choice.conflicts;
    if matches!(kind, Kind::Deploy) && !conflicts.is_empty() {
        return Err(conflicts[0].to_string());
    }
    let problems: Vec<_> = preflight::check(&inputs).into_iter().flat_map(|report| report.problems).collect();
    if let Some(problem) = problems.first() {
        return Err(problem.text.clone());
    }
    let nowhere = || "nowhere to go back to".to_owned();
    let plan = match kind {
        Kind::Deploy => plan::deploy(&inputs, &inputs.next_release()),
        Kind::Back => plan::rollback(&inputs, &previous.ok_or_else(nowhere)?),
        Kind::To(_) if good.is_empty() => return Err(nowhere()),
        Kind::To(index) => plan::rollback(&inputs, &good[usize::from(index) % good.len()]),
    };
    Ok(plan.unwrap())
}

/// Returns where events are sent and where they arrive.
pub fn events() -> (tokio::sync::mpsc::UnboundedSender<Event>, UnboundedReceiver<Event>) {
    unbounded_channel()
}

/// Returns what a run printed, for whoever looks at one that went wrong.
pub fn told(plan: &Plan, events: &[Event]) -> String {
    let name = |id| plan.step(id).map_or("?", |step| step.name.as_str());
    let line = |event: &Event| match &event.kind {
        EventKind::Output { step, text, undo, .. } => {
            Some(format!("{}{}: {text}\n", name(*step), if *undo { " (undo)" } else { "" }))
        }
        EventKind::StepFinished { step, reason: Some(reason), .. } => {
            Some(format!("{} failed: {reason}\n", name(*step)))
        }
        EventKind::RunFinished(finished) => Some(format!("left: {:?}\n", finished.left)),
        _ => None,
    };
    events.iter().filter_map(line).collect()
}

/// Returns the release that `current` leads to.
pub fn live(deploy_to: &Path) -> Option<String> {
    let target = std::fs::read_link(deploy_to.join("current")).ok()?;
    Some(target.file_name()?.to_str()?.to_owned())
}
