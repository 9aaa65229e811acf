//! What is judged on a host itself.

use jiff::Timestamp;

use super::seen::Seen;
use super::workers::{self, Switched};
use super::{Check, Verdict, migrations};
use crate::config::{Config, HostConfig};
use crate::facts::Facts;
use crate::persist::finding::{Finding, State};
use crate::plan::{TAKE_OVER, preflight, surplus};
use crate::release::ReleaseId;

/// A host, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The stage.
    pub config: &'a Config,
    /// The host.
    pub host: &'a HostConfig,
    /// What it looks like.
    pub facts: &'a Facts,
    /// What was seen there.
    pub seen: &'a Seen,
    /// Whether other hosts serve another release.
    pub differs: bool,
}

/// Judges a host.
pub fn checks(subject: &Subject<'_>) -> Vec<Check> {
    let Subject { config, facts, seen, .. } = subject;
    let mut checks = vec![current(subject)];
    checks.extend(record(subject));
    let unsure = preflight::unconfirmed(facts).map(|words| Check::warn("history", words));
    checks.extend(unsure.map(|check| {
        check.next(format!("deployer run {}", config.stage), "makes a release live that is looked at")
    }));
    checks.push(lock(subject));
    checks.push(pruned(subject));
    checks.push(maintenance(subject));
    checks.extend(shared(subject));
    checks.extend(logs(subject));
    let migrates = config.steps.iter().any(|step| step.name == "migrate");
    if let Some((exit, lines)) = &seen.migrations {
        checks.push(migrations::check(*exit, lines, migrates, php(subject), &config.stage));
    }
    let works = config.steps.iter().any(|step| step.name == "queue-restart");
    let live = facts.live();
    let judged = workers::check(
        seen.workers.as_deref(),
        works,
        &facts.layout(),
        live.as_ref(),
        switched(facts, live.as_ref()),
    );
    checks.extend(judged.map(|check| advised(check, subject)));
    checks.extend(debug(subject));
    if !seen.complete {
        let words = "the host's part of the checklist did not come to its end";
        checks.push(
            Check::fail("checklist", words).next(format!("deployer verify {}", config.stage), "tries again"),
        );
    }
    checks
}

fn advised(check: Check, subject: &Subject<'_>) -> Check {
    let stage = &subject.config.stage;
    match check.verdict {
        Verdict::Ok => check,
        Verdict::Warn | Verdict::Fail => check.next(
            format!("deployer exec {stage} -- {} artisan queue:restart", php(subject)),
            "workers end after their job; supervisor starts them anew",
        ),
    }
}

fn php<'a>(subject: &Subject<'a>) -> &'a str {
    preflight::program(subject.host).unwrap_or("php")
}

fn current(subject: &Subject<'_>) -> Check {
    const NAME: &str = "current";
    let Subject { config, facts, seen, differs, .. } = subject;
    let stage = &config.stage;
    let found = seen.findings.iter().find(|finding| finding.name == NAME && finding.state != State::Ok);
    match (facts.live(), found) {
        (Some(live), None) if !differs => Check::ok(NAME, format!("{live} is live and whole")),
        (Some(live), None) => {
            Check::fail(NAME, format!("{live} is live here, and other hosts serve another release"))
                .next(format!("deployer run {stage}"), "makes them alike")
        }
        (_, Some(Finding { state: State::Warn, text, .. })) => Check::warn(NAME, text.clone()),
        (_, Some(found)) => Check::fail(NAME, found.text.clone())
            .next(format!("deployer run {stage}"), "makes a release live"),
        (None, None) => Check::fail(NAME, "nothing was deployed there yet")
            .next(format!("deployer run {stage}"), "deploys it"),
    }
}

fn record(subject: &Subject<'_>) -> Option<Check> {
    const NAME: &str = "history";
    let Subject { config, facts, .. } = subject;
    let live = facts.live()?;
    let entry =
        facts.history.entries().iter().rev().find(|entry| entry.id == live && entry.outcome == "deployed");
    Some(match entry {
        Some(entry) => Check::ok(NAME, format!("recorded: {} by {}, {}", entry.kind, entry.by, entry.at)),
        None => Check::fail(
            NAME,
            format!("no run has recorded that {live} is live: it was killed, or somebody changed the link"),
        )
        .next(format!("deployer run {}", config.stage), "records what it makes live"),
    })
}

fn lock(subject: &Subject<'_>) -> Check {
    const NAME: &str = "lock";
    let Subject { config, facts, .. } = subject;
    let Some(lock) = &facts.lock else { return Check::ok(NAME, "free: no run is under way") };
    let silent = facts.clock.saturating_sub(lock.seen);
    let stage = &config.stage;
    if silent < TAKE_OVER {
        return Check::warn(NAME, format!("held by {}: what is told here may change", lock.who))
            .next(format!("deployer verify {stage}"), "when that run is done");
    }
    Check::fail(NAME, format!("left by a run that died: {}, last sign of life {silent} s ago", lock.who))
        .next(format!("deployer unlock {stage}"), "removes it; the next run takes it over, too")
}

fn pruned(subject: &Subject<'_>) -> Check {
    const NAME: &str = "releases";
    let Subject { config, facts, .. } = subject;
    let (keep, good) = (config.keep_releases, facts.good().len());
    // What a deploy would remove besides making room for its own.
    let surplus = surplus(facts, keep + 1);
    if surplus.is_empty() {
        return Check::ok(NAME, format!("{good} kept, of {keep} at most"));
    }
    let names: Vec<_> = surplus.iter().take(3).map(ReleaseId::as_str).collect();
    Check::warn(NAME, format!("{} more than the {keep} that stay: {}", surplus.len(), names.join(" ")))
        .next(format!("deployer run {}", config.stage), "the next deploy removes them")
}

fn maintenance(subject: &Subject<'_>) -> Check {
    const NAME: &str = "maintenance";
    let Subject { config, seen, .. } = subject;
    let Some(file) = &seen.down else { return Check::ok(NAME, "off: visitors see the site") };
    let check = Check::fail(NAME, format!("on: {file} is there"));
    let stage = &config.stage;
    match file.as_str() {
        "shared/maintenance.html" => check.next(
            format!("deployer exec {stage} -- rm ../../shared/maintenance.html"),
            "where no run is under way: visitors see the site again",
        ),
        "current/.maintenance" => {
            check.next(format!("deployer exec {stage} -- rm .maintenance"), "where no update is under way")
        }
        _ => check.next(format!("deployer exec {stage} -- {} artisan up", php(subject)), "switches it off"),
    }
}

/// Says in one line what is right with shared data, and each thing that is wrong in its own.
fn shared(subject: &Subject<'_>) -> Vec<Check> {
    const NAME: &str = "shared";
    let Subject { config, seen, .. } = subject;
    let findings = seen.findings.iter().filter(|finding| finding.name != "current");
    let stage = &config.stage;
    let mut checks: Vec<Check> = findings
        .clone()
        .filter_map(|Finding { state, name, text }| {
            let check = match state {
                State::Ok if name == "boot" => return Some(Check::ok("boot", text.clone())),
                State::Ok | State::Todo => return None,
                State::Warn => return Some(Check::warn(NAME, text.clone())),
                State::Fail => Check::fail(NAME, text.clone()),
            };
            Some(match name.as_str() {
                "modes" | "secrets" => check.next(
                    format!("deployer persist {stage} --repair --fix-modes"),
                    "shows what it would repair, and asks",
                ),
                "shared" | "link" => check.next(
                    format!("deployer persist {stage} --repair"),
                    "shows what it would repair, and asks",
                ),
                "boot" => check.next(
                    format!("deployer exec {stage} -- {} artisan --version", php(subject)),
                    "why the application does not start",
                ),
                _ => check.next(format!("deployer persist {stage} --verify"), "all that is known about it"),
            })
        })
        .collect();
    let linked = findings.filter(|finding| finding.state == State::Ok && finding.name == NAME).count();
    if checks.iter().all(|check| check.verdict != Verdict::Fail) && linked > 0 {
        checks.insert(0, Check::ok(NAME, format!("{linked} paths are in reach and can be written")));
    }
    checks
}

fn logs(subject: &Subject<'_>) -> Option<Check> {
    const NAME: &str = "logs";
    let Subject { config, facts, seen, .. } = subject;
    if let Some(first) = seen.unwritable.first() {
        let words = format!(
            "{first} cannot be written by {}: the application fails where it writes there",
            facts.user
        );
        return Some(Check::fail(NAME, words).next(
            format!("deployer exec {} --host {} -- ls -ldn {first}", config.stage, subject.host.name),
            "whose it is",
        ));
    }
    let first = seen.logs.first()?;
    let below = first.strip_prefix(facts.layout().deploy_to()).unwrap_or(first);
    Some(Check::ok(NAME, format!("{} can be written", below.trim_start_matches('/'))))
}

fn debug(subject: &Subject<'_>) -> Option<Check> {
    const NAME: &str = "debug";
    let Subject { config, facts, .. } = subject;
    let settings = facts.env_files.get(&format!("{}/.env", facts.layout().shared()))?;
    settings.has("APP_DEBUG")?;
    Some(if settings.debug {
        Check::fail(NAME, "APP_DEBUG is on: each error page shows the settings, passwords included")
            .next(format!("deployer env {} set APP_DEBUG", config.stage), "asks for the value: false")
            .next(format!("deployer run {}", config.stage), "makes the caches of settings anew")
    } else {
        Check::ok(NAME, "APP_DEBUG is off")
    })
}

/// Returns when the live release became live.
fn switched(facts: &Facts, live: Option<&ReleaseId>) -> Option<Switched> {
    let entry = facts
        .history
        .entries()
        .iter()
        .rev()
        .find(|entry| Some(&entry.id) == live && entry.outcome == "deployed")?;
    let at = entry.at.parse::<Timestamp>().ok()?;
    let ended = facts.clock.saturating_sub(u64::try_from(at.as_second()).ok()?);
    Some(Switched { began: ended + entry.seconds, ended })
}
