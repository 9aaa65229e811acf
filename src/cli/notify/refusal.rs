//! A run that did not begin: hosts are not ready for it, or have changed since its plan was made.

use super::sending;
use crate::cli::args::{Cli, Command};
use crate::cli::fault::Fault;
use crate::cli::surroundings::Surroundings;
use crate::cli::{saved, stage};
use crate::notify::message::{Failed, Message};
use crate::plan::Kind;
use crate::secret::redact::Redactor;

/// Tells those who want to know that the command line's run did not begin.
pub async fn tell(fault: &Fault, cli: &Cli, surroundings: &Surroundings) {
    if !matches!(fault, Fault::NotReady { .. } | Fault::Stale { .. }) {
        return;
    }
    let Some((kind, stage)) = run(&cli.command) else { return };
    let Ok(config) = stage::open(&stage, &cli.common, surroundings) else { return };
    let message = |redactor: &Redactor| {
        let (application, by) = (&config.application, &surroundings.by);
        let message = Message::not_started(kind, application, &config.stage, by, fault.exit());
        Message { failed: failed(fault, redactor), ..message }
    };
    sending::refused(&config, message, surroundings).await;
}

/// Returns the kind of run that a command is, and its stage; `None` where it only looks.
fn run(command: &Command) -> Option<(Kind, String)> {
    match command {
        Command::Run(args) if args.dry_run => None,
        Command::Run(args) => match &args.plan {
            Some(file) => saved::read(file).ok().map(|plan| (plan.kind, plan.stage)),
            None => args.stage.clone().map(|stage| (Kind::Deploy, stage)),
        },
        Command::Rollback(args) => (!args.dry_run).then(|| (Kind::Rollback, args.stage.clone())),
        Command::Restore(args) => Some((Kind::Restore, args.stage.clone())),
        _ => None,
    }
}

/// Returns what was found wrong with each host.
fn failed(fault: &Fault, redactor: &Redactor) -> Vec<Failed> {
    let Fault::NotReady { reports, .. } = fault else { return Vec::new() };
    let problems = reports.iter().flat_map(|report| {
        report.problems.iter().map(|problem| Failed::of_check(&report.host, &redactor.once(&problem.text)))
    });
    problems.collect()
}
