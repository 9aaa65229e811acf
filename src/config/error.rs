//! What keeps a configuration from being used. No host was contacted.

use std::io;
use std::path::PathBuf;

use super::diagnostic::Diagnostics;
use super::suggest::closest;

/// There is no configuration to work with.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No folder from the working directory upwards has the file.
    #[error("there is no deploy.yml in {} or in a folder above it; create one (see deploy.yml.example)", .0.display())]
    NotFound(PathBuf),
    /// The file that was asked for is not there.
    #[error("there is no file {}; create it (see deploy.yml.example)", .0.display())]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error("cannot read {}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file has mistakes.
    #[error("{0}")]
    Mistakes(Box<Diagnostics>),
    /// The command line names something that the file does not have.
    #[error("no {what} \"{name}\" in {place}; {}{what}s: {}", meant(.name, .known), list(.known))]
    Unknown {
        /// `stage`, `host` or `role`.
        what: &'static str,
        /// What was typed.
        name: String,
        /// Where it was looked for.
        place: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The hosts and the roles that were asked for have nothing in common.
    #[error("none of the hosts {} of {stage} has the role {}", .hosts.join(" "), .roles.join(" or "))]
    NoHosts {
        /// The stage.
        stage: String,
        /// The hosts that were asked for, or all.
        hosts: Vec<String>,
        /// The roles that were asked for.
        roles: Vec<String>,
    },
    /// A variable of the command line has a name that no variable can have.
    #[error("`{0}` cannot be the name of a variable")]
    Variable(String),
    /// A commit was asked for where a folder is released.
    #[error("{stage} releases the folder {}, which has no \"{reference}\"", .folder.display())]
    NoCommit {
        /// The stage.
        stage: String,
        /// The folder.
        folder: PathBuf,
        /// What was asked for.
        reference: String,
    },
    /// The commit that was asked for would be taken for an option of git.
    #[error("\"{0}\" is not a branch, tag or commit")]
    Reference(String),
}

impl ConfigError {
    pub(super) fn unknown<'k>(
        what: &'static str,
        name: &str,
        place: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Self {
        let known = known.into_iter().map(str::to_owned).collect();
        Self::Unknown { what, name: name.to_owned(), place: place.to_owned(), known }
    }

    /// Returns the text for a person; a mistake in the file has the line it is in.
    pub fn render(&self, color: bool) -> String {
        match self {
            Self::Mistakes(mistakes) => mistakes.render(color),
            Self::Unreadable { source, .. } => format!("{self}: {source}"),
            Self::NotFound(_)
            | Self::Missing(_)
            | Self::Unknown { .. }
            | Self::NoHosts { .. }
            | Self::Variable(_)
            | Self::NoCommit { .. }
            | Self::Reference(_) => self.to_string(),
        }
    }
}

fn meant(name: &str, known: &[String]) -> String {
    closest(name, known.iter().map(String::as_str))
        .map(|meant| format!("did you mean \"{meant}\"? "))
        .unwrap_or_default()
}

fn list(known: &[String]) -> String {
    if known.is_empty() { "none".to_owned() } else { known.join(" ") }
}
