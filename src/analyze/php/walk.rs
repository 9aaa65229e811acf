//! Goes through the tokens of a file, and knows at each what it stands in.

use super::brackets;
use super::condition::{Judge, Verdict};
use super::guard::Guard;
use super::reference::{Context, Kind, Reference, Source};
use super::scope::Scope;
use super::token::{Part, Token};

/// Returns what a file says.
pub(super) fn walk(tokens: &[Token<'_>]) -> Source {
    let ends = brackets::closing(tokens);
    let mut walk = Walk { tokens, ends, scope: Scope::default(), source: Source::default() };
    let place = Place { guard: Guard::default(), context: Context::default(), level: Level::Top };
    walk.range(0, tokens.len(), &place);
    walk.source
}

/// A file on the way through it.
pub(super) struct Walk<'t, 'a> {
    pub tokens: &'t [Token<'a>],
    pub ends: Vec<usize>,
    pub scope: Scope,
    pub source: Source,
}

/// What a piece of code stands in.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// What is known where it runs.
    pub guard: Guard,
    /// The function, the call and the array.
    pub context: Context,
    /// The kind of block.
    pub level: Level,
}

/// The kind of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Outside of classes and functions: `use` imports.
    Top,
    /// Directly in a class: `use` takes in a trait.
    Class,
    /// In a function.
    Code,
}

/// The state between two brackets: what conditions earlier in it made certain.
pub(super) struct Run {
    /// Where it is, with what holds to its end.
    pub place: Place,
    /// What holds up to the end of the expression.
    inline: Guard,
    /// What holds behind the `:` of `? :`.
    otherwise: Option<Guard>,
    /// Where the expression begins.
    segment: usize,
    /// Whether it stands below the key of an outer array.
    keyed: bool,
}

impl Run {
    /// Returns the place of the next token.
    pub fn here(&self) -> Place {
        Place { guard: self.place.guard.and(&self.inline), ..self.place.clone() }
    }

    /// Begins a new expression.
    pub fn restart(&mut self, at: usize) {
        self.segment = at;
        self.inline = Guard::default();
        self.otherwise = None;
    }
}

impl<'a> Walk<'_, 'a> {
    /// Goes through the tokens between two places.
    pub fn range(&mut self, from: usize, to: usize, place: &Place) {
        let mut run = Run {
            place: place.clone(),
            inline: Guard::default(),
            otherwise: None,
            segment: from,
            keyed: place.context.key.is_some(),
        };
        let mut at = from;
        while at < to {
            let next = match self.tokens[at].part {
                Part::Symbol(symbol) => self.symbol(symbol, at, to, &mut run),
                Part::Name(name) if !self.is_member(at) => self.word(name, at, to, &mut run),
                Part::Text(text) => self.string(text, at, &run),
                Part::Variable("$this") => self.faker(at, &run),
                Part::Name(_) | Part::Variable(_) | Part::Template(_) | Part::Number => at + 1,
            };
            at = next.max(at + 1);
        }
    }

    /// Returns the token at a place.
    pub fn token(&self, at: usize) -> Option<Token<'a>> {
        self.tokens.get(at).copied()
    }

    /// Tells whether this symbol stands at a place.
    pub fn is(&self, at: usize, symbol: &str) -> bool {
        self.token(at).is_some_and(|token| token.is(symbol))
    }

    /// Tells whether this keyword stands at a place.
    pub fn is_word(&self, at: usize, word: &str) -> bool {
        self.token(at).is_some_and(|token| token.is_word(word))
    }

    /// Judges the condition between two places.
    pub fn judge(&self, from: usize, to: usize) -> Verdict {
        Judge { tokens: self.tokens, ends: &self.ends, scope: &self.scope }.judge(from, to)
    }

    /// Notes that a name is used.
    pub fn note(&mut self, name: String, kind: Kind, at: usize, place: &Place) {
        let Place { guard, context, level: _ } = place.clone();
        self.source.references.push(Reference { name, kind, line: self.tokens[at].line, guard, context });
    }

    /// Tells whether the name at a place belongs to what stands before it: `->name`, `::name`, `const NAME`,
    /// or is the name of an argument.
    fn is_member(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.token(at));
        let after = before.is_some_and(|token| {
            token.is("->") || token.is("?->") || token.is("::") || token.is_word("const")
        });
        let argument = before.is_some_and(|token| token.is("(") || token.is(",")) && self.is(at + 1, ":");
        after || argument
    }

    /// Takes an operator or a bracket; returns the place behind.
    pub(super) fn symbol(&mut self, symbol: &str, at: usize, to: usize, run: &mut Run) -> usize {
        match symbol {
            "(" | "[" | "{" => return self.bracket(symbol, at, to, run),
            // What is written about code is only looked at by what asks for it.
            "#[" => return self.ends[at] + 1,
            "&&" => run.inline = self.judge(run.segment, at).if_true,
            "||" => run.inline = self.judge(run.segment, at).if_false,
            "?" if run.place.level != Level::Class => {
                let verdict = self.judge(run.segment, at);
                run.inline = verdict.if_true;
                run.otherwise = Some(verdict.if_false);
            }
            ":" => match run.otherwise.take() {
                Some(otherwise) => run.inline = otherwise,
                None => run.restart(at + 1),
            },
            "=>" => {
                run.restart(at + 1);
                if !run.keyed {
                    let key = at.checked_sub(1).and_then(|at| self.token(at)?.text());
                    run.place.context.key = key.map(str::to_owned);
                }
            }
            ";" | "," => {
                run.restart(at + 1);
                if !run.keyed {
                    run.place.context.key = None;
                }
            }
            "=" => run.restart(at + 1),
            _ => {}
        }
        at + 1
    }

    fn bracket(&mut self, symbol: &str, at: usize, to: usize, run: &mut Run) -> usize {
        let end = self.ends[at].min(to);
        let mut inner = run.here();
        match symbol {
            "{" => {
                inner.context.call = None;
                inner.context.key = None;
                self.range(at + 1, end, &inner);
                run.restart(end + 1);
            }
            "(" => self.parentheses(at, end, inner),
            _ => self.range(at + 1, end, &inner),
        }
        end + 1
    }

    fn parentheses(&mut self, at: usize, end: usize, mut inner: Place) {
        let called = at.checked_sub(1).and_then(|at| self.token(at)?.name());
        let called = called.filter(|name| !["array", "and", "or", "return", "echo"].contains(name));
        let Some(called) = called.map(|name| name.trim_start_matches('\\')) else {
            return self.range(at + 1, end, &inner);
        };
        inner.context.call = Some(called.to_owned());
        let verdict = match called {
            "when" | "throw_if" | "abort_if" => |verdict: Verdict| verdict.if_true,
            "unless" | "throw_unless" | "abort_unless" => |verdict: Verdict| verdict.if_false,
            _ => return self.range(at + 1, end, &inner),
        };
        let comma = self.find(at + 1, end, |token| token.is(","));
        self.range(at + 1, comma, &inner);
        inner.guard = inner.guard.and(&verdict(self.judge(at + 1, comma)));
        self.range(comma, end, &inner);
    }

    /// Returns the first place outside of inner brackets where such a token stands, or `to`.
    pub fn find(&self, from: usize, to: usize, mut wanted: impl FnMut(Token<'a>) -> bool) -> usize {
        let mut at = from;
        while at < to && !wanted(self.tokens[at]) {
            at = if self.ends[at] < self.tokens.len() { self.ends[at] + 1 } else { at + 1 };
        }
        at.min(to)
    }
}
