//! The keys of a stage's settings, and which have a value.

use std::io::{self, Write};

use serde::Serialize;

use super::measure::number_of;
use super::printable::printable;
use super::screen::Screen;

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Whether it has a value on all hosts that have it.
    pub value: Value,
    /// Whether hosts have different values.
    pub differs: bool,
    /// The hosts that have it, where others do not.
    pub only_on: Vec<String>,
    /// The values that a person asked for, with their hosts where these differ. Never written as JSON.
    #[serde(skip)]
    pub shown: Vec<(String, String)>,
}

/// Whether a key has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// It has.
    Set,
    /// It has none.
    Empty,
}

/// Prints the keys, a line each.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, heading: &str, keys: &[Key], screen: &Screen) -> io::Result<()> {
    let dot = screen.paint().dot();
    writeln!(out, "{heading} {dot} {}\n", number_of(keys.len(), "setting"))?;
    let widest = keys.iter().map(|key| key.name.len()).max().unwrap_or_default().min(40);
    for key in keys {
        let Key { name, value, differs, only_on, shown } = key;
        let state = match value {
            Value::Set => "set  ",
            Value::Empty => "empty",
        };
        let mut notes = Vec::new();
        notes.extend(differs.then(|| "differs between hosts".to_owned()));
        notes.extend((!only_on.is_empty()).then(|| format!("only on {}", only_on.join(", "))));
        notes.extend(shown.iter().map(|(host, value)| {
            let on = if host.is_empty() { String::new() } else { format!("{host}: ") };
            format!("{on}{}", printable(value))
        }));
        let line = format!("  {state}  {name:widest$}   {}", notes.join("; "));
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_a_line_with_what_is_odd_about_it() {
        let key = |name: &str, value: Value| Key {
            name: name.to_owned(),
            value,
            differs: false,
            only_on: Vec::new(),
            shown: Vec::new(),
        };
        let keys = [
            key("APP_KEY", Value::Set),
            Key { differs: true, ..key("DB_HOST", Value::Set) },
            Key { only_on: vec!["web1".to_owned()], ..key("MAIL", Value::Empty) },
            Key { shown: vec![(String::new(), "a\u{1b}[2Jb".to_owned())], ..key("NAME", Value::Set) },
        ];
        let mut out = Vec::new();
        print(&mut out, "shop to test", &keys, &Screen::unknown()).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "shop to test - 4 settings\n\n\
             \x20 set    APP_KEY\n\
             \x20 set    DB_HOST   differs between hosts\n\
             \x20 empty  MAIL      only on web1\n\
             \x20 set    NAME      ab\n"
        );
        assert!(!serde_json::to_string(&keys[3]).unwrap().contains("2J"));
    }
}
