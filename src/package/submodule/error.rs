//! Why a submodule cannot be released, each with the way out.

use crate::package::address::{AddressError, without_password};
use crate::package::printable::printable;
use crate::template::quote;

/// A submodule cannot be released.
#[derive(Debug, thiserror::Error)]
pub enum SubmoduleError {
    /// A commit of another repository, and nobody says which.
    #[error(
        "`{path}` is a submodule, and .gitmodules of commit {commit} does not say where it comes from: \
         add it there (`git submodule add URL {path}`), or remove it (`git rm --cached {path}`), and commit"
    )]
    Unlisted {
        /// Where it is.
        path: String,
        /// The commit that has it, its first digits.
        commit: String,
    },
    /// A name that is no folder's.
    #[error(
        "submodule `{path}`: its name in .gitmodules, `{name}`, leads out of the repository: rename it there"
    )]
    Name {
        /// Where it is.
        path: String,
        /// The name.
        name: String,
    },
    /// An address that does more than name a repository.
    #[error(
        "submodule `{path}`: the url `{address}` in .gitmodules is not used: {reason}; \
         write an https or ssh URL there and commit"
    )]
    Address {
        /// Where it is.
        path: String,
        /// What is written there.
        address: String,
        /// What is wrong with it.
        reason: AddressError,
    },
    /// The repository cannot be reached.
    #[error("submodule `{path}` cannot be read from {address}: {message}\n{advice}")]
    Unreadable {
        /// Where it is.
        path: String,
        /// The repository, without passwords.
        address: String,
        /// What git said.
        message: String,
        /// What to type.
        advice: String,
    },
    /// The repository does not have the commit.
    #[error("submodule `{path}`: {address} has no commit {commit}: push it there (`git -C {folder} push`)")]
    NotPushed {
        /// Where it is.
        path: String,
        /// The repository, without passwords.
        address: String,
        /// The commit's first digits.
        commit: String,
        /// The path as a word of the shell.
        folder: String,
    },
}

impl SubmoduleError {
    /// Says that a repository lacks a commit.
    pub(super) fn not_pushed(path: &str, address: &str, commit: &str) -> Self {
        Self::NotPushed {
            path: printable(path),
            address: without_password(address),
            commit: commit.get(..7).unwrap_or(commit).to_owned(),
            folder: quote::word(path).unwrap_or_default(),
        }
    }

    /// Says that git could not read a repository, with what it said.
    pub(super) fn unreadable(path: &str, address: &str, message: String) -> Self {
        let shown = without_password(address);
        let advice = if message.contains("transport 'file' not allowed") {
            "git reads submodules from folders of this machine only where it is told to: \
         `git config --global protocol.file.allow always`"
                .to_owned()
        } else {
            format!(
                "try `git ls-remote {}` as the same user: the key or the token may lack the right to read it",
                quote::word(&shown).unwrap_or_default()
            )
        };
        Self::Unreadable { path: printable(path), address: shown, message, advice }
    }
}
