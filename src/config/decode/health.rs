//! `health:`, the page that shows whether the application works.

use std::collections::BTreeMap;

use super::fields::{Fields, mismatch};
use super::value;
use crate::config::Health;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::{Node, Value};

/// The keys of `health:`.
pub const KEYS: &[&str] =
    &["url", "status", "contains", "lacks", "headers", "within", "retries", "timeout", "certificate_days"];

/// Reads `health:`; `None` where it is not there, or switched off by `url: null`.
pub fn health(top: &Fields<'_>, out: &mut Diagnostics) -> Option<Health> {
    let entry = top.entry("health").filter(|entry| entry.node.value != Value::Null)?;
    let fields = top.below("health", KEYS, out);
    let url = fields.entry("url").filter(|entry| entry.node.value != Value::Null);
    if url.is_none() && fields.entry("url").is_none() {
        out.push(Diagnostic::new(&entry.key, "`health` has no `url`: the page to look at, as in /up"));
    }
    let certificate_days = fields.get("certificate_days", value::number::<0, 365>, out).unwrap_or(14);
    let retries = fields.get("retries", value::number::<0, 100>, out).unwrap_or(5);
    let health = Health {
        url: url.and_then(|entry| page("url", &entry.node, out)).unwrap_or_default(),
        status: fields.get("status", statuses, out).unwrap_or_else(|| vec![200]),
        contains: fields.get("contains", value::line, out),
        lacks: fields.get("lacks", value::line, out),
        headers: fields.get("headers", headers, out).unwrap_or_default(),
        within: fields.get("within", milliseconds, out),
        retries: u32::try_from(retries).unwrap_or(u32::MAX),
        timeout: fields.get("timeout", value::seconds, out).unwrap_or(10),
        certificate_days: u32::try_from(certificate_days).unwrap_or(u32::MAX),
    };
    url.is_some().then_some(health)
}

/// Reads an address, or a path of a site.
fn page(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    match &node.value {
        Value::Text(text, _) if text.starts_with('/') && !text.contains(char::is_whitespace) => {
            value::line(name, node, out)
        }
        Value::Text(text, _) if text.starts_with("http") => value::url(name, node, out).map(|_| text.clone()),
        _ => {
            let wanted = "a page, as in https://shop.example/up, or /up below each host's `url`";
            out.push(mismatch(name, wanted, node));
            None
        }
    }
}

fn statuses(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Vec<u16>> {
    let status = |node: &Node, out: &mut Diagnostics| {
        value::number::<100, 599>(name, node, out).and_then(|number| u16::try_from(number).ok())
    };
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            let read: Vec<Option<u16>> = items.iter().map(|item| status(item, out)).collect();
            read.into_iter().collect()
        }
        _ => status(node, out).map(|status| vec![status]),
    }
}

fn headers(name: &str, node: &Node, out: &mut Diagnostics) -> Option<BTreeMap<String, String>> {
    let map = value::map(name, node, out)?;
    let read: Vec<Option<(String, String)>> = map
        .iter()
        .map(|(key, entry)| Some((key.to_lowercase(), value::line(key, &entry.node, out)?)))
        .collect();
    read.into_iter().collect()
}

/// Reads a short time: `800ms`, `1.5s` or `2`, seconds.
fn milliseconds(name: &str, node: &Node, out: &mut Diagnostics) -> Option<u64> {
    let text = match &node.value {
        Value::Number(_, text) | Value::Text(text, _) => text.trim(),
        _ => "",
    };
    let found = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => number.trim_end().parse::<f64>().ok(),
        (None, seconds) => {
            seconds.unwrap_or(text).trim_end().parse::<f64>().ok().map(|seconds| seconds * 1000.0)
        }
    };
    match found {
        Some(found) if (1.0..=600_000.0).contains(&found) => Some(found.round() as u64),
        _ => {
            out.push(mismatch(name, "a time, as in 800ms or 1.5s", node));
            None
        }
    }
}
