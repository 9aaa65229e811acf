//! The runs of a stage, as its hosts recorded them.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::measure::time;
use super::printable::printable;
use super::screen::Screen;
use super::table::table;
use crate::event::Outcome;
use crate::plan::Kind;
use crate::release::ReleaseId;

/// A run that was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PastRun {
    /// When it began.
    #[serde(serialize_with = "as_text")]
    pub at: Timestamp,
    /// Its kind.
    pub kind: Kind,
    /// How it ended; `None`: it was cut off before it could say.
    pub outcome: Option<Outcome>,
    /// The release that it was for.
    pub release: ReleaseId,
    /// What that release is made of, as `1a2b3c4 Fix cart total`.
    pub what: String,
    /// Who started it and where, as `ana@laptop`.
    pub by: String,
    /// Seconds it took.
    pub seconds: f64,
}

fn as_text<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// Prints runs in the order given.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, runs: &[PastRun], screen: &Screen) -> io::Result<()> {
    if runs.is_empty() {
        return writeln!(out, "No run yet.");
    }
    let titles = ["when", "what happened", "release", "what", "by", "took"];
    let rows: Vec<[String; 6]> = runs.iter().map(|run| row(run, screen)).collect();
    out.write_all(table(titles, &rows, 3, screen).as_bytes())
}

fn row(run: &PastRun, screen: &Screen) -> [String; 6] {
    let PastRun { at, kind, outcome, release, what, by, seconds } = run;
    [
        at.to_zoned(screen.time_zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        happened(*kind, *outcome).to_owned(),
        screen.paint().release(release),
        printable(what),
        printable(by),
        time(*seconds),
    ]
}

const fn happened(kind: Kind, outcome: Option<Outcome>) -> &'static str {
    match (outcome, kind) {
        (Some(Outcome::Deployed), Kind::Deploy) => "deployed",
        (Some(Outcome::Deployed), Kind::Rollback) => "rolled back",
        (Some(Outcome::Deployed), Kind::Restore) => "restored",
        (Some(Outcome::Undone), _) => "undone",
        (Some(Outcome::Stuck), _) => "stuck",
        (Some(Outcome::NotStarted), _) => "not started",
        (Some(Outcome::Nothing), _) => "nothing to do",
        (None, _) => "cut off",
    }
}
