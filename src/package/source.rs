//! What is released: a commit of a repository, or a folder. It is found, named and looked at; the
//! user's repository is only read.
#![expect(clippy::disallowed_methods, reason = "folders are read")]

use std::io;
use std::path::{Path, PathBuf};

use crate::config::Source;
use crate::persist::Tree;
use crate::plan::Revision;

use super::git::{Git, GitError};
use super::{contents, folder, mirror, notes, reference};

/// What is released, found.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The commit or the folder, for the plan.
    pub revision: Revision,
    /// The names at the top of the release, sorted: what it is can be told from them.
    pub files: Vec<String>,
    /// All its paths, as they are before it is built.
    pub tree: Tree,
    /// What a person should know: work that is not committed, commits that are not pushed.
    pub notes: Vec<String>,
    pub(super) origin: Origin,
}

/// Where the files are taken from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// A commit.
    Commit(Commit),
    /// A folder, as it is.
    Folder(PathBuf),
}

impl Resolved {
    /// Tells whether it is a commit, which is laid out to be built; a folder is released as it is.
    pub fn is_commit(&self) -> bool {
        matches!(self.origin, Origin::Commit(_))
    }
}

impl Origin {
    /// Returns the text of a file at the top of the release, where there is one.
    pub async fn text(&self, name: &str) -> Option<String> {
        let bytes = match self {
            Self::Folder(folder) => std::fs::read(folder.join(name)).ok()?,
            Self::Commit(commit) => {
                let tree = commit.tree();
                let slash = if tree.ends_with(':') { "" } else { "/" };
                commit.git().run(&["show", &format!("{tree}{slash}{name}")]).await.ok()?
            }
        };
        String::from_utf8(bytes).ok()
    }
}

/// A commit of a repository on this machine.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    /// The repository's own directory.
    pub directory: PathBuf,
    /// The full id.
    pub id: String,
    /// The part of the repository that is released, as `apps/shop`; empty: all of it.
    pub folder: String,
}

impl Commit {
    /// Returns git, aimed at the repository.
    pub fn git(&self) -> Git {
        Git::at(&self.directory)
    }

    /// Returns the released tree in the words of git.
    pub fn tree(&self) -> String {
        format!("{}:{}", self.id, self.folder)
    }
}

/// What is to be released cannot be.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Git said no, or is not there.
    #[error(transparent)]
    Git(#[from] GitError),
    /// No repository there.
    #[error("{} is not in a git repository: run `git init` and commit there, or release the folder as it is with `source: {{ path: … }}`", path.display())]
    NotARepository {
        /// The path of deploy.yml, absolute.
        path: PathBuf,
    },
    /// A repository without a commit.
    #[error("{repository} has no commits yet: a release is made from a commit")]
    NoCommits {
        /// The repository.
        repository: String,
    },
    /// Not the name of a commit at all.
    #[error("`{reference}` cannot be the name of a branch, tag or commit")]
    BadReference {
        /// What was asked for.
        reference: String,
    },
    /// A name that the repository does not know.
    #[error("{repository} has no branch, tag or commit `{reference}`{}", did_you_mean(close))]
    UnknownReference {
        /// What was asked for.
        reference: String,
        /// The repository.
        repository: String,
        /// Names like it, the closest first.
        close: Vec<String>,
    },
    /// The commit does not hold the folder that is to be released.
    #[error("commit {commit} has no folder `{folder}`: commit it first, or name another repository")]
    NotInCommit {
        /// The folder, from the top of the repository.
        folder: String,
        /// The commit's first digits.
        commit: String,
    },
    /// Parts that live in other repositories.
    #[error("the commit has submodules, which cannot be released yet: {}; copy them in, or require them with composer", paths.join(", "))]
    Submodules {
        /// Where they are.
        paths: Vec<String>,
    },
    /// Large files whose content git cannot get.
    #[error(
        "the repository keeps files in Git LFS, and git-lfs is not set up on this machine: install it and run `git lfs install`"
    )]
    LargeFiles,
    /// A file or folder of this machine.
    #[error("cannot use {}", path.display())]
    Path {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

fn did_you_mean(close: &[String]) -> String {
    let names: Vec<String> = close.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { String::new() } else { format!("; did you mean {}?", names.join(" or ")) }
}

/// Finds what is released.
///
/// A repository on this machine is used in place; one behind a URL is mirrored below `cache`.
/// `root` is the folder that relative paths start from, absolute.
///
/// # Errors
/// When there is no such folder, repository or commit, or when it cannot be released whole.
pub async fn resolve(source: &Source, root: &Path, cache: &Path) -> Result<Resolved, SourceError> {
    match source {
        Source::Folder(path) => of_folder(path, root),
        Source::Git { repository, reference } => {
            reference::check(reference)?;
            if mirror::is_url(repository) {
                let directory = mirror::update(repository, reference, cache).await?;
                let place =
                    Place { directory, folder: String::new(), name: mirror::without_password(repository) };
                place.resolve(mirror::reference(reference), reference).await
            } else {
                let path = root.join(repository);
                let place = Place::discover(&path).await?;
                let mut resolved = place.resolve(reference, reference).await?;
                resolved.notes = notes::notes(&path, &resolved).await?;
                Ok(resolved)
            }
        }
    }
}

fn of_folder(path: &Path, root: &Path) -> Result<Resolved, SourceError> {
    let error = |source| SourceError::Path { path: root.join(path), source };
    // A link to the folder is followed once, here, so that packing sees one real tree.
    let real = root.join(path).canonicalize().map_err(error)?;
    let (files, tree) = folder::contents(&real)?;
    let revision = Revision { commit: None, reference: path.display().to_string(), subject: String::new() };
    Ok(Resolved { revision, files, tree, notes: Vec::new(), origin: Origin::Folder(real) })
}

/// A repository on this machine, and the part of it that is released.
struct Place {
    directory: PathBuf,
    folder: String,
    name: String,
}

impl Place {
    async fn discover(path: &Path) -> Result<Self, SourceError> {
        std::fs::read_dir(path).map_err(|source| SourceError::Path { path: path.to_owned(), source })?;
        let git = Git::in_folder(path);
        let directory = match git.line(&["rev-parse", "--absolute-git-dir"]).await {
            Ok(directory) => PathBuf::from(directory),
            Err(GitError::Failed { message, .. }) if message.contains("not a git repository") => {
                return Err(SourceError::NotARepository { path: path.to_owned() });
            }
            Err(error) => return Err(error.into()),
        };
        // Inside a larger repository only the folder that was named is released.
        let folder = git.line(&["rev-parse", "--show-prefix"]).await?.trim_end_matches('/').to_owned();
        Ok(Self { directory, folder, name: path.display().to_string() })
    }

    async fn resolve(self, wanted: &str, asked: &str) -> Result<Resolved, SourceError> {
        let git = Git::at(&self.directory);
        let id = reference::commit(&git, wanted, asked, &self.name).await?;
        let subject = reference::subject(&git, &id).await?;
        let commit = Commit { directory: self.directory, id, folder: self.folder };
        let (files, tree) = contents::contents(&commit).await?;
        let revision = Revision { commit: Some(commit.id.clone()), reference: asked.to_owned(), subject };
        Ok(Resolved { revision, files, tree, notes: Vec::new(), origin: Origin::Commit(commit) })
    }
}

#[cfg(test)]
mod tests;
