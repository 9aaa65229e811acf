//! `deployer env STAGE push`: the file here becomes the hosts' settings.

use std::io::Write;
use std::path::Path;

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::surroundings::Surroundings;
use super::diff::{Comparison, finding};
use super::here::Here;
use super::replace::{Change, Changed, replace};
use super::{Stage, sure};
use crate::dotenv::Settings;
use crate::dotenv::summary::has_value;
use crate::event::Next;
use crate::host::HostName;
use crate::persist::finding::{Finding, State};
use crate::plan::settings::APP_KEY;
use crate::release::ReleaseId;
use crate::report::findings;

/// Shows what differs, asks, and sends the file. What a host had is kept in its `backups`.
///
/// # Errors
/// When the file cannot be read, a host is locked or has changed, or nobody could be asked.
pub async fn push(
    stage: &str,
    file: Option<&Path>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let config = super::super::stage::open(stage, common, surroundings)?;
    let here = Here::new(file, &config, surroundings)?;
    let (bytes, settings) = here.read(stage)?;
    let mut stage = Stage::look(stage, common, surroundings).await?;
    let mut changes = changes(&stage, |_| Ok(bytes.clone()))?;
    changes.retain(|change| change.old.as_ref() != Some(&change.new));
    keeps_key(&stage, &settings, &here)?;
    let shown: Vec<_> = changes
        .iter()
        .map(|change| (change.host.clone(), shown(change, &settings, &here, stage.name())))
        .collect();
    let again = format!("deployer env {} push {} --yes", stage.name(), here.name);
    apply(&mut stage, &changes, &shown, again, common, surroundings).await
}

/// Returns what becomes of the file of each host.
pub fn changes(
    stage: &Stage,
    new: impl Fn(&super::Remote) -> Result<Vec<u8>, Fault>,
) -> Result<Vec<Change>, Fault> {
    let change = |(host, remote): &(HostName, super::Remote)| {
        Ok(Change { host: host.clone(), old: remote.bytes.clone(), new: new(remote)? })
    };
    stage.hosts.iter().map(change).collect()
}

/// Refuses to take an application its key away.
fn keeps_key(stage: &Stage, settings: &Settings, here: &Here) -> Result<(), Fault> {
    let new = settings.plain().swap_remove(APP_KEY).flatten();
    let has_one = stage.hosts.iter().find(|(_, remote)| remote.value(APP_KEY).is_some());
    match has_one.filter(|_| !has_value(new.as_deref())) {
        None => Ok(()),
        Some((host, _)) => {
            let text = format!(
                "{} has no APP_KEY, and {host} has one: what it encrypted could not be read",
                here.name
            );
            let run = format!("deployer env {} pull --host {host}", stage.name());
            Err(Fault::usage(text).next(run, "brings the key here, with the other settings"))
        }
    }
}

fn shown(change: &Change, settings: &Settings, here: &Here, stage: &str) -> Vec<Finding> {
    let mut found = compared(change, settings, here);
    if settings.plain().get(APP_KEY).is_some_and(|key| !has_value(key.as_deref())) {
        let text =
            format!("APP_KEY is empty; afterwards, `deployer env {stage} set APP_KEY --generate` makes one");
        found.push(finding(State::Warn, "settings", text));
    }
    found
}

fn compared(change: &Change, settings: &Settings, here: &Here) -> Vec<Finding> {
    let Some(old) = &change.old else {
        return vec![finding(State::Todo, "settings", format!("write shared/.env from {}", here.name))];
    };
    let Ok(old) = Settings::read(old) else {
        let text = "PHP cannot read its shared/.env; all of it is replaced".to_owned();
        return vec![finding(State::Warn, "settings", text)];
    };
    let comparison = Comparison::new(&old, settings, &here.name);
    let mut found = comparison.findings();
    if comparison.is_same() {
        let text = "the same values; comments, order or spelling differ".to_owned();
        found.push(finding(State::Todo, "settings", text));
    }
    if comparison.different.iter().any(|key| key == APP_KEY) {
        let text = "APP_KEY becomes another: what was encrypted with the old one cannot be read".to_owned();
        found.push(finding(State::Warn, "settings", text));
    }
    found
}

/// Shows, asks, replaces, and says what has become of it.
///
/// # Errors
/// As [`push`].
pub async fn apply(
    stage: &mut Stage,
    changes: &[Change],
    shown: &[(HostName, Vec<Finding>)],
    again: String,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let mut err = std::io::stderr();
    if changes.is_empty() {
        writeln!(err, "The hosts of {} have exactly this already; nothing was changed.", stage.name())?;
        return Ok(0);
    }
    print(
        stage,
        shown,
        "Values are shown to nobody. What is there now is kept in backups.",
        &[],
        common,
        surroundings,
    )?;
    if !sure("\nReplace shared/.env?", again, common, surroundings)? {
        writeln!(err, "Not started. Nothing was changed on any host.")?;
        return Ok(4);
    }
    let id = ReleaseId::at(surroundings.at_this_moment().now);
    let changed = replace(stage, changes, id.as_str()).await?;
    let told: Vec<_> = changed.iter().map(|changed| (changed.host.clone(), vec![told(changed)])).collect();
    let failed = changed.iter().any(|changed| changed.kept.is_err());
    let next = Next {
        run: format!("deployer run {}", stage.name()),
        why: "makes it effective: Laravel keeps its settings in a cache, which a deploy makes again"
            .to_owned(),
    };
    let ending = if failed { "Not all hosts have it." } else { "Done." };
    print(stage, &told, ending, &[next], common, surroundings)?;
    Ok(u8::from(failed))
}

fn told(changed: &Changed) -> Finding {
    match &changed.kept {
        Ok(Some(kept)) => {
            finding(State::Ok, "settings", format!("shared/.env was replaced; the old one is {kept}"))
        }
        Ok(None) => finding(State::Ok, "settings", "shared/.env was written".to_owned()),
        Err(reason) => finding(State::Fail, "settings", reason.clone()),
    }
}

fn print(
    stage: &Stage,
    all: &[(HostName, Vec<Finding>)],
    ending: &str,
    next: &[Next],
    common: &Common,
    surroundings: &Surroundings,
) -> Result<(), Fault> {
    let heading =
        findings::Heading { application: &stage.preparation.config.application, stage: stage.name() };
    let all: Vec<_> = all.iter().map(|(host, found)| (host.clone(), found.as_slice())).collect();
    let mut err = std::io::stderr().lock();
    Ok(findings::print(&mut err, &heading, &all, ending, next, &surroundings.stderr(common))?)
}
