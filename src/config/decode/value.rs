//! Single values: texts, numbers, times, lists. Each function says what was found instead.

use serde_json::Value as Json;

use super::fields::mismatch;
use crate::config::Text;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::{Map, Node, Value};
use crate::config::suggest::closest;

/// Reads a text of one line. A number is taken as it is spelled.
pub fn line(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = match &node.value {
        Value::Text(text, _) | Value::Number(_, text) if !text.is_empty() => text,
        _ => return refuse(out, mismatch(name, "text", node)),
    };
    if text.chars().any(char::is_control) {
        return refuse(out, Diagnostic::new(&node.span, format!("`{name}` must be one line of plain text")));
    }
    Some(text.clone())
}

/// Reads a text that a command will see as one of its arguments: it must not look like an option.
pub fn argument(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = line(name, node, out)?;
    if text.starts_with('-') || text.contains(char::is_whitespace) {
        let message = format!("`{name}` must not begin with `-` or hold a space, found {}", node.found());
        return refuse(out, Diagnostic::new(&node.span, message));
    }
    Some(text)
}

/// Reads the path or the URL of a repository: a path may hold spaces, an option it cannot be.
pub fn repository(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = line(name, node, out)?;
    if text.starts_with('-') {
        let message = format!("`{name}` must not begin with `-`, found {}", node.found());
        return refuse(out, Diagnostic::new(&node.span, message));
    }
    Some(text)
}

/// Reads the address of a site or a page, and leaves out a slash at its end.
pub fn url(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = line(name, node, out)?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) || text.contains(char::is_whitespace)
    {
        return refuse(out, mismatch(name, "an address, as in https://shop.example", node));
    }
    Some(text.trim_end_matches('/').to_owned())
}

/// Reads a template or an expression.
pub fn template(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Text> {
    match &node.value {
        Value::Text(text, at) if !text.trim().is_empty() => Some(Text { text: text.clone(), at: at.clone() }),
        Value::Number(_, text) => Some(Text { text: text.clone(), at: node.span.at.clone() }),
        Value::Bool(value) => Some(Text { text: value.to_string(), at: node.span.at.clone() }),
        _ => refuse(out, mismatch(name, "text", node)),
    }
}

/// Reads `true` or `false`.
pub fn flag(name: &str, node: &Node, out: &mut Diagnostics) -> Option<bool> {
    match node.value {
        Value::Bool(value) => Some(value),
        _ => refuse(out, mismatch(name, "true or false", node)),
    }
}

/// Reads a whole number from `MIN` to `MAX`.
pub fn number<const MIN: u64, const MAX: u64>(name: &str, node: &Node, out: &mut Diagnostics) -> Option<u64> {
    let found = match &node.value {
        Value::Number(number, _) => number.as_u64(),
        _ => None,
    };
    match found {
        Some(number) if (MIN..=MAX).contains(&number) => Some(number),
        _ => refuse(out, mismatch(name, &format!("a number from {MIN} to {MAX}"), node)),
    }
}

/// Reads a time in seconds: `90`, `30s`, `5m` or `1h`; from one second to a day.
pub fn seconds(name: &str, node: &Node, out: &mut Diagnostics) -> Option<u64> {
    const DAY: u64 = 24 * 60 * 60;
    let found = match &node.value {
        Value::Number(number, _) => number.as_u64(),
        Value::Text(text, _) => with_unit(text),
        _ => None,
    };
    match found {
        Some(seconds) if (1..=DAY).contains(&seconds) => Some(seconds),
        _ => refuse(out, mismatch(name, "a time from 1s to 24h, as in 30s, 5m or 1h", node)),
    }
}

fn with_unit(text: &str) -> Option<u64> {
    const UNITS: [(char, u64); 3] = [('s', 1), ('m', 60), ('h', 60 * 60)];
    let (unit, seconds) = UNITS.into_iter().find(|(unit, _)| text.ends_with(*unit))?;
    text.strip_suffix(unit)?.trim_end().parse::<u64>().ok()?.checked_mul(seconds)
}

/// Reads a list of texts of one line.
pub fn lines(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Vec<String>> {
    let items = list(name, node, out)?;
    let read: Vec<Option<String>> = items.iter().map(|item| line(name, item, out)).collect();
    read.into_iter().collect()
}

/// Reads a list of paths inside the application.
pub fn paths(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Vec<String>> {
    let items = list(name, node, out)?;
    let read: Vec<Option<String>> = items.iter().map(|item| path(name, item, out)).collect();
    read.into_iter().collect()
}

/// Reads a path inside the application.
pub fn path(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = line(name, node, out)?;
    let path = text.trim_end_matches('/').trim_start_matches("./");
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        let wanted = "a path inside the application, as in storage/logs";
        return refuse(out, mismatch(name, wanted, node));
    }
    if path.contains('*') {
        let mistake =
            Diagnostic::new(&node.span, format!("`{name}` takes paths, not patterns: {}", node.found()));
        return refuse(out, mistake.help("name the directory: all that is in it belongs to it"));
    }
    Some(path.to_owned())
}

/// Reads a list of any kind. No value at all is an empty list.
pub fn list<'n>(name: &str, node: &'n Node, out: &mut Diagnostics) -> Option<&'n [Node]> {
    match &node.value {
        Value::Null => Some(&[]),
        Value::List(items) => Some(items),
        Value::Map(_) => refuse(out, mismatch(name, "a list", node)),
        _ => {
            refuse(out, mismatch(name, "a list", node).help(format!("write `{name}: [{}]`", spelling(node))))
        }
    }
}

fn spelling(node: &Node) -> String {
    node.found().trim_matches('`').to_owned()
}

/// Reads a map of any keys. No value at all is an empty map.
pub fn map<'n>(name: &str, node: &'n Node, out: &mut Diagnostics) -> Option<&'n Map> {
    static EMPTY: std::sync::LazyLock<Map> = std::sync::LazyLock::new(Map::new);
    match &node.value {
        Value::Null => Some(&EMPTY),
        Value::Map(map) => Some(map),
        _ => refuse(out, mismatch(name, "a map", node)),
    }
}

/// Reads one of a few words and returns its place among them.
pub fn choice(name: &str, node: &Node, words: &[&str], out: &mut Diagnostics) -> Option<usize> {
    const FEW: usize = 5;
    let text = match &node.value {
        Value::Text(text, _) => text.as_str(),
        _ => "",
    };
    let found = words.iter().position(|word| *word == text);
    if found.is_none() {
        let meant = closest(text, words.iter().copied());
        // Where one of many words was nearly right, the others are only noise.
        let mistake = if meant.is_some() && words.len() > FEW {
            Diagnostic::new(&node.span, format!("`{name}` cannot be {}", node.found()))
        } else {
            mismatch(name, &either(words), node)
        };
        out.push(mistake.meant(meant));
    }
    found
}

/// Lists words as in `a, b or c`.
pub fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Reads a variable: text, a number, true, false, or a list of such.
pub fn variable(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Json> {
    if let Value::List(items) = &node.value {
        let items: Vec<Option<Json>> = items.iter().map(|item| scalar(name, item, out)).collect();
        return items.into_iter().collect::<Option<Vec<Json>>>().map(Json::Array);
    }
    scalar(name, node, out)
}

fn scalar(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Json> {
    match &node.value {
        Value::Bool(value) => Some(Json::Bool(*value)),
        // 1.10 and 0022 are not meant as 1.1 and 22.
        Value::Number(number, text) if number.to_string() != *text => Some(Json::String(text.clone())),
        Value::Number(number, _) => Some(Json::Number(number.clone())),
        Value::Text(text, _) => Some(Json::String(text.clone())),
        Value::Null | Value::List(_) | Value::Map(_) => {
            refuse(out, mismatch(name, "a value or a list of values", node))
        }
    }
}

fn refuse<T>(out: &mut Diagnostics, diagnostic: Diagnostic) -> Option<T> {
    out.push(diagnostic);
    None
}
