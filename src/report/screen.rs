//! The screen that a reporter writes to: facts that the command line found out, as plain values.

use jiff::tz::TimeZone;

use super::paint::Paint;

/// What is known of the place where the text ends up.
#[derive(Clone, Debug)]
pub struct Screen {
    /// Whether it is a terminal whose lines can be drawn again.
    pub terminal: bool,
    /// Columns; 80 where nobody knows.
    pub width: usize,
    /// Rows; 24 where nobody knows.
    pub height: usize,
    /// Whether colours are wanted.
    pub color: bool,
    /// Whether the locale is UTF-8.
    pub utf8: bool,
    /// The zone that a person's clock shows.
    pub time_zone: TimeZone,
}

/// Beyond this a line is hard to follow from its words to its numbers.
const WIDEST: usize = 100;

impl Screen {
    /// Returns a screen that nothing is known of: no terminal, no colours, ASCII, UTC.
    pub const fn unknown() -> Self {
        Self { terminal: false, width: 80, height: 24, color: false, utf8: false, time_zone: TimeZone::UTC }
    }

    /// Returns the columns that a line which stays may fill.
    ///
    /// A terminal too narrow for the words wraps them: what stays must be readable in full.
    pub(super) fn columns(&self) -> usize {
        self.width.saturating_sub(1).clamp(40, WIDEST)
    }

    /// Returns the colours and signs of the screen.
    pub(super) const fn paint(&self) -> Paint {
        Paint::new(self.color, self.utf8)
    }
}
