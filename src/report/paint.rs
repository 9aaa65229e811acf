//! Colours and signs. Words carry the meaning and colours only repeat it, so that nothing is lost
//! without them; sixteen colours only, so that the user's theme holds.

use std::fmt::Display;

use console::Style;

/// How a line of a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Done as intended.
    Ok,
    /// Not as intended, and it counts.
    Fail,
    /// Taken back.
    Undo,
    /// A person should look at it.
    Caution,
}

impl State {
    /// Returns the word for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Fail => "FAIL",
            Self::Undo => "undo",
            Self::Caution => "!",
        }
    }
}

/// The colours and signs that a screen can show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    color: bool,
    utf8: bool,
}

impl Paint {
    /// Takes whether colours are wanted and whether the locale is UTF-8.
    pub(super) const fn new(color: bool, utf8: bool) -> Self {
        Self { color, utf8 }
    }

    /// Colours a state's word, or a text in its place.
    pub(super) fn state(self, state: State, text: impl Display) -> String {
        match state {
            State::Ok => self.added(text),
            State::Fail => self.removed(text),
            State::Undo | State::Caution => self.changed(text),
        }
    }

    /// What comes into being.
    pub(super) fn added(self, text: impl Display) -> String {
        self.styled(Style::new().green(), text)
    }

    /// What changes.
    pub(super) fn changed(self, text: impl Display) -> String {
        self.styled(Style::new().yellow(), text)
    }

    /// What goes.
    pub(super) fn removed(self, text: impl Display) -> String {
        self.styled(Style::new().red(), text)
    }

    /// What can be typed, and only that.
    pub(super) fn typed(self, text: impl Display) -> String {
        self.styled(Style::new().cyan(), text)
    }

    /// The name of a release.
    pub(super) fn release(self, text: impl Display) -> String {
        self.styled(Style::new().bold(), text)
    }

    /// The name of a host in front of what comes from it: each has its colour, as far as they last.
    pub(super) fn host(self, number: usize, text: impl Display) -> String {
        let styles =
            [Style::new().magenta(), Style::new().blue(), Style::new().green(), Style::new().yellow()];
        let [first, ..] = &styles;
        self.styled(styles.get(number % styles.len()).unwrap_or(first).clone(), text)
    }

    /// What is only there for those who look for it.
    pub(super) fn faint(self, text: impl Display) -> String {
        self.styled(Style::new().dim(), text)
    }

    fn styled(self, style: Style, text: impl Display) -> String {
        style.force_styling(self.color).apply_to(text).to_string()
    }

    /// Returns what stands between two facts on a line.
    pub(super) const fn dot(self) -> &'static str {
        if self.utf8 { "·" } else { "-" }
    }

    /// Returns what stands between the old and the new.
    pub(super) const fn arrow(self) -> &'static str {
        if self.utf8 { "→" } else { "->" }
    }

    /// Returns what stands for the rest of a text that was cut.
    pub(super) const fn ellipsis(self) -> &'static str {
        if self.utf8 { "…" } else { "..." }
    }

    /// Draws a part of a whole, from 0 to 1, in that many columns.
    pub(super) fn bar(self, part: f64, columns: usize) -> String {
        let (full, empty) = if self.utf8 { ("█", "░") } else { ("#", ".") };
        let filled = (0..columns).filter(|column| (*column as f64 + 0.5) / columns as f64 <= part).count();
        full.repeat(filled) + &empty.repeat(columns - filled)
    }
}
