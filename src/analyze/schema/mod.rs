//! What Laravel's migrations do to tables, as their files say it: read by tokens, nothing is run.
//!
//! In doubt a migration does nothing: only what its `up()` says counts, and what that calls in its own file.

mod class;
mod sql;
#[cfg(test)]
mod tests;
mod walk;

use serde::Serialize;

use super::files::Files;

/// A file with a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its name, as the database lists it.
    pub name: String,
    /// Its path, from the top of the release.
    pub path: String,
    /// What it does to tables, in its order.
    pub deeds: Vec<Deed>,
}

/// One thing that a migration does to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The line, counted from 1.
    pub line: u32,
    /// The table; `None`: the file does not say it in words.
    pub table: Option<String>,
    /// What is done to it.
    pub what: What,
}

/// What is done to a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum What {
    /// It comes into being.
    Create,
    /// It goes.
    Drop {
        /// Whether it may be missing.
        if_exists: bool,
    },
    /// It gets another name; `None`: one that is not told.
    Rename(Option<String>),
    /// Columns go; none: the file does not say which.
    DropColumns(Vec<String>),
    /// A column gets another name.
    RenameColumn(Vec<String>),
    /// A column becomes another one in its place.
    ChangeColumn(Option<String>),
    /// An index or a rule goes, as `foreign key`.
    DropKey(&'static str),
    /// Something else that a statement says, in its own words.
    Statement(String),
}

/// Tells whether a file may be a migration that Laravel runs, by its path.
pub fn is_migration(path: &str) -> bool {
    let Some((dir, name)) = path.rsplit_once('/') else { return false };
    let in_place = dir.rsplit('/').next().is_some_and(|dir| dir.eq_ignore_ascii_case("migrations"));
    in_place && name.ends_with(".php") && name.contains('_') && !super::files::is_foreign(path)
}

/// Reads all migrations, in the order of their run.
pub fn migrations(files: &Files) -> Vec<Migration> {
    let read = |path: &str| {
        let (_, file) = path.rsplit_once('/')?;
        let text = files.text(path)?;
        // As Laravel makes it.
        let name = file.replace(".php", "");
        Some(Migration { name, path: path.to_owned(), deeds: deeds(&text) })
    };
    let mut all: Vec<_> = files.paths().filter(|path| is_migration(path)).filter_map(read).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Reads what a migration does to tables.
pub fn deeds(text: &str) -> Vec<Deed> {
    let (tokens, ends) = super::php::tokens(text);
    walk::walk(&tokens, &ends)
}
