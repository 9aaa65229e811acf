//! What each host of a stage serves now.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::measure::{age, number_of, time};
use super::next;
use super::paint::{Paint, State};
use super::printable::printable;
use super::screen::Screen;
use super::table::table;
use crate::event::Next;
use crate::host::HostName;
use crate::release::ReleaseId;

/// A stage as it is now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// The name of the application.
    pub application: String,
    /// The stage.
    pub stage: String,
    /// Seconds that asking took.
    pub seconds: f64,
    /// The hosts, in the order of deploy.yml.
    pub hosts: Vec<HostStatus>,
    /// What a person should look at.
    pub warnings: Vec<String>,
    /// What to type next; nothing when all is well.
    pub next: Vec<Next>,
}

/// A host as it is now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HostStatus {
    /// Its name.
    pub host: HostName,
    /// Why it could not be asked; the other fields say nothing then.
    pub problem: Option<String>,
    /// The release that is live.
    pub live: Option<ReleaseId>,
    /// What it is made of, as `1a2b3c4 Fix cart total`.
    pub what: String,
    /// Seconds since it is live.
    pub since: Option<f64>,
    /// What its site answers; `None`: it has none that deploy.yml names, or none that answers.
    pub answers: Option<Answers>,
    /// How many workers of the site's PHP serve each release; empty where that was not looked at.
    pub served: BTreeMap<ReleaseId, usize>,
    /// Who holds the lock, as `ben@build-7`; `None`: nobody.
    pub lock: Option<String>,
}

/// What a site answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// As in 200.
    pub status: u16,
    /// Milliseconds that it took.
    pub milliseconds: u64,
}

/// Prints the status of a stage.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, status: &Status, screen: &Screen) -> io::Result<()> {
    let paint = screen.paint();
    let asked = format!("{} asked, {}", number_of(status.hosts.len(), "host"), time(status.seconds));
    let (application, stage, dot) = (&status.application, &status.stage, paint.dot());
    writeln!(out, "{application} {dot} {stage} {dot} {asked}\n")?;
    let rows: Vec<[String; 6]> = status.hosts.iter().map(|host| row(host, paint)).collect();
    let titles = ["host", "live", "what", "since", "answers", "lock"];
    if status.hosts.iter().any(|host| host.answers.is_some()) {
        out.write_all(table(titles, &rows, 2, screen).as_bytes())?;
    } else {
        // Nobody was asked.
        let without = |[host, live, what, since, _, lock]: [String; 6]| [host, live, what, since, lock];
        let rows: Vec<_> = rows.into_iter().map(without).collect();
        let [host, live, what, since, _, lock] = titles;
        out.write_all(table([host, live, what, since, lock], &rows, 2, screen).as_bytes())?;
    }
    let problems: Vec<_> =
        status.hosts.iter().filter_map(|host| Some((&host.host, host.problem.as_ref()?))).collect();
    if !status.warnings.is_empty() || !problems.is_empty() {
        writeln!(out)?;
    }
    for (host, problem) in problems {
        writeln!(out, "{} {host}: {}", paint.state(State::Fail, State::Fail.word()), printable(problem))?;
    }
    for warning in &status.warnings {
        writeln!(out, "{} {}", paint.state(State::Caution, "!"), printable(warning))?;
    }
    out.write_all(next::block(&status.next, paint).as_bytes())
}

fn row(host: &HostStatus, paint: Paint) -> [String; 6] {
    let HostStatus { host, problem, live, what, since, answers, served: _, lock } = host;
    let name = host.to_string();
    if problem.is_some() {
        let unknown = || "?".to_owned();
        return [name, unknown(), "could not be asked".to_owned(), unknown(), unknown(), unknown()];
    }
    [
        name,
        live.as_ref().map_or_else(|| "nothing yet".to_owned(), |id| paint.release(id)),
        printable(what),
        since.map(age).unwrap_or_default(),
        answers
            .map(|Answers { status, milliseconds }| format!("{status} {milliseconds} ms"))
            .unwrap_or_default(),
        lock.as_deref().map_or_else(|| "free".to_owned(), printable),
    ]
}
