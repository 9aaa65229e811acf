//! A clean tree of exactly one commit, laid out in the work area. What an earlier run left there is
//! used as far as it is right, so that the second checkout of a large application takes no time.
#![expect(clippy::disallowed_methods, reason = "the work area is made of files")]

use std::io;
use std::path::{Path, PathBuf};

use super::git::{Git, GitError};
use super::source::{Commit, Origin, Resolved, SourceError};
use super::work_area::{WorkArea, private_directory};

/// Lays out what is released and returns the folder to build and to pack: the work area's tree, or
/// the folder that is released as it is.
///
/// Nothing of the user's repository changes, neither its HEAD, nor its index, nor its files.
///
/// # Errors
/// When git or the file system refuses.
pub async fn checkout(resolved: &Resolved, area: &WorkArea) -> Result<PathBuf, SourceError> {
    match &resolved.origin {
        Origin::Folder(path) => Ok(path.clone()),
        Origin::Commit(commit) => {
            // A broken index or an odd leftover must not need a person: the second try starts
            // from nothing.
            if let Err(SourceError::Git(GitError::Failed { .. })) = lay_out(commit, area).await {
                clear(area).map_err(|source| SourceError::Path { path: area.tree(), source })?;
                lay_out(commit, area).await?;
            }
            Ok(area.tree())
        }
    }
}

async fn lay_out(commit: &Commit, area: &WorkArea) -> Result<(), SourceError> {
    let tree = area.tree();
    prepare(area).map_err(|source| SourceError::Path { path: tree.clone(), source })?;
    let git: Git = commit.git().with_tree(&tree, &area.index());
    git.run(&["read-tree", "--reset", "-u", &commit.tree()]).await?;
    git.run(&["clean", "-ffdxq"]).await?;
    Ok(())
}

/// Removes what git would not: the lock of a killed git, and a repository that a build made.
fn prepare(area: &WorkArea) -> io::Result<()> {
    let tree = area.tree();
    if tree.is_symlink() {
        // Cleaning would empty whatever it points at.
        std::fs::remove_file(&tree)?;
    }
    remove(&area.index().with_extension("lock"))?;
    remove(&tree.join(".git"))?;
    private_directory(&tree)
}

fn clear(area: &WorkArea) -> io::Result<()> {
    remove(&area.index())?;
    remove(&area.tree())
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests;
