//! How the keys of two files differ. Of values only that they do, or do not.

use serde::Serialize;

use super::Settings;
use super::summary::has_value;

/// How a key of one file differs from the other file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// The first file lacks it.
    Missing,
    /// Only the first file has it.
    Extra,
    /// It has no value in the first file, and one in the other.
    Empty,
    /// The values differ.
    Different,
}

/// Returns how the keys of `file` differ from those of `other`, sorted by name.
pub fn compare(file: &Settings, other: &Settings) -> Vec<(String, Difference)> {
    let (mine, theirs) = (file.plain(), other.plain());
    let mut found = Vec::new();
    for (key, value) in &theirs {
        let (have, want) = (mine.get(key), has_value(value.as_deref()));
        let difference = match have {
            None => Some(Difference::Missing),
            Some(have) if have == value => None,
            Some(have) if want && !has_value(have.as_deref()) => Some(Difference::Empty),
            Some(_) => Some(Difference::Different),
        };
        found.extend(difference.map(|difference| (key.clone(), difference)));
    }
    let extra = mine.keys().filter(|key| !theirs.contains_key(*key));
    found.extend(extra.map(|key| (key.clone(), Difference::Extra)));
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(file: &str, other: &str) -> String {
        let read = |text: &str| Settings::read(text.as_bytes()).unwrap();
        let found = compare(&read(file), &read(other));
        found.iter().map(|(key, difference)| format!("{key} {difference:?}\n")).collect()
    }

    #[test]
    fn keys_differ_in_four_ways() {
        let (host, here) = ("SAME='1'\nA=1\nE=\nX=9\n", "SAME=1\nA=2\nE=2\nM=\n");
        assert_eq!(compared(host, here), "A Different\nE Empty\nM Missing\nX Extra\n");
        assert_eq!(compared(here, here), "");
    }
}
