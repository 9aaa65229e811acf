//! Setting one key in a file: every other byte stays.

use std::ops::Range;

use super::entry::{Entry, is_name};
use super::lines::Line;
use super::{Mistake, Settings, decode};

/// A key was not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// Not a name.
    #[error("`{0}` is no name: it may hold letters, digits, `_` and `.`")]
    Name(String),
    /// The file as it is cannot be read.
    #[error(transparent)]
    Mistake(#[from] Mistake),
    /// A quote is open at the end.
    #[error("line {0}: a quote is opened and never closed, so nothing behind it would be read")]
    Unread(usize),
    /// There is no way to write it in that place.
    #[error("line {0} is written in a way that only a person should change")]
    Odd(usize),
}

/// Returns the file with the value under that name. Where the name is there twice the last one is
/// set, for that one counts; where it is not there, a line is added at the end.
///
/// # Errors
/// When the file has a mistake, or the result would not be read as meant.
pub fn set(bytes: &[u8], name: &str, value: &str) -> Result<Vec<u8>, SetError> {
    if !is_name(name) {
        return Err(SetError::Name(name.to_owned()));
    }
    let before = Settings::read(bytes)?;
    if let Some(line) = before.unread {
        return Err(SetError::Unread(line));
    }
    let found = before.entries.iter().rposition(|(_, entry)| entry.name == name);
    let (place, prefix, suffix) = match found {
        Some(index) => replaced(&before.entries[index]),
        None => added(bytes, name),
    };
    let means = |written: &Vec<u8>| is_meant(&before, written, found, name, value);
    let written = forms(value).into_iter().map(|form| {
        [&bytes[..place.start], prefix.as_bytes(), form.as_bytes(), suffix.as_bytes(), &bytes[place.end..]]
            .concat()
    });
    let line = found.map_or(0, |index| before.entries[index].0.number);
    written.into_iter().find(means).ok_or(SetError::Odd(line))
}

/// Returns where the value of an entry stands, and what stands before and behind it.
fn replaced((line, entry): &(Line, Entry)) -> (Range<usize>, String, &'static str) {
    let place = line.place(entry.place.start)..line.place(entry.place.end);
    (place, if entry.value.is_some() { String::new() } else { "=".to_owned() }, "")
}

/// Returns where a line is added, and what it is made of besides the value.
fn added(bytes: &[u8], name: &str) -> (Range<usize>, String, &'static str) {
    let text = decode(bytes);
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let is_open = !text.is_empty() && !text.ends_with(['\n', '\r']);
    let gap = if is_open { end } else { "" };
    (bytes.len()..bytes.len(), format!("{gap}{name}="), end)
}

/// Returns the ways to write a value, the plainest first.
fn forms(value: &str) -> Vec<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:/+=@%,-".contains(&byte);
    let is_one_line = !value.contains(['\n', '\r']);
    let mut forms = Vec::new();
    if value.bytes().all(is_plain) {
        forms.push(value.to_owned());
    }
    // What stands in double quotes reads the same to more people than what stands in single ones.
    if !value.contains(['\\', '"', '$']) && is_one_line {
        forms.push(format!("\"{value}\""));
    }
    if !value.contains('\'') && is_one_line {
        forms.push(format!("'{value}'"));
    }
    forms.push(escaped(value));
    forms
}

/// Returns the value in double quotes, in one line.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 8);
    text.push('"');
    for c in value.chars() {
        match c {
            '\\' | '"' | '$' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

/// Tells whether the written file gives that value, and all others as before.
fn is_meant(before: &Settings, written: &[u8], found: Option<usize>, name: &str, value: &str) -> bool {
    let Ok(after) = Settings::read(written) else { return false };
    let index = found.unwrap_or(before.entries.len());
    let other = |settings: &Settings| -> Vec<Entry> {
        let entries = settings.entries.iter().enumerate().filter(|(at, _)| *at != index);
        // Places move.
        entries.map(|(_, (_, entry))| Entry { place: 0..0, ..entry.clone() }).collect()
    };
    let is_new = after.entries.get(index).is_some_and(|(_, entry)| {
        // Whatever the environment holds.
        let odd = |_: &str| Some("\0".to_owned());
        let read = entry.value.as_ref().map(|found| found.resolve(&odd));
        entry.name == name && read.as_deref() == Some(value)
    });
    is_new && after.unread.is_none() && other(before) == other(&after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrote(text: &str, name: &str, value: &str) -> String {
        String::from_utf8(set(text.as_bytes(), name, value).unwrap()).unwrap()
    }

    #[test]
    fn one_value_changes_and_every_other_byte_stays() {
        let text = "# c\r\nexport AA = 'old' # why\r\nAPP_KEY=\r\nB=\"x\r\ny\" # z\r\n\tC\r\nAPP_KEY= # last";
        let text = text.replace("\tC\r\n", "NAME\r\n");
        assert_eq!(
            wrote(&text, "APP_KEY", "base64:a/b+c="),
            text.replace("= # last", "=base64:a/b+c= # last")
        );
        assert_eq!(wrote("export AB = 'old' # why\r\nC=1", "AB", "a b"), "export AB = \"a b\" # why\r\nC=1");
        assert_eq!(wrote("B=\"x\r\ny\" # z\r\nC=1\r\n", "B", "$x"), "B='$x' # z\r\nC=1\r\n");
        assert_eq!(wrote("NAME\nC=1\n", "NAME", ""), "NAME=\nC=1\n");
        assert_eq!(wrote("\u{feff}A=1\n", "A", "it's #1"), "\u{feff}A=\"it's #1\"\n");
    }

    #[test]
    fn a_key_that_is_not_there_is_added_at_the_end() {
        assert_eq!(wrote("", "A", "1"), "A=1\n");
        assert_eq!(wrote("B=2", "A", "1"), "B=2\nA=1\n");
        assert_eq!(wrote("B=2\r\n", "A", "a\nb"), "B=2\r\nA=\"a\\nb\"\r\n");
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        assert_eq!(set(b"X=\xff\xfe\nA=1\n", "A", "2").unwrap(), b"X=\xff\xfe\nA=2\n");
    }

    #[test]
    fn what_would_be_read_otherwise_is_not_written() {
        let line = |line, wrong| SetError::Mistake(Mistake { line, wrong });
        assert_eq!(set(b"A=1\nB=a b\n", "A", "2"), Err(line(2, super::super::Wrong::Space)));
        assert_eq!(set(b"A=1\n# x=\"\n", "B", "2"), Err(SetError::Unread(2)));
        assert_eq!(set(b"A=1\n", "B=", "2"), Err(SetError::Name("B=".to_owned())));
    }
}
