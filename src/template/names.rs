//! The names that a template or an expression cannot do without.

use std::collections::{BTreeSet, HashSet};

/// Returns the undeclared names, without those whose absence the text provides for.
///
/// A name is provided for when it stands somewhere before `| default`, or before
/// `is defined` and its like. This is lenient, for rendering finds what it overlooks.
pub(super) fn needed(text: &str, undeclared: HashSet<String>) -> BTreeSet<String> {
    undeclared.into_iter().filter(|name| !is_optional(text, name)).collect()
}

fn is_optional(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + name.len()..]);
        !before.ends_with(is_part_of_name) && !after.starts_with(is_part_of_name) && provides(after)
    })
}

fn provides(after: &str) -> bool {
    let after = after.trim_start();
    if let Some(filter) = after.strip_prefix('|') {
        return matches!(first_name(filter), "default" | "d");
    }
    let mut words = after.split_whitespace();
    let mut test = if words.next() == Some("is") { words.next() } else { None };
    if test == Some("not") {
        test = words.next();
    }
    test.is_some_and(|test| matches!(first_name(test), "defined" | "undefined"))
}

fn first_name(text: &str) -> &str {
    let text = text.trim_start();
    text.split(|c| !is_part_of_name(c)).next().unwrap_or_default()
}

fn is_part_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_default_or_a_test_is_not_needed() {
        let text = "{{ a|default('x') }} {{ b | d }} {% if c is defined %} {% if not d.e is not undefined %} \
             {{ f.g }} {{ h | upper }} {{ xa }} {{ f.a }}";
        let names = ["a", "b", "c", "d.e", "f.g", "h", "xa", "f.a"].map(str::to_owned);
        let expected = ["f.a", "f.g", "h", "xa"].map(str::to_owned);
        assert_eq!(needed(text, HashSet::from(names)), BTreeSet::from(expected));
    }
}
