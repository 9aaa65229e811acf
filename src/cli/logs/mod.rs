//! `deployer logs`: what the application writes into its logs, on all hosts.

mod host;
mod read;

use std::collections::BTreeMap;
use std::io::Write;

use futures::future::join_all;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::args::{Common, Logs as Args};
use super::fault::Fault;
use super::hosts::Reach;
use super::preparation::identity;
use super::surroundings::Surroundings;
use crate::config::Config;
use crate::facts::Facts;
use crate::logs::places;
use crate::plan::preflight::HostReport;
use crate::report::logs::{Form, LogLine, Logs};
use crate::secret::redact::Redactor;
use crate::secret::{SecretName, SecretValue, source};
use host::{End, Host, Told};

/// Exit code when a host does not answer.
const SILENT: u8 = 4;

/// Exit codes of an interrupted and of a terminated program.
const INTERRUPTED: u8 = 130;
const TERMINATED: u8 = 143;

/// Shows the last lines of the logs of all hosts, and follows them when asked to. A host that does not
/// answer keeps no other from being shown.
///
/// # Errors
/// When deploy.yml is wrong, names no logs, or no host answers.
pub async fn logs(args: &Args, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = super::stage::open(&args.stage, common, surroundings)?;
    if args.files.is_empty() && !args.deploy && config.logs.is_empty() {
        return Err(no_names(&config));
    }
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        exit = shown(args, &config, common, surroundings) => exit,
        _ = interrupt.recv() => Ok(INTERRUPTED),
        _ = terminate.recv() => Ok(TERMINATED),
    }
}

fn no_names(config: &Config) -> Fault {
    let (recipe, stage) = (&config.recipe, &config.stage);
    Fault::usage(format!(
        "it is not known where this application has its logs: the recipe {recipe} does not say"
    ))
    .next(
        format!("deployer logs {stage} shared/storage/logs/*.log"),
        "names them here, from the application's directory",
    )
    .next("logs: [storage/logs/*.log]", "names them in deploy.yml, from shared/")
}

async fn shown(
    args: &Args,
    config: &Config,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let secrets = known(config, surroundings).await?;
    let (redactor, identity) = (Redactor::new(&secrets), identity(surroundings));
    let reach = Reach {
        config,
        surroundings,
        secrets: &secrets,
        identity: &identity,
        redactor: &redactor,
        survey: false,
        settings: false,
    };
    let answers = reach.all().await;
    if answers.iter().all(Result::is_err) {
        let reports = answers.into_iter().filter_map(Result::err).collect();
        let (application, stage) = (config.application.clone(), config.stage.clone());
        return Err(Fault::NotReady { application, stage, reports });
    }
    for report in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        tell_silent(report)?;
    }
    let form = if super::wants_json(common) { Form::Json } else { Form::Text };
    let hosts = config.hosts.iter().map(|host| host.name.clone()).collect();
    let printer = Logs::new(hosts, form, surroundings.stdout(common));
    let is_silent = answers.iter().any(Result::is_err);
    let (sender, receiver) = mpsc::channel(64);
    let reached = answers.into_iter().filter_map(Result::ok);
    let watching = join_all(reached.map(|host| Host::new(host, args, &reach, sender.clone()).watch()));
    // Otherwise the printer would wait for one more.
    drop(sender);
    let (ends, printed) = tokio::join!(watching, print(receiver, printer, &redactor));
    printed?;
    Ok(exit(&ends, is_silent))
}

fn exit(ends: &[End], is_silent: bool) -> u8 {
    if is_silent || ends.contains(&End::Lost) { SILENT } else { u8::from(!ends.contains(&End::Shown)) }
}

/// Returns the values of all secrets that can be found here: none of them is shown. One that cannot be
/// found is no reason to show nothing.
async fn known(
    config: &Config,
    surroundings: &Surroundings,
) -> Result<BTreeMap<SecretName, SecretValue>, Fault> {
    let mut secrets = super::secrets::resolve(config, super::secrets::Need::Login, surroundings).await?;
    let environment = |name: &str| surroundings.environment.get(name).cloned();
    let mut missing = Vec::new();
    for name in config.secrets.keys().filter(|name| !secrets.contains_key(*name)).cloned().collect::<Vec<_>>()
    {
        let wanted = [name.clone()].into();
        let found =
            source::resolve(&config.secrets, &wanted, &environment, &surroundings.home, &config.root).await;
        match found {
            Ok(found) => secrets.extend(found),
            Err(_) => missing.push(name.to_string()),
        }
    }
    if !missing.is_empty() {
        let names = missing.join(", ");
        writeln!(std::io::stderr(), "! {names}: not found here, and so not taken out of what is shown")?;
    }
    Ok(secrets)
}

fn tell_silent(report: &HostReport) -> std::io::Result<()> {
    let problem = report.problems.first().map_or("", |problem| problem.text.as_str());
    writeln!(std::io::stderr(), "{}: {problem}", report.host)
}

/// Prints what hosts tell until all have ended.
async fn print(mut told: mpsc::Receiver<Told>, mut printer: Logs, redactor: &Redactor) -> Result<(), Fault> {
    while let Some(told) = told.recv().await {
        match told {
            Told::Line(LogLine { host, file, line }) => {
                // A value may have been written in two pieces.
                let line = LogLine { host, file, line: redactor.once(&line) };
                printer.print(&mut std::io::stdout().lock(), &line)?;
            }
            Told::Several => printer.name_files(),
            Told::Remark(text) => writeln!(std::io::stderr(), "{text}")?,
        }
    }
    Ok(())
}

/// Returns where the logs of a host are looked for.
fn patterns(args: &Args, config: &Config, facts: &Facts) -> Vec<String> {
    if args.deploy {
        places::named(&[places::RECORD.to_owned()], facts)
    } else if args.files.is_empty() {
        places::of_stage(&config.logs, facts)
    } else {
        places::named(&args.files, facts)
    }
}
