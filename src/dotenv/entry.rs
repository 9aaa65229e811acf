//! From a line to a name and a value: phpdotenv's own machine, state by state.

use std::ops::Range;

use super::lexer::{is_space, tokens};
use super::{Wrong, trim};

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name, without `export` and quotes.
    pub name: String,
    /// The value; `None`: the line is a name alone, which unsets it.
    pub value: Option<Value>,
    /// Where the value stands in the line, quotes included, comment and space around it not. Without a
    /// value it is where one would be put, with its `=`.
    pub place: Range<usize>,
}

/// A value before other settings are put into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    text: String,
    /// Where a `$` stands in the text that may begin `${NAME}`.
    dollars: Vec<usize>,
}

impl Value {
    /// Returns the text with other settings in the place of `${NAME}`; those that nobody knows stay.
    /// From the last to the first: what was put in is not looked at again, except together with a
    /// `$` that stood before it.
    pub fn resolve(&self, get: &dyn Fn(&str) -> Option<String>) -> String {
        let mut text = self.text.clone();
        for &at in self.dollars.iter().rev() {
            let Some((name, length)) = reference(&text[at..]) else { continue };
            if let Some(value) = get(name) {
                text.replace_range(at..at + length, &value);
            }
        }
        text
    }
}

/// Returns the name of the reference at the beginning of a text, and the length of all of it.
fn reference(text: &str) -> Option<(&str, usize)> {
    let (name, _) = text.strip_prefix("${")?.split_once('}')?;
    is_name(name).then_some((name, name.len() + 3))
}

/// Reads a line.
///
/// # Errors
/// Where phpdotenv refuses it.
pub fn parse(line: &str) -> Result<Entry, Wrong> {
    let Some((left, right)) = line.split_once('=') else {
        // Without an equals sign the library trims nothing: a space is part of the name, and wrong.
        return Ok(Entry { name: name(line)?.to_owned(), value: None, place: line.len()..line.len() });
    };
    if trim(left).is_empty() {
        return Err(Wrong::NoName);
    }
    let name = name(trim(left))?.to_owned();
    let trimmed = trim(right);
    let start = left.len() + 1;
    if trimmed.is_empty() {
        return Ok(Entry { name, value: Some(Value::default()), place: start..start });
    }
    let before = start + right.find(trimmed).unwrap_or_default();
    let (value, place) = read(trimmed)?;
    let place = if place.is_empty() { start..start } else { before + place.start..before + place.end };
    Ok(Entry { name, value: Some(value), place })
}

/// Tells whether a text can be a name.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
}

fn name(text: &str) -> Result<&str, Wrong> {
    // A name of one letter is too short for the library to look for the word.
    let exported =
        text.strip_prefix("export").filter(|rest| text.chars().count() > 8 && begins_with_space(rest));
    let text = exported.map_or(text, |rest| rest.trim_start_matches([' ', '\t', '\n', '\r', '\0', '\u{b}']));
    let inner = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    let text = inner.filter(|inner| !inner.is_empty()).unwrap_or(text);
    if is_name(text) { Ok(text) } else { Err(Wrong::InvalidName) }
}

fn begins_with_space(text: &str) -> bool {
    text.get(..1).is_some_and(is_space)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Initial,
    Unquoted,
    SingleQuoted,
    DoubleQuoted,
    Escape,
    Space,
    Comment,
}

/// What a token adds to the value.
enum Adds {
    Nothing,
    Token,
    Dollar,
    /// A control character in the place of the token's first.
    Control(char),
}

/// Reads a value that is not blank; returns it with its place.
fn read(text: &str) -> Result<(Value, Range<usize>), Wrong> {
    let (mut value, mut state, mut end) = (Value::default(), State::Initial, 0);
    for place in tokens(text) {
        let token = &text[place.clone()];
        let (adds, next) = step(state, token)?;
        let is_around = next == State::Comment || (next == State::Space && is_space(token));
        end = if is_around { end } else { place.end };
        match adds {
            Adds::Nothing => {}
            Adds::Token => value.text.push_str(token),
            Adds::Dollar => {
                value.dollars.push(value.text.len());
                value.text.push('$');
            }
            Adds::Control(control) => {
                value.text.push(control);
                value.text.push_str(&token[1..]);
            }
        }
        state = next;
    }
    match state {
        State::SingleQuoted | State::DoubleQuoted | State::Escape => Err(Wrong::OpenQuote),
        State::Initial | State::Unquoted | State::Space | State::Comment => Ok((value, 0..end)),
    }
}

fn step(state: State, token: &str) -> Result<(Adds, State), Wrong> {
    Ok(match (state, token) {
        (State::Initial, "'") => (Adds::Nothing, State::SingleQuoted),
        (State::Initial, "\"") => (Adds::Nothing, State::DoubleQuoted),
        (State::Initial | State::Unquoted, "#") => (Adds::Nothing, State::Comment),
        (State::Unquoted, token) if is_space(token) => (Adds::Nothing, State::Space),
        (State::Initial | State::Unquoted, "$") => (Adds::Dollar, State::Unquoted),
        (State::Initial | State::Unquoted, _) => (Adds::Token, State::Unquoted),
        (State::SingleQuoted, "'") => (Adds::Nothing, State::Space),
        (State::SingleQuoted, _) => (Adds::Token, State::SingleQuoted),
        (State::DoubleQuoted, "\"") => (Adds::Nothing, State::Space),
        (State::DoubleQuoted, "\\") => (Adds::Nothing, State::Escape),
        (State::DoubleQuoted, "$") => (Adds::Dollar, State::DoubleQuoted),
        (State::DoubleQuoted, _) => (Adds::Token, State::DoubleQuoted),
        (State::Escape, "\"" | "\\" | "$") => (Adds::Token, State::DoubleQuoted),
        (State::Escape, token) => (Adds::Control(control(token)?), State::DoubleQuoted),
        (State::Space, "#") => (Adds::Nothing, State::Comment),
        (State::Space, token) if is_space(token) => (Adds::Nothing, State::Space),
        (State::Space, _) => return Err(Wrong::Space),
        (State::Comment, _) => (Adds::Nothing, State::Comment),
    })
}

fn control(token: &str) -> Result<char, Wrong> {
    match token.as_bytes().first() {
        Some(b'f') => Ok('\u{c}'),
        Some(b'n') => Ok('\n'),
        Some(b'r') => Ok('\r'),
        Some(b't') => Ok('\t'),
        Some(b'v') => Ok('\u{b}'),
        _ => Err(Wrong::Escape),
    }
}
