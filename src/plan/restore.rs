//! The plan of a restore: a backup of the shared data is unpacked beside the present data, counted,
//! and put in its place by a rename. The present data is kept.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use super::builtin::{self, Shell};
use super::contents::{plan_host, sourced};
use super::inputs::{Inputs, PlanError};
use super::sharing::Sharing;
use super::step::{Action, Archive, OnFailure, Phase, Step, StepId, Undo};
use super::{FORMAT, Kind, Plan, Revision, Warning, values};
use crate::config::HostConfig;
use crate::facts::{Facts, Kind as What};
use crate::host::HostName;
use crate::notify::Notifications;
use crate::release::ReleaseId;

/// Seconds that a step may take; those that read or write all data get more.
const TIMEOUT: u64 = 600;
pub(super) const DATA_TIMEOUT: u64 = 4 * 3600;

/// What a restore puts back, for persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restoration {
    /// The file name of the backup.
    pub archive: String,
    /// The path below `shared`; absent: all of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub part: Option<String>,
    /// Where the data is kept that was there before, on the hosts that had any.
    pub kept: BTreeMap<HostName, String>,
}

/// What a restore is made of.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its id.
    pub id: ReleaseId,
    /// The file name of the backup.
    pub archive: String,
    /// The path below `shared`; absent: all of it.
    pub part: Option<String>,
    /// What was found for each host.
    pub hosts: BTreeMap<HostName, Replacement>,
}

/// One host's backup, and what it replaces there.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// Where the backup is.
    pub source: Source,
    /// How many files and directories are in it.
    pub entries: u64,
    /// How many there are now; `None`: there is nothing to replace.
    pub present: Option<u64>,
    /// The nearest directory above the data that is there.
    pub near: String,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// Where a backup is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// On the controller.
    Here(Archive),
    /// On the host itself.
    OnHost {
        /// Its path.
        path: String,
        /// Its SHA-256, in hex.
        sha256: String,
    },
}

/// Makes the plan of a restore.
///
/// # Errors
/// When a template cannot be rendered.
pub fn restore(inputs: &Inputs<'_>, subject: &Subject) -> Result<Plan, PlanError> {
    let mut steps = Steps { subject, values: values(inputs, subject), steps: Vec::new() };
    let what = subject.part.as_deref().map_or("shared".to_owned(), |part| format!("shared/{part}"));
    steps.add(Phase::Prepare, &builtin::LOCK, "take the lock", false)?;
    steps.add(Phase::Prepare, &builtin::RESTORE_SETUP, "make a directory for the data", false)?;
    steps.send()?;
    steps.unpack()?;
    steps.add(Phase::Configure, &builtin::RESTORE_VERIFY, "count what was unpacked", false)?;
    steps.add(Phase::Switch, &builtin::RESTORE_SWAP, &format!("put {what} in its place"), true)?;
    steps.add(Phase::Finalize, &builtin::RESTORE_RECORD, "record the restore", false)?;
    steps.add(Phase::Finalize, &builtin::UNLOCK, "give the lock back", false)?;
    Ok(steps.plan(inputs))
}

struct Steps<'a> {
    subject: &'a Subject,
    values: BTreeMap<HostName, Value>,
    steps: Vec<Step>,
}

impl Steps<'_> {
    /// Adds a step on all hosts.
    fn add(&mut self, phase: Phase, shell: &Shell, summary: &str, vital: bool) -> Result<(), PlanError> {
        let (action, undo) = (shell.action(&self.values)?, shell.undo(&self.values, vital)?);
        self.push(phase, shell.name, summary, action, undo);
        Ok(())
    }

    /// Adds the way of the archives that the controller has.
    fn send(&mut self) -> Result<(), PlanError> {
        let here = |source: &Source| match source {
            Source::Here(archive) => Some(archive.clone()),
            Source::OnHost { .. } => None,
        };
        let of_host = |(host, found): (&HostName, &Replacement)| Some((host.clone(), here(&found.source)?));
        let archives: BTreeMap<_, _> = self.subject.hosts.iter().filter_map(of_host).collect();
        if archives.is_empty() {
            return Ok(());
        }
        let scripts = builtin::RESTORE_SEND.scripts(&self.on(archives.keys()))?;
        let action = Action::Send { archives, scripts };
        // What was unpacked goes with its directory.
        self.push(Phase::Transfer, builtin::RESTORE_SEND.name, "send and unpack", action, Undo::NotNeeded);
        Ok(())
    }

    /// Adds the unpacking of the archives that hosts have.
    fn unpack(&mut self) -> Result<(), PlanError> {
        let is_there = |found: &Replacement| matches!(found.source, Source::OnHost { .. });
        let hosts: Vec<_> =
            self.subject.hosts.iter().filter(|(_, found)| is_there(found)).map(|(host, _)| host).collect();
        if hosts.is_empty() {
            return Ok(());
        }
        let action = builtin::RESTORE_UNPACK.action(&self.on(hosts.into_iter()))?;
        self.push(Phase::Transfer, builtin::RESTORE_UNPACK.name, "unpack", action, Undo::NotNeeded);
        Ok(())
    }

    fn on<'h>(&self, hosts: impl Iterator<Item = &'h HostName>) -> BTreeMap<HostName, Value> {
        hosts.filter_map(|host| Some((host.clone(), self.values.get(host)?.clone()))).collect()
    }

    fn push(&mut self, phase: Phase, name: &str, summary: &str, action: Action, undo: Undo) {
        let begins = self.steps.last().is_some_and(|step| step.phase != phase);
        let reads_all = matches!(phase, Phase::Transfer | Phase::Configure | Phase::Finalize);
        self.steps.push(Step {
            id: StepId(self.steps.len()),
            name: name.to_owned(),
            phase,
            summary: summary.to_owned(),
            action,
            undo,
            // Every host has its lock before any unpacks, and whole data before any swaps.
            barrier: self.subject.hosts.len() > 1 && begins,
            once: false,
            timeout: if reads_all { DATA_TIMEOUT } else { TIMEOUT },
            retry: 0,
            on_failure: if phase >= Phase::Cleanup { OnFailure::Warn } else { OnFailure::Undo },
            secrets: BTreeSet::new(),
        });
    }

    fn plan(self, inputs: &Inputs<'_>) -> Plan {
        let Subject { id, archive, part, hosts } = self.subject;
        let had_data = |(host, facts): (&HostConfig, &Facts)| {
            hosts.get(&host.name)?.present?;
            Some((host.name.clone(), Paths::new(facts, self.subject).kept_name))
        };
        let warnings = hosts.iter().flat_map(|(host, found)| {
            let warning = |text: &String| Warning { host: Some(host.clone()), text: text.clone() };
            found.warnings.iter().map(warning)
        });
        // A restore links nothing.
        let sharing = Sharing::default();
        let notify = Notifications::of_stage(inputs.config);
        Plan {
            v: FORMAT,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            application: inputs.config.application.clone(),
            stage: inputs.config.stage.clone(),
            kind: Kind::Restore,
            release: id.clone(),
            restoration: Some(Restoration {
                archive: archive.clone(),
                part: part.clone(),
                kept: inputs.hosts().filter_map(had_data).collect(),
            }),
            loading: None,
            source: Some(revision(self.subject)),
            packages: BTreeMap::new(),
            changes: None,
            builder: None,
            hosts: inputs
                .hosts()
                .map(|(host, facts)| plan_host(inputs, Kind::Restore, &sharing, host, facts))
                .collect(),
            migrations: None,
            warnings: warnings.collect(),
            steps: self.steps,
            secrets: notify.secrets().into_iter().map(|name| sourced(inputs.config, name)).collect(),
            max_parallel: inputs.config.max_parallel,
            notify,
        }
    }
}

/// Returns what is restored, as the history shows it.
fn revision(subject: &Subject) -> Revision {
    let part = subject.part.as_deref().unwrap_or_default();
    Revision { commit: None, reference: subject.archive.clone(), subject: part.to_owned() }
}

/// Where things are on one host.
struct Paths {
    restoring: String,
    new: String,
    data: String,
    kept: String,
    undone: String,
    /// From the application's directory, for persons.
    kept_name: String,
}

impl Paths {
    fn new(facts: &Facts, subject: &Subject) -> Self {
        let (layout, id) = (facts.layout(), &subject.id);
        let restoring = format!("{}.restoring.{id}", layout.shared());
        let below = subject.part.as_ref().map_or_else(String::new, |part| format!("/{part}"));
        let kept = |word: &str| format!("shared-{word}-{id}{below}");
        Self {
            new: format!("{restoring}{below}"),
            restoring,
            data: format!("{}{below}", layout.shared()),
            kept: format!("{}/{}", layout.backups(), kept("before")),
            undone: format!("{}/{}", layout.backups(), kept("undone")),
            kept_name: format!("backups/{}", kept("before")),
        }
    }
}

/// The values of the steps, for each host.
fn values(inputs: &Inputs<'_>, subject: &Subject) -> BTreeMap<HostName, Value> {
    let of_host = |(host, facts): (&HostConfig, &Facts)| {
        Some((host.name.clone(), of_host(facts, subject, subject.hosts.get(&host.name)?)))
    };
    inputs.hosts().filter_map(of_host).collect()
}

fn of_host(facts: &Facts, subject: &Subject, found: &Replacement) -> Value {
    let layout = facts.layout();
    let Paths { restoring, new, data, kept, undone, kept_name } = Paths::new(facts, subject);
    let (archive, sum) = match &found.source {
        Source::Here(archive) => (String::new(), archive.sha256.clone()),
        Source::OnHost { path, sha256 } => (path.clone(), sha256.clone()),
    };
    let missing = if facts.backups == What::Missing { vec![layout.backups()] } else { Vec::new() };
    let mut parents = above(&data, &found.near);
    parents.extend(above(&kept, &layout.backups()));
    let fate = if found.present.is_some() { format!("; before: {kept_name}") } else { String::new() };
    let id = subject.id.as_str();
    context! {
        silence => super::TAKE_OVER,
        live => facts.target.clone().unwrap_or_default(),
        absent => vec![restoring.clone(), kept.clone()],
        what => format!("restore {}", subject.archive),
        entry => entry(subject, facts.live().as_ref()),
        what_is_restored => format!("{}{fate}", described(subject)),
        deploy_to => layout.deploy_to(),
        records => layout.records(),
        part => subject.part.clone().unwrap_or_default(),
        checksum => values::checksum(facts),
        rename => values::rename(facts),
        fresh => found.present.is_none(),
        entries => found.entries,
        restore => id,
        missing, parents, restoring, new, data, kept, undone, archive, sum,
    }
}

fn described(subject: &Subject) -> String {
    match &subject.part {
        Some(part) => format!("shared/{part} from {}", subject.archive),
        None => format!("shared from {}", subject.archive),
    }
}

/// Returns the directories above a path that lie below another, those below first.
fn above(path: &str, top: &str) -> Vec<String> {
    let mut above = Vec::new();
    let mut path = path;
    while let Some((parent, _)) = path.rsplit_once('/')
        && parent.len() > top.len()
    {
        above.push(parent.to_owned());
        path = parent;
    }
    above
}

/// Returns the part of the history's entry that the plan knows: JSON without its last brace.
fn entry(subject: &Subject, live: Option<&ReleaseId>) -> String {
    let Revision { reference, subject: title, .. } = revision(subject);
    let json = serde_json::json!({
        "id": subject.id, "kind": "restore", "previous": live, "reference": reference, "subject": title,
    });
    let text = json.to_string();
    text.strip_suffix('}').unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_that_a_part_needs_are_listed_from_below() {
        assert_eq!(above("/s/shared/a/b/c", "/s/shared"), ["/s/shared/a/b", "/s/shared/a"]);
        assert_eq!(above("/s/shared", "/s"), Vec::<String>::new());
    }
}
