//! The database of the application, as the application itself knows it: a PHP program asks it, in a
//! release, with the host's own PHP. Its settings stay on the host.

use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use super::inputs::Inputs;
use super::preflight::program;
use super::values;
use crate::backup::dump::Dump;
use crate::config::HostConfig;
use crate::facts::Facts;
use crate::host::HostName;
use crate::release::ReleaseId;

/// The program; `check`, `describe DIR` and others are its first argument. It arrives on the standard
/// input of PHP (`php -- check`), with a release as the working directory.
pub const PROGRAM: &str = concat!(
    include_str!("../../templates/database-settings.php"),
    include_str!("../../templates/database.php")
);

/// The job of the host that looks after the database.
pub const ROLE: &str = "db";

/// A dump that is put in the place of the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loading {
    /// The host that does it.
    pub host: HostName,
    /// The dump.
    pub dump: Dump,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// The dump of what is there now, made right before.
    pub before: Dump,
}

/// What the database is looked after for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A deploy, under the lock.
    Deploy,
    /// A backup beside whatever else runs.
    Backup,
    /// A restore, under the lock.
    Restore,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::Backup => "backup",
            Self::Restore => "restore",
        }
    }
}

/// Returns the host that looks after the database: the first with the role for it, else the first.
pub fn host<'a>(inputs: &'a Inputs<'_>) -> Option<(&'a HostConfig, &'a Facts)> {
    let mut hosts = inputs.hosts();
    let first = hosts.clone().next();
    hosts.find(|(host, _)| host.does(&[ROLE.to_owned()])).or(first)
}

/// Returns the values of the scripts: `place` is the release that is asked, `dump` the id of the dump
/// that is made.
pub fn values(
    host: &HostConfig,
    facts: &Facts,
    stage: &str,
    place: String,
    purpose: Purpose,
    dump: &ReleaseId,
) -> Value {
    let layout = facts.layout();
    let php = facts.php.as_ref().map_or_else(|| program(host).unwrap_or("php"), |php| &php.binary);
    context! {
        records => layout.records(),
        backups => layout.backups(),
        purpose => purpose.as_str(),
        program => PROGRAM,
        checksum => values::checksum(facts),
        dump => dump.as_str(),
        // Only a deploy asks which migrations are pending, and needs no dump of nothing.
        looks => "",
        whole => if purpose == Purpose::Deploy { "" } else { "yes" },
        php, place, stage,
    }
}
