//! What a release asks of its hosts, by its own composer.json.
#![expect(clippy::disallowed_methods, reason = "a folder that is released is read")]

use serde_json::Value;

use super::source::{Origin, Resolved};

/// Returns the PHP versions that composer.json asks for, as it writes them (`^8.1`).
///
/// `None` where there is no composer.json, or it says nothing about PHP.
pub async fn php(resolved: &Resolved) -> Option<String> {
    let text = match &resolved.origin {
        Origin::Folder(folder) => std::fs::read(folder.join("composer.json")).ok()?,
        Origin::Commit(commit) => {
            let tree = commit.tree();
            let path = if tree.ends_with(':') { "composer.json" } else { "/composer.json" };
            commit.git().run(&["show", &format!("{tree}{path}")]).await.ok()?
        }
    };
    let composer: Value = serde_json::from_slice(&text).ok()?;
    composer.get("require")?.get("php")?.as_str().map(str::to_owned)
}
