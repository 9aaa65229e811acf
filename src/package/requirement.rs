//! What a release asks of its hosts and is built on, by its own composer.json and package.json.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::source::Resolved;
use crate::build::manifest::NAMES;
use crate::persist::Framework;

/// Returns the PHP versions that composer.json asks for, as it writes them (`^8.1`).
///
/// `None` where there is no composer.json, or it says nothing about PHP.
pub async fn php(resolved: &Resolved) -> Option<String> {
    let composer: Value = serde_json::from_str(&resolved.origin.text("composer.json").await?).ok()?;
    composer.get("require")?.get("php")?.as_str().map(str::to_owned)
}

/// Returns what the release is built on.
pub async fn frameworks(resolved: &Resolved) -> BTreeSet<Framework> {
    let (composer, package) =
        futures::join!(resolved.origin.text("composer.json"), resolved.origin.text("package.json"));
    Framework::detect(&resolved.tree, composer.as_deref(), package.as_deref())
}

/// Returns the texts of the files that tell how a commit is built. A folder is released as it is.
pub async fn build_files(resolved: &Resolved) -> BTreeMap<String, String> {
    if !resolved.is_commit() {
        return BTreeMap::new();
    }
    let there = NAMES.into_iter().filter(|name| resolved.tree.is_file(name));
    let read = there.map(async |name| Some((name.to_owned(), resolved.origin.text(name).await?)));
    futures::future::join_all(read).await.into_iter().flatten().collect()
}
