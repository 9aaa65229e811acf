//! What phpdotenv refuses in a file: where and of what kind, never what stands there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A line that phpdotenv refuses, and with it the whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("line {line}: {wrong}")]
pub struct Mistake {
    /// Its number; of a value over several lines the first. The first line is 1.
    pub line: usize,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// Nothing stands before the `=`.
    NoName,
    /// The name holds other characters than letters, digits, `_` and `.`.
    InvalidName,
    /// A quote is opened and not closed.
    OpenQuote,
    /// A backslash in double quotes stands before something that it cannot stand before.
    Escape,
    /// Something stands behind the value: it has a space and no quotes, or the quotes end too early.
    Space,
}

impl Wrong {
    /// Returns what phpdotenv calls it.
    pub fn message(self) -> &'static str {
        match self {
            Self::NoName => "an unexpected equals",
            Self::InvalidName => "an invalid name",
            Self::OpenQuote => "a missing closing quote",
            Self::Escape => "an unexpected escape sequence",
            Self::Space => "unexpected whitespace",
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoName => "there is no name before the `=`",
            Self::InvalidName => "this is no name: letters, digits, `_` and `.` may stand before the `=`",
            Self::OpenQuote => "a quote is opened and never closed",
            Self::Escape => "in double quotes, write \\\\ for a backslash",
            Self::Space => "a value with a space must stand in quotes, and nothing but a comment behind them",
        })
    }
}
