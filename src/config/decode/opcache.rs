//! `opcache:`, how the web's PHP is made to forget the release before.

use super::fields::Fields;
use super::value;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::{Node, Value};
use crate::config::{Opcache, Reset};

/// The keys of `opcache:`.
pub const KEYS: &[&str] = &["reset", "run", "proof"];

/// The spelling of `opcache.reset`.
pub const RESETS: [(&str, Reset); 6] = [
    ("auto", Reset::Auto),
    ("page", Reset::Page),
    ("cachetool", Reset::Cachetool),
    ("litespeed", Reset::Litespeed),
    ("command", Reset::Command),
    ("none", Reset::None),
];

/// Reads `opcache:`.
pub fn opcache(top: &Fields<'_>, out: &mut Diagnostics) -> Opcache {
    let fields = top.below("opcache", KEYS, out);
    let reset = fields.get("reset", reset, out).unwrap_or_default();
    let is_off = |key: &str| fields.entry(key).is_none_or(|entry| entry.node.value == Value::Null);
    let run = if is_off("run") { None } else { fields.get("run", command, out) };
    if let (Reset::Command, true, Some(entry)) = (reset, is_off("run"), fields.entry("reset")) {
        let message =
            "`opcache.reset: command` needs `run`: the command, as in sudo systemctl reload php8.2-fpm";
        out.push(Diagnostic::new(&entry.key, message));
    }
    if let (false, true, Some(entry)) = (takes_command(reset), run.is_some(), fields.entry("run")) {
        let message = format!("`opcache.run` is never run with `reset: {}`", reset.as_str());
        out.push(Diagnostic::new(&entry.key, message).help("write `reset: command`, or leave `reset` out"));
    }
    Opcache { reset, run, proof: fields.get("proof", value::flag, out).unwrap_or(true) }
}

/// Tells whether a command of the user's is run with that way.
fn takes_command(reset: Reset) -> bool {
    matches!(reset, Reset::Auto | Reset::Command)
}

fn reset(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Reset> {
    let place = value::choice(name, node, &RESETS.map(|(word, _)| word), out)?;
    RESETS.get(place).map(|(_, reset)| *reset)
}

/// Reads a command that is run as it is written.
fn command(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = value::line(name, node, out)?;
    if text.contains("{{") || text.contains("{%") {
        out.push(Diagnostic::new(&node.span, format!("`{name}` is run as it is: it takes no templates")));
        return None;
    }
    Some(text)
}
