//! What is wrong with a host, found before anything is changed: pure, from facts.

use serde::{Deserialize, Serialize};

use crate::event::Next;
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
}

impl Problem {
    /// Makes a problem of one line.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), detail: Vec::new(), next: Vec::new() }
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
