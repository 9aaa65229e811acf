//! What the lexer is inside of. Frames lie on a stack, the innermost on top; below all of them
//! are the commands of the script.

/// One construct that has been opened and not yet closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `# …` to the end of the line.
    Comment,
    /// `` `…` ``. Its commands are not looked at.
    Backtick,
    /// `${…}`
    Brace {
        /// Whether it stands in double quotes, where quotes mean something else.
        quoted: bool,
    },
    /// `$((…))`
    Arithmetic {
        /// Parentheses that are still open, the two of its start included.
        depth: usize,
    },
    /// `$(…)`
    Substitution,
    /// `(…)`
    Subshell,
    /// `case … esac`
    Case(Clause),
    /// The word after `<<`.
    Delimiter(Delimiter),
    /// The lines of a here-document.
    Body(Body),
}

/// Where in a `case` the lexer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    /// Before or in the word after `case`.
    Subject,
    /// Before `in`.
    In,
    /// In front of a pattern or of `esac`.
    Start,
    /// In a pattern, up to its `)`.
    Pattern,
    /// In the commands of a clause.
    Commands,
}

/// The word after `<<`, as far as it has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Delimiter {
    /// What is known of the here-document.
    pub(super) document: Document,
    /// How far the word has come.
    pub(super) progress: Progress,
    /// The quote that the lexer is inside of.
    pub(super) quote: Option<char>,
}

/// How far a delimiter has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Progress {
    /// Directly after `<<`.
    #[default]
    Fresh,
    /// After `<<-` or a blank.
    Awaited,
    /// In the word.
    Begun,
}

/// A here-document that has been announced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Document {
    /// The line that ends it.
    pub(super) delimiter: String,
    /// `<<-`: leading tabs do not count.
    pub(super) strip_tabs: bool,
    /// A quoted delimiter: backslashes mean nothing in the lines.
    pub(super) literal: bool,
}

/// The lines of the first here-document that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// The line so far, with those before it that end in a backslash.
    pub(super) line: String,
}

impl Frame {
    /// Returns how the construct is called in messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Single => "single quote",
            Self::Double => "double quote",
            Self::Comment => "comment",
            Self::Backtick => "backtick",
            Self::Brace { .. } => "`${`",
            Self::Arithmetic { .. } => "`$((`",
            Self::Substitution => "`$(`",
            Self::Subshell => "`(`",
            Self::Case(_) => "`case`",
            Self::Delimiter(_) | Self::Body(_) => "here-document",
        }
    }
}
