//! The keys of one map: unknown ones are mistakes, the others are read by name.

use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::node::{Entry, Map, Node, Value};
use crate::config::suggest::closest;

/// Reads a value of the key that it is given the name of. `None`: there was a mistake.
pub type Parser<T> = fn(&str, &Node, &mut Diagnostics) -> Option<T>;

/// A map whose keys are all known.
pub struct Fields<'n> {
    map: Option<&'n Map>,
    owner: Span,
}

impl<'n> Fields<'n> {
    /// Takes a map and reports its unknown keys. No value at all is an empty map.
    ///
    /// `owner` is the key that the map belongs to: that is where something is missing.
    pub fn new(
        name: &str,
        node: &'n Node,
        owner: &Span,
        keys: &[&[&'static str]],
        out: &mut Diagnostics,
    ) -> Option<Self> {
        let map = match &node.value {
            Value::Null => None,
            Value::Map(map) => Some(map),
            _ => {
                out.push(mismatch(name, "a map", node));
                return None;
            }
        };
        for (key, entry) in map.into_iter().flatten() {
            let mut known = keys.iter().copied().flatten().copied();
            if !known.clone().any(|known| known == key) {
                let meant = closest(key, known.by_ref());
                out.push(Diagnostic::new(&entry.key, format!("unknown key `{key}`")).meant(meant));
            }
        }
        Some(Self { map, owner: owner.clone() })
    }

    /// Returns a key with its value, where it is there.
    pub fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.map?.get(key)
    }

    /// Reads the value of a key, where it is there.
    pub fn get<T>(&self, key: &str, parser: Parser<T>, out: &mut Diagnostics) -> Option<T> {
        parser(key, &self.entry(key)?.node, out)
    }

    /// Reads the value of a key that must be there; `whose` names the map, as in ``host `web1` ``.
    pub fn require<T>(&self, key: &str, whose: &str, parser: Parser<T>, out: &mut Diagnostics) -> Option<T> {
        if self.entry(key).is_none() {
            out.push(Diagnostic::new(&self.owner, format!("{whose} has no `{key}`")));
        }
        self.get(key, parser, out)
    }

    /// Reads the fields of a map below this one; the empty map where it is absent.
    pub fn below(&self, key: &str, keys: &[&'static str], out: &mut Diagnostics) -> Fields<'n> {
        let none = Fields { map: None, owner: self.owner.clone() };
        self.entry(key)
            .and_then(|entry| Fields::new(key, &entry.node, &entry.key, &[keys], out))
            .unwrap_or(none)
    }

    /// Returns where something is missing.
    pub fn owner(&self) -> &Span {
        &self.owner
    }
}

/// Describes a value of the wrong kind.
pub fn mismatch(name: &str, wanted: &str, node: &Node) -> Diagnostic {
    Diagnostic::new(&node.span, format!("`{name}` must be {wanted}, found {}", node.found()))
}
