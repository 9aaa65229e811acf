//! What git runs the content of files through before it lays them out: Git LFS, git-crypt. Where such
//! a filter is not set up, git lays out what it has stored, without a word.

use std::collections::BTreeSet;

use super::git::{Git, GitError};
use super::printable::printable_bytes;
use super::source::{Commit, SourceError};

/// The first line of what git keeps in the place of a large file.
const POINTER: &str = "version https://git-lfs.github.com/spec/v1";

/// What `git lfs install` would write into the user's settings.
pub(super) const LARGE_FILES: [&str; 3] = [
    "filter.lfs.process=git-lfs filter-process",
    "filter.lfs.smudge=git-lfs smudge -- %f",
    "filter.lfs.clean=git-lfs clean -- %f",
];

/// What must be known of a commit's filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filters {
    /// Whether it is laid out with [`LARGE_FILES`].
    pub large_files: bool,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// Looks at the filters that a commit asks for. `attributes` are its `.gitattributes` files, from the
/// top of what is released.
///
/// # Errors
/// When files are kept in Git LFS and this machine cannot get them.
pub(super) async fn filters(commit: &Commit, attributes: &[String]) -> Result<Filters, SourceError> {
    let git = commit.git();
    let mut found = Filters::default();
    for name in names(commit, attributes).await? {
        let is_set_up = setting(&git, &name, "process").await?.or(setting(&git, &name, "smudge").await?);
        if name == "lfs" {
            found.large_files = large_files(commit, is_set_up.as_deref()).await?;
        } else if is_set_up.is_none() {
            found.notes.push(format!(
                "files with `filter={name}` are released as git stores them: the filter is not set up \
                 for this repository on this machine"
            ));
        }
    }
    Ok(found)
}

/// Returns the names of the filters in all attributes that count for the release.
async fn names(commit: &Commit, attributes: &[String]) -> Result<BTreeSet<String>, GitError> {
    let folder = if commit.folder.is_empty() { String::new() } else { format!("{}/", commit.folder) };
    let mut files: Vec<String> = attributes.iter().map(|path| format!("{folder}{path}")).collect();
    files.extend(above(commit).await?);
    if files.is_empty() {
        return Ok(BTreeSet::new());
    }
    let objects = files.iter().map(|path| format!("{}:{path}", commit.id));
    let arguments: Vec<String> = ["show".to_owned()].into_iter().chain(objects).collect();
    let text = commit.git().run(&arguments).await?;
    let text = String::from_utf8_lossy(&text);
    let words = text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    Ok(words.filter_map(|word| word.strip_prefix("filter=")).map(str::to_owned).collect())
}

/// Returns the `.gitattributes` files in the folders above the one that is released.
async fn above(commit: &Commit) -> Result<Vec<String>, GitError> {
    let folders = commit.folder.split('/').scan(String::new(), |path, name| {
        let file = format!("{path}.gitattributes");
        *path += &format!("{name}/");
        Some(file)
    });
    let mut arguments: Vec<String> =
        ["ls-tree", "-z", "--name-only", "--full-tree", &commit.id, "--"].map(str::to_owned).into();
    if commit.folder.is_empty() {
        return Ok(Vec::new());
    }
    arguments.extend(folders);
    let listing = commit.git().run(&arguments).await?;
    Ok(listing.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(printable_bytes).collect())
}

async fn setting(git: &Git, filter: &str, name: &str) -> Result<Option<String>, GitError> {
    let value = git.find(&["config", "--get", &format!("filter.{filter}.{name}")]).await?;
    Ok(value.map(|value| String::from_utf8_lossy(&value).trim().to_owned()))
}

/// Tells whether the program has to set up Git LFS itself.
async fn large_files(commit: &Commit, is_set_up: Option<&str>) -> Result<bool, SourceError> {
    let own =
        is_set_up.is_some_and(|command| !command.starts_with("git-lfs") && !command.starts_with("git lfs"));
    if own {
        return Ok(false);
    }
    let git = commit.git();
    if git.run(&["lfs", "version"]).await.is_ok() {
        return Ok(true);
    }
    let mut arguments =
        vec!["grep", "--full-name", "--name-only", "-z", "-F", "-e", POINTER, &commit.id, "--"];
    arguments.extend((!commit.folder.is_empty()).then_some(commit.folder.as_str()));
    let found = git.find(&arguments).await?.unwrap_or_default();
    let paths: Vec<String> = found
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty())
        .map(|path| {
            printable_bytes(path).split_once(':').map_or_else(String::new, |(_, path)| path.to_owned())
        })
        .collect();
    match paths.first() {
        None => Ok(false),
        Some(first) => Err(SourceError::LargeFiles { first: first.clone(), more: paths.len() - 1 }),
    }
}
