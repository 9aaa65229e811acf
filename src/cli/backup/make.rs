//! Making backups of all hosts at once.
#![expect(clippy::disallowed_methods, reason = "the time of a backup is taken here")]

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use jiff::Timestamp;
use minijinja::context;
use tokio::sync::Semaphore;

use super::super::args::{Backup as Args, Common, OutputFormat};
use super::super::fault::Fault;
use super::super::hosts::Reached;
use super::super::signals;
use super::super::surroundings::Surroundings;
use super::{on_host, script, streamed};
use crate::backup::name;
use crate::backup::retention::Keep;
use crate::config::Config;
use crate::event::Next;
use crate::execute::stop::{Stop, Wish};
use crate::facts::Kind;
use crate::plan::preflight::{HostReport, Problem};
use crate::release::ReleaseId;
use crate::report::backup::{self, Act, Backup, Good, HostBackup};

/// What is made, and what stays of what was made before.
struct Order<'a> {
    id: ReleaseId,
    base: &'a Path,
    on_host: bool,
    keep: Keep,
    now: Timestamp,
}

/// Makes a backup of every host that answers.
///
/// # Errors
/// When what happened cannot be told. The exit code tells whether there is a backup of every host.
pub async fn make(
    args: &Args,
    config: &Config,
    base: &Path,
    answers: Vec<Result<Reached, HostReport>>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let now = surroundings.now;
    let keep = keep(args, config);
    let order = Order { id: ReleaseId::at(now), base, on_host: args.on_host, keep, now };
    let (wish, stop) = Stop::new();
    let signals = tokio::spawn(signals::watch(wish));
    let bytes = AtomicU64::new(0);
    let places = Semaphore::new(config.max_parallel.max(1));
    let began = Instant::now();
    let turns = answers.into_iter().map(async |answer| {
        let _place = places.acquire().await;
        one(answer, &order, &stop, &bytes).await
    });
    let screen = surroundings.stderr(common);
    let shown = screen.terminal && common.output == OutputFormat::Human && !common.quiet;
    let hosts = tokio::select! {
        hosts = join_all(turns) => hosts,
        () = show(&bytes), if shown => Vec::new(),
    };
    signals.abort();
    let exit = exit(&hosts, stop.wish());
    let seconds = began.elapsed().as_secs_f64();
    let next = next(&hosts, &order, args);
    let (application, stage) = (config.application.clone(), config.stage.clone());
    let made = Backup { application, stage, act: Act::Made, id: order.id.clone(), seconds, hosts, next };
    if super::super::wants_json(common) {
        super::super::answer(&made)?;
    } else {
        backup::print(&mut std::io::stderr().lock(), &made, &screen)?;
    }
    Ok(exit)
}

/// Returns what stays: as the command line says, else as deploy.yml does.
pub fn keep(args: &Args, config: &Config) -> Keep {
    // What the command line asks for counts, and only that.
    match (args.keep, args.keep_days) {
        (None, None) => Keep::of(config.backup.keep, config.backup.keep_days),
        (count, days) => Keep::of(count, days),
    }
}

async fn one(
    answer: Result<Reached, HostReport>,
    order: &Order<'_>,
    stop: &Stop,
    bytes: &AtomicU64,
) -> HostBackup {
    let began = Instant::now();
    let mut host = match answer {
        Ok(host) => host,
        Err(report) => return HostBackup::not_started(report.host, report.problems),
    };
    if let Some(problem) = problem(&host) {
        return HostBackup::not_started(host.name, vec![problem]);
    }
    let outcome = tokio::select! {
        outcome = whole(&mut host, order, bytes) => outcome,
        () = stop.wanted() => Err(vec!["interrupted".to_owned()]),
    };
    let name = host.name.clone();
    if stop.wish() == Wish::Go {
        host.session.close().await;
    }
    HostBackup::ended(name, outcome, began.elapsed().as_secs_f64())
}

/// Returns why no backup of the host can be made.
fn problem(host: &Reached) -> Option<Problem> {
    let facts = &host.facts;
    let shared = facts.layout().shared();
    match facts.shared {
        Kind::Dir | Kind::ReadOnly | Kind::LinkToDir => script::lacking(&host.name, facts),
        Kind::Missing => Some(Problem::new(format!("there is no {shared} yet"))),
        Kind::Link | Kind::File => Some(Problem::new(format!("{shared} is no directory"))),
    }
}

/// Makes one host's backup, records it, and removes what is no longer kept.
async fn whole(host: &mut Reached, order: &Order<'_>, bytes: &AtomicU64) -> Result<Good, Vec<String>> {
    let mut good = if order.on_host {
        on_host::make(host, &order.id).await?
    } else {
        let before = AtomicU64::new(0);
        let arrived = |now: u64| {
            bytes.fetch_add(now - before.swap(now, Ordering::Relaxed), Ordering::Relaxed);
        };
        streamed::make(host, &order.id, order.base, arrived).await?
    };
    let what = format!("shared as {}", name::of(&order.id));
    let values = context! { deploy_to => host.facts.deploy_to.as_str(), what => what };
    if let Err(reason) = script::LOG.lines(&mut host.session, &values).await {
        good.warnings.push(format!("deployment.log was not written: {reason}"));
    }
    let removed = if order.on_host {
        on_host::prune(host, order.keep, order.now).await
    } else {
        streamed::prune(host, order.base, order.keep, order.now)
    };
    match removed {
        Ok(removed) => good.removed = removed,
        Err(reason) => good.warnings.push(format!("old archives were not removed: {reason}")),
    }
    Ok(good)
}

/// Shows how much has arrived, until it is dropped.
async fn show(bytes: &AtomicU64) {
    let term = console::Term::stderr();
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let _gone = term.clear_line();
        let _shown = term.write_str(&backup::progress(bytes.load(Ordering::Relaxed)));
    }
}

fn exit(hosts: &[HostBackup], wish: Wish) -> u8 {
    match wish {
        Wish::TakeBack { terminate } | Wish::Leave { terminate } => return if terminate { 143 } else { 130 },
        Wish::Go => {}
    }
    if hosts.iter().all(|host| host.problems.is_empty()) {
        0
    } else if hosts.iter().all(|host| host.not_started) {
        4
    } else {
        1
    }
}

fn next(hosts: &[HostBackup], order: &Order<'_>, args: &Args) -> Vec<Next> {
    let mut next: Vec<Next> = hosts.iter().flat_map(|host| host.next.clone()).collect();
    let (stage, id) = (&args.stage, &order.id);
    if hosts.iter().any(|host| host.archive.is_some()) {
        let from = args.to.as_ref().map_or_else(String::new, |dir| format!(" --from {}", dir.display()));
        next.push(Next {
            run: format!("deployer restore {stage} {id}{from}"),
            why: "puts this data back".to_owned(),
        });
    }
    let failed = |host: &&HostBackup| !host.problems.is_empty() && !host.not_started;
    if let Some(host) = hosts.iter().find(failed) {
        let run = format!("deployer backup {stage} --host {}", host.host);
        next.push(Next { run, why: "after mending the cause".to_owned() });
    }
    next
}
