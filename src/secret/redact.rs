//! Taking the values of secrets out of what hosts and commands print, in whatever form they are
//! printed, also where a value is split over two packets.
//!
//! What cannot be found: a value that was hashed, encrypted, reversed, wrapped to a line length or
//! printed in parts.

mod forms;

use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{SecretName, SecretValue};

/// What to look for. Cheap to clone: all hosts share it.
#[derive(Clone, Debug)]
pub struct Redactor(Option<Arc<Patterns>>);

struct Patterns {
    automaton: AhoCorasick,
    /// Every form of every value, sorted.
    texts: Vec<Vec<u8>>,
    /// What takes the place of each.
    masks: Vec<String>,
    longest: usize,
}

impl std::fmt::Debug for Patterns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{} patterns]", self.texts.len())
    }
}

impl Redactor {
    /// Takes the values that must not be seen. Each is replaced by its name, as `[DB_PASSWORD]`.
    pub fn new(secrets: &BTreeMap<SecretName, SecretValue>) -> Self {
        let mut patterns = BTreeMap::new();
        for (name, value) in secrets {
            for form in forms::forms(value.reveal()) {
                patterns.entry(form.into_bytes()).or_insert_with(|| format!("[{name}]"));
            }
        }
        let (texts, masks): (Vec<Vec<u8>>, Vec<String>) = patterns.into_iter().unzip();
        let Some(longest) = texts.iter().map(Vec::len).max() else { return Self(None) };
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            // Building the faster kind takes seconds for a long value that repeats itself.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&texts)
            .expect("the values of a deploy are far from the automaton's limits");
        Self(Some(Arc::new(Patterns { automaton, texts, masks, longest })))
    }

    /// Starts a stream: one for each thing that prints.
    pub fn stream(&self) -> Stream {
        Stream { patterns: self.0.clone(), held: Vec::new() }
    }

    /// Redacts a whole text.
    pub fn once(&self, text: &str) -> String {
        let mut stream = self.stream();
        let mut redacted = stream.push(text.as_bytes());
        redacted.extend(stream.finish());
        String::from_utf8_lossy(&redacted).into_owned()
    }
}

/// The state of one stream.
pub struct Stream {
    patterns: Option<Arc<Patterns>>,
    /// The end of what came in, where it could be the beginning of a value.
    held: Vec<u8>,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stream({} bytes held)", self.held.len())
    }
}

impl Stream {
    /// Takes the next bytes and returns what is safe to show by now. However the bytes are split,
    /// the result is the same.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(patterns) = self.patterns.as_deref() else { return bytes.to_vec() };
        self.held.extend_from_slice(bytes);
        let (shown, used) = patterns.redact(&self.held, |from| patterns.undecided(&self.held, from));
        self.held.drain(..used);
        shown
    }

    /// Returns what is still held, at the end of the stream.
    pub fn finish(&mut self) -> Vec<u8> {
        let held = std::mem::take(&mut self.held);
        match self.patterns.as_deref() {
            Some(patterns) => patterns.redact(&held, |_| held.len()).0,
            None => held,
        }
    }
}

impl Patterns {
    /// Redacts the text up to where it is undecided; returns the result and how much it covers.
    /// `undecided` is asked where that is, seen from a place behind all earlier matches.
    fn redact(&self, text: &[u8], undecided: impl Fn(usize) -> usize) -> (Vec<u8>, usize) {
        let mut shown = Vec::with_capacity(text.len());
        let (mut at, mut end) = (0, undecided(0));
        for found in self.automaton.find_iter(text) {
            if found.start() >= end {
                break;
            }
            shown.extend_from_slice(&text[at..found.start()]);
            shown.extend_from_slice(self.masks[found.pattern().as_usize()].as_bytes());
            at = found.end();
            if at > end {
                // What looked like a beginning was a part of this match.
                end = undecided(at);
            }
        }
        shown.extend_from_slice(&text[at..end]);
        (shown, end)
    }

    /// Returns the first place, not before `from`, where all the rest of the text is the beginning
    /// of a longer pattern: more bytes could complete it.
    fn undecided(&self, text: &[u8], from: usize) -> usize {
        let first = from.max(text.len().saturating_sub(self.longest - 1));
        (first..text.len()).find(|&at| self.is_beginning(&text[at..])).unwrap_or(text.len())
    }

    fn is_beginning(&self, text: &[u8]) -> bool {
        // The patterns are sorted and unique: those that go on behind the text follow it.
        let next = self.texts.partition_point(|pattern| pattern.as_slice() <= text);
        self.texts.get(next).is_some_and(|pattern| pattern.starts_with(text))
    }
}

#[cfg(test)]
mod tests;
