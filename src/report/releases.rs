//! The releases that the hosts of a stage hold.

use std::io::{self, Write};

use serde::Serialize;

use super::groups::{listed, some_of};
use super::printable::printable;
use super::screen::Screen;
use super::table::table;
use crate::host::HostName;
use crate::release::ReleaseId;

/// A release on some hosts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Release {
    /// Its id, which is also when it was planned.
    pub release: ReleaseId,
    /// What it is made of, as `1a2b3c4 Fix cart total`.
    pub what: String,
    /// What it is to these hosts.
    pub state: State,
    /// The hosts that hold it in that state.
    pub hosts: Vec<HostName>,
}

/// What a release is to a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// `current` points to it.
    Live,
    /// A rollback without an id goes there.
    Previous,
    /// It was live, or could have been.
    Good,
    /// Its run failed.
    Failed,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Previous => "previous",
            Self::Good => "good",
            Self::Failed => "failed",
        }
    }
}

/// Prints releases in the order given, for a stage with that many hosts.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, releases: &[Release], hosts: usize, screen: &Screen) -> io::Result<()> {
    if releases.is_empty() {
        return writeln!(out, "No release yet.");
    }
    let titles = ["release", "state", "when", "what", "hosts"];
    let rows: Vec<[String; 5]> = releases.iter().map(|release| row(release, hosts, screen)).collect();
    out.write_all(table(titles, &rows, 3, screen).as_bytes())
}

fn row(release: &Release, hosts: usize, screen: &Screen) -> [String; 5] {
    let Release { release, what, state, hosts: holders } = release;
    let when = release.time().to_zoned(screen.time_zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let place = if holders.len() > 3 && holders.len() < hosts {
        format!("{} of {hosts}", holders.len())
    } else if holders.len() == hosts {
        some_of(holders, hosts)
    } else {
        listed(holders, " ")
    };
    [screen.paint().release(release), state.word().to_owned(), when, printable(what), place]
}
