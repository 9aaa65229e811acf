//! Repositories behind a URL: a bare copy of each in the cache, brought up to date by a fetch.
#![expect(clippy::disallowed_methods, reason = "the cache is made of files")]

use std::fs::File;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::git::{Git, GitError};
use super::source::SourceError;
use super::work_area::{self, private_directory};

/// The remote's own choice of branch, which a mirror has no other place for.
const REMOTE_HEAD: &str = "refs/deployer/HEAD";

/// Tells a URL from a path, as git does: `scheme://…`, or `[user@]host:path`.
pub(super) fn is_url(repository: &str) -> bool {
    let before = repository.split('/').next().unwrap_or(repository);
    repository.contains("://") || before.contains(':')
}

/// Returns the URL as it may be shown.
pub(super) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        // A token may stand in the place of the user, so nothing of both is shown.
        Some((_, host)) => format!("{scheme}://{host}{path}"),
        None => url.to_owned(),
    }
}

/// Returns the name that a reference of the remote has in its mirror.
pub(super) fn reference(asked: &str) -> &str {
    if asked == "HEAD" { REMOTE_HEAD } else { asked }
}

/// Brings the mirror up to date and returns its directory.
pub(super) async fn update(url: &str, asked: &str, cache: &Path) -> Result<PathBuf, SourceError> {
    let mirrors = cache.join("repositories");
    let error = |source| SourceError::Path { path: mirrors.clone(), source };
    private_directory(&mirrors).map_err(error)?;
    let digest = Sha256::digest(url.as_bytes());
    let name: String = digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
    let directory = mirrors.join(format!("{name}.git"));
    // Two runs that fetch at once would stumble over each other's references.
    let lock = File::create(mirrors.join(format!("{name}.lock"))).map_err(error)?;
    work_area::wait_for(&lock).await.map_err(error)?;
    let git = Git::at(&directory);
    git.run(&["init", "--bare", "--quiet"]).await?;
    let fetched = fetch(&git, url, asked).await;
    fetched.map(|()| directory).map_err(|error| in_words(error, url))
}

async fn fetch(git: &Git, url: &str, asked: &str) -> Result<(), GitError> {
    let head = format!("+HEAD:{REMOTE_HEAD}");
    let mut arguments =
        vec!["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-auto-gc"];
    arguments.extend(["--end-of-options", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);
    arguments.extend((asked == "HEAD").then_some(head.as_str()));
    git.run(&arguments).await.map(drop)
}

fn in_words(error: GitError, url: &str) -> SourceError {
    let GitError::Failed { command, message } = error else { return error.into() };
    if message.contains("couldn't find remote ref HEAD") {
        return SourceError::NoCommits { repository: without_password(url) };
    }
    GitError::Failed { command, message: message.replace(url, &without_password(url)) }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_paths_are_told_apart_as_git_does() {
        for url in ["https://x.example/a.git", "git@x.example:a/b.git", "file:///srv/a.git", "host:a"] {
            assert!(is_url(url), "{url}");
        }
        for path in [".", "../shop", "/srv/a:b.git", "./a:b", "shop"] {
            assert!(!is_url(path), "{path}");
        }
    }

    #[test]
    fn what_a_url_says_about_the_user_is_not_shown() {
        assert_eq!(without_password("https://ana:p@ss@x.example/a@b.git"), "https://x.example/a@b.git");
        assert_eq!(without_password("git@x.example:a/b.git"), "git@x.example:a/b.git");
        let failed = GitError::Failed {
            command: "fetch".to_owned(),
            message: "unable to access 'https://ana:pw@x.example/a.git'".to_owned(),
        };
        let error = in_words(failed, "https://ana:pw@x.example/a.git");
        assert_eq!(error.to_string(), "`git fetch` failed: unable to access 'https://x.example/a.git'");
    }
}
