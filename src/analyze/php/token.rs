//! The smallest parts of PHP code.

/// A part of PHP code, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::analyze) struct Token<'a> {
    /// What it is.
    pub part: Part<'a>,
    /// Its line, counted from 1.
    pub line: u32,
}

/// What a part of PHP code is. White space and comments are no parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::analyze) enum Part<'a> {
    /// A keyword, or a name with its namespace: `if`, `Foo`, `\Foo\Bar`.
    Name(&'a str),
    /// `$name`, with the sign.
    Variable(&'a str),
    /// A string without variables in it, between its quotes, as it is written.
    Text(&'a str),
    /// A string with variables in it, between its quotes. Code in it follows in parentheses.
    Template(&'a str),
    /// A number.
    Number,
    /// Everything else: operators and brackets.
    Symbol(&'a str),
}

impl<'a> Token<'a> {
    /// Returns the name, if it is one.
    pub const fn name(self) -> Option<&'a str> {
        match self.part {
            Part::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Returns the string, if it is one.
    pub const fn text(self) -> Option<&'a str> {
        match self.part {
            Part::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Tells whether it is this symbol.
    pub fn is(self, symbol: &str) -> bool {
        self.part == Part::Symbol(symbol)
    }

    /// Tells whether it is this keyword, in any case.
    pub fn is_word(self, word: &str) -> bool {
        self.name().is_some_and(|name| name.eq_ignore_ascii_case(word))
    }

    /// Tells whether it is one of these keywords, in any case.
    pub fn is_any(self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(word))
    }
}
