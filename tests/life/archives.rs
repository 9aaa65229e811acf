//! What is kept in `backups`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;

use super::thing::Thing;

/// The content of all archives, each read once: they never change.
#[derive(Default)]
pub struct Archives {
    known: BTreeMap<String, BTreeSet<Thing>>,
}

impl Archives {
    /// Reads the archives that are in a directory now.
    pub fn read(&mut self, directory: &Path) {
        let mut now = BTreeMap::new();
        for entry in fs::read_dir(directory).into_iter().flatten() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let content = self.known.remove(&name).unwrap_or_else(|| content(&entry.path()));
            now.insert(name, content);
        }
        self.known = now;
    }

    /// Tells whether something is kept.
    pub fn hold(&self, thing: &Thing) -> bool {
        self.known.values().any(|things| things.contains(thing))
    }
}

fn content(archive: &Path) -> BTreeSet<Thing> {
    let mut things = BTreeSet::new();
    // What a killed run left is no archive yet.
    if archive.extension().is_none_or(|end| end != "gz") {
        return things;
    }
    let mut archive = tar::Archive::new(GzDecoder::new(fs::File::open(archive).unwrap()));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let kind = entry.header().entry_type();
        if kind.is_symlink() {
            things.insert(Thing::Link(entry.link_name().unwrap().unwrap().to_string_lossy().into_owned()));
        } else if kind.is_file() {
            let mut content = String::new();
            entry.read_to_string(&mut content).unwrap();
            things.insert(Thing::File(content));
        } else {
            assert!(kind.is_dir(), "{kind:?} in an archive");
        }
    }
    things
}
