//! Dumps of the database: their names. Pure.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::release::ReleaseId;

/// A dump in `backups`. Its id is that of the release before whose migrations it was made, or the time
/// of a backup or restore.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dump {
    /// Its id.
    pub id: ReleaseId,
    /// `sql`, or `sqlite`: the database itself.
    pub form: String,
}

impl Dump {
    /// Reads the name of a file; `None`: it is no name that this program gives.
    pub fn read(name: &str) -> Option<Self> {
        let (id, form) = name.strip_prefix("database-")?.strip_suffix(".gz")?.split_once('.')?;
        matches!(form, "sql" | "sqlite").then_some(())?;
        Some(Self { id: id.parse().ok()?, form: form.to_owned() })
    }

    /// Returns the dump of the same kind of database with another id.
    pub fn with_id(&self, id: &ReleaseId) -> Self {
        Self { id: id.clone(), ..self.clone() }
    }
}

impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, form } = self;
        f.pad(&format!("database-{id}.{form}.gz"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_names_are_dumps() {
        for name in ["database-20260102030405.sql.gz", "database-20260102030405.sqlite.gz"] {
            assert_eq!(Dump::read(name).unwrap().to_string(), name);
        }
        for other in [
            "database-20260102030405.sql.gz.partial",
            "database-20260102030405.sql",
            "database-mine.sql.gz",
            "database-20260102030405.tar.gz",
            "database-undone-20260102030405.sql.gz",
        ] {
            assert_eq!(Dump::read(other), None, "{other}");
        }
    }
}
