//! Reads a script of POSIX sh while it is being written, to know where the next value will stand.
//!
//! It is told every character of the script, those of the quoted values too, and sees what the
//! shell will see. It follows quotes, expansions, `case`, comments and here-documents. What shells
//! read in different ways makes it lost: from there on it refuses every value.
//!
//! It does not know what commands do with their words: `eval {{ value }}` is beyond it.

mod command;
mod expansion;
mod frame;
mod heredoc;
mod refusal;
mod word;

pub use refusal::Refusal;

use frame::{Document, Frame};
use word::Word;

/// Where a value is about to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a command, outside of quotes.
    Command {
        /// Whether a word begins here.
        word_start: bool,
        /// Whether a bare value would prolong the name in `$name`.
        after_name: bool,
    },
    /// Between double quotes.
    Double {
        /// Whether the value would prolong the name in `$name`.
        after_name: bool,
    },
    /// Between single quotes.
    Single,
    /// In `$((…))`.
    Arithmetic,
}

/// What has just been written, where it limits what may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glue {
    /// Nothing is to be watched.
    Nothing,
    /// A value outside of quotes: no `<` or `>`.
    Word,
    /// A list: nothing but the end of the word.
    List,
}

/// The state of the shell's own reader, after all that has been written.
#[derive(Debug)]
pub struct Lexer {
    frames: Vec<(Frame, usize)>,
    word: Word,
    documents: Vec<Document>,
    escaped: bool,
    dollar: Dollar,
    /// The last operator character, for `<<`, `;;`, `((`; `$` directly after `$(`.
    previous: char,
    glue: Glue,
    lost: Option<&'static str>,
    at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dollar {
    No,
    Sign,
    Name,
}

impl Lexer {
    /// Starts in front of the first command.
    pub fn new() -> Self {
        Self {
            frames: Vec::new(),
            word: Word::at_command(),
            documents: Vec::new(),
            escaped: false,
            dollar: Dollar::No,
            previous: '\0',
            glue: Glue::Nothing,
            lost: None,
            at: 0,
        }
    }

    /// Takes text of the template that starts at the offset in its source, in bytes.
    ///
    /// # Errors
    /// When it does not go with the value before it; [`Self::position`] is then the culprit's.
    pub fn literal(&mut self, text: &str, offset: usize) -> Result<(), Refusal> {
        for (index, c) in text.char_indices() {
            self.at = offset + index;
            self.step(c)?;
        }
        self.at = offset + text.len();
        Ok(())
    }

    /// Takes a value as it has been written for the [place](Self::place).
    ///
    /// # Errors
    /// When it does not go with the value before it.
    pub fn value(&mut self, text: &str, glue: Glue) -> Result<(), Refusal> {
        text.chars().try_for_each(|c| self.step(c))?;
        self.glue = glue;
        Ok(())
    }

    /// Returns the offset in the source of the template that the lexer has come to.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Returns the place of a value that would be written now.
    ///
    /// # Errors
    /// Where no quoting could keep a value from becoming code.
    pub fn place(&self) -> Result<Place, Refusal> {
        if let Some(what) = self.lost {
            return Err(Refusal::Lost(what));
        }
        if self.glue == Glue::List {
            return Err(Refusal::GluedList);
        }
        if self.escaped {
            return Err(Refusal::Backslash);
        }
        let after_name = self.dollar == Dollar::Name;
        let place = match self.top() {
            None | Some(Frame::Substitution | Frame::Subshell | Frame::Case(_)) => {
                Place::Command { word_start: !self.word.begun(), after_name }
            }
            Some(Frame::Double) => Place::Double { after_name },
            Some(Frame::Single) => Place::Single,
            Some(Frame::Arithmetic { .. }) if after_name => return Err(Refusal::Name),
            Some(Frame::Arithmetic { .. }) => Place::Arithmetic,
            Some(Frame::Comment) => return Err(Refusal::Comment),
            Some(Frame::Backtick) => return Err(Refusal::Backtick),
            Some(Frame::Brace { .. }) => return Err(Refusal::Brace),
            Some(Frame::Delimiter(_)) => return Err(Refusal::Delimiter),
            Some(Frame::Body(_)) => return Err(Refusal::HereDocument),
        };
        match self.dollar {
            Dollar::Sign => Err(Refusal::Dollar),
            Dollar::No | Dollar::Name if self.in_brace() => Err(Refusal::Brace),
            Dollar::No | Dollar::Name => Ok(place),
        }
    }

    /// Checks that the script is complete.
    ///
    /// # Errors
    /// What is missing, and the offset in the source where it began.
    pub fn finish(mut self) -> Result<(), (Refusal, usize)> {
        if self.lost.is_some() {
            return Ok(());
        }
        if self.escaped {
            return Err((Refusal::TrailingBackslash, self.at.saturating_sub(1)));
        }
        self.end_of_text();
        if let Some((frame, opened)) = self.frames.last() {
            return Err((Refusal::Unclosed(frame.name()), *opened));
        }
        if self.documents.is_empty() { Ok(()) } else { Err((Refusal::Unclosed("here-document"), self.at)) }
    }

    fn step(&mut self, c: char) -> Result<(), Refusal> {
        self.check_glue(c)?;
        if self.lost.is_some() {
        } else if std::mem::take(&mut self.escaped) {
            // A backslash in front of a newline is no character at all.
            if c != '\n' {
                self.escaped_character(c);
            }
        } else if c == '\\' && self.backslash_escapes() {
            self.escaped = true;
        } else if !self.after_dollar(c) {
            self.character(c);
        }
        Ok(())
    }

    fn character(&mut self, c: char) {
        match self.top() {
            None | Some(Frame::Substitution | Frame::Subshell | Frame::Case(_)) => self.command(c),
            Some(Frame::Double) => self.double(c),
            Some(Frame::Brace { quoted }) => self.brace(c, *quoted),
            Some(Frame::Arithmetic { depth }) => self.arithmetic(c, *depth),
            Some(Frame::Delimiter(_)) => self.delimiter(c),
            Some(Frame::Body(_)) => self.body(c),
            Some(Frame::Single) if c == '\'' => self.pop(),
            Some(Frame::Backtick) if c == '`' => self.pop(),
            Some(Frame::Comment) if c == '\n' => {
                self.pop();
                self.command(c);
            }
            Some(Frame::Single | Frame::Backtick | Frame::Comment) => {}
        }
    }

    fn check_glue(&mut self, c: char) -> Result<(), Refusal> {
        match std::mem::replace(&mut self.glue, Glue::Nothing) {
            Glue::Word | Glue::List if matches!(c, '<' | '>') => Err(Refusal::GluedRedirection),
            Glue::List if !ends_word(c) => Err(Refusal::GluedList),
            Glue::Nothing | Glue::Word | Glue::List => Ok(()),
        }
    }

    fn backslash_escapes(&self) -> bool {
        match self.top() {
            None
            | Some(
                Frame::Substitution | Frame::Subshell | Frame::Case(_) | Frame::Double | Frame::Brace { .. },
            )
            | Some(Frame::Backtick) => true,
            Some(Frame::Delimiter(delimiter)) => delimiter.quote.is_none(),
            Some(Frame::Single | Frame::Comment | Frame::Arithmetic { .. } | Frame::Body(_)) => false,
        }
    }

    fn escaped_character(&mut self, c: char) {
        self.dollar = Dollar::No;
        self.previous = '\0';
        match self.frames.last_mut() {
            Some((Frame::Delimiter(delimiter), _)) => delimiter.push_quoted(c),
            Some((Frame::Double | Frame::Brace { .. } | Frame::Backtick, _)) => {}
            _ => self.word.disguise(),
        }
    }

    fn in_brace(&self) -> bool {
        let inner = self.frames.iter().rev().take_while(|(frame, _)| *frame != Frame::Substitution);
        inner.map(|(frame, _)| frame).any(|frame| matches!(frame, Frame::Brace { .. }))
    }

    fn top(&self) -> Option<&Frame> {
        self.frames.last().map(|(frame, _)| frame)
    }

    fn push(&mut self, frame: Frame) {
        self.frames.push((frame, self.at));
    }

    fn replace(&mut self, frame: Frame) {
        if let Some(top) = self.frames.last_mut() {
            top.0 = frame;
        }
    }

    fn pop(&mut self) {
        self.frames.pop();
    }

    fn lose(&mut self, what: &'static str) {
        self.lost.get_or_insert(what);
    }
}

fn ends_word(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | ';' | '&' | '|' | ')' | '<' | '>')
}
