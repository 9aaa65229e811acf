//! yarn.lock, of yarn 1 and of the later ones: whether it has an entry for each range of package.json.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Difference, Wanted};

/// Returns what package.json asks for and the lock file does not have like that.
pub(super) fn differences(text: &str, manifest: &Map<String, Value>, wanted: &Wanted) -> Vec<Difference> {
    // What `resolutions` say stands in the lock file in place of what is asked for.
    if manifest.contains_key("resolutions") {
        return Vec::new();
    }
    let heads = text.lines().filter(|line| !line.starts_with([' ', '#']) && line.ends_with(':'));
    let entries = heads.flat_map(|line| line.trim_end_matches(':').trim_matches('"').split(", "));
    let there: HashSet<&str> = entries.map(|entry| entry.trim_matches('"')).collect();
    let names: HashSet<&str> = there.iter().filter_map(|entry| name(entry)).collect();
    let difference = |(name, range): (&String, &String)| {
        let plain = [format!("{name}@{range}"), format!("{name}@npm:{range}")];
        if range.contains(':') || plain.iter().any(|entry| there.contains(entry.as_str())) {
            return None;
        }
        let text = if names.contains(name.as_str()) {
            format!("was made for another range of {name} than {range}")
        } else {
            format!("has no {name}")
        };
        Some(Difference { name: name.clone(), text })
    };
    wanted.iter().filter_map(difference).collect()
}

/// Returns the name in `name@range`; a name can begin with the sign itself.
fn name(entry: &str) -> Option<&str> {
    let at = entry.get(1..)?.find('@')?;
    entry.get(..=at)
}
