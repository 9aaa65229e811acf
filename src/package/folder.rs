//! What a folder holds that is released as it is.
#![expect(clippy::disallowed_methods, reason = "the folder is read")]

use std::path::Path;

use super::source::SourceError;
use crate::persist::{Entry, Tree};

/// Folders that never travel, and may hold more files than all others.
const HEAVY: [&str; 2] = [".git", "node_modules"];

/// Returns the names at the top of a folder, sorted, and all paths in it. Links are not followed.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn contents(folder: &Path) -> Result<(Vec<String>, Tree), SourceError> {
    let mut tree = Tree::default();
    let mut names = list(folder, "", &mut tree)?;
    names.sort_unstable();
    Ok((names, tree))
}

/// Adds what a folder holds to the tree, and returns its names.
fn list(folder: &Path, path: &str, tree: &mut Tree) -> Result<Vec<String>, SourceError> {
    let error = |source| SourceError::Path { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(error)? {
        let entry = entry.map_err(error)?;
        let kind = entry.file_type().map_err(error)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A name that is no text is refused when the release is packed.
        if let Some(name) = entry.file_name().to_str() {
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            let entry_kind = if kind.is_dir() {
                Entry::Dir
            } else if kind.is_symlink() {
                Entry::Link
            } else {
                Entry::File
            };
            tree.insert(&path, entry_kind);
            if kind.is_dir() && !HEAVY.contains(&name) {
                list(&entry.path(), &path, tree)?;
            }
        }
        names.push(name);
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_not_followed_and_what_never_travels_is_not_walked() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["public/Uploads/a b", ".git/objects", "node_modules/vue", "empty"] {
            std::fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        std::fs::write(folder.path().join("artisan"), "").unwrap();
        std::os::unix::fs::symlink("..", folder.path().join("public/up")).unwrap();
        let (names, tree) = contents(folder.path()).unwrap();
        assert_eq!(names, [".git", "artisan", "empty", "node_modules", "public"]);
        let paths: Vec<String> =
            tree.below("").into_iter().map(|(path, entry)| format!("{entry} {path}")).collect();
        let expected = [
            "directory .git",
            "file artisan",
            "directory empty",
            "directory node_modules",
            "directory public",
            "directory public/Uploads",
            "directory public/Uploads/a b",
            "link public/up",
        ];
        assert_eq!(paths, expected);
    }
}
