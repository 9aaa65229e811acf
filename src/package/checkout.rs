//! A clean tree of exactly one commit, laid out in the work area. What an earlier run left there is
//! used as far as it is right, so that the second checkout of a large application takes no time.
#![expect(clippy::disallowed_methods, reason = "the work area is made of files")]

use std::io;
use std::path::{Path, PathBuf};

use super::filter;
use super::git::{Git, GitError};
use super::source::{Commit, Origin, Resolved, SourceError};
use super::submodule::Submodule;
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
            if let (Some((first, second)), true) = (resolved.collisions.first(), area.folds_case()) {
                let (first, second) = (first.clone(), second.clone());
                return Err(SourceError::Case { first, second, area: area.tree() });
            }
            // A broken index or an odd leftover must not need a person: the second try starts
            // from nothing.
            if let Err(SourceError::Git(GitError::Failed { .. })) = all(commit, resolved, area).await {
                clear(area).map_err(|source| SourceError::Path { path: area.tree(), source })?;
                all(commit, resolved, area).await?;
            }
            Ok(area.tree())
        }
    }
}

/// Lays out the commit, then its submodules in it.
async fn all(commit: &Commit, resolved: &Resolved, area: &WorkArea) -> Result<(), SourceError> {
    let (tree, index) = (area.tree(), area.index());
    prepare(&tree, &index).map_err(|source| SourceError::Path { path: tree.clone(), source })?;
    lay_out(commit, &tree, &index).await?;
    private_directory(&area.indexes())
        .map_err(|source| SourceError::Path { path: area.indexes(), source })?;
    for Submodule { path, commit } in &resolved.submodules {
        let (place, index) = (tree.join(path), area.index_of(path));
        let error = |source| SourceError::Path { path: place.clone(), source };
        prepare(&place, &index).map_err(error)?;
        // A link on the way would have it laid out somewhere else.
        let real = place.canonicalize().map_err(error)?;
        if real != tree.canonicalize().map_err(error)?.join(path) {
            return Err(error(io::Error::other("a link stands in the way of the submodule")));
        }
        lay_out(commit, &place, &index).await?;
    }
    Ok(())
}

async fn lay_out(commit: &Commit, tree: &Path, index: &Path) -> Result<(), SourceError> {
    let settings: &[&str] = if commit.large_files { &filter::LARGE_FILES } else { &[] };
    let git: Git = commit.git().with_tree(tree, index).with_settings(settings);
    git.run(&["read-tree", "--reset", "-u", &commit.tree()]).await?;
    git.run(&["clean", "-ffdxq"]).await?;
    Ok(())
}

/// Removes what git would not: the lock of a killed git, and a repository that a build made.
fn prepare(tree: &Path, index: &Path) -> io::Result<()> {
    if tree.is_symlink() {
        // Cleaning would empty whatever it points at.
        std::fs::remove_file(tree)?;
    }
    remove(&index.with_extension("lock"))?;
    remove(&tree.join(".git"))?;
    private_directory(tree)
}

fn clear(area: &WorkArea) -> io::Result<()> {
    remove(&area.index())?;
    remove(&area.indexes())?;
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
