//! What a commit holds, as far as git's own listing tells.

use std::collections::BTreeSet;

use super::git::GitError;
use super::printable::printable_bytes;
use super::source::{Commit, SourceError};
use crate::persist::{Entry, Tree};

/// The mode that git gives to a submodule.
const SUBMODULE: &[u8] = b"160000 ";

/// The mode that git gives to a symbolic link.
const LINK: &[u8] = b"120000 ";

/// The file that says what git does to the content of files.
const ATTRIBUTES: &str = ".gitattributes";

/// What a commit holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// The names at the top, sorted.
    pub names: BTreeSet<String>,
    /// All paths. A submodule is a directory, and what is in it is not told here.
    pub tree: Tree,
    /// The submodules.
    pub submodules: Vec<Gitlink>,
    /// The `.gitattributes` files.
    pub attributes: Vec<String>,
    /// Paths that are one path where case does not count, in pairs.
    pub collisions: Vec<(String, String)>,
}

/// The place of a submodule, and the commit that is recorded for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gitlink {
    /// From the top of the release.
    pub path: String,
    /// The full id.
    pub commit: String,
}

/// Lists what a commit holds.
///
/// # Errors
/// When git cannot, or the commit does not have the folder that is released.
pub(super) async fn contents(commit: &Commit) -> Result<Contents, SourceError> {
    let listing = match commit.git().run(&["ls-tree", "-r", "-z", "--full-tree", &commit.tree()]).await {
        Ok(listing) => listing,
        Err(GitError::Failed { .. }) if !commit.folder.is_empty() => {
            let (folder, commit) = (commit.folder.clone(), commit.short().to_owned());
            return Err(SourceError::NotInCommit { folder, commit });
        }
        Err(error) => return Err(error.into()),
    };
    let mut contents = Contents::default();
    listing.split(|byte| *byte == 0).for_each(|entry| contents.add(entry));
    contents.collisions = collisions(&contents.tree);
    Ok(contents)
}

impl Contents {
    /// Takes one line of git's listing: mode, kind, id, and after a tab the path.
    fn add(&mut self, line: &[u8]) {
        let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { return };
        let path = &line[tab + 1..];
        let top = path.split(|byte| *byte == b'/').next().unwrap_or(path);
        self.names.insert(printable_bytes(top));
        // A name that is no text is refused when the release is packed.
        let Ok(path) = std::str::from_utf8(path) else { return };
        let entry = match line {
            _ if line.starts_with(SUBMODULE) => Entry::Dir,
            _ if line.starts_with(LINK) => Entry::Link,
            _ => Entry::File,
        };
        self.tree.insert(path, entry);
        if entry == Entry::Dir {
            let id = line[..tab].rsplit(|byte| *byte == b' ').next().unwrap_or_default();
            let commit = String::from_utf8_lossy(id).into_owned();
            self.submodules.push(Gitlink { path: path.to_owned(), commit });
        } else if path == ATTRIBUTES || path.ends_with("/.gitattributes") {
            self.attributes.push(path.to_owned());
        }
    }

    /// Adds what a submodule holds.
    pub fn add_below(&mut self, path: &str, submodule: &Self) {
        for (inner, entry) in submodule.tree.below("") {
            self.tree.insert(&format!("{path}/{inner}"), entry);
        }
        let place = |inner: &String| format!("{path}/{inner}");
        self.collisions.extend(submodule.collisions.iter().map(|(a, b)| (place(a), place(b))));
    }
}

/// Returns the paths of one folder whose names differ in nothing but case.
fn collisions(tree: &Tree) -> Vec<(String, String)> {
    let mut paths: Vec<_> = tree.below("").into_iter().map(|(path, _)| (path.to_lowercase(), path)).collect();
    paths.sort();
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let same = |a: &str, b: &str| folder(a) == folder(b);
    paths
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0 && same(&pair[0].1, &pair[1].1))
        .map(|pair| (pair[0].1.clone(), pair[1].1.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_only_in_case_are_found_in_every_folder() {
        let paths = ["Public/a", "README", "public/Logo.png", "public/a", "public/logo.png", "readme"];
        let tree: Tree = paths.into_iter().map(|path| (path, Entry::File)).collect();
        let expected = [("Public", "public"), ("public/Logo.png", "public/logo.png"), ("README", "readme")];
        assert_eq!(collisions(&tree), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn a_submodule_is_a_directory_with_the_commit_that_is_recorded_for_it() {
        let mut contents = Contents::default();
        let id = "1".repeat(40);
        contents.add(format!("160000 commit {id}\tlib/a theme").as_bytes());
        contents.add(b"100644 blob 2\tlib/.gitattributes");
        contents.add(b"120000 blob 3\tlink");
        contents.add(b"100644 blob 4\tcaf\xe9");
        contents.add(b"");
        assert_eq!(contents.submodules, [Gitlink { path: "lib/a theme".to_owned(), commit: id }]);
        assert_eq!(contents.attributes, ["lib/.gitattributes"]);
        assert_eq!(contents.tree.get("lib/a theme"), Some(Entry::Dir));
        assert_eq!(contents.tree.get("link"), Some(Entry::Link));
        assert_eq!(contents.names.into_iter().collect::<Vec<_>>(), ["caf\u{fffd}", "lib", "link"]);
    }
}
