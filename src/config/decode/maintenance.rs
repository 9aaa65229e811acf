//! `maintenance:`, what visitors see while a release goes live.

use super::fields::Fields;
use super::{secret, value};
use crate::config::Maintenance;
use crate::config::diagnostic::Diagnostics;

/// The keys of `maintenance:`.
pub const KEYS: &[&str] = &["enabled", "secret", "retry", "refresh", "render", "page"];

/// Reads `maintenance:`; `None` where it is not switched on.
pub fn maintenance(top: &Fields<'_>, out: &mut Diagnostics) -> Option<Maintenance> {
    let fields = top.below("maintenance", KEYS, out);
    let maintenance = Maintenance {
        secret: fields.get("secret", secret::reference, out),
        retry: fields.get("retry", value::seconds, out),
        refresh: fields.get("refresh", value::seconds, out),
        render: fields.get("render", value::argument, out),
        page: fields.get("page", value::path, out),
    };
    fields.get("enabled", value::flag, out).unwrap_or(false).then_some(maintenance)
}
