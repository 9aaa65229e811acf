//! The directory that a web server serves (`public_html`), as the probe found it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Kind;
use super::parse::kind;

/// The directory that the web server serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Docroot {
    /// Its path: absolute, and no link leads to its parent.
    pub path: String,
    /// The application's directory, without links on its way as far as it exists.
    pub deploy_to: String,
    /// What it is.
    pub kind: Kind,
    /// What its parent is.
    pub parent: Kind,
    /// What it holds, where it is a link.
    pub target: Option<String>,
    /// The directory whose `current` the link leads through, if it does.
    pub via: Option<String>,
    /// How many files are in it, where it is a directory; the probe counts to 10,000.
    pub files: u64,
    /// The names in it that belong to the host rather than to a site.
    pub holds: BTreeSet<String>,
    /// Whether it is a directory in which a script of this program finds the live release.
    pub stub: bool,
    /// Whether it lies on another file system than the application.
    pub elsewhere: bool,
}

impl Docroot {
    /// Reads one fact about it: a name, a space, a value.
    pub(super) fn read(&mut self, fact: &str) {
        let (name, value) = fact.split_once(' ').unwrap_or((fact, ""));
        let owned = || value.to_owned();
        match name {
            "path" => self.path = owned(),
            "deploy_to" => self.deploy_to = owned(),
            "kind" => self.kind = kind(value),
            "parent" => self.parent = kind(value),
            "target" => self.target = Some(owned()),
            "via" => self.via = Some(owned()),
            "files" => self.files = value.trim().parse().unwrap_or_default(),
            "holds" => self.holds.extend([owned()]),
            "stub" => self.stub = true,
            "elsewhere" => self.elsewhere = true,
            _ => {}
        }
    }

    /// Tells whether it is a link that serves whatever is live.
    pub fn serves_current(&self) -> bool {
        self.via.as_deref() == Some(&self.deploy_to)
    }

    /// Tells whether it is a link to something else.
    pub fn leads_elsewhere(&self) -> bool {
        self.target.is_some() && !self.serves_current()
    }
}

/// Returns the way from the application's directory to what a web server is to serve, as
/// `/current/public`.
pub fn way(docroot: &str) -> String {
    if docroot == "." { "/current".to_owned() } else { format!("/current/{docroot}") }
}
