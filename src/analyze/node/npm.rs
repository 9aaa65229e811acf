//! package-lock.json, in all its versions: whether `npm ci` would take it.

use serde_json::{Map, Value};

use super::super::constraint::{Dialect, allows};
use super::{Difference, Wanted};

/// Returns what package.json asks for and the lock file does not have.
///
/// # Errors
/// When it is not a JSON object.
pub(super) fn differences(text: &str, wanted: &Wanted) -> Result<Vec<Difference>, serde_json::Error> {
    let lock: Map<String, Value> = serde_json::from_str(text)?;
    let entry = |name: &str| match lock.get("packages") {
        Some(packages) => packages.get(format!("node_modules/{name}")),
        None => lock.get("dependencies")?.get(name),
    };
    let difference = |(name, range): (&String, &String)| {
        let Some(entry) = entry(name) else {
            return Some(Difference { name: name.clone(), text: format!("has no {name}") });
        };
        let version = entry.get("version").and_then(Value::as_str)?;
        let text = format!("has {name} {version}, and package.json asks for {range}");
        (allows(Dialect::Npm, numbers(range)?, version) == Some(false))
            .then(|| Difference { name: name.clone(), text })
    };
    Ok(wanted.iter().filter_map(difference).collect())
}

/// Returns the range of versions; `None` for an address, a folder or a tag.
fn numbers(range: &str) -> Option<&str> {
    let range = match range.strip_prefix("npm:") {
        Some(alias) => alias.rsplit_once('@').filter(|(name, _)| !name.is_empty())?.1,
        None => range,
    };
    (!range.contains([':', '/'])).then_some(range)
}
