//! `deployer check`: whether the hosts of a stage are ready, without changing anything.

use super::args::Common;
use super::fault::Fault;
use super::preparation::{Look, of_stage};
use super::surroundings::Surroundings;
use crate::plan::preflight::HostReport;
use crate::report;

/// Looks at every host, and tells all that was found.
///
/// # Errors
/// When the project is wrong, or for programs, when a host is not ready.
pub async fn check(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    match ready(stage, common, surroundings).await {
        Ok((application, reports)) => {
            print(&application, stage, &reports, common, surroundings)?;
            Ok(0)
        }
        Err(Fault::NotReady { application, stage, reports }) if !super::wants_json(common) => {
            print(&application, &stage, &reports, common, surroundings)?;
            Ok(Fault::NotReady { application, stage, reports }.exit())
        }
        Err(fault) => Err(fault),
    }
}

async fn ready(
    stage: &str,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<(String, Vec<HostReport>), Fault> {
    let preparation = of_stage(stage, Look::HostsAndSource, common, surroundings).await?;
    let reports = preparation.must_be_ready(surroundings)?;
    Ok((preparation.config.application, reports))
}

fn print(
    application: &str,
    stage: &str,
    reports: &[HostReport],
    common: &Common,
    surroundings: &Surroundings,
) -> Result<(), Fault> {
    if super::wants_json(common) {
        return super::answer(&reports);
    }
    // What is asked for goes to standard output, whether it is good or bad.
    let screen = surroundings.stdout(common);
    report::check::print(&mut std::io::stdout().lock(), application, stage, reports, &screen)?;
    Ok(())
}
