//! An old site on a host that has no release yet, as the probe found it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Kind;
use super::parse::kind;

/// An old site: what it has that releases may share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Existing {
    /// The old application's directory, absolute, where deploy.yml names one and it is there.
    pub root: Option<String>,
    /// What was found in it and in the docroot, by absolute path. No links.
    pub paths: BTreeMap<String, Kind>,
}

impl Existing {
    /// Reads one fact about it: a word, a space, a path.
    pub(super) fn read(&mut self, fact: &str) {
        match fact.split_once(' ') {
            Some(("root", path)) => self.root = Some(path.to_owned()),
            Some((what, path)) => {
                self.paths.insert(path.to_owned(), kind(what));
            }
            None => {}
        }
    }
}
