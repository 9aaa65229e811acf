//! `backup:`, what is kept in case something goes wrong.

/// Which backups are made by themselves, and which stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Whether a deploy dumps the database before it migrates.
    pub database: bool,
    /// How many days archives and dumps stay; `None`: archives and dumps made by hand stay for good, those of
    /// deploys for [`DAYS`](crate::backup::retention::DAYS).
    pub keep_days: Option<u32>,
    /// How many of each host stay. Where it is given, their age does not count.
    pub keep: Option<u32>,
}
