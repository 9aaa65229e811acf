//! What is released: a commit of a repository, or a folder. It is found, named and looked at; the
//! user's repository is only read.
#![expect(clippy::disallowed_methods, reason = "folders are read")]

mod error;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::config::Source;
use crate::persist::Tree;
use crate::plan::Revision;

use super::address::{self, AddressError};
use super::git::{Git, GitError};
use super::submodule::{self, Parts, Submodule};
use super::{folder, mirror, notes, reference};

pub use error::SourceError;

/// What is released, found.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The commit or the folder, for the plan.
    pub revision: Revision,
    /// The names at the top of the release, sorted: what it is can be told from them.
    pub files: Vec<String>,
    /// All its paths, as they are before it is built.
    pub tree: Tree,
    /// When the commit was made; a folder has no such time.
    pub time: Option<Timestamp>,
    /// What a person should know: work that is not committed, commits that are not pushed.
    pub notes: Vec<String>,
    pub(super) origin: Origin,
    /// What is laid out in it from other repositories.
    pub(super) submodules: Vec<Submodule>,
    /// Paths that are one path where case does not count.
    pub(super) collisions: Vec<(String, String)>,
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
    /// Whether files are to be had by Git LFS, which the user's settings need not know.
    pub large_files: bool,
}

impl Commit {
    /// Returns the first digits of the id.
    pub fn short(&self) -> &str {
        self.id.get(..7).unwrap_or(&self.id)
    }

    /// Returns git, aimed at the repository.
    pub fn git(&self) -> Git {
        Git::at(&self.directory)
    }

    /// Returns the released tree in the words of git.
    pub fn tree(&self) -> String {
        format!("{}:{}", self.id, self.folder)
    }
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
            allowed(repository)?;
            if address::is_url(repository) {
                let directory = mirror::update(repository, reference, cache).await?;
                let name = address::without_password(repository);
                let place = Place { directory, folder: String::new(), name, address: repository.clone() };
                place.resolve(mirror::reference(reference), reference, cache).await
            } else {
                let path = root.join(repository);
                let place = Place::discover(&path).await?;
                let mut resolved = place.resolve(reference, reference, cache).await?;
                let found = notes::notes(&path, &resolved).await?;
                resolved.notes.extend(found);
                Ok(resolved)
            }
        }
    }
}

/// Refuses what git could take for something else than a repository. Which program reaches it is the
/// user's choice here.
fn allowed(repository: &str) -> Result<(), SourceError> {
    match address::check(repository) {
        Ok(()) | Err(AddressError::Helper | AddressError::Scheme) => Ok(()),
        Err(reason) => Err(SourceError::Address { address: address::without_password(repository), reason }),
    }
}

fn of_folder(path: &Path, root: &Path) -> Result<Resolved, SourceError> {
    let error = |source| SourceError::Path { path: root.join(path), source };
    // A link to the folder is followed once, here, so that packing sees one real tree.
    let real = root.join(path).canonicalize().map_err(error)?;
    let (files, tree) = folder::contents(&real)?;
    let revision = Revision { commit: None, reference: path.display().to_string(), subject: String::new() };
    Ok(Resolved {
        revision,
        files,
        tree,
        time: None,
        notes: Vec::new(),
        origin: Origin::Folder(real),
        submodules: Vec::new(),
        collisions: Vec::new(),
    })
}

/// A repository on this machine, and the part of it that is released.
struct Place {
    directory: PathBuf,
    folder: String,
    /// As a person knows it.
    name: String,
    /// What relative addresses of submodules start from.
    address: String,
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
        let address = upstream(&git, &directory).await?;
        Ok(Self { directory, folder, name: path.display().to_string(), address })
    }

    async fn resolve(self, wanted: &str, asked: &str, cache: &Path) -> Result<Resolved, SourceError> {
        let git = Git::at(&self.directory);
        let id = reference::commit(&git, wanted, asked, &self.name).await?;
        let (time, subject) = reference::described(&git, &id).await?;
        let mut commit = Commit { directory: self.directory, id, folder: self.folder, large_files: false };
        let Parts { contents, submodules, notes } =
            submodule::parts(&mut commit, &self.address, cache).await?;
        let revision = Revision { commit: Some(commit.id.clone()), reference: asked.to_owned(), subject };
        Ok(Resolved {
            revision,
            files: contents.names.into_iter().collect(),
            tree: contents.tree,
            time,
            notes,
            origin: Origin::Commit(commit),
            submodules,
            collisions: contents.collisions,
        })
    }
}

/// Returns where a repository of this machine came from, as `git submodule` sees it: the remote of the
/// branch, else `origin`, else the repository itself.
async fn upstream(git: &Git, directory: &Path) -> Result<String, GitError> {
    let text = |bytes: Option<Vec<u8>>| {
        let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).trim_end_matches('\n').to_owned();
        (!text.is_empty()).then_some(text)
    };
    let branch = text(git.find(&["symbolic-ref", "--short", "--quiet", "HEAD"]).await?);
    let remote = match branch {
        Some(branch) => text(git.find(&["config", "--get", &format!("branch.{branch}.remote")]).await?),
        None => None,
    };
    let remote = remote.unwrap_or_else(|| "origin".to_owned());
    let url = text(git.find(&["config", "--get", &format!("remote.{remote}.url")]).await?);
    let top = match git.line(&["rev-parse", "--show-toplevel"]).await {
        Ok(top) => PathBuf::from(top),
        // A bare one.
        Err(_) => directory.to_owned(),
    };
    Ok(match url {
        Some(url) if address::is_url(&url) => url,
        Some(path) => top.join(path).display().to_string(),
        None => top.display().to_string(),
    })
}

#[cfg(test)]
mod tests;
