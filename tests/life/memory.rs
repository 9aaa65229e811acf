//! What users wrote and still want: the measure for everything.

use std::collections::{BTreeMap, BTreeSet};

use super::thing::{Found, Thing};

/// What a user wrote last to a path.
#[derive(Clone, Debug)]
pub struct Written {
    pub found: Found,
    /// The release that was written to, for data that is not shared.
    pub release: String,
    /// Whether it was written behind the switch, into the release before.
    pub is_late: bool,
}

/// Everything that users wrote and still want.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// By path, as visitors see them. What has been overwritten or deleted is forgotten.
    pub wanted: BTreeMap<String, Written>,
    /// Paths that users deleted, and whether it was the vendor's file in shared data.
    pub deleted: BTreeMap<String, bool>,
    /// What has no place that visitors see: it was written too late, or into the place of something
    /// that the vendor ships. It must be somewhere.
    pub apart: Vec<(String, Thing)>,
    /// Shipped files that users changed or deleted, by release.
    pub changed: BTreeSet<(String, String)>,
}

impl Memory {
    /// A user wrote something that visitors see.
    pub fn write(&mut self, path: &str, release: &str, found: Found) {
        self.deleted.remove(path);
        self.changed.insert((release.to_owned(), path.to_owned()));
        self.wanted.insert(path.to_owned(), Written { found, release: release.to_owned(), is_late: false });
    }

    /// Something was written into a release that is not live any more.
    pub fn write_late(&mut self, path: &str, release: &str, live: &str, found: Found) {
        self.changed.insert((release.to_owned(), path.to_owned()));
        let is_newer = self.wanted.get(path).is_none_or(|written| written.release != live);
        if is_newer && !self.deleted.contains_key(path) {
            self.wanted
                .insert(path.to_owned(), Written { found, release: release.to_owned(), is_late: true });
        } else {
            self.apart.push((path.to_owned(), found.thing));
        }
    }

    /// A user deleted something that visitors saw.
    pub fn delete(&mut self, path: &str, release: &str, is_shared_demo: bool) {
        self.deleted.insert(path.to_owned(), is_shared_demo);
        self.changed.insert((release.to_owned(), path.to_owned()));
        self.wanted.remove(path);
    }

    /// Something wanted has lost its place to something else.
    pub fn put_apart(&mut self, path: &str) {
        if let Some(written) = self.wanted.remove(path) {
            self.apart.push((path.to_owned(), written.found.thing));
        }
    }
}
