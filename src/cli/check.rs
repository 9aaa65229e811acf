//! `deployer check`: whether the hosts of a stage are ready, without changing anything.

use std::io::Write;

use super::args::Common;
use super::fault::Fault;
use super::preparation::{Look, of_stage};
use super::surroundings::Surroundings;
use crate::report;

/// Looks at every host.
///
/// # Errors
/// When one is not ready.
pub async fn check(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let preparation = of_stage(stage, Look::HostsAndSource, common, surroundings).await?;
    let reports = preparation.must_be_ready(surroundings)?;
    if super::wants_json(common) {
        super::answer(&reports)?;
        return Ok(0);
    }
    let mut out = std::io::stdout().lock();
    report::refusal::print_ready(&mut out, &reports, &surroundings.stdout(common))?;
    writeln!(out, "\nReady. Nothing was changed on any host.")?;
    Ok(0)
}
