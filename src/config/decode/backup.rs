//! `backup:`, what is kept in case something goes wrong.

use super::fields::Fields;
use super::value;
use crate::config::Backup;
use crate::config::diagnostic::Diagnostics;

/// The keys of `backup:`.
pub const KEYS: &[&str] = &["database", "keep_days", "keep"];

/// Reads `backup:`.
pub fn backup(top: &Fields<'_>, out: &mut Diagnostics) -> Backup {
    let fields = top.below("backup", KEYS, out);
    let number = |number: u64| u32::try_from(number).ok();
    Backup {
        database: fields.get("database", value::flag, out).unwrap_or(true),
        keep_days: fields.get("keep_days", value::number::<1, 36_500>, out).and_then(number),
        keep: fields.get("keep", value::number::<1, 10_000>, out).and_then(number),
    }
}
