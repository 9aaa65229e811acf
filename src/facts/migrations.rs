//! What a Laravel release says of its migrations, and which of them have run: the lines of
//! `templates/migrations.sh`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What each line begins with.
const WORD: &str = "migrations ";

/// What a release says of its migrations. The order of their names is that of their run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migrations {
    /// Those that have run, files of other releases too.
    pub ran: BTreeSet<String>,
    /// Those that the release has, its packages' too.
    pub files: BTreeSet<String>,
    /// The directories in which it looks for them, as far as they are its own.
    pub dirs: BTreeSet<String>,
    /// The directories of its modules that may hold some, whether it looks there or not.
    pub modules: BTreeSet<String>,
    /// What of the database was kept before they ran, in `backups`.
    pub dumps: BTreeSet<String>,
    /// Whether the database has a table of those that have run.
    pub table: bool,
    /// Whether one that fails leaves nothing behind.
    pub whole: bool,
    /// Whether all of it was told.
    complete: bool,
    /// Why it was not.
    error: Option<String>,
}

impl Migrations {
    /// Takes a line, if it is one of these, or the empty one before.
    pub fn hear(&mut self, line: &str) -> bool {
        let Some(value) = line.strip_prefix(WORD) else { return line.is_empty() };
        self.read(value);
        true
    }

    /// Reads a line behind its first word.
    pub fn read(&mut self, value: &str) {
        let (what, value) = value.split_once(' ').unwrap_or((value, ""));
        let list = match what {
            "ran" => &mut self.ran,
            "file" => &mut self.files,
            "dir" => &mut self.dirs,
            "module" => &mut self.modules,
            "dump" => &mut self.dumps,
            "table" => return self.table = true,
            "whole" => return self.whole = true,
            "end" => return self.complete = true,
            "error" => {
                self.error.get_or_insert_with(|| value.trim().to_owned());
                return;
            }
            _ => return,
        };
        list.insert(value.to_owned());
    }

    /// Returns why it is not known which have run; `None`: it is.
    pub fn unknown(&self) -> Option<&str> {
        match (&self.error, self.complete) {
            (Some(error), _) => Some(error),
            (None, true) => None,
            (None, false) => Some("PHP ended before it had answered"),
        }
    }

    /// Tells whether the release would run the migrations of a directory. Of a directory that it does not
    /// have it says nothing.
    pub fn runs(&self, dir: &str) -> bool {
        self.dirs.contains(dir) || !self.modules.contains(dir)
    }

    /// Returns the part that a plan rests on: why there is no answer may be another reason each time.
    #[must_use]
    pub fn lasting(self) -> Self {
        Self { error: self.error.map(|_| String::new()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(lines: &str) -> Migrations {
        let mut migrations = Migrations::default();
        lines.lines().for_each(|line| _ = migrations.hear(line));
        migrations
    }

    #[test]
    fn an_answer_counts_when_it_is_whole() {
        let lines = "Warning: old\n\nmigrations file 2020_a\nmigrations ran 2019_z\nmigrations table 1\n";
        assert_eq!(heard(lines).unknown(), Some("PHP ended before it had answered"));
        let answer = heard(&format!("{lines}migrations end 1\n"));
        assert_eq!(answer.unknown(), None);
        assert!(answer.table && !answer.whole);
        assert!(answer.ran.contains("2019_z") && answer.files.contains("2020_a"));
    }

    #[test]
    fn the_first_reason_is_the_one_that_is_told() {
        let answer =
            heard("migrations error SQLSTATE[HY000] refused\nmigrations error PHP ended with exit code 1\n");
        assert_eq!(answer.unknown(), Some("SQLSTATE[HY000] refused"));
    }

    #[test]
    fn a_module_that_is_switched_off_is_not_migrated() {
        let answer = heard(
            "migrations dir database/migrations\nmigrations dir Modules/On/Database/Migrations\n\
             migrations module Modules/On/Database/Migrations\nmigrations module Modules/Off/database/migrations\n",
        );
        assert!(answer.runs("database/migrations") && answer.runs("Modules/On/Database/Migrations"));
        assert!(
            !answer.runs("Modules/Off/database/migrations") && answer.runs("Modules/New/Database/Migrations")
        );
    }
}
