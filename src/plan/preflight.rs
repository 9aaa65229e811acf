//! What is wrong with a host, found before anything is changed: pure, from facts.

use serde::{Deserialize, Serialize};

use super::existing;
use super::inputs::Inputs;
use super::php;
use super::sharing::{self, Sharing};
use super::{Warning, caches, docroot, drift, maintenance, settings, space};
use crate::build::offer::{Obstacle, Refusal};
use crate::config::HostConfig;
use crate::event::Next;
use crate::facts::{Facts, Kind};
use crate::host::HostName;

/// What was found on one host before a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostReport {
    /// The host.
    pub host: HostName,
    /// One line of what is there, as `php 8.3.12, 12.4 GB free`; empty when it could not be asked.
    pub summary: String,
    /// What forbids the run. Empty: the host is ready.
    pub problems: Vec<Problem>,
    /// What a person should look at.
    pub warnings: Vec<String>,
}

/// One reason why a run cannot start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What is wrong, in one line.
    pub text: String,
    /// More about it, a line each.
    pub detail: Vec<String>,
    /// What mends it.
    pub next: Vec<Next>,
    /// Whether it is only that another run has the lock.
    #[serde(default)]
    pub locked: bool,
}

impl Problem {
    /// Makes a problem of one line.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), detail: Vec::new(), next: Vec::new(), locked: false }
    }

    /// Adds a line about it.
    #[must_use]
    pub fn detail(mut self, line: impl Into<String>) -> Self {
        self.detail.push(line.into());
        self
    }

    /// Adds a command that mends it.
    #[must_use]
    pub fn next(mut self, run: impl Into<String>, why: impl Into<String>) -> Self {
        self.next.push(Next { run: run.into(), why: why.into() });
        self
    }
}

/// Looks at every host.
pub fn check(inputs: &Inputs<'_>) -> Vec<HostReport> {
    let sharing = Sharing::of(inputs);
    inputs.hosts().map(|(host, facts)| report(inputs, &sharing, host, facts)).collect()
}

/// Returns what is wrong with a place that was to build the release.
pub fn unbuilt(refusal: &Refusal) -> HostReport {
    let Refusal { place, obstacle } = refusal;
    let Obstacle { text, detail, next } = obstacle.clone();
    let problem = Problem { detail, next, ..Problem::new(text) };
    let host = HostName::new(place.name());
    HostReport { host, summary: String::new(), problems: vec![problem], warnings: Vec::new() }
}

/// Returns what a person should look at before the plan runs.
pub fn warnings(inputs: &Inputs<'_>, sharing: &Sharing) -> Vec<Warning> {
    let notes = inputs.source.notes.iter().chain(&inputs.source.build.notes).chain(&sharing.choice.warnings);
    let notes = notes.map(|text| Warning { host: None, text: text.clone() });
    let on_hosts = inputs.hosts().flat_map(|(host, facts)| {
        let found = host_warnings(inputs, sharing, host, facts);
        found.into_iter().map(|text| Warning { host: Some(host.name.clone()), text })
    });
    notes.chain(caches::unproved(inputs)).chain(on_hosts).collect()
}

fn report(inputs: &Inputs<'_>, sharing: &Sharing, host: &HostConfig, facts: &Facts) -> HostReport {
    let mut problems = Vec::new();
    problems.extend(locked(inputs, facts));
    problems.extend(tools(facts));
    problems.extend(runs_php(inputs, host, facts));
    problems.extend(directories(facts));
    problems.extend(current(facts));
    problems.extend(space::problems(inputs, facts));
    problems.extend(shared(inputs, sharing, facts));
    problems.extend(settings::problems(inputs, sharing, host, facts));
    problems.extend(docroot_problem(inputs, host, facts));
    problems.extend(drift::forbids(inputs.config.shared.stray, sharing, facts));
    HostReport {
        host: host.name.clone(),
        summary: summary(facts),
        problems,
        warnings: host_warnings(inputs, sharing, host, facts),
    }
}

/// Returns one line of what is there.
fn summary(facts: &Facts) -> String {
    let php = facts.php.as_ref().map(|php| format!("php {}", php.version));
    let free = facts.free_kilobytes.map(|free| format!("{} free", space::amount(free)));
    php.into_iter().chain(free).collect::<Vec<_>>().join(", ")
}

fn locked(inputs: &Inputs<'_>, facts: &Facts) -> Option<Problem> {
    let lock = facts.lock.as_ref()?;
    let silent = facts.clock.saturating_sub(lock.seen);
    if silent >= super::TAKE_OVER {
        return None;
    }
    let stage = &inputs.config.stage;
    let held = facts.clock.saturating_sub(lock.since);
    let problem = Problem::new(format!("locked by {}", lock.who))
        .detail(format!("taken {held} s ago, last sign of life {silent} s ago"))
        .next(format!("deployer run {stage}"), "start when that run is done")
        .next(format!("deployer unlock {stage}"), "only if that run is dead");
    Some(Problem { locked: true, ..problem })
}

fn tools(facts: &Facts) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !facts.lacks.is_empty() {
        problems.push(Problem::new(format!("the host lacks {}", facts.lacks.join(", "))));
    }
    if facts.php.is_none() {
        let no_rename =
            facts.rename.is_none().then_some("no `mv -T`, `mv -h` or php to switch `current` in one step");
        let no_sum =
            facts.checksum.is_none().then_some("no sha256sum, shasum, openssl or php to verify what arrives");
        problems.extend(no_rename.into_iter().chain(no_sum).map(Problem::new));
    }
    problems
}

fn runs_php(inputs: &Inputs<'_>, host: &HostConfig, facts: &Facts) -> Option<Problem> {
    let wanted = program(host)?;
    let Some(found) = &facts.php else {
        let problem = Problem::new(format!("there is no PHP: `{wanted}` does not run"));
        return Some(problem.detail(format!(
            "`php:` of {} in {} line {} names it; hosting panels keep it in /opt/alt/php82/usr/bin/php, \
             /opt/cpanel/ea-php82/root/usr/bin/php or /opt/plesk/php/8.2/bin/php",
            host.name, host.at.file, host.at.line
        )));
    };
    let needed = inputs.source.php.as_deref()?;
    if php::allows(needed, &found.version) != Some(false) {
        return None;
    }
    let problem = Problem::new(format!("PHP {} is not what composer.json asks for: {needed}", found.version));
    Some(
        problem.detail(format!(
            "it is {}; `php:` of {} in {} names another",
            found.binary, host.name, host.at.file
        )),
    )
}

/// Returns the PHP program of a host, when its recipe uses one.
pub fn program(host: &HostConfig) -> Option<&str> {
    host.vars.get("php").and_then(serde_json::Value::as_str).filter(|php| !php.is_empty())
}

fn directories(facts: &Facts) -> Vec<Problem> {
    let layout = facts.layout();
    let mut problems = Vec::new();
    let base_ok = matches!(facts.base_kind, Kind::Dir | Kind::LinkToDir);
    if !base_ok {
        let what =
            if facts.base_kind == Kind::ReadOnly { "cannot be written by" } else { "is not a directory for" };
        problems.push(Problem::new(format!("{} {what} {}", facts.base, facts.user)));
        return problems;
    }
    let parts = [
        (facts.releases, layout.releases()),
        (facts.shared, layout.shared()),
        (facts.backups, layout.backups()),
        (facts.records, layout.records()),
    ];
    for (kind, path) in parts {
        let text = match kind {
            Kind::Missing | Kind::Dir | Kind::LinkToDir => continue,
            Kind::ReadOnly => format!("{path} cannot be written by {}", facts.user),
            Kind::Link => format!("{path} is a link to nowhere"),
            Kind::File => format!("{path} is not a directory"),
        };
        problems.push(Problem::new(text).detail("it was not made by this program and is left alone"));
    }
    problems
}

fn current(facts: &Facts) -> Option<Problem> {
    let path = facts.layout().current();
    match facts.current {
        Kind::Missing => None,
        Kind::Link | Kind::LinkToDir if facts.live().is_some() => None,
        Kind::Link | Kind::LinkToDir => {
            let target = facts.target.as_deref().unwrap_or_default();
            let problem = Problem::new(format!(
                "{path} is a link to {target}, which is no release of this application"
            ));
            Some(problem.next(format!("rm {path}"), "on the host, if nothing needs the link"))
        }
        Kind::Dir | Kind::ReadOnly | Kind::File => {
            let problem = Problem::new(format!("{path} is not a link; it is left alone"));
            Some(problem.next(
                format!("mv {path} {path}.before"),
                "on the host, then deploy; the site is down in between",
            ))
        }
    }
}

fn docroot_problem(inputs: &Inputs<'_>, host: &HostConfig, facts: &Facts) -> Option<Problem> {
    let (text, detail) = docroot::obstacle(host.docroot_mode, facts)?;
    let next = format!("deployer setup {}", inputs.config.stage);
    Some(Problem::new(text).detail(detail).next(next, "what to do by hand, for this host"))
}

fn shared(inputs: &Inputs<'_>, sharing: &Sharing, facts: &Facts) -> Vec<Problem> {
    let root = facts.layout().shared();
    let kind = |path: &String| facts.in_shared.get(path).copied().unwrap_or_default();
    let mut problems = Vec::new();
    let inherits_env = existing::sources(sharing, &inputs.config.docroot, facts).contains_key(".env");
    // `also` names files, too, where the release ships one.
    let is_dir = |path: &String| !sharing.choice.files().any(|file| file == path);
    for path in sharing::dirs(&inputs.config.shared).into_iter().filter(is_dir) {
        let text = match kind(&path) {
            Kind::Missing | Kind::Dir | Kind::LinkToDir => continue,
            Kind::ReadOnly => format!("{root}/{path} cannot be written by {}", facts.user),
            Kind::Link | Kind::File => format!("{root}/{path} should be a directory"),
        };
        problems.push(Problem::new(text));
    }
    for path in sharing::files(&inputs.config.shared) {
        match kind(&path) {
            Kind::File | Kind::Link => {}
            Kind::Missing if path == ".env" && inputs.config.env_file.is_none() && !inherits_env => {
                problems.push(no_env(&inputs.config.stage, &root));
            }
            Kind::Missing => {}
            Kind::Dir | Kind::ReadOnly | Kind::LinkToDir => {
                problems.push(Problem::new(format!("{root}/{path} should be a file")));
            }
        }
    }
    problems
}

fn no_env(stage: &str, root: &str) -> Problem {
    Problem::new(format!("{root}/.env is missing"))
        .detail("an application without its settings is never made live")
        .detail("`env_file: .env.production` in deploy.yml uploads that file, once, where there is none")
        .next(format!("deployer env {stage} push FILE"), "sends a file with them now")
}

/// Tells of a run that died together with its host, or that its host could not take back.
fn unconfirmed(facts: &Facts) -> Option<String> {
    let dead = |lock: &crate::facts::Lock| facts.clock.saturating_sub(lock.seen) >= super::TAKE_OVER;
    if !facts.unconfirmed || facts.lock.as_ref().is_some_and(|lock| !dead(lock)) {
        return None;
    }
    let live = facts.live().map_or_else(|| "nothing".to_owned(), |live| live.to_string());
    Some(format!(
        "the last run died while it went live and was not taken back; {live} is live now, whether it works \
         nobody has looked"
    ))
}

fn host_warnings(inputs: &Inputs<'_>, sharing: &Sharing, host: &HostConfig, facts: &Facts) -> Vec<String> {
    let mut warnings = drift::warnings(inputs.config.shared.stray, sharing, facts);
    warnings.extend(existing::told(&existing::sources(sharing, &inputs.config.docroot, facts)));
    warnings.extend(settings::warnings(inputs, sharing, facts));
    warnings.extend(space::warnings(facts));
    let skew = (inputs.now.as_second() - i64::try_from(facts.clock).unwrap_or_default()).unsigned_abs();
    if skew > 300 {
        warnings.push(format!("its clock differs from this machine's by {} minutes", skew / 60));
    }
    if facts.current == Kind::Link {
        warnings.push(format!(
            "current points to {}, which is gone",
            facts.target.as_deref().unwrap_or_default()
        ));
    }
    if facts.lock.as_ref().is_some_and(|lock| facts.clock.saturating_sub(lock.seen) >= super::TAKE_OVER) {
        warnings.push("a run that died left its lock; it is taken over".to_owned());
    }
    warnings.extend(unconfirmed(facts));
    warnings.extend(maintenance::warning(inputs.config.maintenance.is_some(), facts));
    warnings.extend(docroot::warning(host.docroot_mode, facts));
    warnings
}
