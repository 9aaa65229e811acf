//! What may be told of a file: which keys have a value, and what would keep the application from
//! working. No value, and nothing that one could be guessed from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Mistake, Settings};

/// What may be told of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The keys, and whether each has a value.
    pub keys: BTreeMap<String, bool>,
    /// Why phpdotenv reads nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistake: Option<Mistake>,
    /// The first line of those at the end that nobody reads, because a quote in it is never closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<usize>,
    /// Whether `APP_DEBUG` is on: every error page then shows the settings.
    #[serde(default)]
    pub debug: bool,
    /// Whether `APP_ENV` is `production`.
    #[serde(default)]
    pub production: bool,
}

impl Summary {
    /// Looks at a file.
    pub fn of(bytes: &[u8]) -> Self {
        let settings = match Settings::read(bytes) {
            Ok(settings) => settings,
            Err(mistake) => return Self { mistake: Some(mistake), ..Self::default() },
        };
        let values = settings.plain();
        let value = |name: &str| values.get(name).cloned().flatten();
        let keys = values.iter().map(|(name, value)| (name.clone(), has_value(value.as_deref()))).collect();
        Self {
            keys,
            mistake: None,
            unread: settings.unread,
            debug: value("APP_DEBUG").is_some_and(|value| is_on(&value)),
            production: value("APP_ENV").is_some_and(|value| value == "production"),
        }
    }

    /// Returns whether a key has a value; `None`: it is not there.
    pub fn has(&self, key: &str) -> Option<bool> {
        self.keys.get(key).copied()
    }

    /// Returns the keys of another file that this one lacks.
    pub fn lacks<'a>(&self, other: &'a Self) -> Vec<&'a str> {
        other.keys.keys().filter(|key| !self.keys.contains_key(*key)).map(String::as_str).collect()
    }
}

/// Tells whether Laravel takes it for a value: some words mean none.
pub fn has_value(value: Option<&str>) -> bool {
    let word = value.unwrap_or_default().to_lowercase();
    !matches!(word.as_str(), "" | "null" | "(null)" | "empty" | "(empty)")
}

/// Tells whether Laravel takes it for true: whatever PHP does not take for false.
fn is_on(value: &str) -> bool {
    has_value(Some(value)) && !matches!(value.to_lowercase().as_str(), "0" | "false" | "(false)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_says_what_matters_and_shows_no_value() {
        let summary =
            Summary::of(b"APP_ENV=production\nAPP_DEBUG=True\nAPP_KEY=\nDB_PASSWORD=hunter2\nX=null\n");
        assert_eq!(
            serde_json::to_string(&summary).unwrap(),
            r#"{"keys":{"APP_DEBUG":true,"APP_ENV":true,"APP_KEY":false,"DB_PASSWORD":true,"X":false},"debug":true,"production":true}"#
        );
        let refused = Summary::of(b"A=1\nMAIL_NAME=my secret shop\n");
        assert_eq!(
            serde_json::to_string(&refused).unwrap(),
            r#"{"keys":{},"mistake":{"line":2,"wrong":"space"},"debug":false,"production":false}"#
        );
    }

    #[test]
    fn debug_is_on_for_whatever_laravel_takes_for_true() {
        let debug = |value: &str| Summary::of(format!("APP_DEBUG={value}\n").as_bytes()).debug;
        for on in ["true", "(true)", "TRUE", "1", "yes", "on", "\"true\""] {
            assert!(debug(on), "{on}");
        }
        for off in ["false", "(false)", "", "0", "null", "(empty)", "\"\""] {
            assert!(!debug(off), "{off}");
        }
    }

    #[test]
    fn what_another_file_has_is_named() {
        let (mine, example) = (Summary::of(b"A=1\n"), Summary::of(b"A=\nB=\nC=3\n"));
        assert_eq!(mine.lacks(&example), ["B", "C"]);
    }
}
