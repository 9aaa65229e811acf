//! The files that tell how a release is built, as texts and as JSON.

use std::collections::BTreeMap;

use serde_json::Value;

/// The files, all at the top of a release.
pub const NAMES: [&str; 11] = [
    "composer.json",
    "composer.lock",
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "yarn.lock",
    ".yarnrc.yml",
    ".npmrc",
    ".pnpmfile.cjs",
];

/// The texts of those that are there, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifests(pub BTreeMap<String, String>);

/// A file that tells how to build cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}: this is not JSON: {reason}\n{advice}")]
pub struct ManifestError {
    /// The file.
    pub file: String,
    /// Where it stops being JSON, counted from 1.
    pub line: usize,
    /// What was expected.
    pub reason: String,
    /// What mends it.
    pub advice: String,
}

impl Manifests {
    /// Returns the text of a file that is there.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Tells whether a file is there.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns a file that is there as JSON.
    ///
    /// # Errors
    /// When it is something else.
    pub fn json(&self, name: &str) -> Result<Option<Value>, ManifestError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(mistake(name, text, &error)),
        }
    }
}

fn mistake(name: &str, text: &str, error: &serde_json::Error) -> ManifestError {
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
    let conflict = text.lines().position(|line| line.starts_with("<<<<<<< "));
    let (line, reason) = match conflict {
        Some(line) => (line + 1, "it has the marks of a merge conflict".to_owned()),
        None => (error.line(), reason),
    };
    let again = match name {
        "composer.lock" => "make it again with `composer update --lock`",
        "package-lock.json" | "npm-shrinkwrap.json" => "make it again with `npm install --package-lock-only`",
        _ => "mend it",
    };
    ManifestError { file: name.to_owned(), line, reason, advice: format!("{again}, and commit it") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, text: &str) -> String {
        let manifests = Manifests(BTreeMap::from([(name.to_owned(), text.to_owned())]));
        manifests.json(name).unwrap_err().to_string()
    }

    #[test]
    fn a_lock_file_that_is_no_json_is_refused_with_its_line_and_the_command_that_mends_it() {
        assert_eq!(
            refused("composer.lock", "{\n  \"packages\": [,]\n}\n"),
            "composer.lock line 2: this is not JSON: expected value\n\
             make it again with `composer update --lock`, and commit it"
        );
        assert_eq!(
            refused("package-lock.json", "{\n<<<<<<< HEAD\n  \"name\": 1\n=======\n"),
            "package-lock.json line 2: this is not JSON: it has the marks of a merge conflict\n\
             make it again with `npm install --package-lock-only`, and commit it"
        );
        assert_eq!(
            refused("package.json", ""),
            "package.json line 1: this is not JSON: EOF while parsing a value\nmend it, and commit it"
        );
    }
}
