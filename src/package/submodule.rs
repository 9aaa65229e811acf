//! Submodules: which repositories a commit has parts of, and where their commits are on this machine.
//! What `.gitmodules` says was written by anybody, so it is looked at before git gets it.

mod error;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use super::address::{self, without_password};
use super::contents::{self, Contents, Gitlink};
use super::filter;
use super::git::GitError;
use super::gitmodules::{Listed, listed};
use super::mirror;
use super::printable::printable;
use super::source::{Commit, SourceError};

pub use error::SubmoduleError;

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
        Ok(None) => Err(SubmoduleError::not_pushed(&path, &address, &link.commit).into()),
        Err(SourceError::Git(GitError::Failed { message, .. })) => {
            Err(SubmoduleError::unreadable(&path, &address, message).into())
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

#[cfg(test)]
mod tests;
