//! One thing that is done in a working copy, by a program of the developer's.
#![expect(clippy::disallowed_methods, reason = "programs are run in the working copy")]

use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Command, Stdio};

/// A program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// A word for it.
    pub name: &'static str,
    /// The program and its arguments.
    pub words: Vec<String>,
    /// How the program is had where it is missing.
    pub missing: &'static str,
}

impl Task {
    /// Makes a task of a line of words.
    pub fn new(name: &'static str, program: &str, arguments: &str, missing: &'static str) -> Self {
        let words = std::iter::once(program).chain(arguments.split_whitespace());
        Self { name, words: words.map(str::to_owned).collect(), missing }
    }

    /// Returns it as a person would type it.
    pub fn line(&self) -> String {
        self.words.join(" ")
    }

    /// Runs it to its end; what it prints goes to standard error, which tells what happens.
    ///
    /// # Errors
    /// Why it did not do its work, in words.
    pub fn run(&self, root: &Path) -> Result<(), String> {
        let Some((program, arguments)) = self.words.split_first() else { return Ok(()) };
        let out = io::stderr().as_fd().try_clone_to_owned().map_or_else(|_| Stdio::null(), Stdio::from);
        let status = Command::new(program).args(arguments).current_dir(root).stdout(out).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("`{}` failed ({status})", self.line())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(format!("{program} is not installed: {}", self.missing))
            }
            Err(error) => Err(format!("`{}` cannot be started: {error}", self.line())),
        }
    }
}
