//! From a text to its logical lines: a value in double quotes may go over several.

use std::ops::Range;

use super::trim;

/// One line that says something, or several that a quote holds together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of the first, from 1.
    pub number: usize,
    /// Where they stand in the text, without their ends.
    pub parts: Vec<Range<usize>>,
}

/// The lines of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Those that say something.
    pub lines: Vec<Line>,
    /// The first line of those at the end that nobody reads, because a quote in it is never closed.
    pub unread: Option<usize>,
}

impl Line {
    /// Returns the line as one text, with line feeds between its parts.
    pub fn text(&self, whole: &str) -> String {
        let parts: Vec<_> = self.parts.iter().map(|part| &whole[part.clone()]).collect();
        parts.join("\n")
    }

    /// Returns where a place of [`Self::text`] is in the whole text.
    pub fn place(&self, mut at: usize) -> usize {
        for part in &self.parts {
            if at <= part.len() {
                return part.start + at;
            }
            at -= part.len() + 1;
        }
        self.parts.last().map_or(0, |part| part.end)
    }
}

/// Returns the lines that say something. A `="` that is not closed in its line, even in a comment,
/// takes the following lines up to one with a closing quote; without one they are all lost.
pub fn lines(text: &str) -> Lines {
    let (mut lines, mut open): (Vec<Line>, Option<Line>) = (Vec::new(), None);
    for (index, place) in physical(text).into_iter().enumerate() {
        let line = &text[place.clone()];
        let starts = line.contains("=\"") && !closes(line, true);
        if starts || open.is_some() {
            let collected = open.get_or_insert_with(|| Line { number: index + 1, parts: Vec::new() });
            collected.parts.push(place);
            if closes(line, starts) {
                lines.extend(open.take());
            }
        } else {
            lines.push(Line { number: index + 1, parts: vec![place] });
        }
    }
    let says_something = |line: &Line| {
        let text = line.text(text);
        let text = trim(&text);
        !text.is_empty() && !text.starts_with('#')
    };
    lines.retain(says_something);
    Lines { lines, unread: open.map(|line| line.number) }
}

/// Returns the places of all lines. They end with a line feed, a carriage return, or both.
fn physical(text: &str) -> Vec<Range<usize>> {
    let (mut places, mut start) = (Vec::new(), 0);
    while let Some(length) = text[start..].find(['\r', '\n']) {
        let end = start + length;
        places.push(start..end);
        start = end + if text[end..].starts_with("\r\n") { 2 } else { 1 };
    }
    places.push(start..text.len());
    places
}

/// Tells whether quotes that were opened are closed in this line: by counting quotes which have
/// something other than a backslash before them. The opening one counts where it is in this line.
fn closes(line: &str, opens_here: bool) -> bool {
    if line == "\"" {
        return true;
    }
    let line = line.replace("\\\\", "");
    let quotes = line.as_bytes().windows(2).filter(|pair| pair[0] != b'\\' && pair[1] == b'"').count();
    quotes > usize::from(opens_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> (Vec<(usize, String)>, Option<usize>) {
        let Lines { lines, unread } = lines(text);
        (lines.iter().map(|line| (line.number, line.text(text))).collect(), unread)
    }

    #[test]
    fn comments_and_blank_lines_say_nothing() {
        let (lines, unread) = texts("# a\n\n A=1\r\n  # b\rB=2");
        assert_eq!(lines, [(3, " A=1".to_owned()), (5, "B=2".to_owned())]);
        assert_eq!(unread, None);
    }

    #[test]
    fn a_quote_holds_lines_together() {
        let text = "A=\"one\r\ntwo \\\" still\r\nthree\"\r\nB=1\r\n";
        let (lines, unread) = texts(text);
        assert_eq!(lines, [(1, "A=\"one\ntwo \\\" still\nthree\"".to_owned()), (4, "B=1".to_owned())]);
        assert_eq!(unread, None);
        let line = &super::lines(text).lines[0];
        assert_eq!(&text[line.place(3)..line.place(9)], "one\r\ntw");
    }

    #[test]
    fn a_quote_that_is_never_closed_takes_all_that_follows() {
        let (lines, unread) = texts("A=1\n# say B=\"\nC=2\nD=3\n");
        assert_eq!(lines, [(1, "A=1".to_owned())]);
        assert_eq!(unread, Some(2));
    }
}
