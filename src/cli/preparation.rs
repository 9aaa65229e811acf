//! From a stage to a plan: secrets, source and hosts are looked at, nothing is changed.

use std::collections::{BTreeMap, BTreeSet};

use super::args::Common;
use super::env::key;
use super::fault::Fault;
use super::hosts::{Reach, Reached};
use super::offers::Asking;
use super::released::Released;
use super::secrets::{self, Need};
use super::surroundings::Surroundings;
use crate::analyze::installer::{self, Installer};
use crate::analyze::schema;
use crate::build::Build;
use crate::config::Config;
use crate::dotenv::{Credentials, Summary};
use crate::execute::member::Member;
use crate::execute::probe::{look_at_php, try_database};
use crate::execute::session::Identity;
use crate::facts::Facts;
use crate::host::HostName;
use crate::package::{self, Resolved};
use crate::persist::{Choice, Framework};
use crate::plan::connection;
use crate::plan::inputs::{Inputs, Origin};
use crate::plan::php;
use crate::plan::preflight::{self, HostReport};
use crate::plan::settings::Settings;
use crate::plan::sharing::Sharing;
use crate::plan::values::ENV_FILE;
use crate::secret::redact::Redactor;
use crate::secret::{SecretName, SecretValue};

/// Everything that planning and running need.
pub struct Preparation {
    /// The stage.
    pub config: Config,
    /// The values of its secrets.
    pub secrets: BTreeMap<SecretName, SecretValue>,
    /// Takes them out of texts.
    pub redactor: Redactor,
    /// Whose run it is.
    pub identity: Identity,
    /// The hosts.
    pub reached: Vec<Reached>,
    /// What each looks like.
    pub facts: BTreeMap<HostName, Facts>,
    /// How each is reached.
    pub addresses: BTreeMap<HostName, String>,
    /// What is released; `None` where a command releases nothing new.
    pub resolved: Option<Resolved>,
    /// What the plan knows of it.
    pub origin: Origin,
    /// The machine that builds it, if that is not this one.
    pub builder: Option<Member>,
}

/// What a command looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The hosts.
    Hosts,
    /// The hosts, and how their live releases differ from what was shipped.
    Survey,
    /// The hosts, and what would be released.
    HostsAndSource,
}

impl Preparation {
    /// Looks at everything.
    ///
    /// # Errors
    /// When the project is wrong, or with all hosts that did not answer.
    pub async fn make(config: Config, look: Look, surroundings: &Surroundings) -> Result<Self, Fault> {
        let need = if look == Look::HostsAndSource { Need::Steps } else { Need::Login };
        Self::with(config, look, need, surroundings).await
    }

    /// Looks at everything; `need` says which secrets are used later.
    ///
    /// # Errors
    /// As [`Self::make`].
    pub async fn with(
        config: Config,
        look: Look,
        need: Need,
        surroundings: &Surroundings,
    ) -> Result<Self, Fault> {
        let secrets = secrets::resolve(&config, need, surroundings).await?;
        let redactor = Redactor::new(&secrets);
        let identity = identity(surroundings);
        let reach = Reach {
            config: &config,
            surroundings,
            secrets: &secrets,
            identity: &identity,
            redactor: &redactor,
            survey: look != Look::Hosts,
            settings: look == Look::HostsAndSource,
        };
        let asking = Asking::from(&reach);
        let (found, answers) = futures::join!(Released::find(look, &asking), reach.all());
        let Released { resolved, needs_dev, build, builder } = found?;
        let mut reached = all_or_refusal(&config, answers, surroundings)?;
        take_better_php(&config, resolved.as_ref(), &mut reached).await;
        let facts: BTreeMap<_, _> =
            reached.iter().map(|host| (host.name.clone(), host.facts.clone())).collect();
        let addresses = reached.iter().map(|host| (host.name.clone(), host.address.clone())).collect();
        let env_file = secrets.get(&SecretName(ENV_FILE.to_owned()));
        let origin = origin(resolved.as_ref(), &facts, env_file).await;
        let origin = Origin { build, needs_dev, ..origin };
        let mut preparation = Self {
            config,
            secrets,
            redactor,
            identity,
            reached,
            facts,
            addresses,
            resolved,
            origin,
            builder,
        };
        key::complete(&mut preparation).await?;
        preparation.try_databases(surroundings).await;
        Ok(preparation)
    }

    /// Tries the database of hosts on which no release can be asked for it yet.
    async fn try_databases(&mut self, surroundings: &Surroundings) {
        let env_file = self.secrets.get(&SecretName(ENV_FILE.to_owned()));
        let here = env_file.and_then(|value| Credentials::of(value.reveal().as_bytes()));
        let found = connection::untried(&self.inputs(surroundings), &self.sharing(), here.as_ref());
        let turns = self.reached.iter_mut().filter_map(|reached| Some((found.get(&reached.name)?, reached)));
        let turns = turns.map(async |(credentials, reached)| {
            // What could not be tried says nothing; a host that was lost is noticed by whoever needs it.
            let _tried = try_database(&mut reached.session, credentials, &mut reached.facts).await;
        });
        futures::future::join_all(turns).await;
        for reached in &self.reached {
            if let Some(facts) = self.facts.get_mut(&reached.name) {
                facts.database.clone_from(&reached.facts.database);
            }
        }
    }

    /// Returns what a plan is made of.
    pub fn inputs<'a>(&'a self, surroundings: &'a Surroundings) -> Inputs<'a> {
        Inputs {
            config: &self.config,
            facts: &self.facts,
            addresses: &self.addresses,
            source: &self.origin,
            environment: &surroundings.environment,
            now: surroundings.now,
        }
    }

    /// Returns what releases share.
    pub fn sharing(&self) -> Sharing {
        Sharing::new(&self.config, &self.facts, &self.origin)
    }

    /// Refuses to go on when a host is not ready.
    ///
    /// # Errors
    /// What is wrong on all hosts.
    pub fn must_be_ready(&self, surroundings: &Surroundings) -> Result<Vec<HostReport>, Fault> {
        let conflicts = self.sharing().choice.conflicts;
        if !conflicts.is_empty() && self.resolved.is_some() {
            let lines: Vec<_> = conflicts.iter().map(ToString::to_string).collect();
            return Err(Fault::usage(lines.join("\n")));
        }
        let mut reports = preflight::check(&self.inputs(surroundings));
        reports.extend(self.origin.build.problems.iter().map(preflight::unbuilt));
        if reports.iter().all(|report| report.problems.is_empty()) {
            return Ok(reports);
        }
        Err(not_ready(&self.config, reports))
    }
}

/// Returns the stage that the command line names, looked at.
///
/// # Errors
/// As [`Preparation::make`], and when deploy.yml is wrong.
pub async fn of_stage(
    stage: &str,
    look: Look,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<Preparation, Fault> {
    Preparation::make(super::stage::open(stage, common, surroundings)?, look, surroundings).await
}

/// Returns whose run this is: a new token, and the person.
pub fn identity(surroundings: &Surroundings) -> Identity {
    Identity { run: format!("{:016x}", rand::random::<u64>()), by: surroundings.by.clone() }
}

/// Returns what is shared as far as it can be told without asking a host.
///
/// # Errors
/// When there is nothing to release.
pub async fn choice_here(config: &Config, surroundings: &Surroundings) -> Result<Choice, Fault> {
    let resolved = resolve(config, surroundings).await?;
    let facts = BTreeMap::new();
    Ok(Sharing::new(config, &facts, &origin(Some(&resolved), &facts, None).await).choice)
}

/// Finds what is released.
///
/// # Errors
/// When there is nothing, or it cannot be released whole.
pub async fn resolve(config: &Config, surroundings: &Surroundings) -> Result<Resolved, Fault> {
    let resolved = package::resolve(&config.source, &config.root, &surroundings.cache).await;
    resolved.map_err(|error| Fault::because(&error))
}

/// Says all that is wrong at once: hosts that answered are looked at like those that did not.
fn all_or_refusal(
    config: &Config,
    answers: Vec<Result<Reached, HostReport>>,
    surroundings: &Surroundings,
) -> Result<Vec<Reached>, Fault> {
    if answers.iter().all(Result::is_ok) {
        return Ok(answers.into_iter().filter_map(Result::ok).collect());
    }
    let (mut facts, mut addresses, mut silent) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(host) => {
                addresses.insert(host.name.clone(), host.address);
                facts.insert(host.name, host.facts);
            }
            Err(report) => silent.push(report),
        }
    }
    let (source, environment) = (Origin::default(), BTreeMap::new());
    let now = surroundings.now;
    let inputs = Inputs {
        config,
        facts: &facts,
        addresses: &addresses,
        source: &source,
        environment: &environment,
        now,
    };
    let mut reports = preflight::check(&inputs);
    reports.extend(silent);
    let place = |report: &HostReport| config.hosts.iter().position(|host| host.name == report.host);
    reports.sort_by_key(place);
    Err(not_ready(config, reports))
}

/// Looks at another PHP of the hosts whose first one cannot run the release.
async fn take_better_php(config: &Config, resolved: Option<&Resolved>, reached: &mut [Reached]) {
    let Some(resolved) = resolved else { return };
    let platform = package::requirement::platform(resolved).await;
    let turns = reached.iter_mut().map(async |reached| {
        let host = config.hosts.iter().find(|host| host.name == reached.name)?;
        let better = php::better(host, &reached.facts, &platform)?.to_owned();
        let before = (reached.facts.php.take(), std::mem::take(&mut reached.facts.php_extensions));
        let looked = look_at_php(&mut reached.session, &better, &mut reached.facts).await;
        // One that does not run is no better.
        if looked.is_err() || reached.facts.php.is_none() {
            (reached.facts.php, reached.facts.php_extensions) = before;
        } else {
            reached.facts.phps.plain = before.0.map(|php| php.version);
        }
        Some(())
    });
    futures::future::join_all(turns).await;
}

fn not_ready(config: &Config, reports: Vec<HostReport>) -> Fault {
    Fault::NotReady { application: config.application.clone(), stage: config.stage.clone(), reports }
}

/// Returns what a plan knows of what is released.
pub async fn origin(
    resolved: Option<&Resolved>,
    facts: &BTreeMap<HostName, Facts>,
    env_file: Option<&SecretValue>,
) -> Origin {
    let Some(resolved) = resolved else { return Origin::default() };
    let settings = settings(resolved, env_file).await;
    let live = facts.values().find_map(|facts| facts.descriptions.get(&facts.live()?)?.commit.clone());
    let changes = match &live {
        Some(live) => package::changes(resolved, live).await,
        None => None,
    };
    let frameworks = package::requirement::frameworks(resolved).await;
    let phpdotenv = settings.phpdotenv || frameworks.contains(&Framework::Laravel);
    let settings = Settings { phpdotenv, ..settings };
    let mut notes = resolved.notes.clone();
    notes.extend(package::changes::notes(resolved, live.as_deref(), changes.as_ref()));
    let (migrations, installer) = of_database(resolved, &frameworks).await;
    Origin {
        revision: resolved.revision.clone(),
        files: resolved.files.clone(),
        tree: resolved.tree.clone(),
        frameworks,
        changes,
        notes,
        platform: package::requirement::platform(resolved).await,
        settings: Some(settings),
        migrations,
        installer,
        packages: package::requirement::packages(resolved).await,
        // Not everybody who plans looks at these.
        needs_dev: false,
        build: Build::default(),
    }
}

/// Looks at what a Laravel release does to its database. What cannot be read is told by who packs it.
async fn of_database(
    resolved: &Resolved,
    frameworks: &BTreeSet<Framework>,
) -> (Vec<schema::Migration>, Option<Installer>) {
    if !frameworks.contains(&Framework::Laravel) {
        return (Vec::new(), None);
    }
    let is_read = |path: &str| schema::is_migration(path) || installer::is_read(path);
    let files = package::read(resolved, is_read).await.unwrap_or_default();
    (schema::migrations(&files), installer::installer(&files))
}

/// Looks at the settings that the release knows of and that the controller has for it.
async fn settings(resolved: &Resolved, env_file: Option<&SecretValue>) -> Settings {
    let example = package::requirement::env_example(resolved).await;
    Settings {
        phpdotenv: package::requirement::reads_with_phpdotenv(resolved).await,
        example: example.map(|text| Summary::of(text.as_bytes())),
        local: env_file.map(|value| Summary::of(value.reveal().as_bytes())),
    }
}
