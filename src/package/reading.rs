//! Reads files of what is released, before anything is laid out: all that is asked for by one git.
#![expect(clippy::disallowed_methods, reason = "folders are read")]

use std::io::{Seek, Write};

use super::git::GitError;
use super::source::{Commit, Origin, Resolved, SourceError};
use crate::analyze::Files;
use crate::persist::Entry;

/// Returns all files of what is released, with the content of those that are wanted.
///
/// # Errors
/// When git cannot read the commit. A file of a folder that cannot be read has no content.
pub async fn read(resolved: &Resolved, wanted: fn(&str) -> bool) -> Result<Files, SourceError> {
    let mut files = Files::default();
    let mut asked = Vec::new();
    for (path, entry) in resolved.tree.below("") {
        if entry == Entry::File && wanted(&path) {
            asked.push(path);
        } else if entry != Entry::Dir {
            files.insert(path, None);
        }
    }
    match &resolved.origin {
        Origin::Folder(folder) => {
            for path in asked {
                let content = std::fs::read(folder.join(&path)).ok();
                files.insert(path, content);
            }
        }
        Origin::Commit(commit) => of_commit(commit, asked, &mut files).await?,
    }
    Ok(files)
}

async fn of_commit(commit: &Commit, asked: Vec<String>, files: &mut Files) -> Result<(), SourceError> {
    let tree = commit.tree();
    let slash = if tree.ends_with(':') { "" } else { "/" };
    let list: String = asked.iter().map(|path| format!("{tree}{slash}{path}\n")).collect();
    let input = spooled(list.as_bytes())
        .map_err(|source| SourceError::Path { path: std::env::temp_dir(), source })?;
    let output = commit.git().run_with(&["cat-file", "--batch"], input.into()).await?;
    let mut rest = output.as_slice();
    for path in asked {
        let Some((content, after)) = object(rest) else {
            let message = format!("it ended before {path}");
            return Err(GitError::Failed { command: "cat-file".to_owned(), message }.into());
        };
        rest = after;
        files.insert(path, content.map(<[u8]>::to_vec));
    }
    Ok(())
}

/// Puts a text into a file without a name, from which another program reads it.
fn spooled(text: &[u8]) -> std::io::Result<std::fs::File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(text)?;
    file.rewind()?;
    Ok(file)
}

/// Takes `ID blob SIZE`, a line's end, the content and another line's end off the beginning. What is no
/// blob has no content.
fn object(output: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let end = output.iter().position(|byte| *byte == b'\n')?;
    let (head, rest) = (std::str::from_utf8(&output[..end]).ok()?, &output[end + 1..]);
    let mut words = head.rsplit(' ');
    let Some(size) = words.next().and_then(|size| size.parse::<usize>().ok()) else {
        return Some((None, rest));
    };
    let content = rest.get(..size)?;
    Some(((words.next() == Some("blob")).then_some(content), rest.get(size + 1..)?))
}
