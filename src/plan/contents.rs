//! A plan in the making: built-in steps with the configured ones between them.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Value, context};

use super::barriers;
use super::building;
use super::builtin::{self, Shell};
use super::custom::Custom;
use super::digest::digest;
use super::existing;
use super::inputs::{Inputs, PlanError};
use super::settings;
use super::sharing::Sharing;
use super::step::{Action, OnFailure, Phase, Step, StepId, Undo};
use super::values::{self, Subject};
use super::{FORMAT, Kind, Plan, PlanHost, docroot, migrations, preflight, prune, shipment, workers};
use crate::config::{Anchor, Config, HostConfig, SecretSource, StepConfig, Unchanged};
use crate::facts::Facts;
use crate::host::HostName;
use crate::notify::Notifications;
use crate::release::ReleaseId;
use crate::secret::SecretName;

/// Seconds that a built-in step may take.
const TIMEOUT: u64 = 600;
/// Seconds that the archive may take to a host.
const UPLOAD_TIMEOUT: u64 = 4 * 3600;

/// Whether a host needs a person when a step was not taken back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Vital {
    /// It does.
    Yes,
    /// The next run tidies up.
    No,
}

/// A plan in the making.
pub struct Contents<'a> {
    inputs: &'a Inputs<'a>,
    subject: &'a Subject<'a>,
    custom: Custom<'a>,
    sharing: Sharing,
    values: BTreeMap<HostName, Value>,
    steps: Vec<Step>,
}

impl<'a> Contents<'a> {
    /// Begins a plan.
    pub fn new(inputs: &'a Inputs<'a>, subject: &'a Subject<'a>) -> Self {
        let custom = Custom::new(inputs, subject.release);
        let sharing = Sharing::of(inputs);
        let values = values::for_builtins(inputs, subject, &sharing);
        Self { inputs, subject, custom, sharing, values, steps: Vec::new() }
    }

    /// Adds a built-in step on all hosts, between the custom steps that name it.
    pub fn add(&mut self, phase: Phase, shell: &Shell, summary: &str, vital: Vital) -> Result<(), PlanError> {
        let action = shell.action(&self.values)?;
        let undo = shell.undo(&self.values, vital == Vital::Yes)?;
        self.push(phase, shell.name, summary, action, undo)
    }

    /// Adds a step between the custom steps that name it.
    pub(super) fn push(
        &mut self,
        phase: Phase,
        name: &str,
        summary: &str,
        action: Action,
        undo: Undo,
    ) -> Result<(), PlanError> {
        self.anchored(&Anchor::Before(name.to_owned()))?;
        self.steps.push(Step {
            id: StepId(0),
            name: name.to_owned(),
            phase,
            summary: summary.to_owned(),
            action,
            undo,
            barrier: false,
            once: false,
            timeout: TIMEOUT,
            retry: 0,
            on_failure: if phase >= Phase::Cleanup { OnFailure::Warn } else { OnFailure::Undo },
            secrets: BTreeSet::new(),
        });
        self.anchored(&Anchor::After(name.to_owned()))
    }

    /// Adds the configured steps of a phase.
    pub fn custom(&mut self, phase: Phase) -> Result<(), PlanError> {
        let steps =
            self.inputs.config.steps.iter().filter(|step| step.phase == phase && step.anchor.is_none());
        for step in steps {
            self.configured(step)?;
        }
        Ok(())
    }

    /// Adds the configured steps right before or after a built-in step.
    fn anchored(&mut self, anchor: &Anchor) -> Result<(), PlanError> {
        for step in self.inputs.config.steps.iter().filter(|step| step.anchor.as_ref() == Some(anchor)) {
            self.configured(step)?;
        }
        Ok(())
    }

    /// Adds a configured step, after the one that it needs, unless there is nothing for it to do.
    fn configured(&mut self, step: &StepConfig) -> Result<(), PlanError> {
        if migrations::is_left_out(self.inputs, step) {
            return Ok(());
        }
        if let Some(asking) = migrations::asking(self.inputs, step) {
            let summary = "see which migrations have run".to_owned();
            self.steps.extend(self.custom.step(&asking)?.map(|step| Step { summary, ..step }));
        }
        self.steps.extend(self.custom.step(step)?);
        Ok(())
    }

    /// Adds a built-in step on the hosts whose facts ask for it, if there are any.
    pub(super) fn add_where(
        &mut self,
        phase: Phase,
        shell: &Shell,
        summary: &str,
        vital: Vital,
        chosen: impl Fn(&Facts, &HostConfig) -> bool,
    ) -> Result<(), PlanError> {
        let Some(values) = self.values_where(chosen) else { return self.around(shell.name) };
        let (action, undo) = (shell.action(&values)?, shell.undo(&values, vital == Vital::Yes)?);
        self.push(phase, shell.name, summary, action, undo)
    }

    /// Adds the configured steps around a built-in step that has nothing to do in this run.
    pub(super) fn around(&mut self, name: &str) -> Result<(), PlanError> {
        self.anchored(&Anchor::Before(name.to_owned()))?;
        self.anchored(&Anchor::After(name.to_owned()))
    }

    /// Gives the built-in steps more values.
    pub(super) fn also(&mut self, more: &Value) {
        for values in self.values.values_mut() {
            *values = context! { ..more.clone(), ..values.clone() };
        }
    }

    /// Returns a configured step as it would run, if it is to run anywhere.
    pub(super) fn as_it_runs(&self, name: &str) -> Result<Option<Step>, PlanError> {
        let config = self.inputs.config.steps.iter().find(|step| step.name == name);
        let config = config.filter(|step| !migrations::is_left_out(self.inputs, step));
        config.map_or(Ok(None), |config| self.custom.step(config))
    }

    /// Adds the making of directories, on the hosts that lack any.
    pub fn setup(&mut self) -> Result<(), PlanError> {
        let lacking =
            |facts: &Facts, _: &HostConfig| !values::missing_dirs(facts, &facts.layout()).is_empty();
        self.add_where(Phase::Prepare, &builtin::SETUP, "make missing directories", Vital::No, lacking)
    }

    /// Adds the filling of shared data, if anything is shared.
    pub fn share(&mut self) -> Result<(), PlanError> {
        let any = self.sharing.paths().next().is_some();
        let summary = "add to shared data what is not there yet";
        self.add_where(Phase::Configure, &builtin::SHARE, summary, Vital::No, |_, _| any)
    }

    /// Adds a look at a release that goes live again, where it may share files with others.
    pub fn examine(&mut self) -> Result<(), PlanError> {
        let links = self.inputs.config.unchanged == Unchanged::Hardlink;
        let summary = "look whether its files are as they were";
        self.add_where(Phase::Prepare, &builtin::EXAMINE, summary, Vital::No, |_, _| links)
    }

    /// Adds the links to shared paths, if there are any.
    pub fn link(&mut self) -> Result<(), PlanError> {
        let any = self.sharing.paths().next().is_some();
        let summary = "link shared paths into the release";
        self.add_where(Phase::Configure, &builtin::LINK, summary, Vital::No, |_, _| any)
    }

    /// Adds the second look at an old site whose data is shared now.
    pub fn inherit(&mut self) -> Result<(), PlanError> {
        let (sharing, docroot) = (self.sharing.clone(), self.inputs.config.docroot.clone());
        let any =
            move |facts: &Facts, _: &HostConfig| !existing::sources(&sharing, &docroot, facts).is_empty();
        let summary = "take what the old site wrote since";
        self.add_where(Phase::Switch, &builtin::INHERIT, summary, Vital::No, any)
    }

    /// Adds the upload of `shared/.env` to the hosts that have none.
    pub fn env_file(&mut self) -> Result<(), PlanError> {
        if self.inputs.config.env_file.is_none() {
            return self.around(builtin::ENV_FILE.name);
        }
        let (inputs, sharing) = (self.inputs, self.sharing.clone());
        let lacking =
            move |facts: &Facts, _: &HostConfig| settings::gets_file(inputs.config, &sharing, facts);
        let shell = &builtin::ENV_FILE;
        let makes_key = inputs.source.settings.as_ref().is_some_and(settings::Settings::makes_key);
        let summary = "write shared/.env, which is missing";
        let summary = if makes_key { format!("{summary}, with its APP_KEY") } else { summary.to_owned() };
        self.add_where(Phase::Prepare, shell, &summary, Vital::No, lacking)?;
        if let Some(step) = self.steps.iter_mut().rfind(|step| step.name == shell.name) {
            step.secrets.insert(SecretName(values::ENV_FILE.to_owned()));
            step.secrets.extend(makes_key.then(|| SecretName(values::APP_KEY.to_owned())));
        }
        Ok(())
    }

    /// Adds the clean checkout.
    pub fn checkout(&mut self) -> Result<(), PlanError> {
        let revision = &self.inputs.source.revision;
        let summary = format!("check out {}", revision.short());
        self.push(Phase::Build, "checkout", &summary, Action::Checkout, Undo::NotNeeded)
    }

    /// Adds the packing.
    pub fn package(&mut self) -> Result<(), PlanError> {
        let exclude = self.inputs.config.exclude.clone();
        self.push(Phase::Package, "package", "pack the release", Action::Package { exclude }, Undo::NotNeeded)
    }

    /// Adds the transfer.
    pub fn upload(&mut self) -> Result<(), PlanError> {
        let shell = &builtin::UPLOAD;
        let shipments = shipment::shipments(self.inputs);
        let summary = shipment::summary(&shipments, self.subject.release);
        let action = Action::Upload { shipments, scripts: shell.scripts(&self.values)? };
        let undo = shell.undo(&self.values, false)?;
        self.push(Phase::Transfer, shell.name, &summary, action, undo)?;
        self.set_timeout(shell.name, UPLOAD_TIMEOUT);
        Ok(())
    }

    /// Returns the values of the hosts whose facts say so, if there are any.
    pub(super) fn values_where(
        &self,
        chosen: impl Fn(&Facts, &HostConfig) -> bool,
    ) -> Option<BTreeMap<HostName, Value>> {
        let chosen = self.inputs.hosts().filter(|(host, facts)| chosen(facts, host));
        let of_host = |name: &HostName| Some((name.clone(), self.values.get(name)?.clone()));
        let values: BTreeMap<_, _> = chosen.filter_map(|(host, _)| of_host(&host.name)).collect();
        (!values.is_empty()).then_some(values)
    }

    /// Returns the steps so far.
    pub(super) fn steps(&mut self) -> &mut Vec<Step> {
        &mut self.steps
    }

    /// Returns what the built-in steps of each host can name.
    pub(super) fn values(&self) -> &BTreeMap<HostName, Value> {
        &self.values
    }

    /// Returns what the plan is made of.
    pub(super) fn inputs(&self) -> &'a Inputs<'a> {
        self.inputs
    }

    /// Returns what kind of run it is.
    pub(super) fn kind(&self) -> Kind {
        self.subject.kind
    }

    /// Returns the release that will be live.
    pub(super) fn release(&self) -> &'a ReleaseId {
        self.subject.release
    }

    /// Gives a step that was just added its own time.
    pub(super) fn set_timeout(&mut self, name: &str, seconds: u64) {
        let step = self.steps.iter_mut().rfind(|step| step.name == name);
        step.expect("it was just pushed").timeout = seconds;
    }

    /// Adds the care for what the application wrote into the release that is live, where one is.
    pub fn adopt(&mut self) -> Result<(), PlanError> {
        let other = self.leaves_another();
        let summary = "look after files written into the live release";
        self.add_where(Phase::Switch, &builtin::ADOPT, summary, Vital::No, other)
    }

    /// Adds the care for what was still written into the release that was live before.
    pub fn settle(&mut self) -> Result<(), PlanError> {
        let other = self.leaves_another();
        let summary = "look after files written there since";
        self.add_where(Phase::Cleanup, &builtin::SETTLE, summary, Vital::No, other)
    }

    /// Tells the hosts on which another release is live before the switch.
    fn leaves_another(&self) -> impl Fn(&Facts, &HostConfig) -> bool + use<> {
        let release = self.subject.release.clone();
        move |facts, _| facts.live().is_some_and(|live| live != release)
    }

    /// Adds the removal of old releases, on the hosts that have any.
    pub fn prune(&mut self) -> Result<(), PlanError> {
        let inputs = self.inputs;
        let any = |facts: &Facts, _: &HostConfig| !values::surplus(inputs, facts).is_empty();
        self.add_where(Phase::Cleanup, &builtin::PRUNE, "remove old releases", Vital::No, any)
    }

    fn host(&self, host: &HostConfig, facts: &Facts) -> PlanHost {
        let docroot = docroot::change(self.inputs.config, host, facts, self.subject.release);
        PlanHost { docroot, ..plan_host(self.inputs, self.subject.kind, &self.sharing, host, facts) }
    }

    /// Returns the plan.
    pub fn plan(mut self) -> Plan {
        barriers::number(&mut self.steps, self.inputs.config.hosts.len() > 1);
        let inputs = self.inputs;
        let mut used: BTreeSet<_> = self.steps.iter().flat_map(|step| step.secrets.clone()).collect();
        let notify = Notifications::of_stage(inputs.config);
        used.extend(notify.secrets());
        Plan {
            v: FORMAT,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            application: inputs.config.application.clone(),
            stage: inputs.config.stage.clone(),
            kind: self.subject.kind,
            release: self.subject.release.clone(),
            restoration: None,
            loading: None,
            source: Some(inputs.source.revision.clone()),
            packages: workers::packages(inputs),
            changes: inputs.source.changes.clone(),
            builder: building::builder(inputs, self.subject.release, &self.steps),
            hosts: inputs.hosts().map(|(host, facts)| self.host(host, facts)).collect(),
            migrations: (self.subject.kind == Kind::Deploy)
                .then(|| migrations::of(inputs, &self.steps))
                .flatten(),
            steps: self.steps,
            secrets: used.into_iter().map(|name| sourced(inputs.config, name)).collect(),
            warnings: preflight::warnings(inputs, &self.sharing),
            max_parallel: inputs.config.max_parallel,
            notify,
        }
    }
}

/// Returns a host with the facts that the plan rests on.
pub fn plan_host(
    inputs: &Inputs<'_>,
    kind: Kind,
    sharing: &Sharing,
    host: &HostConfig,
    facts: &Facts,
) -> PlanHost {
    let live = facts.live();
    let description = live.as_ref().and_then(|id| facts.descriptions.get(id));
    let (links, prune) = match kind {
        Kind::Deploy => (sharing.links(), prune::surplus(facts, inputs.config.keep_releases)),
        Kind::Rollback | Kind::Restore => (Vec::new(), Vec::new()),
    };
    let good = facts.good();
    PlanHost {
        name: host.name.clone(),
        address: inputs.addresses.get(&host.name).unwrap_or(&host.address).clone(),
        deploy_to: facts.layout().deploy_to().to_owned(),
        live_commit: description.and_then(|description| description.commit.clone()),
        dump: facts.dumps.iter().find(|dump| Some(&dump.id) == live.as_ref()).map(ToString::to_string),
        live,
        links: links.into_iter().map(|link| link.path).collect(),
        keep: good.iter().filter(|id| !prune.contains(id)).count() + usize::from(kind == Kind::Deploy),
        docroot: None,
        prune,
        facts: digest(facts),
    }
}

pub(super) fn sourced(config: &Config, name: SecretName) -> (SecretName, String) {
    let file = config.env_file.clone().map(SecretSource::File).filter(|_| name.0 == values::ENV_FILE);
    let known = file.as_ref().or(config.secrets.get(&name));
    let whence = match known {
        None if name.0 == values::APP_KEY => "made once, for all hosts".to_owned(),
        known => known.map_or_else(String::new, values::whence),
    };
    (name, whence)
}
