//! `deployer status`, `releases` and `history`: what the hosts know, in tables.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::args::Common;
use super::fault::Fault;
use super::hosts::{Reach, Reached};
use super::preparation::{Look, Preparation, identity, of_stage};
use super::secrets::{self, Need};
use super::served::{Served, served};
use super::surroundings::Surroundings;
use crate::config::Config;
use crate::event::{Next, Outcome};
use crate::execute::session::Identity;
use crate::facts::Facts;
use crate::facts::history::Entry;
use crate::host::HostName;
use crate::plan::preflight::HostReport;
use crate::plan::{Kind, Revision};
use crate::release::ReleaseId;
use crate::report::history::PastRun;
use crate::report::releases::{Release, State};
use crate::report::status::{HostStatus, Status};
use crate::report::{history as history_table, releases as releases_table, status as status_table};
use crate::secret::redact::Redactor;

/// Shows what each host serves; a host that does not answer keeps no other from being shown.
///
/// # Errors
/// When deploy.yml is wrong. With a host that did not answer, the exit code is 4.
pub async fn status(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = super::stage::open(stage, common, surroundings)?;
    let secrets = secrets::resolve(&config, Need::Login, surroundings).await?;
    let (redactor, identity) = (Redactor::new(&secrets), identity(surroundings));
    let reach = Reach {
        config: &config,
        surroundings,
        secrets: &secrets,
        identity: &identity,
        redactor: &redactor,
        survey: false,
        settings: false,
    };
    let mut answers = reach.all().await;
    let mut hosts: Vec<_> = answers.iter().map(of_answer).collect();
    let mut warnings = serve(&config, &mut answers, &mut hosts, &identity).await;
    let seconds = surroundings.at_this_moment().now.duration_since(surroundings.now).as_secs_f64();
    let silent = hosts.iter().any(|host| host.problem.is_some());
    let mut next = Vec::new();
    if differ(&hosts) {
        warnings.push("the hosts serve different releases".to_owned());
        next.push(Next { run: format!("deployer run {stage}"), why: "makes them alike".to_owned() });
    }
    next.extend(answers.iter().flat_map(of_silent));
    let status = Status {
        application: config.application.clone(),
        stage: stage.to_owned(),
        seconds,
        hosts,
        warnings,
        next,
    };
    if super::wants_json(common) {
        super::answer(&status)?;
    } else {
        status_table::print(&mut std::io::stdout().lock(), &status, &surroundings.stdout(common))?;
    }
    Ok(if silent { 4 } else { 0 })
}

/// Tells whether the hosts that have answered serve different releases.
fn differ(hosts: &[HostStatus]) -> bool {
    let lives: BTreeSet<_> =
        hosts.iter().filter(|host| host.problem.is_none()).map(|host| &host.live).collect();
    lives.len() > 1
}

/// Looks what the hosts' sites really serve, and returns what a person should look at.
async fn serve(
    config: &Config,
    answers: &mut [Result<Reached, HostReport>],
    hosts: &mut [HostStatus],
    identity: &Identity,
) -> Vec<String> {
    let reached = answers.iter_mut().filter_map(|answer| answer.as_mut().ok());
    let mut warnings = Vec::new();
    for served in served(config, reached, identity).await {
        let Served { host, answer, workers, problem, remark } = served;
        if let Some(Err(why)) = &answer {
            warnings.push(format!("{host}: its site does not answer: {why}"));
        }
        warnings.extend(problem.into_iter().chain(remark).map(|what| format!("{host}: {what}")));
        if let Some(status) = hosts.iter_mut().find(|status| status.host == host) {
            status.answers = answer.and_then(Result::ok);
            status.served = workers;
        }
    }
    warnings
}

fn of_answer(answer: &Result<Reached, HostReport>) -> HostStatus {
    match answer {
        Ok(host) => host_status(&host.name, &host.facts),
        Err(report) => HostStatus {
            host: report.host.clone(),
            problem: report.problems.first().map(|problem| problem.text.clone()),
            live: None,
            what: String::new(),
            since: None,
            answers: None,
            served: BTreeMap::new(),
            lock: None,
        },
    }
}

/// Returns what to type about a host that did not answer.
fn of_silent(answer: &Result<Reached, HostReport>) -> Vec<Next> {
    let problems = answer.as_ref().err().map(|report| report.problems.as_slice()).unwrap_or_default();
    problems.iter().flat_map(|problem| problem.next.clone()).collect()
}

fn each(preparation: &Preparation) -> impl Iterator<Item = (&HostName, &Facts)> {
    preparation.config.hosts.iter().filter_map(|host| preparation.facts.get_key_value(&host.name))
}

fn host_status(name: &HostName, facts: &Facts) -> HostStatus {
    let live = facts.live();
    let run = facts.history.entries().iter().rev().find(|entry| Some(&entry.id) == live.as_ref());
    let since = run.and_then(|entry| entry.at.parse::<Timestamp>().ok());
    let now = i64::try_from(facts.clock).unwrap_or_default();
    HostStatus {
        host: name.clone(),
        problem: None,
        what: live.as_ref().map(|id| what(facts, id)).unwrap_or_default(),
        since: since
            .map(|since| Timestamp::from_second(now).unwrap_or(since).duration_since(since).as_secs_f64()),
        live,
        answers: None,
        served: BTreeMap::new(),
        lock: facts.lock.as_ref().map(|lock| lock.who.clone()),
    }
}

/// Returns what a release is made of, as `1a2b3c4 Fix cart total`.
fn what(facts: &Facts, id: &ReleaseId) -> String {
    facts.descriptions.get(id).map_or_else(String::new, |found| {
        let revision = Revision {
            commit: found.commit.clone(),
            reference: found.reference.clone(),
            subject: found.subject.clone(),
        };
        text(&revision)
    })
}

fn text(revision: &Revision) -> String {
    format!("{} {}", revision.short(), revision.subject).trim_end().to_owned()
}

/// Lists the releases on the hosts.
///
/// # Errors
/// When a host does not answer.
pub async fn releases(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let preparation = of_stage(stage, Look::Hosts, common, surroundings).await?;
    let mut rows: BTreeMap<(ReleaseId, u8), Release> = BTreeMap::new();
    for (name, facts) in each(&preparation) {
        let ids = facts.entries.iter().filter_map(|entry| entry.get(..14)?.parse::<ReleaseId>().ok());
        for id in ids {
            let (order, state) = state(facts, &id);
            let fresh = || Release { release: id.clone(), what: what(facts, &id), state, hosts: Vec::new() };
            let row = rows.entry((id.clone(), order)).or_insert_with(fresh);
            row.hosts.push(name.clone());
        }
    }
    let rows: Vec<_> = rows.into_values().rev().collect();
    if super::wants_json(common) {
        super::answer(&rows)?;
    } else {
        let hosts = preparation.config.hosts.len();
        releases_table::print(&mut std::io::stdout().lock(), &rows, hosts, &surroundings.stdout(common))?;
    }
    Ok(0)
}

fn state(facts: &Facts, id: &ReleaseId) -> (u8, State) {
    if facts.live().as_ref() == Some(id) {
        (3, State::Live)
    } else if facts.previous().as_ref() == Some(id) {
        (2, State::Previous)
    } else if facts.good().contains(id) {
        (1, State::Good)
    } else {
        (0, State::Failed)
    }
}

/// Lists the runs that the hosts recorded; what several hosts recorded of one run is one line.
///
/// # Errors
/// When a host does not answer.
pub async fn history(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let preparation = of_stage(stage, Look::Hosts, common, surroundings).await?;
    let mut runs: Vec<PastRun> = Vec::new();
    for (_, facts) in each(&preparation) {
        for run in facts.history.entries().iter().filter_map(past_run) {
            let same = |known: &PastRun| {
                let apart = known.at.duration_since(run.at).as_secs().abs();
                known.release == run.release
                    && known.kind == run.kind
                    && known.outcome == run.outcome
                    && apart < 600
            };
            if !runs.iter().any(same) {
                runs.push(run);
            }
        }
    }
    runs.sort_by_key(|run| std::cmp::Reverse(run.at));
    if super::wants_json(common) {
        super::answer(&runs)?;
    } else {
        history_table::print(&mut std::io::stdout().lock(), &runs, &surroundings.stdout(common))?;
    }
    Ok(0)
}

fn past_run(entry: &Entry) -> Option<PastRun> {
    let revision = Revision {
        commit: entry.commit.clone(),
        reference: entry.reference.clone(),
        subject: entry.subject.clone(),
    };
    Some(PastRun {
        at: entry.at.parse().ok()?,
        kind: kind(&entry.kind),
        outcome: Some(match entry.outcome.as_str() {
            "deployed" | "restored" => Outcome::Deployed,
            _ => Outcome::Undone,
        }),
        release: entry.id.clone(),
        what: text(&revision),
        by: entry.by.clone(),
        #[expect(clippy::cast_precision_loss, reason = "seconds of a run")]
        seconds: entry.seconds as f64,
    })
}

fn kind(name: &str) -> Kind {
    match name {
        "rollback" => Kind::Rollback,
        "restore" => Kind::Restore,
        _ => Kind::Deploy,
    }
}
