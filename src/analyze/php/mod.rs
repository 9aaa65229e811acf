//! What a PHP file says: its tokens, the classes it declares, and the names it uses. Read as PHP reads
//! it, so that comments, strings and text between `?>` and `<?php` are what they are; nothing is run.

mod brackets;
mod condition;
mod conditional;
mod declaration;
mod expression;
mod guard;
mod literal;
mod reference;
mod scanner;
mod scope;
#[cfg(test)]
mod tests;
mod token;
mod walk;

pub use guard::Guard;
pub use reference::{Context, Kind, Reference, Source};
pub(in crate::analyze) use token::{Part, Token};

/// Cuts a PHP file into its tokens; with them, which bracket closes which.
pub(in crate::analyze) fn tokens(text: &str) -> (Vec<Token<'_>>, Vec<usize>) {
    let tokens = scanner::scan(text);
    let ends = brackets::closing(&tokens);
    (tokens, ends)
}

/// Reads a PHP file.
pub fn read(text: &str) -> Source {
    let tokens = scanner::scan(text);
    walk::walk(&tokens)
}
