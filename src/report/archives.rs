//! The archives of a stage's shared data and the dumps of its database.

use std::io::{self, Write};

use serde::Serialize;

use super::measure::{age, size};
use super::next;
use super::paint::State;
use super::printable::printable;
use super::screen::Screen;
use super::table::table;
use crate::event::Next;
use crate::host::HostName;
use crate::release::ReleaseId;

/// The archives of a stage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Archives {
    /// The controller's folder of them.
    pub folder: String,
    /// The archives, oldest first.
    pub archives: Vec<Archive>,
    /// The hosts that could not be asked.
    pub unasked: Vec<Unasked>,
    /// What to type next.
    pub next: Vec<Next>,
}

/// An archive.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Archive {
    /// The id of the backup.
    pub id: ReleaseId,
    /// The host whose data it holds.
    pub host: HostName,
    /// What it holds.
    pub what: What,
    /// Where it is.
    pub place: Place,
    /// Its size.
    pub bytes: u64,
    /// Seconds since it was made.
    pub age: f64,
    /// Whether its checksum is recorded: it was whole and verified.
    pub checksum: bool,
}

/// What an archive holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The shared data.
    Shared,
    /// The database.
    Database,
}

/// Where an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// On the controller.
    Here,
    /// On the host.
    Host,
}

/// A host that could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unasked {
    /// The host.
    pub host: HostName,
    /// Why.
    pub problem: String,
}

/// Prints the archives.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, list: &Archives, screen: &Screen) -> io::Result<()> {
    let paint = screen.paint();
    if list.archives.is_empty() {
        writeln!(out, "There is no backup in {}, nor on any host that was asked.", list.folder)?;
    } else {
        let rows: Vec<[String; 7]> = list.archives.iter().map(|archive| row(archive, screen)).collect();
        let titles = ["id", "what", "host", "where", "size", "age", "checksum"];
        out.write_all(table(titles, &rows, 2, screen).as_bytes())?;
        if list.archives.iter().any(|archive| archive.place == Place::Here) {
            writeln!(out, "\nhere is {}", list.folder)?;
        }
    }
    if !list.unasked.is_empty() {
        writeln!(out)?;
    }
    for Unasked { host, problem } in &list.unasked {
        writeln!(out, "{} {host}: {}", paint.state(State::Fail, State::Fail.word()), printable(problem))?;
    }
    out.write_all(next::block(&list.next, paint).as_bytes())
}

fn row(archive: &Archive, screen: &Screen) -> [String; 7] {
    let Archive { id, host, what, place, bytes, age: seconds, checksum } = archive;
    let place = match place {
        Place::Here => "here",
        Place::Host => "on the host",
    };
    let what = match what {
        What::Shared => "shared",
        What::Database => "database",
    };
    let checksum = if *checksum { "recorded" } else { "missing" };
    [
        screen.paint().release(id),
        what.to_owned(),
        host.to_string(),
        place.to_owned(),
        size(*bytes),
        age(*seconds),
        checksum.to_owned(),
    ]
}
