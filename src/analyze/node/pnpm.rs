//! pnpm-lock.yaml: whether its ranges are those of package.json, letter by letter, as pnpm wants them. The
//! file is written by a program, in one form: its lines tell enough, and it can have a hundred thousand.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Difference, Wanted};

/// Returns what package.json asks for and the lock file does not have like that.
pub(super) fn differences(text: &str, manifest: &Map<String, Value>, wanted: &Wanted) -> Vec<Difference> {
    // What overrides say stands in the lock file in place of what is asked for.
    if manifest.get("pnpm").is_some_and(|pnpm| pnpm.get("overrides").is_some())
        || text.contains("\noverrides:")
    {
        return Vec::new();
    }
    let there = specifiers(text);
    let difference = |(name, range): (&String, &String)| {
        let text = match there.get(name.as_str()) {
            Some(locked) if *locked == range => return None,
            Some(locked) => format!("was made for {name} {locked}, and package.json asks for {range}"),
            None => format!("has no {name}"),
        };
        Some(Difference { name: name.clone(), text })
    };
    wanted.iter().filter_map(difference).collect()
}

/// Returns the ranges that the file was made for.
fn specifiers(text: &str) -> BTreeMap<&str, &str> {
    let mut found = BTreeMap::new();
    let of_workspace = text.lines().any(|line| line == "importers:");
    let base = if of_workspace { 4 } else { 0 };
    let (mut root, mut section, mut name) = (!of_workspace, "", "");
    for line in text.lines() {
        let content = line.trim_start();
        let depth = line.len() - content.len();
        let Some((key, value)) = content.rsplit_once(": ").or_else(|| Some((content.strip_suffix(':')?, "")))
        else {
            continue;
        };
        let (key, value) = (unquoted(key), unquoted(value));
        if of_workspace && depth == 0 {
            root = false;
        }
        if of_workspace && depth == 2 {
            root = key == ".";
        }
        if !root {
            continue;
        }
        if depth == base {
            section = key;
        } else if depth == base + 2 && section == "specifiers" {
            found.insert(key, value);
        } else if depth == base + 2 {
            name = key;
        } else if depth == base + 4
            && key == "specifier"
            && section.to_ascii_lowercase().ends_with("dependencies")
        {
            found.insert(name, value);
        }
    }
    found
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['\'', '"'])
}
