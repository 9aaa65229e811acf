//! What a person should know before a commit is released: work that will not be in it, and how it
//! stands to what others have. Each with the command to type.

use std::path::Path;

use super::git::{Git, GitError};
use super::printable::{printable, printable_bytes};
use super::source::{Origin, Resolved};
use crate::template::quote;

/// Returns the notes about a repository on this machine; none for a bare one.
pub(super) async fn notes(path: &Path, resolved: &Resolved) -> Result<Vec<String>, GitError> {
    let Origin::Commit(commit) = &resolved.origin else { return Ok(Vec::new()) };
    let reference = &resolved.revision.reference;
    let mut notes = Vec::new();
    let git = Git::in_folder(path);
    let branch = Branch::find(&commit.git(), reference).await?;
    if git.line(&["rev-parse", "--is-inside-work-tree"]).await? == "true" {
        notes.extend(uncommitted(&git).await?);
        if branch.is_some() {
            notes.extend(elsewhere(&git, &commit.id, reference).await?);
        }
    }
    let against_upstream = match &branch {
        Some(branch) => branch.against_upstream(&commit.git()).await?,
        None => None,
    };
    match against_upstream {
        Some(note) => notes.push(note),
        None => notes.extend(unpushed(&commit.git(), &commit.id, reference).await?),
    }
    Ok(notes)
}

/// A branch of the repository, and the one that it follows.
struct Branch {
    name: String,
    upstream: Option<String>,
}

impl Branch {
    async fn find(git: &Git, reference: &str) -> Result<Option<Self>, GitError> {
        let name = if reference == "HEAD" {
            let head = git.find(&["symbolic-ref", "--short", "--quiet", "HEAD"]).await?;
            head.map(|name| String::from_utf8_lossy(&name).trim().to_owned())
        } else {
            Some(reference.to_owned())
        };
        let Some(name) = name else { return Ok(None) };
        let full = format!("refs/heads/{name}");
        let found =
            git.line(&["for-each-ref", "--format=%(refname)%09%(upstream:short)", "--", &full]).await?;
        // What is asked for with a pattern's signs, or as a folder, finds others.
        let line = found.lines().find_map(|line| line.strip_prefix(&format!("{full}\t")));
        Ok(line.map(|upstream| Self {
            name,
            upstream: Some(upstream.to_owned()).filter(|name| !name.is_empty()),
        }))
    }

    /// Says how the branch stands to the one that it follows, as far as this clone knows. Nothing
    /// where it is only ahead.
    async fn against_upstream(&self, git: &Git) -> Result<Option<String>, GitError> {
        let Self { name, upstream: Some(upstream) } = self else { return Ok(None) };
        let range = format!("refs/heads/{name}...{upstream}");
        // The branch of the other side may be gone.
        let Ok(counts) =
            git.line(&["rev-list", "--left-right", "--count", "--end-of-options", &range, "--"]).await
        else {
            return Ok(None);
        };
        let (ahead, behind) = counts.split_once('\t').unwrap_or(("0", "0"));
        let shown = printable(upstream);
        let release = format!("or release that: `--ref {}`", word(upstream));
        let name = printable(name);
        Ok(match (ahead, behind) {
            (_, "0") => None,
            ("0", behind) => Some(format!(
                "{name} lacks {} of {shown}: bring them here (`git pull`), {release}",
                commits(behind)
            )),
            (ahead, behind) => Some(format!(
                "{name} and {shown} have diverged, {} here and {} there: `git pull --rebase`, {release}",
                commits(ahead),
                commits(behind)
            )),
        })
    }
}

fn word(name: &str) -> String {
    printable(&quote::word(name).unwrap_or_default())
}

fn commits(count: &str) -> String {
    if count == "1" { "1 commit".to_owned() } else { format!("{count} commits") }
}

/// Says that another branch is checked out, with other work.
async fn elsewhere(git: &Git, id: &str, reference: &str) -> Result<Option<String>, GitError> {
    let head = git.find(&["symbolic-ref", "--short", "--quiet", "HEAD"]).await?;
    let Some(head) = head.map(|name| String::from_utf8_lossy(&name).trim().to_owned()) else {
        return Ok(None);
    };
    let range = format!("{id}..HEAD");
    let more = git.find(&["rev-list", "--count", &range, "--"]).await?.unwrap_or_default();
    let more = String::from_utf8_lossy(&more).trim().to_owned();
    Ok((reference != "HEAD" && head != reference && more != "0").then(|| {
        let (reference, shown) = (printable(reference), printable(&head));
        format!(
            "{shown} is checked out, with {} more than {reference}, which is released: \
             `--ref {}` releases it",
            commits(&more),
            word(&head)
        )
    }))
}

async fn uncommitted(git: &Git) -> Result<Option<String>, GitError> {
    let output = git.run(&[
        "status",
        "--porcelain=v1",
        "-z",
        "--no-renames",
        "--untracked-files=normal",
        "--ignore-submodules=untracked",
        "--",
        ".",
    ]);
    let output = output.await?;
    let entries: Vec<&[u8]> = output.split(|byte| *byte == 0).filter(|entry| entry.len() > 3).collect();
    let new = entries.iter().filter(|entry| entry.starts_with(b"??")).count();
    let staged = entries.iter().filter(|entry| entry[0] != b'?' && entry[1] == b' ').count();
    let counts = [(staged, "staged"), (entries.len() - new - staged, "changed"), (new, "new")];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let Some((last, first)) = counts.split_last() else { return Ok(None) };
    let first = first.join(", ");
    let counts = if first.is_empty() { last.clone() } else { format!("{first} and {last}") };
    let (noun, verb) = if entries.len() == 1 { ("file", "is") } else { ("files", "are") };
    let names: Vec<String> = entries.iter().take(3).map(|entry| printable_bytes(&entry[3..])).collect();
    let more = if entries.len() > names.len() { ", …" } else { "" };
    let add = if entries.len() == staged { "git commit" } else { "git add -A && git commit" };
    Ok(Some(format!(
        "{counts} {noun} {verb} not committed and will not be released (`{add}`): {}{more}",
        names.join(", ")
    )))
}

/// Says how many commits no remote has. Nothing is said where there is no remote.
async fn unpushed(git: &Git, id: &str, reference: &str) -> Result<Option<String>, GitError> {
    if git.line(&["for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes"]).await?.is_empty() {
        return Ok(None);
    }
    let count = git.line(&["rev-list", "--count", id, "--not", "--remotes", "--"]).await?;
    let verb = if count == "1" { "is" } else { "are" };
    Ok((count != "0").then(|| {
        format!(
            "{} of {} {verb} not pushed, nobody else has what will be live: `git push`",
            commits(&count),
            printable(reference)
        )
    }))
}

#[cfg(test)]
mod tests;
