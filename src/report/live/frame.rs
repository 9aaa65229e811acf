//! The part of a terminal that is drawn again: a block of lines below those that stay.

use std::io::Write;

/// Draws a block, each frame over the last, with one write a frame.
pub(super) struct Frame<W: Write> {
    out: W,
    /// What is on the screen below the lines that stay.
    block: Vec<String>,
    hides_cursor: bool,
}

const HIDE_CURSOR: &str = "\u{1b}[?25l";
const SHOW_CURSOR: &str = "\u{1b}[?25h";
const CLEAR_TO_END_OF_LINE: &str = "\u{1b}[K";
const CLEAR_BELOW: &str = "\u{1b}[J";

impl<W: Write> Frame<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out, block: Vec::new(), hides_cursor: false }
    }

    /// Writes lines that stay where the block was, and the block below them.
    ///
    /// The block must have fewer lines than the terminal and none as wide as it: only then is the
    /// way back to its first line known.
    pub(super) fn draw(&mut self, lines: &str, block: Vec<String>) {
        if lines.is_empty() && block == self.block {
            return;
        }
        let mut text = String::new();
        if !self.hides_cursor {
            text += HIDE_CURSOR;
            self.hides_cursor = true;
        }
        text += &self.over_the_last(lines);
        for line in &block {
            text += &format!("{line}{CLEAR_TO_END_OF_LINE}\n");
        }
        text += CLEAR_BELOW;
        self.block = block;
        self.write(&text);
    }

    /// Writes the last lines in place of the block and gives the cursor back.
    pub(super) fn finish(&mut self, lines: &str) {
        let mut text = self.over_the_last(lines);
        text += CLEAR_BELOW;
        if std::mem::take(&mut self.hides_cursor) {
            text += SHOW_CURSOR;
        }
        self.block.clear();
        self.write(&text);
    }

    fn over_the_last(&self, lines: &str) -> String {
        let mut text = String::new();
        if !self.block.is_empty() {
            text += &format!("\r\u{1b}[{}A", self.block.len());
        }
        text + &lines.replace('\n', &format!("{CLEAR_TO_END_OF_LINE}\n"))
    }

    fn write(&mut self, text: &str) {
        // A terminal that went away must not stop a deploy halfway.
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

impl<W: Write> Drop for Frame<W> {
    /// Gives the cursor back, however the run ends.
    fn drop(&mut self) {
        if self.hides_cursor {
            self.write(SHOW_CURSOR);
        }
    }
}
