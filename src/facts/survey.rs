//! How a live release differs from what was shipped: found in one pass by `templates/survey.sh`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// How many paths of each kind a host names; the rest it only counts.
pub const LIMIT: usize = 200;

/// How a live release differs from what was shipped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// What the application wrote outside of the shared paths.
    pub stray: Found,
    /// Files that have other content than what was shipped.
    pub edited: Found,
    /// Files that are not there any more.
    pub gone: Found,
    /// The directories that hold stray files.
    pub written: BTreeSet<String>,
}

/// Paths of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Their names, [`LIMIT`] at most.
    pub paths: Vec<String>,
    /// How many there are.
    pub count: usize,
}

impl Survey {
    /// Takes a line `KIND PATH` of the host.
    pub fn add(&mut self, line: &str) {
        let Some((kind, path)) = line.split_once(' ') else { return };
        if let Some(found) = self.of(kind) {
            found.paths.push(path.to_owned());
            found.count = found.count.max(found.paths.len());
        }
    }

    /// Takes a line `KIND COUNT` of the host.
    pub fn count(&mut self, line: &str) {
        let Some((kind, count)) = line.split_once(' ') else { return };
        if let (Some(found), Ok(count)) = (self.of(kind), count.parse()) {
            found.count = count;
        }
    }

    fn of(&mut self, kind: &str) -> Option<&mut Found> {
        match kind {
            "stray" => Some(&mut self.stray),
            "edited" => Some(&mut self.edited),
            "gone" => Some(&mut self.gone),
            _ => None,
        }
    }
}
