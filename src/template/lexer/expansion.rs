//! Quotes and what follows a dollar.

use super::word::Word;
use super::{Dollar, Frame, Lexer};

impl Lexer {
    /// Takes the character if it belongs to a `$` or `$name` before it.
    pub(super) fn after_dollar(&mut self, c: char) -> bool {
        match (self.dollar, c) {
            (Dollar::No, _) => return false,
            (Dollar::Name, c) if is_name(c) => return true,
            (Dollar::Name, _) => {
                self.dollar = Dollar::No;
                return false;
            }
            (Dollar::Sign, c) if is_name(c) => {
                self.dollar = Dollar::Name;
                return true;
            }
            (Dollar::Sign, _) => self.dollar = Dollar::No,
        }
        match c {
            '(' => {
                self.push(Frame::Substitution);
                self.word = Word::at_command();
                self.previous = '$';
            }
            '{' => {
                let quoted = matches!(
                    self.top(),
                    Some(Frame::Double | Frame::Arithmetic { .. } | Frame::Brace { quoted: true })
                );
                self.push(Frame::Brace { quoted });
            }
            '\'' if self.top() != Some(&Frame::Double) => self.lose("`$'`"),
            '?' | '#' | '@' | '*' | '!' | '-' | '$' => {}
            _ => return false,
        }
        true
    }

    pub(super) fn double(&mut self, c: char) {
        match c {
            '"' => self.pop(),
            '$' => self.dollar = Dollar::Sign,
            '`' => self.push(Frame::Backtick),
            _ => {}
        }
    }

    pub(super) fn brace(&mut self, c: char, quoted: bool) {
        match c {
            '}' => self.pop(),
            '$' => self.dollar = Dollar::Sign,
            '`' => self.push(Frame::Backtick),
            '\'' | '"' if quoted => self.lose("a quote in a `${…}` that is itself in double quotes"),
            '\'' => self.push(Frame::Single),
            '"' => self.push(Frame::Double),
            _ => {}
        }
    }

    pub(super) fn arithmetic(&mut self, c: char, depth: usize) {
        match c {
            ')' if depth == 1 => {
                self.pop();
                self.word = Word::expanded();
            }
            _ if depth == 1 => self.lose("a `$((` that is not closed by `))`"),
            '(' => self.replace(Frame::Arithmetic { depth: depth + 1 }),
            ')' => self.replace(Frame::Arithmetic { depth: depth - 1 }),
            '$' => self.dollar = Dollar::Sign,
            '\'' | '"' | '`' | '\\' | ';' | '#' => self.lose("a quote, a backslash, `;` or `#` in `$((…))`"),
            _ => {}
        }
    }
}

// Digits too: shells differ on where `$12` ends.
fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
