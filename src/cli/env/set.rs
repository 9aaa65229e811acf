//! `deployer env STAGE set KEY`: one key on all hosts; every other byte of their files stays.

use std::io::Read;

use console::Term;

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::surroundings::Surroundings;
use super::diff::finding;
use super::push::{apply, changes};
use super::{Stage, key as app_key};
use crate::dotenv::summary::has_value;
use crate::dotenv::writing;
use crate::persist::finding::State;
use crate::plan::settings::APP_KEY;
use crate::secret::SecretValue;

/// The longest value, in bytes.
const LONGEST: u64 = 32 * 1024;

/// Sets the key.
///
/// # Errors
/// When a host has no file, or one that PHP does not read, and as `push`.
pub async fn set(
    stage: &str,
    key: &str,
    generate: bool,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    if generate && key != APP_KEY {
        return Err(Fault::usage("--generate makes keys for Laravel: it goes with APP_KEY alone"));
    }
    let mut stage = Stage::look(stage, common, surroundings).await?;
    let without = stage.hosts.iter().find(|(_, remote)| remote.bytes.is_none());
    if let Some((host, _)) = without {
        let run = format!("deployer env {} push", stage.name());
        return Err(Fault::usage(format!("{host} has no shared/.env yet")).next(run, "sends it"));
    }
    stage.settings()?;
    let value = if generate { generated(&stage)? } else { asked(key, surroundings)? };
    let mut changes = changes(&stage, |remote| {
        let old = remote.bytes.as_deref().unwrap_or_default();
        writing::set(old, key, value.reveal()).map_err(|error| Fault::usage(format!("shared/.env: {error}")))
    })?;
    changes.retain(|change| change.old.as_ref() != Some(&change.new));
    let will = |remote: &super::Remote| match remote.value(key) {
        Some(_) if key == APP_KEY => {
            let text = "APP_KEY becomes another: what was encrypted with the old one cannot be read";
            finding(State::Warn, "settings", text.to_owned())
        }
        Some(_) => finding(State::Todo, "settings", format!("give {key} another value")),
        None => finding(State::Todo, "settings", format!("set {key}")),
    };
    let is_changed = |host: &crate::host::HostName| changes.iter().any(|change| change.host == *host);
    let shown: Vec<_> = stage
        .hosts
        .iter()
        .filter(|(host, _)| is_changed(host))
        .map(|(host, remote)| (host.clone(), vec![will(remote)]))
        .collect();
    let option = if generate { " --generate" } else { "" };
    let again = format!("deployer env {} set {key}{option} --yes", stage.name());
    apply(&mut stage, &changes, &shown, again, common, surroundings).await
}

/// Returns a new key, unless a host has one: it is the same on all of them, and never replaced.
fn generated(stage: &Stage) -> Result<SecretValue, Fault> {
    let keys: Vec<_> =
        stage.hosts.iter().filter_map(|(host, remote)| Some((host, remote.value(APP_KEY)?))).collect();
    let all_have = keys.len() == stage.hosts.len();
    match keys.as_slice() {
        [] => {
            let kept = stage.hosts.iter().find_map(|(_, remote)| remote.kept_key.clone());
            Ok(kept.map_or_else(app_key::generate, SecretValue::new))
        }
        [(_, key), rest @ ..] if !all_have && rest.iter().all(|(_, other)| other == key) => {
            Ok(SecretValue::new(key.clone()))
        }
        [(host, _), ..] => {
            let text = format!("{host} has an APP_KEY: with another, what it encrypted could not be read");
            let run = format!("deployer env {} set APP_KEY", stage.name());
            Err(Fault::usage(text).next(run, "sets one that you know, after a question"))
        }
    }
}

/// Asks for the value without showing it, or reads it where there is no terminal.
fn asked(key: &str, surroundings: &Surroundings) -> Result<SecretValue, Fault> {
    let value = if surroundings.ask.is_some() {
        let term = Term::stderr();
        term.write_str(&format!("value of {key} (it is not shown): "))?;
        term.read_secure_line()?
    } else {
        let mut value = String::new();
        std::io::stdin().take(LONGEST + 1).read_to_string(&mut value)?;
        value.strip_suffix('\n').map(str::to_owned).unwrap_or(value)
    };
    if value.len() as u64 > LONGEST || value.contains('\0') {
        return Err(Fault::usage("a value is text of at most 32 KiB"));
    }
    if !has_value(Some(&value)) && key == APP_KEY {
        return Err(Fault::usage("APP_KEY cannot be empty: Laravel encrypts with it"));
    }
    Ok(SecretValue::new(value))
}
