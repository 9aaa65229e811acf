//! Strings: between quotes, and as heredoc and nowdoc. Code inside of them is cut like any other.

use super::scanner::{Scanner, is_name_start, name_length};
use super::token::Part;

/// What ends a string.
#[derive(Clone, Copy)]
enum End<'a> {
    /// This quote.
    Quote(u8),
    /// A line that begins with this label, after white space.
    Label(&'a str),
}

impl Scanner<'_> {
    /// Cuts a string in quotes.
    pub(super) fn quoted(&mut self) {
        let (quote, line) = (self.byte(0), self.line);
        self.skip(1);
        let start = self.at;
        if quote != b'\'' {
            return self.template(start, line, End::Quote(quote));
        }
        while self.at < self.text.len() && self.byte(0) != quote {
            self.skip(if self.byte(0) == b'\\' { 2 } else { 1 });
        }
        self.literal(start, self.at, line);
        self.skip(1);
    }

    /// Cuts a heredoc or nowdoc; `false`: there is none here.
    pub(super) fn heredoc(&mut self) -> bool {
        let line = self.line;
        let head = self.rest()[3..].trim_start_matches([' ', '\t']);
        let quote = head.bytes().next().filter(|byte| matches!(byte, b'\'' | b'"'));
        let head = &head[usize::from(quote.is_some())..];
        let label = &head[..name_length(head)];
        let after = &head[label.len()..];
        let closed = match quote {
            Some(quote) => after.bytes().next() == Some(quote),
            None => true,
        };
        let after = &after[usize::from(quote.is_some() && closed)..];
        if !label.bytes().next().is_some_and(is_name_start) || !closed || !after.starts_with(['\n', '\r']) {
            return false;
        }
        self.skip(self.rest().len() - after.len());
        let start = self.at;
        if quote != Some(b'\'') {
            self.template(start, line, End::Label(label));
            return true;
        }
        while self.at < self.text.len() && self.label(label).is_none() {
            self.skip(1);
        }
        self.literal(start, self.at, line);
        self.skip(self.label(label).unwrap_or(0));
        true
    }

    /// Cuts a string in which variables stand for their values.
    fn template(&mut self, start: usize, line: u32, end: End<'_>) {
        let mut place = None;
        let mut begin = |scanner: &mut Self| {
            place.get_or_insert_with(|| scanner.push(Part::Template(""), line));
        };
        let close = loop {
            if self.at >= self.text.len() {
                break 0;
            }
            if let Some(length) = self.end(end) {
                break length;
            }
            match (self.byte(0), self.byte(1)) {
                (b'\\', _) => self.skip(2),
                (b'{', b'$') => {
                    begin(self);
                    self.skip(1);
                    self.embedded();
                }
                (b'$', b'{') => {
                    begin(self);
                    self.skip(2);
                    self.embedded();
                }
                (b'$', byte) if is_name_start(byte) => {
                    begin(self);
                    self.skip(1);
                }
                _ => self.skip(1),
            }
        };
        match place {
            Some(place) => self.complete(place, start),
            None => self.literal(start, self.at, line),
        }
        self.skip(close);
    }

    fn literal(&mut self, start: usize, end: usize, line: u32) {
        let text = self.text;
        self.push(Part::Text(text.get(start..end).unwrap_or_default()), line);
    }

    /// Returns the length of what ends the string, if it ends here.
    fn end(&self, end: End<'_>) -> Option<usize> {
        match end {
            End::Quote(quote) => (self.byte(0) == quote).then_some(1),
            End::Label(label) => self.label(label),
        }
    }

    /// Returns the length of the line's end and the label, if they stand here.
    fn label(&self, label: &str) -> Option<usize> {
        if !matches!(self.byte(0), b'\n' | b'\r') {
            return None;
        }
        let rest = self.rest();
        let line = rest.trim_start_matches(['\n', '\r', ' ', '\t']);
        let after = line.strip_prefix(label)?;
        let goes_on = after.bytes().next().is_some_and(|byte| is_name_start(byte) || byte.is_ascii_digit());
        (!goes_on).then(|| rest.len() - after.len())
    }
}
