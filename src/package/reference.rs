//! From the name of a branch, tag or commit to the commit's id.

use jiff::Timestamp;

use super::git::{Git, GitError};
use super::printable::printable;
use super::source::SourceError;

/// Refuses what could be taken for an option or end a line.
pub(super) fn check(reference: &str) -> Result<(), SourceError> {
    let bad = reference.is_empty() || reference.starts_with('-') || reference.contains(char::is_control);
    if bad { Err(SourceError::BadReference { reference: printable(reference) }) } else { Ok(()) }
}

/// Returns the full id of the commit that `wanted` names; `asked` is what the user wrote.
pub(super) async fn commit(
    git: &Git,
    wanted: &str,
    asked: &str,
    repository: &str,
) -> Result<String, SourceError> {
    let commit = format!("{wanted}^{{commit}}");
    match git.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).await {
        Ok(id) => Ok(id),
        Err(GitError::Failed { .. }) => Err(unknown(git, asked, repository).await?),
        Err(error) => Err(error.into()),
    }
}

/// Returns the time of a commit, and the first line of its message.
pub(super) async fn described(git: &Git, id: &str) -> Result<(Option<Timestamp>, String), GitError> {
    let line =
        git.line(&["log", "-1", "--no-color", "--format=%ct %s", "--end-of-options", id, "--"]).await?;
    let (seconds, subject) = line.split_once(' ').unwrap_or((&line, ""));
    let time = seconds.parse().ok().filter(|seconds| *seconds > 0);
    Ok((time.and_then(|seconds| Timestamp::from_second(seconds).ok()), printable(subject)))
}

async fn unknown(git: &Git, asked: &str, repository: &str) -> Result<SourceError, GitError> {
    let repository = repository.to_owned();
    if git.line(&["rev-list", "--all", "--max-count=1"]).await?.is_empty() {
        return Ok(SourceError::NoCommits { repository });
    }
    let names =
        git.line(&["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags"]);
    let names = names.await?;
    Ok(SourceError::UnknownReference {
        reference: asked.to_owned(),
        repository,
        close: close(asked, names.lines()),
    })
}

/// Returns the names that a person may have meant, the closest first, at most three.
fn close<'a>(asked: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    const ALIKE: f64 = 0.6;
    let likeness = |name: &str| {
        // `main` where only `origin/main` is there.
        let last = name.rsplit_once('/').map_or(name, |(_, last)| last);
        strsim::normalized_damerau_levenshtein(asked, name)
            .max(strsim::normalized_damerau_levenshtein(asked, last) * 0.99)
    };
    let mut names: Vec<(f64, &str)> =
        names.map(|name| (likeness(name), name)).filter(|(alike, _)| *alike > ALIKE).collect();
    names.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    names.into_iter().take(3).map(|(_, name)| printable(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_names_are_told_the_closest_first() {
        let names = ["develop", "origin/main", "man", "release/2.1", "main-2"];
        assert_eq!(close("main", names.into_iter()), ["origin/main", "man", "main-2"]);
        assert_eq!(close("xyz", names.into_iter()), Vec::<String>::new());
    }

    #[test]
    fn an_option_is_not_a_reference() {
        for bad in ["", "--all", "-x", "main\n", "a\0b", "a\u{1b}[31m"] {
            assert!(matches!(check(bad), Err(SourceError::BadReference { .. })), "{bad:?}");
        }
        for good in ["main", "v1.0^{}", "feature/$(touch x)", "naïve", "HEAD~2"] {
            assert!(check(good).is_ok(), "{good:?}");
        }
    }
}
