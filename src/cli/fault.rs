//! Why a command ends without having done its work, and the exit code that says so. No other file
//! knows exit codes of what never began.

use std::fmt::Display;

use crate::event::Next;
use crate::plan::preflight::HostReport;

/// Why a command ends.
#[derive(Debug)]
pub enum Fault {
    /// The command line, deploy.yml or the project is wrong: exit 2.
    Usage {
        /// What is wrong, complete.
        text: String,
        /// What mends it.
        next: Vec<Next>,
    },
    /// Hosts are not ready: exit 4, or 5 when another run has the lock.
    NotReady {
        /// The name of the application.
        application: String,
        /// The stage.
        stage: String,
        /// What was found on each host.
        reports: Vec<HostReport>,
    },
    /// The saved plan does not fit the hosts any more: exit 6.
    Stale {
        /// What has changed.
        text: String,
        /// The stage.
        stage: String,
    },
    /// The terminal or a pipe is gone: exit 1.
    Output(std::io::Error),
}

impl Fault {
    /// Makes a fault of whatever the user has to mend.
    pub fn usage(error: impl Display) -> Self {
        Self::Usage { text: format!("error: {error}"), next: Vec::new() }
    }

    /// Makes a fault of an error and what it came from.
    pub fn because(error: &dyn std::error::Error) -> Self {
        let mut text = format!("error: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(&format!(": {cause}"));
            source = cause.source();
        }
        Self::Usage { text, next: Vec::new() }
    }

    /// Adds a command that mends it.
    #[must_use]
    pub fn next(mut self, run: impl Into<String>, why: impl Into<String>) -> Self {
        if let Self::Usage { next, .. } = &mut self {
            next.push(Next { run: run.into(), why: why.into() });
        }
        self
    }

    /// Returns the exit code.
    pub fn exit(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            Self::NotReady { reports, .. } => {
                let mut problems = reports.iter().flat_map(|report| &report.problems);
                if problems.all(|problem| problem.locked) { 5 } else { 4 }
            }
            Self::Stale { .. } => 6,
            Self::Output(_) => 1,
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}
