//! One file over another: maps merge, lists and values replace.

use super::node::{Entry, Map, Node, Value};

/// Keys of which one excludes the others: giving one takes back the others of the layer below.
const PLACE: [&[&str]; 3] = [&["phase"], &["before"], &["after"]];
const SOURCE: [&[&str]; 2] = [&["git", "ref"], &["path"]];

/// Lays `over` over `base`.
pub fn merge(base: &Node, over: &Node) -> Node {
    at(&[], base, over)
}

fn at(path: &[&str], base: &Node, over: &Node) -> Node {
    let (Value::Map(below), Value::Map(above)) = (&base.value, &over.value) else {
        // `steps:` with nothing after it does not empty the recipe's steps.
        let is_nothing = over.value == Value::Null && matches!(base.value, Value::Map(_));
        return if is_nothing { base.clone() } else { over.clone() };
    };
    let mut merged: Map = below.clone();
    merged.retain(|key, _| !is_excluded(path, key, above));
    for (key, entry) in above {
        let node = match below.get(key) {
            // A secret is found in one place: its sources do not mix.
            Some(old) if path != ["secrets"] => at(&[path, &[key]].concat(), &old.node, &entry.node),
            _ => entry.node.clone(),
        };
        merged.insert(key.clone(), Entry { key: entry.key.clone(), node });
    }
    Node { value: Value::Map(merged), span: over.span.clone() }
}

fn is_excluded(path: &[&str], key: &str, above: &Map) -> bool {
    let groups: &[&[&str]] = match path {
        ["steps", _] => &PLACE,
        ["source"] => &SOURCE,
        _ => &[],
    };
    groups.iter().filter(|group| !group.contains(&key)).any(|group| {
        let is_given = group.iter().any(|other| above.contains_key(*other));
        is_given && groups.iter().any(|group| group.contains(&key))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::node::parse;

    fn merged(base: &str, over: &str) -> Node {
        merge(&parse("base", base).unwrap(), &parse("over", over).unwrap())
    }

    fn show(node: &Node) -> String {
        match &node.value {
            Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            Value::Map(map) => {
                let entries: Vec<_> =
                    map.iter().map(|(key, entry)| format!("{key}: {}", show(&entry.node))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            _ => node.found().trim_matches('`').to_owned(),
        }
    }

    #[test]
    fn maps_merge_and_lists_replace() {
        let node = merged("a: {x: 1, y: [1, 2]}\nb: 1\n", "a: {y: [3], z: 4}\nb: {c: 5}\n");
        assert_eq!(show(&node), "{a: {x: 1, y: [3], z: 4}, b: {c: 5}}");
        assert_eq!(node.at(&["a", "x"]).unwrap().span.at.file, "base");
        assert_eq!(node.at(&["a", "y"]).unwrap().span.at.file, "over");
    }

    #[test]
    fn a_new_place_of_a_step_takes_back_the_old_one() {
        let node = merged("steps: {a: {run: x, phase: build}}\n", "steps: {a: {before: upload}}\n");
        assert_eq!(show(&node), "{steps: {a: {run: x, before: upload}}}");
    }

    #[test]
    fn a_folder_takes_back_the_repository_and_a_ref_keeps_it() {
        assert_eq!(
            show(&merged("source: {git: a, ref: b}\n", "source: {path: dist}\n")),
            "{source: {path: dist}}"
        );
        assert_eq!(
            show(&merged("source: {git: a, ref: b}\n", "source: {ref: c}\n")),
            "{source: {git: a, ref: c}}"
        );
    }

    #[test]
    fn the_sources_of_a_secret_do_not_mix() {
        let node = merged("secrets: {A: {env: X}, B: {env: Y}}\n", "secrets: {A: {file: z}}\n");
        assert_eq!(show(&node), "{secrets: {A: {file: z}, B: {env: Y}}}");
    }

    #[test]
    fn a_key_without_a_value_empties_no_map() {
        assert_eq!(show(&merged("steps: {a: 1}\nl: [1]\n", "steps:\nl:\n")), "{steps: {a: 1}, l: nothing}");
    }
}
