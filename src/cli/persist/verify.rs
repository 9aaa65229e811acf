//! `deployer persist STAGE --verify`: whether shared data is there, in reach and safe, on every host.

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::preparation::{Look, of_stage};
use super::super::surroundings::Surroundings;
use super::program::{self, Answer, Program};
use crate::event::Next;
use crate::persist::finding::State;
use crate::persist::script::HEALTH_CHECK;
use crate::report::findings;

/// Runs the health check of this program on all hosts; theirs may be older, or not there yet.
///
/// # Errors
/// When a host does not answer.
pub async fn verify(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let mut preparation = of_stage(stage, Look::Hosts, common, surroundings).await?;
    let check = Program { name: "health-check.sh", text: HEALTH_CHECK, options: &["--machine"] };
    let answers = program::run(&mut preparation, check).await?;
    let is_well = answers.iter().all(|answer| answer.exit == 0);
    let exit = if is_well { 0 } else { 1 };
    if super::super::wants_json(common) {
        super::super::answer(&answers)?;
        return Ok(exit);
    }
    let heading = findings::Heading { application: &preparation.config.application, stage };
    let all: Vec<_> =
        answers.iter().map(|answer| (answer.host.clone(), answer.findings.as_slice())).collect();
    let ending = match (is_well, answers.iter().any(|answer| answer.has(State::Warn))) {
        (true, false) => "All shared data is there and in reach.",
        (true, true) => "All shared data is there and in reach. Look at what is marked with !.",
        (false, _) => "Something is wrong with shared data. Nothing was changed on any host.",
    };
    let mut out = std::io::stdout().lock();
    findings::print(&mut out, &heading, &all, ending, &next(stage, &answers), &surroundings.stdout(common))?;
    Ok(exit)
}

/// Returns what mends it.
fn next(stage: &str, answers: &[Answer]) -> Vec<Next> {
    let failed = |names: &[&str]| {
        let findings = answers.iter().flat_map(|answer| &answer.findings);
        let mut failed = findings.filter(|finding| finding.state == State::Fail);
        failed.any(|finding| names.contains(&finding.name.as_str()))
    };
    let mut next = Vec::new();
    let mut add = |run: String, why: &str| next.push(Next { run, why: why.to_owned() });
    if failed(&["modes", "secrets"]) {
        add(format!("deployer persist {stage} --repair --fix-modes"), "shows what it would repair, and asks");
    } else if failed(&["current", "shared", "link"]) {
        add(format!("deployer persist {stage} --repair"), "shows what it would repair, and asks");
    }
    if failed(&[program::NO_APPLICATION]) {
        add(format!("deployer run {stage}"), "deploys it");
    }
    if failed(&["boot"]) {
        add(format!("deployer exec {stage} -- php artisan --version"), "why the application does not start");
    }
    next
}
