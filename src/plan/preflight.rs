//! What is wrong with a host, found before anything is changed: pure, from facts.

use serde::{Deserialize, Serialize};

use super::existing;
use super::found::{self, Line};
use super::inputs::Inputs;
use super::php;
use super::sharing::{self, Sharing};
use super::{
    Warning, caches, compatibility, connection, docroot, drift, maintenance, migrations, settings, space,
    workers,
};
use crate::build::offer::{Obstacle, Refusal};
use crate::config::HostConfig;
use crate::event::Next;
use crate::facts::{Facts, Kind};
use crate::host::HostName;

/// What was found on one host before a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostReport {
    /// The host.
    pub host: HostName,
    /// One line of what is there, as `php 8.3.12, 12.4 GB free`; empty when it could not be asked.
    pub summary: String,
    /// What is there, a line each, as far as nothing is wrong with it.
    #[serde(default)]
    pub found: Vec<Line>,
    /// What forbids the run. Empty: the host is ready.
    pub problems: Vec<Problem>,
    /// What a person should look at.
    pub warnings: Vec<String>,
}

/// One reason why a run cannot start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What it is about, in a word, as `php`; empty: the whole host.
    #[serde(default)]
    pub about: String,
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
        let about = String::new();
        Self { about, text: text.into(), detail: Vec::new(), next: Vec::new(), locked: false }
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
    HostReport { host, problems: vec![problem], ..HostReport::default() }
}

/// Returns what a person should look at before the plan runs.
pub fn warnings(inputs: &Inputs<'_>, sharing: &Sharing) -> Vec<Warning> {
    let notes = inputs.source.notes.iter().chain(&inputs.source.build.notes).chain(&sharing.choice.warnings);
    let notes = notes.cloned().chain(workers::octane(inputs)).map(|text| Warning { host: None, text });
    let on_hosts = inputs.hosts().flat_map(|(host, facts)| {
        let found = host_warnings(inputs, sharing, host, facts);
        found.into_iter().map(|text| Warning { host: Some(host.name.clone()), text })
    });
    let losses = compatibility::warnings(inputs).into_iter().chain(migrations::isolated(inputs.config));
    let losses = losses.map(|text| Warning { host: None, text });
    notes.chain(losses).chain(on_hosts).collect()
}

fn report(inputs: &Inputs<'_>, sharing: &Sharing, host: &HostConfig, facts: &Facts) -> HostReport {
    let one = |problem: Option<Problem>| problem.into_iter().collect::<Vec<_>>();
    let parts = [
        ("lock", one(locked(inputs, facts))),
        ("tools", tools(facts)),
        ("php", php::problems(inputs, host, facts)),
        ("directory", directories(facts)),
        ("current", one(current(facts))),
        ("links", one(no_links(facts))),
        ("space", space::problems(inputs, facts)),
        ("shared", shared(inputs, sharing, facts)),
        (".env", settings::problems(inputs, sharing, host, facts)),
        ("database", one(connection::problem(inputs, sharing, host, facts))),
        ("docroot", one(docroot_problem(inputs, host, facts))),
        ("drift", one(drift::forbids(inputs.config.shared.stray, sharing, facts))),
    ];
    let about = |(word, problems): (&str, Vec<Problem>)| {
        let word = word.to_owned();
        problems.into_iter().map(move |problem| Problem { about: word.clone(), ..problem })
    };
    let problems: Vec<Problem> = parts.into_iter().flat_map(about).collect();
    let mut found = found::lines(inputs, sharing, host, facts);
    let is_wrong = |line: &Line| {
        let about = if line.about == "files" { "space" } else { &line.about };
        problems.iter().any(|problem| problem.about == about)
    };
    found.retain(|line| !is_wrong(line));
    HostReport {
        host: host.name.clone(),
        summary: summary(facts),
        found,
        problems,
        warnings: host_warnings(inputs, sharing, host, facts),
    }
}

/// Returns one line of what is there.
fn summary(facts: &Facts) -> String {
    let php = facts.php.as_ref().map(|php| format!("php {}", php.version));
    let free = space::free(facts).map(|free| format!("{} free", space::amount(free)));
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

/// Returns the PHP program of a host as deploy.yml or the recipe has it, when its recipe uses one.
pub fn program(host: &HostConfig) -> Option<&str> {
    php::named(host)
}

/// Kinds of file systems that have no symbolic links.
const WITHOUT_LINKS: [&str; 4] = ["vfat", "msdos", "exfat", "umsdos"];

/// Returns that links are not possible, as far as the kind of file system tells. Else the lock is the first
/// thing that a run makes on a host, and is a link: where none can be made, the run ends there.
fn no_links(facts: &Facts) -> Option<Problem> {
    let kind = facts.file_system.as_deref().filter(|kind| WITHOUT_LINKS.contains(kind))?;
    let text = format!("{} is on {kind}, which has no symbolic links: `current` must be one", facts.base);
    Some(Problem::new(text))
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

/// Below this many processes an account is soon without one.
const FEW_PROCESSES: u64 = 30;

/// Returns what the account may not do.
fn limits(facts: &Facts) -> Vec<String> {
    let few = facts.processes.filter(|processes| *processes < FEW_PROCESSES);
    let few = few.map(|few| {
        format!(
            "{} may have {few} processes at once, the site's own among them; steps can fail for it",
            facts.user
        )
    });
    let noexec = facts.noexec.then(|| {
        format!("{} is mounted noexec: programs of a release cannot be started by their names", facts.base)
    });
    few.into_iter().chain(noexec).collect()
}

/// Tells of a run that died together with its host, or that its host could not take back.
pub fn unconfirmed(facts: &Facts) -> Option<String> {
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
    warnings.extend(php::warnings(inputs, host, facts));
    warnings.extend(connection::warning(inputs, sharing, host, facts));
    warnings.extend(space::warnings(facts));
    warnings.extend(limits(facts));
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
    warnings.extend(caches::unproved(inputs.config, host, facts));
    let first_install = migrations::first_install(inputs).filter(|install| *install.host() == host.name);
    warnings.extend(first_install.map(|install| install.told()));
    warnings
}
