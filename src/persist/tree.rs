//! The paths of a release as they are known before it is built.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::path;

/// The paths of a release, from its top, in the spelling that they have there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// What each directory holds, by name. The top is the empty path.
    dirs: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// What a path of a release is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A directory.
    Dir,
    /// A file.
    File,
    /// A symbolic link, wherever it leads.
    Link,
}

/// What shared data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A directory with all that is in it.
    Dir,
    /// One file.
    File,
}

impl Kind {
    /// Returns the word for it in `shared/.persistence-config`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dir => "dir",
            Self::File => "file",
        }
    }
}

impl From<Kind> for Entry {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Dir => Self::Dir,
            Kind::File => Self::File,
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dir => "directory",
            Self::File => "file",
            Self::Link => "link",
        })
    }
}

impl Tree {
    /// Adds a path and the directories that it lies in.
    ///
    /// A path that is not inside a release, or is not one line of text, is left out: none such is
    /// ever packed.
    pub fn insert(&mut self, path: &str, entry: Entry) {
        if !path::is_inside(path) {
            return;
        }
        let (folder, name) = path::split(path);
        if !folder.is_empty() && self.get(folder).is_none() {
            self.insert(folder, Entry::Dir);
        }
        self.dirs.entry(folder.to_owned()).or_default().insert(name.to_owned(), entry);
    }

    /// Returns what a path is. The top itself is a directory.
    pub fn get(&self, path: &str) -> Option<Entry> {
        if path.is_empty() {
            return Some(Entry::Dir);
        }
        let (folder, name) = path::split(path);
        self.dirs.get(folder)?.get(name).copied()
    }

    /// Tells whether a path is a directory.
    pub fn is_dir(&self, path: &str) -> bool {
        self.get(path) == Some(Entry::Dir)
    }

    /// Tells whether a path is a file.
    pub fn is_file(&self, path: &str) -> bool {
        self.get(path) == Some(Entry::File)
    }

    /// Returns the file or link that stands where one of the path's own directories would be.
    pub fn obstacle<'p>(&self, path: &'p str) -> Option<(&'p str, Entry)> {
        path::ancestors(path).find_map(|folder| match self.get(folder) {
            Some(entry @ (Entry::File | Entry::Link)) => Some((folder, entry)),
            Some(Entry::Dir) | None => None,
        })
    }

    /// Returns what a directory holds: names, sorted.
    pub fn children(&self, folder: &str) -> impl Iterator<Item = (&str, Entry)> {
        self.dirs.get(folder).into_iter().flatten().map(|(name, entry)| (name.as_str(), *entry))
    }

    /// Returns every path below a directory, parents first.
    pub fn below(&self, folder: &str) -> Vec<(String, Entry)> {
        let mut found = Vec::new();
        for (name, entry) in self.children(folder) {
            let path = path::join(folder, name);
            found.push((path.clone(), entry));
            if entry == Entry::Dir {
                found.extend(self.below(&path));
            }
        }
        found
    }
}

impl<P: AsRef<str>> FromIterator<(P, Entry)> for Tree {
    fn from_iter<I: IntoIterator<Item = (P, Entry)>>(paths: I) -> Self {
        let mut tree = Self::default();
        for (path, entry) in paths {
            tree.insert(path.as_ref(), entry);
        }
        tree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_brings_the_directories_that_it_lies_in() {
        let tree: Tree =
            [("public/Uploads/a.png", Entry::File), ("public/app", Entry::Link)].into_iter().collect();
        let expected = [
            ("public", Entry::Dir),
            ("public/Uploads", Entry::Dir),
            ("public/Uploads/a.png", Entry::File),
            ("public/app", Entry::Link),
        ];
        assert_eq!(tree.below(""), expected.map(|(path, entry)| (path.to_owned(), entry)));
        assert_eq!(tree.get("public/uploads"), None);
    }

    #[test]
    fn paths_that_leave_the_release_are_left_out() {
        let paths = ["/etc", "../x", "a/../b", "a//b", "", ".", "a\nb"];
        let tree: Tree = paths.into_iter().map(|path| (path, Entry::File)).collect();
        assert_eq!(tree, Tree::default());
    }
}
