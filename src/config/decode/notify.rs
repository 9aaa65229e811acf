//! `notify:`, who is told how a run went. An address written here by mistake is never printed again.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{Fields, Parser, mismatch};
use super::value;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::node::{Node, Value};
use crate::notify::{Channel, Moment, Notification, Sealed};

/// The keys of an entry.
pub const KEYS: &[&str] =
    &["slack", "discord", "teams", "webhook", "headers", "command", "heartbeat", "fail", "on", "timeout"];

/// Those that say where; an entry has one of them.
const CHANNELS: [&str; 6] = ["slack", "discord", "teams", "webhook", "command", "heartbeat"];

/// Seconds that one may take.
const TIMEOUT: u64 = 10;

/// An entry, with its place.
#[derive(Debug)]
pub struct Draft {
    pub notification: Notification,
    pub at: Span,
}

/// Reads `notify:`.
pub fn notifications(top: &Fields<'_>, out: &mut Diagnostics) -> Vec<Draft> {
    let list = top.entry("notify").and_then(|entry| value::list("notify", &entry.node, out));
    list.into_iter().flatten().filter_map(|node| draft(node, out)).collect()
}

fn draft(node: &Node, out: &mut Diagnostics) -> Option<Draft> {
    let Value::Map(map) = &node.value else {
        let message = "an entry of `notify` must be a map, as in { slack: \"{{ secrets.HOOK }}\" }";
        out.push(Diagnostic::new(&node.span, message).hidden());
        return None;
    };
    let fields = Fields::new("notify", node, &node.span, &[KEYS], out)?;
    let given: Vec<&str> = CHANNELS.into_iter().filter(|name| map.contains_key(*name)).collect();
    let [kind] = given[..] else {
        let message = format!("an entry of `notify` must have one of {}", value::either(&CHANNELS));
        out.push(Diagnostic::new(&node.span, message).hidden());
        return None;
    };
    for (key, owner) in [("headers", "webhook"), ("fail", "heartbeat")] {
        if let Some(entry) = fields.entry(key).filter(|_| kind != owner) {
            out.push(Diagnostic::new(&entry.key, format!("only a {owner} has `{key}`")).hidden());
        }
    }
    let channel = channel(kind, &fields, out);
    let on = moments(kind, &fields, out);
    let timeout = fields.get("timeout", value::seconds, out).unwrap_or(TIMEOUT);
    let at = fields.entry(kind)?.node.span.clone();
    Some(Draft { notification: Notification { channel: channel?, on, timeout }, at })
}

fn channel(kind: &str, fields: &Fields<'_>, out: &mut Diagnostics) -> Option<Channel> {
    let mut read = |parser: Parser<Sealed>| fields.get(kind, parser, out);
    Some(match kind {
        "slack" => Channel::Slack { url: read(secret_address)? },
        "discord" => Channel::Discord { url: read(secret_address)? },
        "teams" => Channel::Teams { url: read(secret_address)? },
        "webhook" => {
            let url = read(address);
            Channel::Webhook { headers: fields.get("headers", headers, out).unwrap_or_default(), url: url? }
        }
        "command" => Channel::Command { run: fields.get(kind, value::template, out)?.text },
        _ => {
            let url = read(address);
            Channel::Heartbeat { fail: fields.get("fail", address, out), url: url? }
        }
    })
}

/// Reads what it is told of; a heartbeat beats when all is well, and what `fail` is for is fixed, too.
fn moments(kind: &str, fields: &Fields<'_>, out: &mut Diagnostics) -> BTreeSet<Moment> {
    use Moment::{Deployed, NotStarted, Stuck, Undone};
    if kind != "heartbeat" {
        return fields.get("on", on, out).unwrap_or_else(|| BTreeSet::from([Deployed, Undone, Stuck]));
    }
    if let Some(entry) = fields.entry("on") {
        let message = "a heartbeat has no `on`: it is for runs that end well, and `fail` for the others";
        out.push(Diagnostic::new(&entry.key, message).hidden());
    }
    match fields.entry("fail") {
        Some(_) => BTreeSet::from([Deployed, Undone, Stuck, NotStarted]),
        None => BTreeSet::from([Deployed]),
    }
}

fn on(name: &str, node: &Node, out: &mut Diagnostics) -> Option<BTreeSet<Moment>> {
    let items = value::list(name, node, out)?;
    if items.is_empty() {
        let help = "leave the entry out, or name what it is told of";
        out.push(Diagnostic::new(&node.span, format!("`{name}` is an empty list")).help(help).hidden());
        return None;
    }
    let words = Moment::ALL.map(|(word, _)| word);
    let moment = |node: &Node, out: &mut Diagnostics| {
        value::choice(name, node, &words, out)
            .and_then(|place| Moment::ALL.get(place))
            .map(|(_, moment)| *moment)
    };
    let read: Vec<Option<Moment>> = items.iter().map(|item| moment(item, out)).collect();
    read.into_iter().collect()
}

/// Reads an address that whoever knows it can write to.
fn secret_address(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Sealed> {
    let sealed = address(name, node, out)?;
    if sealed.secrets().is_empty() {
        let message = format!("`{name}` must name a secret, as in \"{{{{ secrets.HOOK }}}}\"");
        let help = "whoever knows the address can write there: say below `secrets:` where it is found";
        out.push(Diagnostic::new(&node.span, message).help(help).hidden());
        return None;
    }
    Some(sealed)
}

/// Reads an address; a part of it may be a secret, or all of it.
fn address(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Sealed> {
    let sealed = sealed(name, node, out)?;
    let beginning = sealed.beginning();
    let is_address = ["http://", "https://"].iter().any(|scheme| beginning.starts_with(scheme));
    if beginning.is_empty() || (is_address && !beginning.contains(char::is_whitespace)) {
        return Some(sealed);
    }
    let message =
        format!("`{name}` must be an address, as in https://hooks.example/deploy, or name a secret");
    out.push(Diagnostic::new(&node.span, message).hidden());
    None
}

fn sealed(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Sealed> {
    let text = match &node.value {
        Value::Text(text, _) if !text.is_empty() && !text.chars().any(char::is_control) => text,
        _ => {
            out.push(mismatch(name, "text", node).hidden());
            return None;
        }
    };
    let sealed = Sealed::new(text);
    if sealed.is_none() {
        let message = format!("`{name}` may name secrets, as in {{{{ secrets.HOOK }}}}, and nothing else");
        out.push(Diagnostic::new(&node.span, message).hidden());
    }
    sealed
}

fn headers(name: &str, node: &Node, out: &mut Diagnostics) -> Option<BTreeMap<String, Sealed>> {
    let map = value::map(name, node, out)?;
    let mut read = BTreeMap::new();
    for (key, entry) in map {
        let is_name =
            !key.is_empty() && key.chars().all(|char| char.is_ascii_alphanumeric() || "-_".contains(char));
        if !is_name {
            out.push(Diagnostic::new(&entry.key, format!("`{key}` is no name of a header")).hidden());
        }
        if let Some(value) = sealed(key, &entry.node, out) {
            read.insert(key.to_lowercase(), value);
        }
    }
    Some(read)
}
