//! What an analysis finds.

use serde::Serialize;

/// Something that is wrong, or will be in production.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of thing it is, for programs: `dev-package`, `composer-lock`.
    pub rule: &'static str,
    /// The file, from the top of the project.
    pub file: Option<String>,
    /// The line in it, counted from 1.
    pub line: Option<u32>,
    /// What was found, in one line.
    pub text: String,
    /// What happens in production if it is left.
    pub effect: String,
    /// The command that mends it.
    pub fix: Option<String>,
    /// What `--fix` does about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<Mend>,
}

/// How bad something is. The worse comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The build fails, or production does.
    Error,
    /// It works, and a person should know.
    Warning,
}

/// What can be mended without a person: git forgets files, which stay where they are, and ignores them
/// from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mend {
    /// The paths that git forgets.
    pub forget: Vec<String>,
    /// The line for `.gitignore`.
    pub ignore: String,
}

impl Finding {
    /// Makes an error.
    pub(super) fn error(rule: &'static str, text: impl Into<String>, effect: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            rule,
            file: None,
            line: None,
            text: text.into(),
            effect: effect.into(),
            fix: None,
            mend: None,
        }
    }

    /// Makes a warning.
    pub(super) fn warning(rule: &'static str, text: impl Into<String>, effect: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, text, effect) }
    }

    /// Adds where it is.
    #[must_use]
    pub(super) fn at(self, file: &str, line: Option<u32>) -> Self {
        Self { file: Some(file.to_owned()), line, ..self }
    }

    /// Adds the command that mends it.
    #[must_use]
    pub(super) fn fix(self, command: impl Into<String>) -> Self {
        Self { fix: Some(command.into()), ..self }
    }

    /// Returns the place as people write it: `app/User.php:12`.
    pub fn place(&self) -> String {
        let file = self.file.as_deref().unwrap_or_default();
        self.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
    }
}

/// Returns the number of the first line in which the text stands.
pub(super) fn line_of(text: &str, wanted: &str) -> Option<u32> {
    let line = text.lines().position(|line| line.contains(wanted))?;
    u32::try_from(line + 1).ok()
}

/// Returns the line of a key of a JSON file.
pub(super) fn line_of_key(text: &str, key: &str) -> Option<u32> {
    let quoted = format!("\"{key}\"");
    let is_key = |line: &str| {
        line.split_once(quoted.as_str()).is_some_and(|(_, after)| after.trim_start().starts_with(':'))
    };
    let line = text.lines().position(is_key)?;
    u32::try_from(line + 1).ok()
}
