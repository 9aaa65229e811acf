//! Plans in files: written by `deployer plan --out`, run by `deployer run --plan`.
#![expect(clippy::disallowed_methods, reason = "the plan is kept in a file")]

use std::path::Path;

use super::fault::Fault;
use crate::plan::{FORMAT, Plan};

/// Writes a plan.
///
/// # Errors
/// When the file cannot be written.
pub fn write(file: &Path, plan: &Plan) -> Result<(), Fault> {
    let text = serde_json::to_string_pretty(plan).map_err(Fault::usage)?;
    std::fs::write(file, text + "\n")
        .map_err(|error| Fault::usage(format!("cannot write {}: {error}", file.display())))
}

/// Reads a plan.
///
/// # Errors
/// When it is not there, or not a plan of this version.
pub fn read(file: &Path) -> Result<Plan, Fault> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Fault::usage(format!("cannot read {shown}: {error}")))?;
    let plan: Plan = serde_json::from_str(&text)
        .map_err(|error| Fault::usage(format!("{shown} is not a plan: {error}")))?;
    if plan.v != FORMAT {
        return Err(Fault::usage(format!(
            "{shown} is a plan of another version of deployer ({})",
            plan.tool
        )));
    }
    Ok(plan)
}

/// Refuses a saved plan that would be another one if it were made now.
///
/// # Errors
/// What has changed, in words.
pub fn must_be_same(saved: &Plan, now: &Plan) -> Result<(), Fault> {
    let mut changed = Vec::new();
    for host in &saved.hosts {
        let Some(present) = now.host(&host.name) else {
            changed.push(format!("{} is no longer in deploy.yml.", host.name));
            continue;
        };
        if host.live != present.live {
            let text = |live: &Option<crate::release::ReleaseId>| {
                live.as_ref().map_or("nothing".to_owned(), ToString::to_string)
            };
            let (was, is) = (text(&host.live), text(&present.live));
            changed.push(format!("{} changed since the plan was made: live was {was}, is {is}.", host.name));
        } else if host.facts != present.facts {
            changed.push(format!("{} changed since the plan was made.", host.name));
        }
    }
    if changed.is_empty() && saved.source != now.source {
        changed.push("The reference is another commit than when the plan was made.".to_owned());
    }
    if changed.is_empty()
        && (saved.steps != now.steps || saved.hosts != now.hosts || saved.notify != now.notify)
    {
        changed.push("deploy.yml, or a variable that it uses, changed since the plan was made.".to_owned());
    }
    if changed.is_empty() {
        Ok(())
    } else {
        Err(Fault::Stale { text: changed.join("\n"), stage: saved.stage.clone() })
    }
}
