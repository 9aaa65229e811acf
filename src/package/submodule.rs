//! Submodules: which repositories a commit has parts of, and where their commits are on this machine.
//! What `.gitmodules` says was written by anybody, so it is looked at before git gets it.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use super::address::{self, AddressError, without_password};
use super::contents::{self, Contents, Gitlink};
use super::filter;
use super::git::GitError;
use super::mirror;
use super::printable::printable;
use super::source::{Commit, SourceError};
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

/// A submodule, found.
#[derive(Clone, Debug)]
pub(super) struct Submodule {
    /// Where it is laid out, from the top of the release.
    pub path: String,
    /// Its commit.
    pub commit: Commit,
}

/// What a release is made of.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// All paths, those in submodules as well.
    pub contents: Contents,
    /// The submodules, each after the one that it lies in.
    pub submodules: Vec<Submodule>,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// A repository whose submodules are to be found.
struct Parent {
    commit: Commit,
    /// What relative addresses start from.
    address: String,
    /// Where it is laid out.
    path: String,
    submodules: Vec<Gitlink>,
}

impl Parent {
    /// Returns where a submodule is laid out, from the top of the release.
    fn place_of(&self, link: &Gitlink) -> String {
        if self.path.is_empty() { link.path.clone() } else { format!("{}/{}", self.path, link.path) }
    }

    /// Returns its path in `.gitmodules`: from the top of the repository, which need not be that of the
    /// release.
    fn listed_as(&self, link: &Gitlink) -> String {
        let folder = &self.commit.folder;
        if folder.is_empty() { link.path.clone() } else { format!("{folder}/{}", link.path) }
    }
}

/// Finds what a commit and its submodules hold. `address` is where the repository came from. The
/// commit learns how it is to be laid out.
///
/// # Errors
/// When a submodule cannot be read, and when a part cannot be laid out whole.
pub(super) async fn parts(commit: &mut Commit, address: &str, cache: &Path) -> Result<Parts, SourceError> {
    let (contents, notes) = look(commit).await?;
    let mut parts = Parts { contents, notes, ..Parts::default() };
    let top = Parent {
        commit: commit.clone(),
        address: address.to_owned(),
        path: String::new(),
        submodules: parts.contents.submodules.clone(),
    };
    let mut parents = VecDeque::from([top]);
    while let Some(parent) = parents.pop_front() {
        let listed =
            if parent.submodules.is_empty() { BTreeMap::new() } else { listed(&parent.commit).await? };
        for link in &parent.submodules {
            if listed.get(&parent.listed_as(link)).is_some_and(|listed| listed.update == "none") {
                let path = printable(&parent.place_of(link));
                let note = format!("`{path}` is released empty: .gitmodules says `update = none` for it");
                parts.notes.push(note);
                continue;
            }
            let (mut submodule, address) = find(&parent, link, &listed, cache).await?;
            let (contents, notes) = look(&mut submodule.commit).await?;
            parts.contents.add_below(&submodule.path, &contents);
            parts.notes.extend(notes);
            let Submodule { path, commit } = submodule.clone();
            parents.push_back(Parent { commit, address, path, submodules: contents.submodules });
            parts.submodules.push(submodule);
        }
    }
    Ok(parts)
}

/// Returns what one repository holds, and what a person should know of it.
async fn look(commit: &mut Commit) -> Result<(Contents, Vec<String>), SourceError> {
    let contents = contents::contents(commit).await?;
    let filters = filter::filters(commit, &contents.attributes).await?;
    commit.large_files = filters.large_files;
    Ok((contents, filters.notes))
}

/// What `.gitmodules` says of a submodule.
#[derive(Clone, Debug, Default)]
struct Listed {
    name: String,
    path: String,
    url: String,
    update: String,
}

/// Reads `.gitmodules` as it is in the commit: by path.
async fn listed(commit: &Commit) -> Result<BTreeMap<String, Listed>, GitError> {
    let file = format!("--blob={}:.gitmodules", commit.id);
    let text = match commit.git().find(&["config", "-z", &file, "--get-regexp", "^submodule\\."]).await {
        Ok(text) => text.unwrap_or_default(),
        Err(GitError::Failed { message, .. }) if message.contains("unable to resolve config blob") => {
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let mut by_name: BTreeMap<String, Listed> = BTreeMap::new();
    for entry in String::from_utf8_lossy(&text).split('\0') {
        let Some((key, value)) = entry.split_once('\n') else { continue };
        let Some((name, variable)) = key.strip_prefix("submodule.").and_then(|key| key.rsplit_once('.'))
        else {
            continue;
        };
        let listed = by_name.entry(name.to_owned()).or_default();
        name.clone_into(&mut listed.name);
        match variable {
            "path" => value.clone_into(&mut listed.path),
            "url" => value.clone_into(&mut listed.url),
            "update" => value.clone_into(&mut listed.update),
            _ => {}
        }
    }
    Ok(by_name.into_values().map(|listed| (listed.path.trim_end_matches('/').to_owned(), listed)).collect())
}

/// Finds one submodule, and where it comes from.
async fn find(
    parent: &Parent,
    link: &Gitlink,
    listed: &BTreeMap<String, Listed>,
    cache: &Path,
) -> Result<(Submodule, String), SourceError> {
    let path = parent.place_of(link);
    let Some(listed) = listed.get(&parent.listed_as(link)) else {
        let commit = parent.commit.short().to_owned();
        return Err(SubmoduleError::Unlisted { path: printable(&path), commit }.into());
    };
    let is_above = |part: &str| part == "..";
    if listed.name.is_empty()
        || listed.name.split(['/', '\\']).any(is_above)
        || listed.name.starts_with(['-', '/'])
    {
        return Err(SubmoduleError::Name { path: printable(&path), name: printable(&listed.name) }.into());
    }
    let (address, beside) = address(parent, listed, &path).await?;
    let at = |directory| Submodule {
        path: path.clone(),
        commit: Commit { directory, id: link.commit.clone(), folder: String::new(), large_files: false },
    };
    // Where the user has it already, as `git submodule update` keeps it.
    let own = at(parent.commit.directory.join("modules").join(&listed.name));
    if own.commit.directory.is_absolute() && mirror::has_commit(&own.commit.git(), &link.commit).await {
        return Ok((own, address));
    }
    match mirror::with_commit(&address, beside, &link.commit, cache).await {
        Ok(Some(directory)) => Ok((at(directory), address)),
        Ok(None) => Err(not_pushed(&path, &address, &link.commit).into()),
        Err(SourceError::Git(GitError::Failed { message, .. })) => {
            Err(unreadable(&path, &address, message).into())
        }
        Err(error) => Err(error),
    }
}

/// Returns where a submodule comes from, and whether that is told from a repository beside it on this
/// machine.
async fn address(parent: &Parent, listed: &Listed, path: &str) -> Result<(String, bool), SourceError> {
    let refused = |reason| SubmoduleError::Address {
        path: printable(path),
        address: without_password(&listed.url),
        reason,
    };
    // What the user's own settings say goes first, as in `git submodule update`.
    let own =
        parent.commit.git().find(&["config", "--get", &format!("submodule.{}.url", listed.name)]).await?;
    let own = own.map(|url| String::from_utf8_lossy(&url).trim_end_matches('\n').to_owned());
    let given = own.filter(|url| !url.is_empty()).unwrap_or_else(|| listed.url.clone());
    address::check(&given).map_err(refused)?;
    let address = address::relative(&parent.address, &given).map_err(refused)?;
    address::check(&address).map_err(refused)?;
    Ok((address.clone(), address != given && address::is_local(&address)))
}

fn not_pushed(path: &str, address: &str, commit: &str) -> SubmoduleError {
    SubmoduleError::NotPushed {
        path: printable(path),
        address: without_password(address),
        commit: commit.get(..7).unwrap_or(commit).to_owned(),
        folder: quote::word(path).unwrap_or_default(),
    }
}

fn unreadable(path: &str, address: &str, message: String) -> SubmoduleError {
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
    SubmoduleError::Unreadable { path: printable(path), address: shown, message, advice }
}

#[cfg(test)]
mod tests;
