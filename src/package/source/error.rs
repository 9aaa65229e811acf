//! Why what is to be released cannot be, each with the way out.

use std::io;
use std::path::PathBuf;

use crate::package::address::AddressError;
use crate::package::git::GitError;
use crate::package::submodule::SubmoduleError;

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
    /// An address that git is not given.
    #[error("`source.git: {address}` is no address of a repository: {reason}")]
    Address {
        /// What is written in deploy.yml.
        address: String,
        /// What is wrong with it.
        reason: AddressError,
    },
    /// A part that lives in another repository.
    #[error(transparent)]
    Submodule(#[from] SubmoduleError),
    /// Large files whose content git cannot get.
    #[error(
        "the commit keeps files in Git LFS, and git-lfs is not on this machine: {first}{}; \
         install it (`apt install git-lfs`, `brew install git-lfs`)", and_more(*more)
    )]
    LargeFiles {
        /// One of them.
        first: String,
        /// How many more there are.
        more: usize,
    },
    /// Two names that are one on this machine.
    #[error(
        "`{first}` and `{second}` differ only in case, and the folder {} cannot hold both: rename one of \
         them, or deploy from Linux", area.display()
    )]
    Case {
        /// One.
        first: String,
        /// The other.
        second: String,
        /// Where they were to be laid out.
        area: PathBuf,
    },
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

fn and_more(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" and {more} more") }
}
