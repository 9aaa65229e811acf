//! What a commit holds, and whether all of it can be laid out.

use std::collections::BTreeSet;

use super::git::{Git, GitError};
use super::printable::printable_bytes;
use super::source::{Commit, SourceError};
use crate::persist::{Entry, Tree};

/// The mode that git gives to a submodule.
const SUBMODULE: &[u8] = b"160000 ";

/// The mode that git gives to a symbolic link.
const LINK: &[u8] = b"120000 ";

/// Returns the names at the top of the released tree, sorted, and all its paths.
///
/// # Errors
/// When the commit has parts that a checkout would leave out: they would be missing on the host
/// without a word.
pub(super) async fn contents(commit: &Commit) -> Result<(Vec<String>, Tree), SourceError> {
    let listing = match commit.git().run(&["ls-tree", "-r", "-z", "--full-tree", &commit.tree()]).await {
        Ok(listing) => listing,
        Err(GitError::Failed { .. }) if !commit.folder.is_empty() => {
            let short = commit.id.get(..7).unwrap_or(&commit.id).to_owned();
            return Err(SourceError::NotInCommit { folder: commit.folder.clone(), commit: short });
        }
        Err(error) => return Err(error.into()),
    };
    let (mut names, mut tree, mut submodules) = (BTreeSet::new(), Tree::default(), Vec::new());
    for entry in listing.split(|byte| *byte == 0) {
        let Some(tab) = entry.iter().position(|byte| *byte == b'\t') else { continue };
        let path = &entry[tab + 1..];
        let top = path.split(|byte| *byte == b'/').next().unwrap_or(path);
        names.insert(printable_bytes(top));
        if let Ok(path) = std::str::from_utf8(path) {
            tree.insert(path, if entry.starts_with(LINK) { Entry::Link } else { Entry::File });
        }
        if entry.starts_with(SUBMODULE) {
            submodules.push(printable_bytes(path));
        }
    }
    if !submodules.is_empty() {
        return Err(SourceError::Submodules { paths: submodules });
    }
    if tree.is_file(".gitattributes") && needs_lfs(commit).await? {
        return Err(SourceError::LargeFiles);
    }
    Ok((names.into_iter().collect(), tree))
}

/// Tells whether files are kept in Git LFS and this machine cannot get them: git would lay out the
/// small pointer files in their place and call it a success.
async fn needs_lfs(commit: &Commit) -> Result<bool, GitError> {
    let name = if commit.folder.is_empty() { ".gitattributes" } else { "/.gitattributes" };
    let attributes = commit.git().run(&["cat-file", "blob", &format!("{}{name}", commit.tree())]).await?;
    let text = String::from_utf8_lossy(&attributes);
    let used = text.lines().any(|line| !line.starts_with('#') && line.contains("filter=lfs"));
    Ok(used && !has_lfs(&commit.git()).await)
}

async fn has_lfs(git: &Git) -> bool {
    git.line(&["config", "--get-regexp", "^filter\\.lfs\\.(smudge|process)$"]).await.is_ok()
}
