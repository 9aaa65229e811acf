//! What is asked for, and what machines have of it.

use std::fmt;

use serde::Serialize;

/// Something that the project asks of machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// As in `php`, `ext-intl`, `node`.
    pub what: String,
    /// Which version, or who asks for it.
    pub required: String,
    /// What machines have.
    pub found: Vec<Found>,
}

/// What a machine has of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The machine.
    pub place: Place,
    /// The version; `None`: it is not there.
    pub found: Option<String>,
    /// Whether that is what was asked for.
    pub fits: bool,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The controller, where releases are built.
    Here,
    /// A host.
    Host(String),
}

impl Place {
    /// Returns what a PHP that does not fit there leads to.
    pub(super) fn php_effect(&self) -> &'static str {
        match self {
            Self::Here => REFUSED,
            Self::Host(_) => {
                "the application answers with error 500 there; `php:` of the host in deploy.yml names its PHP"
            }
        }
    }

    /// Returns what an extension that is missing there leads to.
    pub(super) fn extension_effect(&self) -> &'static str {
        match self {
            Self::Here => REFUSED,
            Self::Host(_) => "what needs it fails there; panels switch extensions on for each version of PHP",
        }
    }
}

/// What Composer does on a machine without what packages ask for.
const REFUSED: &str = "`composer install` refuses to build";

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here => f.write_str("here"),
            Self::Host(name) => write!(f, "on {name}"),
        }
    }
}
