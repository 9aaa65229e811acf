//! What is wrong with a template, for the person who wrote it.

use minijinja::ErrorKind;
use thiserror::Error;

/// A template that cannot be rendered, or an expression that cannot be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct TemplateError {
    /// The name that the text was given to the engine with; of an expression, its own text.
    pub name: String,
    /// The line within the text, counted from 1.
    pub line: usize,
    /// The column in that line, counted in characters from 1, where it is known.
    pub column: Option<usize>,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
    /// The dotted name that is undefined, if that is what is wrong.
    pub undefined: Option<String>,
}

impl TemplateError {
    /// Puts a message at an offset in the text, in bytes.
    pub(super) fn at(name: &str, text: &str, offset: usize, message: impl ToString) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self {
            name: name.to_owned(),
            line: before.matches('\n').count() + 1,
            column: Some(line.chars().count() + 1),
            message: message.to_string(),
            undefined: None,
        }
    }

    /// Says what the engine says, without its own words.
    pub(super) fn of(name: &str, text: &str, error: &minijinja::Error) -> Self {
        let message = message(error);
        let placed = match error.range() {
            Some(range) => Self::at(name, text, range.start, message),
            None => Self {
                name: name.to_owned(),
                line: error.line().unwrap_or(1),
                column: None,
                message,
                undefined: None,
            },
        };
        Self { undefined: undefined(error), ..placed }
    }
}

fn message(error: &minijinja::Error) -> String {
    let detail = error.detail();
    let said = match error.kind() {
        ErrorKind::InvalidOperation | ErrorKind::UndefinedError => {
            detail.map_or_else(|| error.kind().to_string(), str::to_owned)
        }
        ErrorKind::OutOfFuel => "the template does not come to an end".to_owned(),
        kind => detail.map_or_else(|| kind.to_string(), |detail| format!("{kind}: {detail}")),
    };
    match std::error::Error::source(error).and_then(|source| source.downcast_ref::<minijinja::Error>()) {
        Some(cause) => format!("{said}: {}", message(cause)),
        None => said,
    }
}

// The engine says "`host.nme` is undefined", alone or in parentheses after what went wrong by it.
fn undefined(error: &minijinja::Error) -> Option<String> {
    let (before, _) = error.detail()?.split_once("` is undefined")?;
    let (_, name) = before.rsplit_once('`')?;
    Some(name.to_owned())
}
