//! The checklist after a deploy: what is judged on each host, and how. Pure; the command line gathers
//! what it is judged by.

pub mod host;
pub mod migrations;
pub mod seen;
pub mod site;
pub mod workers;

use serde::Serialize;

use crate::event::Next;

/// What a check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// A person should look at it.
    Warn,
    /// Not as it should be.
    Fail,
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub words: String,
    /// What to type about it.
    pub next: Vec<Next>,
}

impl Check {
    /// All is well.
    pub fn ok(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, words: words.into(), next: Vec::new() }
    }

    /// A person should look at it.
    pub fn warn(name: &'static str, words: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, ..Self::ok(name, words) }
    }

    /// Something is wrong.
    pub fn fail(name: &'static str, words: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, ..Self::ok(name, words) }
    }

    /// Adds a command about it.
    #[must_use]
    pub fn next(mut self, run: impl Into<String>, why: impl Into<String>) -> Self {
        self.next.push(Next { run: run.into(), why: why.into() });
        self
    }
}
