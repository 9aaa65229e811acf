//! Why a path is shared, or is not.

use std::fmt;

use serde::Serialize;

use super::Framework;
use super::tree::Entry;
use crate::config::recipe;

/// Why a path is shared, or is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A recipe or deploy.yml lists it.
    Listed {
        /// The file: `recipe laravel`, `deploy.yml`.
        file: String,
        /// The key below `shared`: `files`, `dirs` or `also`.
        key: &'static str,
    },
    /// The framework keeps its data there.
    Framework(Framework),
    /// These words of its name say data.
    Name(String),
    /// The rule shares all that is public and no code.
    AllPublic,
    /// An earlier deploy shared it.
    Recorded,
    /// A host has it below `shared`.
    Found,
    /// `never` of this file lists it, or a directory that it lies in.
    Never {
        /// The file.
        file: String,
    },
    /// This word of its name says application asset.
    Asset(String),
    /// Each release of the framework has its own.
    Release(Framework),
    /// The release ships this file of code in it.
    Ships(String),
    /// The release ships something else there.
    Occupied(Entry),
    /// Nothing tells that it is data.
    Doubt,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed { file, .. } if recipe::is_builtin_file(file) => write!(f, "the {file} shares it"),
            Self::Listed { file, key } => write!(f, "{file} shares it ({key})"),
            Self::Framework(framework) => write!(f, "{framework} keeps data there"),
            Self::Name(words) => write!(f, "its name says \"{words}\""),
            Self::AllPublic => f.write_str("all that is public is shared"),
            Self::Recorded => f.write_str("shared before"),
            Self::Found => f.write_str("found in shared/"),
            Self::Never { file } => write!(f, "{file} never shares it"),
            Self::Asset(word) => write!(f, "\"{word}\" is an application asset"),
            Self::Release(framework) => write!(f, "each release has its own ({framework})"),
            Self::Ships(file) => write!(f, "the release ships code in it: {file}"),
            Self::Occupied(entry) => write!(f, "the release ships a {entry} there"),
            Self::Doubt => f.write_str("in doubt it is code"),
        }
    }
}
