//! The end of an output: enough to see why a step failed, however much it printed.

use std::collections::VecDeque;

use super::measure::number_of;
use super::paint::Paint;
use super::printable::printable;

/// The last lines of an output, and how many came before them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    lines: VecDeque<String>,
    cut: usize,
}

/// How many lines are kept.
const KEPT: usize = 100;

impl Tail {
    /// Adds a line as it came from the host.
    pub(super) fn push(&mut self, line: &str) {
        if self.lines.len() == KEPT {
            self.lines.pop_front();
            self.cut += 1;
        }
        self.lines.push_back(printable(line));
    }

    /// Returns the last line that says something.
    pub(super) fn last(&self) -> Option<&str> {
        self.lines.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty())
    }

    /// Returns the lines indented, with an empty line around them; nothing for no output.
    pub(super) fn block(&self, paint: Paint) -> String {
        let first = self.lines.iter().position(|line| !line.is_empty());
        let Some(first) = first else { return String::new() };
        let last = self.lines.iter().rposition(|line| !line.is_empty()).unwrap_or(first);
        let mut text = String::from("\n");
        if self.cut > 0 {
            let note = format!("({} before this not shown)", number_of(self.cut, "line"));
            text += &format!("      {}\n", paint.faint(note));
        }
        for line in self.lines.range(first..=last) {
            text += format!("      {line}").trim_end();
            text.push('\n');
        }
        text + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_kept_and_the_rest_counted() {
        let mut tail = Tail::default();
        (1..=1234).for_each(|number| tail.push(&format!("line {number}")));
        tail.push(" ");
        let text = tail.block(Paint::new(false, true));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "      (1,135 lines before this not shown)");
        assert_eq!((lines[2], lines[100]), ("      line 1136", "      line 1234"));
        assert_eq!(tail.last(), Some("line 1234"));
    }

    #[test]
    fn an_output_without_words_is_not_shown() {
        let mut tail = Tail::default();
        tail.push("");
        assert_eq!(tail.block(Paint::new(true, true)), "");
        assert_eq!(tail.last(), None);
    }
}
