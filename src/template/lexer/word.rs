//! The word of a command that is being read: what tells `case` from an argument.

/// The word at the end of what has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Its characters, as long as none was quoted or expanded.
    literal: Option<String>,
    /// Whether it has begun.
    begun: bool,
    /// Whether it, or the next one, stands where a command begins.
    pub(super) command: bool,
}

impl Word {
    /// Returns the state before the first word of a command.
    pub(super) fn at_command() -> Self {
        Self { literal: Some(String::new()), begun: false, command: true }
    }

    /// Returns a word in progress that is no reserved one.
    pub(super) fn expanded() -> Self {
        Self { literal: None, begun: true, command: false }
    }

    /// Tells whether a word has begun: `#` is then no comment.
    pub(super) fn begun(&self) -> bool {
        self.begun
    }

    /// Takes an unquoted character.
    pub(super) fn push(&mut self, c: char) {
        self.begun = true;
        if let Some(literal) = &mut self.literal {
            literal.push(c);
        }
    }

    /// Takes something quoted or expanded.
    pub(super) fn disguise(&mut self) {
        self.begun = true;
        self.literal = None;
    }

    /// Ends the word and returns its text, which is empty if it cannot be a reserved word.
    /// `None`: there was no word.
    pub(super) fn end(&mut self) -> Option<String> {
        let ended = self.begun.then(|| self.literal.take().unwrap_or_default());
        self.literal = Some(String::new());
        self.begun = false;
        ended
    }
}
