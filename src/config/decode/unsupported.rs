//! Keys of later versions. To accept one and do nothing about it would be a broken promise.

use super::fields::Fields;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::{Node, Value};

/// The keys that this version does not act on, with the value that asks for nothing more than
/// what it does anyway: a key below it and that key's value.
pub const KEYS: [(&str, Option<(&str, bool)>); 1] = [("notify", None)];

/// Refuses the keys of a later version.
pub fn refuse(top: &Fields<'_>, out: &mut Diagnostics) {
    for (key, off) in KEYS {
        if let Some(entry) = top.entry(key)
            && !is_off(&entry.node, off)
        {
            refuse_at(key, &entry.key, out);
        }
    }
}

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

fn is_off(node: &Node, off: Option<(&str, bool)>) -> bool {
    match &node.value {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        Value::Map(map) => match off {
            Some((key, value)) => {
                map.len() == 1 && node.at(&[key]).is_some_and(|node| node.value == Value::Bool(value))
            }
            None => false,
        },
        _ => false,
    }
}
