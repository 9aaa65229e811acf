//! Words, operators and `case`: the text outside of quotes.

use super::frame::{Clause, Delimiter, Frame};
use super::word::Word;
use super::{Dollar, Lexer};

impl Lexer {
    /// Takes a character outside of quotes.
    pub(super) fn command(&mut self, c: char) {
        let previous = std::mem::replace(&mut self.previous, '\0');
        match c {
            ' ' | '\t' => self.end_word(),
            '\n' => self.newline(),
            ';' | '&' | '|' => self.separator(c, previous),
            '(' => self.open_parenthesis(previous),
            ')' => self.close_parenthesis(),
            '<' | '>' => self.redirection(c, previous),
            '#' if !self.word.begun() => self.push(Frame::Comment),
            '\'' => self.quote(Frame::Single),
            '"' => self.quote(Frame::Double),
            '`' => self.quote(Frame::Backtick),
            '$' => {
                self.word.disguise();
                self.dollar = Dollar::Sign;
            }
            _ => self.word.push(c),
        }
    }

    /// Ends what the end of the text ends.
    pub(super) fn end_of_text(&mut self) {
        match self.top() {
            None | Some(Frame::Case(_) | Frame::Subshell | Frame::Substitution) => self.end_word(),
            Some(Frame::Comment) => self.pop(),
            Some(Frame::Body(_)) => self.end_line(),
            Some(_) => {}
        }
    }

    fn quote(&mut self, frame: Frame) {
        self.word.disguise();
        self.push(frame);
    }

    fn end_word(&mut self) {
        let Some(text) = self.word.end() else { return };
        let command = std::mem::replace(&mut self.word.command, false);
        match self.top() {
            Some(Frame::Case(Clause::Subject)) => self.replace(Frame::Case(Clause::In)),
            Some(Frame::Case(Clause::In)) if text == "in" => self.replace(Frame::Case(Clause::Start)),
            Some(Frame::Case(Clause::In)) => self.lose("a `case` without `in`"),
            Some(Frame::Case(Clause::Start)) if text == "esac" => self.end_case(),
            Some(Frame::Case(Clause::Start)) => self.replace(Frame::Case(Clause::Pattern)),
            Some(Frame::Case(Clause::Pattern)) => {}
            _ if command => self.command_word(&text),
            _ => {}
        }
    }

    fn command_word(&mut self, text: &str) {
        match text {
            "case" => self.push(Frame::Case(Clause::Subject)),
            "esac" if self.top() == Some(&Frame::Case(Clause::Commands)) => self.end_case(),
            "esac" => self.lose("an `esac` without `case`"),
            "if" | "then" | "elif" | "else" | "fi" | "while" | "until" | "do" | "done" | "{" | "}" | "!" => {
                self.word.command = true;
            }
            "[[" => self.lose("`[[`"),
            _ => {}
        }
    }

    fn end_case(&mut self) {
        self.pop();
        self.word.command = true;
    }

    fn newline(&mut self) {
        self.end_word();
        self.word.command = true;
        self.begin_documents();
    }

    fn separator(&mut self, c: char, previous: char) {
        self.end_word();
        self.word.command = true;
        self.previous = c;
        match self.top() {
            Some(Frame::Case(Clause::Commands)) if previous == ';' && c != '|' => {
                self.replace(Frame::Case(Clause::Start));
            }
            Some(Frame::Case(Clause::Start)) if previous == ';' && c == '&' => {}
            Some(Frame::Case(Clause::Pattern)) if c == '|' => {}
            Some(Frame::Case(Clause::Subject | Clause::In | Clause::Start | Clause::Pattern)) => {
                self.lose("a `case` that is not complete");
            }
            _ => {}
        }
    }

    fn open_parenthesis(&mut self, previous: char) {
        if previous == '$' {
            return self.replace(Frame::Arithmetic { depth: 2 });
        }
        let in_word = self.word.begun();
        self.end_word();
        match self.top() {
            Some(Frame::Case(Clause::Start)) if !in_word => self.replace(Frame::Case(Clause::Pattern)),
            Some(Frame::Case(Clause::Subject | Clause::In | Clause::Start | Clause::Pattern)) => {
                self.lose("a `(` in a `case`");
            }
            _ if previous == '(' => self.lose("`((`"),
            _ => {
                self.push(Frame::Subshell);
                self.word.command = true;
                self.previous = '(';
            }
        }
    }

    fn close_parenthesis(&mut self) {
        self.end_word();
        match self.top() {
            Some(Frame::Substitution) => {
                self.pop();
                self.word = Word::expanded();
            }
            Some(Frame::Subshell) => {
                self.pop();
                self.word.command = true;
            }
            Some(Frame::Case(Clause::Pattern)) => {
                self.replace(Frame::Case(Clause::Commands));
                self.word.command = true;
            }
            _ => self.lose("a `)` without `(`"),
        }
    }

    fn redirection(&mut self, c: char, previous: char) {
        self.end_word();
        if c == '<' && previous == '<' {
            self.push(Frame::Delimiter(Delimiter::default()));
        } else {
            self.previous = c;
        }
    }
}
