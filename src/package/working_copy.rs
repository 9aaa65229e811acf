//! The working copy of a repository, for commands that look at what a person is about to commit: the files
//! that git knows, as they are on disk.
#![expect(clippy::disallowed_methods, reason = "the working copy is read")]

use std::io::Write;
use std::path::{Path, PathBuf};

use super::git::{Git, GitError};
use crate::analyze::{Files, Mend};

/// The working copy of a repository, or a folder in it.
#[derive(Clone, Debug)]
pub struct WorkingCopy {
    folder: PathBuf,
}

/// Why something was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum MendError {
    /// Git refused.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The list of what git ignores has changes that nobody has committed yet.
    #[error(".gitignore has changes that are not committed: commit them, or add `{line}` by hand")]
    Dirty {
        /// What is to be added.
        line: String,
    },
    /// It cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl WorkingCopy {
    /// Takes a folder of a working copy.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Returns the files that git knows, with the content of those that are wanted. One that is gone from the
    /// disk is left out.
    ///
    /// # Errors
    /// When it is no working copy.
    pub async fn read(&self, wanted: fn(&str) -> bool) -> Result<Files, GitError> {
        let listing = Git::in_folder(&self.folder).run(&["ls-files", "-z", "--cached"]).await?;
        let mut files = Files::default();
        let paths = listing.split(|byte| *byte == 0).filter_map(|path| std::str::from_utf8(path).ok());
        for path in paths.filter(|path| !path.is_empty()) {
            let file = self.folder.join(path);
            let is_file = std::fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_file());
            if is_file {
                let content = wanted(path).then(|| std::fs::read(&file).ok()).flatten();
                files.insert(path, content);
            }
        }
        Ok(files)
    }

    /// Tells whether a file has changes that are not committed.
    ///
    /// # Errors
    /// When git refuses.
    pub async fn is_dirty(&self, file: &str) -> Result<bool, GitError> {
        let status =
            Git::in_folder(&self.folder).run(&["status", "--porcelain", "--ignored", "--", file]).await?;
        Ok(!status.is_empty())
    }

    /// Makes git forget files, which stay on the disk, and ignore them. `dirty` tells that `.gitignore` had
    /// changes of somebody's own before.
    ///
    /// # Errors
    /// When git refuses, as it does for a file whose staged content is nowhere else; nothing is forced.
    pub async fn mend(&self, mend: &Mend, dirty: bool) -> Result<(), MendError> {
        if dirty {
            return Err(MendError::Dirty { line: mend.ignore.clone() });
        }
        let git = Git::in_folder(&self.folder);
        let mut arguments = vec!["rm", "--cached", "--quiet", "--"];
        // A command line has its limits; a chunk of paths has not come near them.
        for paths in mend.forget.chunks(500) {
            arguments.truncate(4);
            arguments.extend(paths.iter().map(String::as_str));
            git.run(&arguments).await?;
        }
        let ignored = async |path: &String| git.run(&["check-ignore", "--quiet", "--", path]).await.is_ok();
        match mend.forget.first() {
            Some(first) if !ignored(first).await => self.ignore(&mend.ignore),
            _ => Ok(()),
        }
    }

    fn ignore(&self, line: &str) -> Result<(), MendError> {
        let path = self.folder.join(".gitignore");
        let write = || {
            let there = std::fs::read(&path).unwrap_or_default();
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&path)?;
            let gap = if there.is_empty() || there.ends_with(b"\n") { "" } else { "\n" };
            file.write_all(format!("{gap}{line}\n").as_bytes())
        };
        write().map_err(|source| MendError::Write { path: path.clone(), source })
    }
}
