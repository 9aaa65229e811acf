//! A whole file: its entries and what they give.

use indexmap::IndexMap;

use super::entry::{Entry, parse};
use super::lines::{Line, lines};
use super::{BYTE_ORDER_MARK, Mistake, decode};

/// What a `.env` file says. `Debug` does not show values.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// The entries with their lines, in their order.
    pub(super) entries: Vec<(Line, Entry)>,
    /// The first line of those at the end that nobody reads: a quote in it is never closed.
    pub unread: Option<usize>,
}

impl Settings {
    /// Reads a file.
    ///
    /// # Errors
    /// The first line that phpdotenv refuses; it then reads nothing at all.
    pub fn read(bytes: &[u8]) -> Result<Self, Mistake> {
        let text = decode(bytes);
        let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let read = lines(&text[mark..]);
        let mut entries = Vec::with_capacity(read.lines.len());
        for line in read.lines {
            let entry = parse(&line.text(&text[mark..]));
            let entry = entry.map_err(|wrong| Mistake { line: line.number, wrong })?;
            let parts = line.parts.iter().map(|part| part.start + mark..part.end + mark).collect();
            entries.push((Line { parts, ..line }, entry));
        }
        Ok(Self { entries, unread: read.unread })
    }

    /// Returns all values, `${NAME}` resolved from earlier keys and from the environment. `None` is a
    /// name without `=`, which unsets it. Of a key that is there twice the last one counts.
    pub fn values(&self, environment: &dyn Fn(&str) -> Option<String>) -> IndexMap<String, Option<String>> {
        let mut values: IndexMap<String, Option<String>> = IndexMap::new();
        for (_, entry) in &self.entries {
            let get = |name: &str| values.get(name).cloned().unwrap_or_else(|| environment(name));
            let value = entry.value.as_ref().map(|value| value.resolve(&get));
            values.insert(entry.name.clone(), value);
        }
        values
    }

    /// Returns all values where nothing is known of the environment.
    pub fn plain(&self) -> IndexMap<String, Option<String>> {
        self.values(&|_| None)
    }

    /// Returns the keys that are there more than once, with the numbers of their lines.
    pub fn repeated(&self) -> Vec<(&str, Vec<usize>)> {
        let mut lines: IndexMap<&str, Vec<usize>> = IndexMap::new();
        for (line, entry) in &self.entries {
            lines.entry(&entry.name).or_default().push(line.number);
        }
        lines.into_iter().filter(|(_, lines)| lines.len() > 1).collect()
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.entries.iter().map(|(_, entry)| &entry.name).collect();
        f.debug_struct("Settings").field("names", &names).field("unread", &self.unread).finish()
    }
}

#[cfg(test)]
mod tests;
