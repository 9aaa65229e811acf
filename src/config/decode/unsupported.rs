//! Keys of later versions. To accept one and do nothing about it would be a broken promise.

use super::fields::Fields;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::Node;

/// Refuses a key whose value asks for what this version cannot do.
pub fn refuse_unless(
    fields: &Fields<'_>,
    key: &str,
    name: &str,
    same: fn(&Node) -> bool,
    out: &mut Diagnostics,
) {
    if let Some(entry) = fields.entry(key)
        && !same(&entry.node)
    {
        refuse_at(name, &entry.key, out);
    }
}

fn refuse_at(name: &str, at: &crate::config::diagnostic::Span, out: &mut Diagnostics) {
    out.push(Diagnostic::new(at, format!("`{name}` is not supported yet by this version")));
}
