//! Repositories behind a URL: a bare copy of each in the cache, brought up to date by a fetch.
#![expect(clippy::disallowed_methods, reason = "the cache is made of files")]

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::address::without_password;
use super::git::{Git, GitError};
use super::source::SourceError;
use super::work_area::{self, private_directory};

/// The remote's own choice of branch, which a mirror has no other place for.
const REMOTE_HEAD: &str = "refs/deployer/HEAD";

/// What is fetched of a repository: its branches and tags.
const ALL: [&str; 2] = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];

/// Returns the name that a reference of the remote has in its mirror.
pub(super) fn reference(asked: &str) -> &str {
    if asked == "HEAD" { REMOTE_HEAD } else { asked }
}

/// Brings the mirror up to date and returns its directory.
pub(super) async fn update(url: &str, asked: &str, cache: &Path) -> Result<PathBuf, SourceError> {
    let mirror = Mirror::open(url, cache).await?;
    let head = format!("+HEAD:{REMOTE_HEAD}");
    let head = (asked == "HEAD").then_some(head.as_str());
    match mirror.fetch(&Git::at(&mirror.directory), ALL.into_iter().chain(head)).await {
        Ok(()) => Ok(mirror.directory.clone()),
        Err(GitError::Failed { message, .. }) if message.contains("couldn't find remote ref HEAD") => {
            Err(SourceError::NoCommits { repository: without_password(url) })
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the directory of a mirror that has a commit: what was fetched once is not fetched again.
///
/// Nobody typed the URL, so it is used only as git uses those of submodules; `beside` says that it is
/// given from a repository on this machine, which a person did name.
pub(super) async fn with_commit(
    url: &str,
    beside: bool,
    id: &str,
    cache: &Path,
) -> Result<Option<PathBuf>, SourceError> {
    let mirror = Mirror::open(url, cache).await?;
    let directory = mirror.directory.clone();
    if has_commit(&Git::at(&directory), id).await {
        return Ok(Some(directory));
    }
    let allowed: &[&str] = if beside { &["protocol.file.allow=always"] } else { &[] };
    let git = Git::at(&directory).for_foreign_url().with_settings(allowed);
    mirror.fetch(&git, ALL).await?;
    if has_commit(&git, id).await {
        return Ok(Some(directory));
    }
    // No branch leads to it, but many servers give what is asked for by its id.
    let asked = format!("+{id}:refs/deployer/{id}");
    let _refused = mirror.fetch(&git, [asked.as_str()]).await;
    Ok(has_commit(&git, id).await.then_some(directory))
}

/// Tells whether a repository has a commit.
pub(super) async fn has_commit(git: &Git, id: &str) -> bool {
    git.run(&["cat-file", "-e", &format!("{id}^{{commit}}")]).await.is_ok()
}

/// A mirror that nobody else fetches into: two fetches at once would stumble over each other's
/// references.
struct Mirror {
    url: String,
    directory: PathBuf,
    _lock: File,
}

impl Mirror {
    async fn open(url: &str, cache: &Path) -> Result<Self, SourceError> {
        let mirrors = cache.join("repositories");
        let error = |source| SourceError::Path { path: mirrors.clone(), source };
        private_directory(&mirrors).map_err(error)?;
        let digest = Sha256::digest(url.as_bytes());
        let name: String = digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
        let directory = mirrors.join(format!("{name}.git"));
        let lock = File::create(mirrors.join(format!("{name}.lock"))).map_err(error)?;
        work_area::wait_for(&lock).await.map_err(error)?;
        let git = Git::at(&directory);
        git.run(&["init", "--bare", "--quiet"]).await?;
        // Git LFS looks there for the server; and no list of processes shows a token.
        let origin = git.find(&["config", "--get", "remote.origin.url"]).await?;
        if origin.is_none() {
            name_origin(&directory, url).map_err(error)?;
        }
        Ok(Self { url: url.to_owned(), directory, _lock: lock })
    }

    async fn fetch<'a>(
        &self,
        git: &Git,
        references: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), GitError> {
        let mut arguments =
            vec!["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-auto-gc"];
        arguments.extend(["--end-of-options", "origin"]);
        arguments.extend(references);
        git.run(&arguments).await.map(drop).map_err(|error| in_words(error, &self.url))
    }
}

/// Writes the URL into the mirror's settings.
fn name_origin(directory: &Path, url: &str) -> io::Result<()> {
    let escaped = url.replace('\\', "\\\\").replace('"', "\\\"");
    let mut file = OpenOptions::new().append(true).open(directory.join("config"))?;
    writeln!(file, "[remote \"origin\"]\n\turl = \"{escaped}\"")
}

fn in_words(error: GitError, url: &str) -> GitError {
    match error {
        GitError::Failed { command, message } => {
            GitError::Failed { command, message: message.replace(url, &without_password(url)) }
        }
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_says_about_the_user_is_not_in_the_words_of_git() {
        let failed = GitError::Failed {
            command: "fetch".to_owned(),
            message: "unable to access 'https://ana:pw@x.example/a.git'".to_owned(),
        };
        let error = in_words(failed, "https://ana:pw@x.example/a.git");
        assert_eq!(error.to_string(), "`git fetch` failed: unable to access 'https://x.example/a.git'");
    }
}
