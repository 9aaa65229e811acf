//! What a release asks of its hosts and is built on, by its own composer.json and package.json.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::source::Resolved;
use crate::analyze::Platform;
use crate::analyze::composer::Lock;
use crate::build::manifest::NAMES;
use crate::persist::Framework;

/// What Composer has installed, in a `vendor`.
const INSTALLED: &str = "vendor/composer/installed.json";

/// Returns what the project and its packages ask of PHP; nothing where there is no composer.json.
pub async fn platform(resolved: &Resolved) -> Platform {
    let (manifest, lock) =
        futures::join!(resolved.origin.text("composer.json"), resolved.origin.text("composer.lock"));
    manifest.map(|manifest| Platform::of(&manifest, lock.as_deref())).unwrap_or_default()
}

/// Returns the text of composer.json.
pub async fn manifest(resolved: &Resolved) -> Option<String> {
    resolved.origin.text("composer.json").await
}

/// Returns the text of `deployer.lock`, which holds deploys to the programs that the project was tried with.
pub async fn pinned(resolved: &Resolved) -> Option<String> {
    resolved.origin.text(crate::analyze::pinned::FILE).await
}

/// Returns the settings that an application has, as its `.env.example` lists them.
pub async fn env_example(resolved: &Resolved) -> Option<String> {
    resolved.origin.text(".env.example").await
}

/// Tells whether the application's packages read `.env` files with phpdotenv.
pub async fn reads_with_phpdotenv(resolved: &Resolved) -> bool {
    let lock = resolved.origin.text("composer.lock").await;
    let lock = lock.and_then(|text| serde_json::from_str::<Value>(&text).ok()).unwrap_or_default();
    let packages = lock.get("packages").and_then(Value::as_array).into_iter().flatten();
    packages
        .into_iter()
        .any(|package| package.get("name").and_then(Value::as_str) == Some("vlucas/phpdotenv"))
}

/// Returns the packages for production, with their versions: those of composer.lock, or of a `vendor` that
/// is committed without one.
pub async fn packages(resolved: &Resolved) -> BTreeMap<String, String> {
    let lock = match resolved.origin.text("composer.lock").await {
        Some(text) => Lock::parse(&text).ok(),
        None => None,
    };
    let lock = match lock {
        None => resolved.origin.text(INSTALLED).await.and_then(|text| Lock::parse_installed(&text)),
        lock => lock,
    };
    let lock = lock.unwrap_or_default();
    lock.production().map(|package| (package.name.clone(), package.version.clone())).collect()
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
