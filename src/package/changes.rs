//! What lies between the commit that is live and the one that will be.

use crate::plan::Changes;

use super::git::{Git, GitError};
use super::printable::printable_bytes;
use super::source::{Commit, Origin, Resolved};

/// Returns how the release differs from the commit that is live.
///
/// `None` where nobody can tell: a folder is released, or the commit is not known here (it was
/// released from another clone, or the history is shallow).
pub async fn changes(resolved: &Resolved, from_commit: &str) -> Option<Changes> {
    let Origin::Commit(commit) = &resolved.origin else { return None };
    // The id comes from a host: nothing but an id gets near a command line.
    let is_id =
        matches!(from_commit.len(), 40 | 64) && from_commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id {
        return None;
    }
    let git = commit.git();
    git.run(&["cat-file", "-e", &format!("{from_commit}^{{commit}}")]).await.ok()?;
    let mut changes = Changes { from: from_commit.to_owned(), ..Changes::default() };
    changes.commits = commits(&git, from_commit, &commit.id, &commit.folder).await.ok()?;
    changes.left = commits(&git, &commit.id, from_commit, &commit.folder).await.ok()?;
    files(commit, &mut changes).await.ok()?;
    Some(changes)
}

/// Says in words what a person would not expect of what lies between the live commit and the release.
pub fn notes(resolved: &Resolved, live: Option<&str>, changes: Option<&Changes>) -> Vec<String> {
    let (Origin::Commit(commit), Some(live)) = (&resolved.origin, live) else { return Vec::new() };
    let (short, new) = (live.get(..7).unwrap_or(live), commit.short());
    let Some(changes) = changes else {
        return vec![format!(
            "the live commit {short} is not known here, so nobody can tell what changes: was it deployed \
             from another clone, or was its branch rewritten? `git fetch` may bring it"
        )];
    };
    let left = match changes.left.len() {
        0 => return Vec::new(),
        1 => "1 commit that is live is".to_owned(),
        count => format!("{count} commits that are live are"),
    };
    vec![if changes.commits.is_empty() {
        format!("{new} is older than the live {short}: {left} taken back")
    } else {
        format!(
            "{new} does not follow from the live {short}: {left} not in it (another branch, or a rewritten \
             one?); `git log {new}..{short}` shows them"
        )
    }]
}

/// Returns the commits on the way from one to another, newest first.
async fn commits(git: &Git, from: &str, to: &str, folder: &str) -> Result<Vec<String>, GitError> {
    let range = format!("{from}..{to}");
    let mut arguments = vec!["log", "-z", "--no-color", "--no-decorate", "--format=%h %s", &range, "--"];
    // In a part of a larger repository the others' commits say nothing.
    arguments.extend((!folder.is_empty()).then_some(folder));
    let output = git.run(&arguments).await?;
    Ok(output.split(|byte| *byte == 0).filter(|line| !line.is_empty()).map(printable_bytes).collect())
}

async fn files(commit: &Commit, changes: &mut Changes) -> Result<(), GitError> {
    let relative = format!("--relative={}/", commit.folder);
    let mut arguments = vec!["diff-tree", "-r", "-z", "--no-renames", "--name-status"];
    arguments.extend((!commit.folder.is_empty()).then_some(relative.as_str()));
    let output = commit.git().run(&[arguments, vec![&changes.from, &commit.id, "--"]].concat()).await?;
    let mut fields = output.split(|byte| *byte == 0);
    while let (Some(status), Some(path)) = (fields.next(), fields.next()) {
        let list = match status {
            b"A" => &mut changes.added,
            b"D" => &mut changes.removed,
            _ => &mut changes.changed,
        };
        list.push(printable_bytes(path));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
