//! `deployer setup`: what must be done by hand before the hosts of a stage can serve releases; with
//! `--local`, a working copy made ready to run.

mod local;
mod packages;
mod task;

use super::args::{Common, Setup};
use super::fault::Fault;
use super::preparation::{Look, of_stage};
use super::surroundings::Surroundings;
use crate::plan::guide::guide;
use crate::report;

/// Prints a guide for each host, from what it looks like; or prepares this working copy.
///
/// # Errors
/// When a host does not answer, or deploy.yml is wrong.
pub async fn setup(args: &Setup, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    if args.local {
        return local::local(args.stage.as_deref(), common, surroundings);
    }
    let stage = args.stage.as_deref().unwrap_or_default();
    let preparation = of_stage(stage, Look::Hosts, common, surroundings).await?;
    let inputs = preparation.inputs(surroundings);
    let guides: Vec<_> = inputs.hosts().map(|(host, facts)| guide(inputs.config, host, facts)).collect();
    if super::wants_json(common) {
        super::answer(&guides)?;
        return Ok(0);
    }
    report::guide::print(&mut std::io::stdout().lock(), &guides, &surroundings.stdout(common))?;
    Ok(0)
}
