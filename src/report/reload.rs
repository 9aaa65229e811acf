//! What a dump is about to replace, told before the question whether it may.

use std::io::{self, Write};

use super::measure::{age, number_of, size};
use super::printable::printable;
use super::screen::Screen;
use crate::plan::Loading;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The size of the dump.
    pub bytes: u64,
    /// Seconds since it was made.
    pub age: f64,
    /// The database, as the application names it.
    pub database: String,
    /// How many tables and views it has now.
    pub tables: u64,
}

/// Prints what is replaced by what; `place` is as `shop to production`.
///
/// # Errors
/// When the text cannot be written.
pub fn print(
    out: &mut dyn Write,
    place: &str,
    loading: &Loading,
    told: &Told,
    screen: &Screen,
) -> io::Result<()> {
    let Loading { host, dump, before, .. } = loading;
    let Told { bytes, age: seconds, database, tables } = told;
    let dot = screen.paint().dot();
    writeln!(out, "{place} {dot} restore the database {} {dot} {dump}\n", printable(database))?;
    let tables = number_of(usize::try_from(*tables).unwrap_or(usize::MAX), "table");
    let (size, age) = (size(*bytes), age(*seconds));
    writeln!(
        out,
        "  {host}   {size} made {age} ago replace the present {tables}, dumped first into backups/{before}"
    )?;
    writeln!(out, "  {host}   what was written since then is only in that dump\n")
}
