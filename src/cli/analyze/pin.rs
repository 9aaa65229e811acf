//! `deployer.lock`: written here, and compared before each deploy.
#![expect(clippy::disallowed_methods, reason = "the file is written")]

use super::super::fault::Fault;
use super::super::surroundings::Surroundings;
use super::look;
use super::subject::Subject;
use crate::analyze::pinned::{FILE, Pinned};
use crate::analyze::{Analysis, Machine, Severity};
use crate::config::Config;
use crate::package::{self, Resolved};
use crate::report::analysis::Done;

/// Writes the versions of the programs that the project is built with.
///
/// # Errors
/// When the file cannot be written.
pub fn write(subject: &Subject, here: &Machine, analysis: &Analysis) -> Result<Done, Fault> {
    let needed: Vec<&str> =
        analysis.requirements.iter().map(|requirement| requirement.what.as_str()).collect();
    let path = subject.folder.join(FILE);
    let text = Pinned::of(here, &needed).text();
    std::fs::write(&path, text)
        .map_err(|error| Fault::usage(format!("cannot write {}: {error}", path.display())))?;
    Ok(Done { ok: true, text: format!("{FILE} is written: commit it, and deploys are held to it") })
}

/// Refuses to deploy with other programs than the release says it was tried with.
///
/// # Errors
/// With every program that differs.
pub async fn must_be_pinned(
    resolved: &Resolved,
    config: &Config,
    surroundings: &Surroundings,
) -> Result<(), Fault> {
    let Some(text) = package::requirement::pinned(resolved).await else { return Ok(()) };
    let composer = config.hosts.iter().find_map(|host| host.vars.get("composer")?.as_str());
    let here = look::here(composer.unwrap_or("composer"), surroundings).await;
    let findings = Pinned::check(&text, &here);
    let wrong: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.text.as_str())
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let fault = Fault::usage(wrong.join("\nerror: "));
    Err(fault.next(
        "deployer analyze --write-lock",
        "if this is what releases are built with from now on; then commit it",
    ))
}
