//! Why no value may stand in a place of a script, with the way out.

use thiserror::Error;

/// Why the lexer refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// In a comment.
    #[error("a value in a comment could end it with a newline: take it out of the comment")]
    Comment,
    /// In the lines of a here-document.
    #[error(
        "a value cannot stand in a here-document, which has no quotes: print it instead, \
         as in `printf '%s\\n' {{{{ value }}}}`"
    )]
    HereDocument,
    /// In the delimiter of a here-document.
    #[error("the delimiter of a here-document must be fixed")]
    Delimiter,
    /// In backticks.
    #[error("a value cannot stand in backticks: use `$(…)`")]
    Backtick,
    /// In `${…}`.
    #[error(
        "a value cannot stand in `${{…}}`: give it to a shell variable first, as in `name={{{{ value }}}}`"
    )]
    Brace,
    /// After a backslash.
    #[error("a backslash in front of a value would undo its quoting: leave it out")]
    Backslash,
    /// After a dollar.
    #[error("a `$` in front of a value would make it shell code: leave it out")]
    Dollar,
    /// After `$name`, where no quoting helps.
    #[error("the value would become part of the variable's name: write `${{name}}`")]
    Name,
    /// A list that is no word of its own.
    #[error("a list becomes several words: put spaces around it, or use `| join(' ')`")]
    GluedList,
    /// A redirection after a value.
    #[error("put a space between the value and `<` or `>`: a number there would be a file descriptor")]
    GluedRedirection,
    /// After something that shells read in different ways.
    #[error("no value can be quoted after {0}, which shells read in different ways")]
    Lost(&'static str),
    /// Something is open at the end.
    #[error("this {0} is never closed")]
    Unclosed(&'static str),
    /// The text ends in a backslash.
    #[error("the text ends in a backslash, which would join it with what follows")]
    TrailingBackslash,
}
