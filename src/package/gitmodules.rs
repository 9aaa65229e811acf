//! What a commit's `.gitmodules` says of its submodules. Anybody may have written it.

use std::collections::BTreeMap;

use super::git::GitError;
use super::source::Commit;

/// What `.gitmodules` says of a submodule.
#[derive(Clone, Debug, Default)]
pub(super) struct Listed {
    /// Its name, which a folder of git's has, too.
    pub name: String,
    /// Where it is, from the top of the repository.
    pub path: String,
    /// Where it comes from, as it is written.
    pub url: String,
    /// How `git submodule update` brings it; `none`: not at all.
    pub update: String,
}

/// Reads `.gitmodules` as it is in the commit: by path.
pub(super) async fn listed(commit: &Commit) -> Result<BTreeMap<String, Listed>, GitError> {
    let file = format!("--blob={}:.gitmodules", commit.id);
    let text = match commit.git().find(&["config", "-z", &file, "--get-regexp", "^submodule\\."]).await {
        Ok(text) => text.unwrap_or_default(),
        Err(GitError::Failed { message, .. }) if message.contains("unable to resolve config blob") => {
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let mut by_name: BTreeMap<String, Listed> = BTreeMap::new();
    for entry in String::from_utf8_lossy(&text).split('\0') {
        let Some((key, value)) = entry.split_once('\n') else { continue };
        let Some((name, variable)) = key.strip_prefix("submodule.").and_then(|key| key.rsplit_once('.'))
        else {
            continue;
        };
        let listed = by_name.entry(name.to_owned()).or_default();
        name.clone_into(&mut listed.name);
        match variable {
            "path" => value.clone_into(&mut listed.path),
            "url" => value.clone_into(&mut listed.url),
            "update" => value.clone_into(&mut listed.update),
            _ => {}
        }
    }
    Ok(by_name.into_values().map(|listed| (listed.path.trim_end_matches('/').to_owned(), listed)).collect())
}
