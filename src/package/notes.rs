//! What a person should know before a commit is released: work that will not be in it, and
//! commits that nobody else has.

use std::path::Path;

use super::git::{Git, GitError};
use super::printable::printable_bytes;
use super::source::{Origin, Resolved};

/// Returns the notes about a repository on this machine; none for a bare one.
pub(super) async fn notes(path: &Path, resolved: &Resolved) -> Result<Vec<String>, GitError> {
    let Origin::Commit(commit) = &resolved.origin else { return Ok(Vec::new()) };
    let mut notes = Vec::new();
    let git = Git::in_folder(path);
    if git.line(&["rev-parse", "--is-inside-work-tree"]).await? == "true" {
        notes.extend(uncommitted(&git).await?);
    }
    notes.extend(unpushed(&commit.git(), &commit.id, &resolved.revision.reference).await?);
    Ok(notes)
}

async fn uncommitted(git: &Git) -> Result<Option<String>, GitError> {
    let output = git.run(&[
        "status",
        "--porcelain=v1",
        "-z",
        "--no-renames",
        "--untracked-files=normal",
        "--ignore-submodules=all",
        "--",
        ".",
    ]);
    let output = output.await?;
    let entries: Vec<&[u8]> = output.split(|byte| *byte == 0).filter(|entry| entry.len() > 3).collect();
    let new = entries.iter().filter(|entry| entry.starts_with(b"??")).count();
    let counts = [(entries.len() - new, "changed"), (new, "new")];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if counts.is_empty() {
        return Ok(None);
    }
    let (noun, verb) = if entries.len() == 1 { ("file", "is") } else { ("files", "are") };
    let names: Vec<String> = entries.iter().take(3).map(|entry| printable_bytes(&entry[3..])).collect();
    let more = if entries.len() > names.len() { ", …" } else { "" };
    let (counts, names) = (counts.join(" and "), names.join(", "));
    Ok(Some(format!("{counts} {noun} {verb} not committed and will not be released: {names}{more}")))
}

/// Says how many commits no remote has. Nothing is said where there is no remote.
async fn unpushed(git: &Git, id: &str, reference: &str) -> Result<Option<String>, GitError> {
    if git.line(&["for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes"]).await?.is_empty() {
        return Ok(None);
    }
    let count = git.line(&["rev-list", "--count", id, "--not", "--remotes", "--"]).await?;
    Ok(match count.as_str() {
        "0" => None,
        "1" => Some(format!("1 commit of {reference} is not pushed")),
        count => Some(format!("{count} commits of {reference} are not pushed")),
    })
}
