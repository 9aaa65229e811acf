//! What lies between the commit that is live and the one that will be.

use crate::plan::Changes;

use super::git::GitError;
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
    commit.git().run(&["cat-file", "-e", &format!("{from_commit}^{{commit}}")]).await.ok()?;
    let mut changes = Changes { from: from_commit.to_owned(), ..Changes::default() };
    changes.commits = commits(commit, from_commit).await.ok()?;
    files(commit, &mut changes).await.ok()?;
    Some(changes)
}

async fn commits(commit: &Commit, from: &str) -> Result<Vec<String>, GitError> {
    let range = format!("{from}..{}", commit.id);
    let mut arguments = vec!["log", "-z", "--no-color", "--no-decorate", "--format=%h %s", &range, "--"];
    // In a part of a larger repository the others' commits say nothing.
    arguments.extend((!commit.folder.is_empty()).then_some(commit.folder.as_str()));
    let output = commit.git().run(&arguments).await?;
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
