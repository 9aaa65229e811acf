//! `deployer analyze`: what the project asks for, and what is wrong with it before it is deployed.

mod look;
mod mend;
mod need;
mod pin;
mod subject;

use super::args::{Analyze, Common};
use super::fault::Fault;
use super::surroundings::Surroundings;
use crate::analyze::{self, Inputs, Severity};
use crate::event::Next;
use crate::report::analysis::{self, Report};
pub use need::{dev_need, notes};
pub use pin::must_be_pinned;
use subject::Subject;

/// Looks at the working copy or, with a stage, at what it would release and at its hosts.
///
/// # Errors
/// When there is nothing to look at, or a host does not answer.
pub async fn analyze(args: &Analyze, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let mut subject = match &args.stage {
        Some(stage) => Subject::of_stage(stage, common, surroundings).await?,
        None => Subject::of_working_copy(common, surroundings).await?,
    };
    let here = look::here(&subject.composer, surroundings).await;
    let look = |subject: &Subject| {
        let Subject { files, seeds, hosts, .. } = subject;
        analyze::analyze(Inputs { files, seeds: *seeds, here: &here, hosts })
    };
    let mut analysis = look(&subject);
    let mut done = Vec::new();
    if args.fix {
        done = mend::mend(&subject, &analysis.findings).await?;
        subject.read_again().await?;
        analysis = look(&subject);
    }
    if args.write_lock {
        done.push(pin::write(&subject, &here, &analysis)?);
        subject.read_again().await?;
        analysis = look(&subject);
    }
    let report = Report {
        application: subject.application.clone(),
        subject: subject.name.clone(),
        next: next(&analysis, args, subject.copy.is_some()),
        analysis,
        done,
    };
    if args.json || super::wants_json(common) {
        super::answer(&report)?;
    } else {
        analysis::print(&mut std::io::stdout().lock(), &report, &surroundings.stdout(common))?;
    }
    Ok(u8::from(report.analysis.count(Severity::Error) > 0))
}

fn next(analysis: &analyze::Analysis, args: &Analyze, can_fix: bool) -> Vec<Next> {
    let mendable = analysis.findings.iter().any(|finding| finding.mend.is_some());
    let fix = Next {
        run: "deployer analyze --fix".to_owned(),
        why: "makes git forget what should not have been committed".to_owned(),
    };
    if mendable && can_fix && !args.fix { vec![fix] } else { Vec::new() }
}
