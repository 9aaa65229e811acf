//! A short name for the facts that a plan rests on: another name, another plan.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::facts::docroot::Docroot;
use crate::facts::quota::Quota;
use crate::facts::{Facts, Phps};

/// Returns a digest of the facts that the steps depend on. Free space, the clock, the lock and
/// what lies in the docroot come and go without making a plan wrong; they are checked again when it runs.
pub fn digest(facts: &Facts) -> String {
    let docroot =
        facts.docroot.clone().map(|docroot| Docroot { files: 0, holds: BTreeSet::new(), ..docroot });
    let lasting = Facts {
        docroot,
        clock: 0,
        free_kilobytes: None,
        free_inodes: None,
        shared_kilobytes: None,
        shared_inodes: None,
        lock: None,
        database: None,
        used_space: None,
        used_inodes: None,
        quota: Quota::default(),
        // Which of them is taken is what matters.
        phps: Phps::default(),
        // What an application writes all the time; where it matters, the steps differ.
        survey: None,
        // What is wrong with it is found again.
        env_files: crate::facts::env_file::EnvFiles::default(),
        // They are compared with their checksums when they are used.
        dumps: BTreeSet::new(),
        migrations: facts.migrations.clone().map(crate::facts::Migrations::lasting),
        history: crate::facts::history::History::default(),
        ..facts.clone()
    };
    let bytes = serde_json::to_vec(&lasting).unwrap_or_default();
    let hash = Sha256::digest(&bytes);
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
