//! A YAML file as a tree in which every key and value knows its place.

use std::fmt;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_saphyr::{MessageFormatter, Spanned, UserMessageFormatter};

use super::Location;
use super::diagnostic::{Diagnostic, Span};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it is written; where it is defined, when an alias stands for it.
    pub span: Span,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`, and none of YAML's older spellings.
    Bool(bool),
    /// A number and its spelling: `1.10` may well be a version.
    Number(Number, String),
    /// Text, with the place of its first line: behind the quote, or below the `|`.
    Text(String, Location),
    /// A list.
    List(Vec<Node>),
    /// A map.
    Map(Map),
}

/// A map, in the order of the file.
pub type Map = IndexMap<String, Entry>;

/// A key of a map and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key is written.
    pub key: Span,
    /// The value.
    pub node: Node,
}

impl Node {
    /// Returns the map, where the node is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the value below these keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| Some(&node.as_map()?.get(*key)?.node))
    }

    /// Returns the value in a few words for a person: what was found where something else belongs.
    pub fn found(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Number(_, text) => format!("`{text}`"),
            Value::Text(text, _) => format!("`{}`", shortened(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }
}

/// Returns the text in one short line.
fn shortened(text: &str) -> String {
    const LENGTH: usize = 40;
    let mut line: String = text.escape_debug().take(LENGTH).collect();
    if text.escape_debug().nth(LENGTH).is_some() {
        line.push('…');
    }
    line.replace("\\\"", "\"").replace("\\'", "'")
}

/// Reads one YAML document. An empty one is [`Value::Null`].
///
/// # Errors
/// The first mistake of syntax; a key given twice is one.
pub fn parse(file: &str, source: &str) -> Result<Node, Box<Diagnostic>> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    let raw: Spanned<Raw> = serde_saphyr::from_str_with_options(source, options)
        .map_err(|error| Box::new(syntax(&Source { file, text: source }, &error)))?;
    Ok(Source { file, text: source }.node(raw))
}

/// Puts a mistake of syntax into words that fit a file without a type.
fn syntax(source: &Source<'_>, error: &serde_saphyr::Error) -> Diagnostic {
    let error = error.without_snippet();
    let span = source.span(error.location().unwrap_or(serde_saphyr::Location::UNKNOWN));
    match error {
        serde_saphyr::Error::DuplicateMappingKey { key: Some(key), .. } => {
            Diagnostic::new(span, format!("`{key}` is given twice")).label("the second time")
        }
        serde_saphyr::Error::UnknownAnchor { .. } => {
            Diagnostic::new(span, "this alias has no anchor before it")
        }
        serde_saphyr::Error::MultipleDocuments { .. } => {
            Diagnostic::new(span, "a second document begins in this file")
        }
        serde_saphyr::Error::Unexpected { .. } if source.is_template(&span) => {
            Diagnostic::new(span, "text that begins with `{{` needs quotes around it")
        }
        serde_saphyr::Error::Unexpected { .. } => Diagnostic::new(span, "a key must be text"),
        other => {
            let text = UserMessageFormatter.format_message(other);
            let line = text.lines().next().unwrap_or_default();
            Diagnostic::new(span, format!("this is not YAML: {line}"))
        }
    }
}

/// A tree as serde hands it over; spelling and places come from the source afterwards.
enum Raw {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Number::from_f64(value).map_or_else(|| Raw::Text(value.to_string()), Raw::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

/// The text that a tree was read from.
struct Source<'s> {
    file: &'s str,
    text: &'s str,
}

impl Source<'_> {
    fn node(&self, raw: Spanned<Raw>) -> Node {
        let span = self.span(raw.defined);
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Bool(value) => Value::Bool(value),
            Raw::Number(number) => {
                let text = self.text.get(bytes(raw.defined)).unwrap_or_default().to_owned();
                Value::Number(number, text)
            }
            Raw::Text(text) => {
                let at = self.first_line(raw.defined, &text);
                Value::Text(text, at)
            }
            Raw::List(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Map(entries) => Value::Map(entries.into_iter().map(|entry| self.entry(entry)).collect()),
        };
        Node { value, span }
    }

    fn entry(&self, (key, node): (Spanned<String>, Spanned<Raw>)) -> (String, Entry) {
        let node = self.node(node);
        (key.value, Entry { key: self.span(key.defined), node })
    }

    /// Returns the place, cut at the end of its line: a block of many lines needs no more.
    fn span(&self, place: serde_saphyr::Location) -> Span {
        let at = self.location(place);
        let written = self.text.get(bytes(place)).unwrap_or_default();
        let line = written.lines().next().unwrap_or_default();
        Span { at, len: line.trim_end().len() }
    }

    /// Tells whether the place is the second brace of `{{`: to YAML, a map in a map.
    fn is_template(&self, span: &Span) -> bool {
        let line = self.text.lines().nth(span.at.line - 1).unwrap_or_default();
        line.chars().skip(span.at.column.saturating_sub(2)).take(2).eq("{{".chars())
    }

    fn location(&self, place: serde_saphyr::Location) -> Location {
        let [line, column] = [place.line(), place.column()].map(|n| usize::try_from(n).unwrap_or(1).max(1));
        Location { file: self.file.to_owned(), line, column }
    }

    /// Returns where the first line of a text begins; the place of a block is its first full line.
    fn first_line(&self, place: serde_saphyr::Location, text: &str) -> Location {
        let mut at = self.location(place);
        let written = self.text.get(bytes(place)).unwrap_or_default();
        let is_quoted = written.starts_with(['"', '\'']) && written.get(..1) != text.get(..1);
        if is_quoted {
            at.column += 1;
        } else {
            let blank = text.bytes().take_while(|byte| *byte == b'\n').count();
            at.line = at.line.saturating_sub(blank).max(1);
        }
        at
    }
}

fn bytes(place: serde_saphyr::Location) -> std::ops::Range<usize> {
    let span = place.span();
    let [start, len] =
        [span.byte_offset(), span.byte_len()].map(|n| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(0));
    start..start + len
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_at(source: &str) -> (String, usize, usize) {
        let node = parse("deploy.yml", source).unwrap();
        match &node.at(&["run"]).unwrap().value {
            Value::Text(text, at) => (text.clone(), at.line, at.column),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_text_knows_where_its_first_line_begins() {
        let place = |source| {
            let (_, line, column) = text_at(source);
            (line, column)
        };
        assert_eq!(place("run: a b\n"), (1, 6));
        assert_eq!(place("run: \"a b\"\n"), (1, 7));
        assert_eq!(place("é: 1\nrun: |\n  a\n  b\n"), (3, 3));
        assert_eq!(place("run: |\n  \"a\" b\n"), (2, 3));
        assert_eq!(place("run: |\n\n  a\n"), (2, 3));
    }

    #[test]
    fn an_alias_stands_for_the_place_it_was_defined_at() {
        let node = parse("deploy.yml", "a: &a { x: 1 }\nb:\n  <<: *a\n  y: 2\n").unwrap();
        assert_eq!(node.at(&["b", "x"]).unwrap().span.at.line, 1);
        assert_eq!(node.at(&["b", "y"]).unwrap().span.at.line, 4);
    }

    #[test]
    fn a_number_keeps_its_spelling() {
        let node = parse("deploy.yml", "a: 1.10\nb: no\n").unwrap();
        assert_eq!(node.at(&["a"]).unwrap().found(), "`1.10`");
        assert_eq!(node.at(&["b"]).unwrap().found(), "`no`");
    }
}
