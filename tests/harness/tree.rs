//! What is below a directory: a line for each entry, so that two trees can be compared as texts.

use std::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The lines `MODE PATH`, then the hash of a file's content or the target of a link.
#[derive(Clone, PartialEq, Eq)]
pub struct Tree(String);

impl Tree {
    /// Looks at a directory, but not at these names in it.
    pub fn of(directory: &Path, without: &[&str]) -> Self {
        let mut lines = Vec::new();
        add(directory, "", without, &mut lines);
        lines.sort();
        Self(lines.concat())
    }
}

/// Shown line by line when two trees differ.
impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

fn add(directory: &Path, prefix: &str, without: &[&str], lines: &mut Vec<String>) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if without.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        let metadata = fs::symlink_metadata(entry.path()).unwrap();
        let content = if metadata.is_symlink() {
            format!(" -> {}", fs::read_link(entry.path()).unwrap().display())
        } else if metadata.is_file() {
            let mut hasher = DefaultHasher::new();
            fs::read(entry.path()).unwrap().hash(&mut hasher);
            format!(" {:016x}", hasher.finish())
        } else {
            String::new()
        };
        lines.push(format!("{path} {:o}{content}\n", metadata.mode()));
        if metadata.is_dir() {
            add(&entry.path(), &format!("{path}/"), &[], lines);
        }
    }
}
