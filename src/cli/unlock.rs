//! `deployer unlock`: removes the lock of a run that is dead.

use std::io::Write;

use minijinja::context;

use super::args::Common;
use super::ask;
use super::fault::Fault;
use super::preparation::{Look, of_stage};
use super::surroundings::Surroundings;
use crate::plan::TAKE_OVER;
use crate::template::Engine;

const SCRIPT: &str = include_str!("../../templates/force-unlock.sh");

/// Removes the locks that it finds; of a run that may be alive only when the person says so.
///
/// # Errors
/// When a host does not answer, or nobody could be asked.
pub async fn unlock(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let mut preparation = of_stage(stage, Look::Hosts, common, surroundings).await?;
    let mut removed = 0;
    for host in &mut preparation.reached {
        let Some(lock) = &host.facts.lock else { continue };
        let silent = host.facts.clock.saturating_sub(lock.seen);
        let told = format!("{}: {}, last sign of life {silent} s ago", host.name, lock.who);
        if silent < TAKE_OVER && !sure(&told, stage, common, surroundings)? {
            continue;
        }
        let script = script(&host.facts.layout().records(), &lock.text)?;
        let lines =
            host.session.ask(&script).await.map_err(|lost| Fault::usage(format!("{}: {lost}", host.name)))?;
        if lines.iter().any(|line| line == "removed") {
            removed += 1;
            writeln!(std::io::stderr(), "unlocked {told}")?;
        }
    }
    if removed == 0 {
        writeln!(std::io::stderr(), "No lock was removed on {stage}.")?;
    }
    Ok(0)
}

fn sure(told: &str, stage: &str, common: &Common, surroundings: &Surroundings) -> Result<bool, Fault> {
    if common.yes {
        return Ok(true);
    }
    if surroundings.ask.is_none() {
        let text = format!("{told}: that run may be alive, and there is no terminal to ask");
        return Err(
            Fault::usage(text).next(format!("deployer unlock {stage} --yes"), "if it is dead for sure")
        );
    }
    Ok(ask::confirm(&format!("{told}. That run looks alive. Remove its lock?")))
}

fn script(records: &str, lock: &str) -> Result<String, Fault> {
    let context = context! { records => records, lock => lock };
    let rendered = Engine::new().shell("force-unlock.sh", SCRIPT, &context);
    rendered.map(|rendered| rendered.text).map_err(Fault::usage)
}
