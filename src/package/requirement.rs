//! What a release asks of its hosts and is built on, by its own composer.json and package.json.

use std::collections::BTreeSet;

use serde_json::Value;

use super::source::Resolved;
use crate::persist::Framework;

/// Returns the PHP versions that composer.json asks for, as it writes them (`^8.1`).
///
/// `None` where there is no composer.json, or it says nothing about PHP.
pub async fn php(resolved: &Resolved) -> Option<String> {
    let composer: Value = serde_json::from_str(&resolved.origin.text("composer.json").await?).ok()?;
    composer.get("require")?.get("php")?.as_str().map(str::to_owned)
}

/// Returns the text of composer.json.
pub async fn manifest(resolved: &Resolved) -> Option<String> {
    resolved.origin.text("composer.json").await
}

/// Returns the text of `deployer.lock`, which holds deploys to the programs that the project was tried with.
pub async fn pinned(resolved: &Resolved) -> Option<String> {
    resolved.origin.text(crate::analyze::pinned::FILE).await
}

/// Returns what the release is built on.
pub async fn frameworks(resolved: &Resolved) -> BTreeSet<Framework> {
    let (composer, package) =
        futures::join!(resolved.origin.text("composer.json"), resolved.origin.text("package.json"));
    Framework::detect(&resolved.tree, composer.as_deref(), package.as_deref())
}
