//! `if`, `elseif`, `else`, with and without braces; what holds behind an `if` whose code ends there; and
//! code that is tried.

use super::guard::Guard;
use super::walk::{Place, Run, Walk};

/// Keywords and functions behind which nothing runs.
const ENDS: [&str; 8] = ["return", "throw", "exit", "die", "continue", "break", "abort", "goto"];

impl Walk<'_, '_> {
    /// Goes through the block of a `try`. That a class is missing is an `Error`: code that catches it has
    /// thought of that.
    pub(super) fn attempt(&mut self, open: usize, to: usize, run: &mut Run) -> usize {
        let end = self.ends[open].min(to);
        let mut place = run.here();
        let caught = |at: &usize| {
            let name = self.tokens[*at].name().unwrap_or_default();
            matches!(name.trim_start_matches('\\'), "Throwable" | "Error")
        };
        let mut next = end + 1;
        while self.is_word(next, "catch") && self.is(next + 1, "(") && self.is(self.ends[next + 1] + 1, "{") {
            let types = self.ends[next + 1];
            if (next..types).any(|at| caught(&at)) {
                place.guard = place.guard.and(&Guard::development());
            }
            next = self.ends[types + 1] + 1;
        }
        self.range(open + 1, end, &place);
        run.restart(end + 1);
        end + 1
    }

    /// Goes through the `if` or `elseif` at a place, with all its branches; returns the place behind.
    pub(super) fn conditional(&mut self, at: usize, to: usize, run: &mut Run) -> usize {
        let place = run.here();
        let (next, rest) = self.branches(at, to, &place);
        if let Some(rest) = rest {
            run.place.guard = rest.guard;
        }
        run.restart(next);
        next
    }

    /// Returns the place behind all branches; and where the code behind them stands, when the branches
    /// before end the run of the code.
    fn branches(&mut self, at: usize, to: usize, place: &Place) -> (usize, Option<Place>) {
        if !self.is(at + 1, "(") {
            return (at + 1, None);
        }
        let close = self.ends[at + 1].min(to);
        self.range(at + 2, close, place);
        let verdict = self.judge(at + 2, close);
        let with = |guard| Place { guard: place.guard.and(guard), ..place.clone() };
        let (then, otherwise) = (with(&verdict.if_true), with(&verdict.if_false));
        let (begin, end) = self.body(close + 1, to);
        self.range(begin, end, &then);
        let next = if self.is(end, ";") || self.is(end, "}") { end + 1 } else { end }.min(to);
        if self.is_word(next, "elseif") {
            return (self.branches(next, to, &otherwise).0, None);
        }
        if self.is_word(next, "else") && self.is_word(next + 1, "if") {
            return (self.branches(next + 1, to, &otherwise).0, None);
        }
        if self.is_word(next, "else") {
            let (begin, end) = self.body(next + 1, to);
            self.range(begin, end, &otherwise);
            return (if self.is(end, ";") || self.is(end, "}") { end + 1 } else { end }.min(to), None);
        }
        let ends = self.ends_run(begin, end);
        (next, ends.then_some(otherwise))
    }

    /// Returns where the code of a branch begins and ends: in braces, behind a colon, or one statement.
    fn body(&self, at: usize, to: usize) -> (usize, usize) {
        if self.is(at, "{") {
            return (at + 1, self.ends[at].min(to));
        }
        if self.is(at, ":") {
            return (at + 1, self.end_of_alternative(at + 1, to));
        }
        (at.min(to), self.end_of_statement(at, to))
    }

    /// Returns the place of the `;` or `}` that ends a statement.
    fn end_of_statement(&self, at: usize, to: usize) -> usize {
        if self.is(at, "{") {
            return self.ends[at].min(to);
        }
        let loops = ["if", "while", "for", "foreach", "switch"].iter().any(|word| self.is_word(at, word));
        if loops && self.is(at + 1, "(") {
            let end = self.end_of_statement(self.ends[at + 1] + 1, to);
            return if self.is_word(end + 1, "else") { self.end_of_statement(end + 2, to) } else { end };
        }
        self.find(at, to, |token| token.is(";"))
    }

    /// Returns the place of the `else`, `elseif` or `endif` that ends a branch behind a colon.
    fn end_of_alternative(&self, from: usize, to: usize) -> usize {
        let mut inner = 0_usize;
        let mut at = from;
        while at < to {
            let token = self.tokens[at];
            if inner == 0 && token.is_any(&["else", "elseif", "endif"]) {
                return at;
            }
            if token.is_word("endif") {
                inner -= 1;
            }
            if token.is_word("if") && self.is(at + 1, "(") && self.is(self.ends[at + 1] + 1, ":") {
                inner += 1;
            }
            at = if self.ends[at] < self.tokens.len() { self.ends[at] + 1 } else { at + 1 };
        }
        to
    }

    /// Tells whether code always ends what runs it: its last statement returns or throws.
    fn ends_run(&self, from: usize, to: usize) -> bool {
        let mut last = from;
        let mut at = from;
        while at < to {
            let braces = self.is(at, "{");
            at = if self.ends[at] < self.tokens.len() { self.ends[at] + 1 } else { at + 1 };
            if (braces || self.is(at - 1, ";")) && at < to {
                last = at;
            }
        }
        last < to && self.tokens[last].is_any(&ENDS)
    }
}
