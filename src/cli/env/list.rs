//! `deployer env STAGE list`: the keys, and which have a value.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::surroundings::Surroundings;
use super::Stage;
use crate::dotenv::summary::has_value;
use crate::report::settings::{self, Key, Value};

/// Lists the keys of all hosts.
///
/// # Errors
/// When values are to be shown where a file or a program would read them, and when a host does not answer.
pub async fn list(
    stage: &str,
    show: bool,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    if show && (super::super::wants_json(common) || !std::io::stdout().is_terminal()) {
        let fault = Fault::usage("--show is for a terminal: what is written elsewhere stays there");
        return Err(fault.next(format!("deployer env {stage} pull FILE"), "a file with the values"));
    }
    let stage = Stage::look(stage, common, surroundings).await?;
    let mut keys: BTreeMap<String, Vec<(String, Option<String>)>> = BTreeMap::new();
    for (host, settings) in stage.settings()? {
        for (key, value) in settings.map(|settings| settings.plain()).unwrap_or_default() {
            keys.entry(key).or_default().push((host.to_string(), value));
        }
    }
    let all = stage.hosts.len();
    let keys: Vec<_> = keys.into_iter().map(|(name, found)| key(name, &found, all, show)).collect();
    if super::super::wants_json(common) {
        super::super::answer(&keys)?;
        return Ok(0);
    }
    let heading = format!("{} to {}", stage.preparation.config.application, stage.name());
    settings::print(&mut std::io::stdout().lock(), &heading, &keys, &surroundings.stdout(common))?;
    Ok(0)
}

fn key(name: String, found: &[(String, Option<String>)], all: usize, show: bool) -> Key {
    let differs = found.iter().any(|(_, value)| *value != found[0].1);
    let shown = |(host, value): &(String, Option<String>)| (host.clone(), value.clone().unwrap_or_default());
    Key {
        name,
        value: if found.iter().all(|(_, value)| has_value(value.as_deref())) {
            Value::Set
        } else {
            Value::Empty
        },
        differs,
        only_on: if found.len() < all {
            found.iter().map(|(host, _)| host.clone()).collect()
        } else {
            Vec::new()
        },
        shown: match (show, differs) {
            (false, _) => Vec::new(),
            (true, true) => found.iter().map(shown).collect(),
            (true, false) => found.iter().take(1).map(|found| (String::new(), shown(found).1)).collect(),
        },
    }
}
