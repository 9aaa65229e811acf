//! What a condition says about where its code runs: `app()->isLocal()`, `class_exists(Name::class)`,
//! and their combinations. Of what it does not know, nothing follows.

use super::guard::Guard;
use super::scope::Scope;
use super::token::{Part, Token};

/// What is known when a condition is true, and when it is false.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// When it is true.
    pub if_true: Guard,
    /// When it is false.
    pub if_false: Guard,
}

impl Verdict {
    fn negated(self) -> Self {
        Self { if_true: self.if_false, if_false: self.if_true }
    }
}

/// Words for environments that are not deployed to.
const DEVELOPMENT: [&str; 13] = [
    "ci",
    "debug",
    "dev",
    "develop",
    "development",
    "dusk",
    "dusk.local",
    "e2e",
    "local",
    "test",
    "testing",
    "tests",
    "unit",
];
/// Words for the environment that is.
const PRODUCTION: [&str; 3] = ["live", "prod", "production"];
/// Names that are true in development only.
const ONLY_THERE: [&str; 11] = [
    "ci_debug",
    "hasdebugmodeenabled",
    "isdebug",
    "isdevelopment",
    "islocal",
    "istesting",
    "runningunittests",
    "wp_debug",
    "yii_debug",
    "yii_env_dev",
    "yii_env_test",
];
/// Functions that tell whether a class or function is there.
const EXIST: [&str; 6] =
    ["class_exists", "enum_exists", "function_exists", "interface_exists", "isinstalled", "trait_exists"];

/// A file's tokens, with what is needed to judge conditions among them.
#[derive(Clone, Copy)]
pub(super) struct Judge<'w, 'a> {
    /// The tokens.
    pub tokens: &'w [Token<'a>],
    /// For each, the bracket that closes it.
    pub ends: &'w [usize],
    /// What names mean there.
    pub scope: &'w Scope,
}

impl Judge<'_, '_> {
    /// Judges the condition between two places.
    pub fn judge(self, from: usize, to: usize) -> Verdict {
        if from >= to {
            return Verdict::default();
        }
        if let Some((left, right)) = self.split(from, to, "||", "or") {
            let (left, right) = (self.judge(from, left), self.judge(right, to));
            return Verdict {
                if_true: left.if_true.or(&right.if_true),
                if_false: left.if_false.and(&right.if_false),
            };
        }
        if let Some((left, right)) = self.split(from, to, "&&", "and") {
            let (left, right) = (self.judge(from, left), self.judge(right, to));
            return Verdict {
                if_true: left.if_true.and(&right.if_true),
                if_false: left.if_false.or(&right.if_false),
            };
        }
        let first = self.tokens[from];
        if first.is("!") {
            return self.judge(from + 1, to).negated();
        }
        if first.is("(") && self.ends[from] + 1 == to {
            return self.judge(from + 1, to - 1);
        }
        self.atom(from, to)
    }

    /// Finds an operator outside of brackets; returns where its left side ends and its right begins.
    fn split(self, from: usize, to: usize, symbol: &str, word: &str) -> Option<(usize, usize)> {
        let mut at = from;
        while at < to {
            let token = self.tokens[at];
            if at > from && (token.is(symbol) || token.is_word(word)) {
                return Some((at, at + 1));
            }
            at = self.behind(at);
        }
        None
    }

    /// Returns the place behind a token and, when it opens a bracket, behind what that holds.
    fn behind(self, at: usize) -> usize {
        if self.ends[at] < self.tokens.len() { self.ends[at] + 1 } else { at + 1 }
    }

    fn atom(self, from: usize, to: usize) -> Verdict {
        let tokens = &self.tokens[from..to];
        let verdict = match (self.existence(from, to), environment(tokens)) {
            (Some(names), _) => Verdict { if_true: Guard::present(names), if_false: Guard::default() },
            (None, Some(true)) => Verdict { if_true: Guard::development(), if_false: Guard::default() },
            (None, Some(false)) => Verdict { if_true: Guard::default(), if_false: Guard::development() },
            (None, None) => return Verdict::default(),
        };
        let against_false = tokens.windows(2).any(|pair| {
            (pair[0].is("===") || pair[0].is("==")) && pair[1].is_word("false")
                || (pair[0].is("!==") || pair[0].is("!=")) && pair[1].is_word("true")
        });
        if against_false { verdict.negated() } else { verdict }
    }

    /// Returns what a condition finds to be there: `class_exists(Name::class)`.
    fn existence(self, from: usize, to: usize) -> Option<Vec<String>> {
        let asks = |at: &usize| {
            let name = self.tokens[*at].name().map(|name| name.trim_start_matches('\\').to_ascii_lowercase());
            name.is_some_and(|name| EXIST.contains(&name.as_str()))
                && self.tokens.get(at + 1).is_some_and(|token| token.is("("))
        };
        let open = (from..to).find(asks)? + 1;
        let arguments = &self.tokens[open + 1..self.ends[open].min(to)];
        let names = arguments.iter().filter_map(|token| match token.part {
            Part::Text(text) => Some(text.replace("\\\\", "\\").trim_start_matches('\\').to_owned()),
            Part::Name(name) if !["class", "true", "false"].contains(&name) => Some(self.scope.class(name)),
            _ => None,
        });
        Some(names.collect())
    }
}

/// Tells whether a condition is true in development only (`Some(true)`), or false there only.
fn environment(tokens: &[Token<'_>]) -> Option<bool> {
    let words = tokens.iter().filter_map(|token| token.name());
    for word in words.map(|word| word.trim_start_matches('\\').to_ascii_lowercase()) {
        if word == "isproduction" {
            return Some(false);
        }
        // What a provider of the development packages has bound is not there without them.
        if ONLY_THERE.contains(&word.as_str()) || word == "bound" {
            return Some(true);
        }
    }
    if tokens.iter().filter_map(|token| token.text()).any(|text| matches!(text, "app.debug" | "APP_DEBUG")) {
        return Some(true);
    }
    if !tokens.iter().any(is_about_environment) {
        return None;
    }
    let (values, equal) = compared(tokens);
    if values.is_empty() {
        None
    } else if values.iter().all(|value| DEVELOPMENT.contains(&value.as_str())) {
        Some(equal)
    } else if values.iter().all(|value| PRODUCTION.contains(&value.as_str())) {
        Some(!equal)
    } else {
        None
    }
}

fn is_about_environment(token: &Token<'_>) -> bool {
    let (Part::Name(name) | Part::Variable(name) | Part::Text(name)) = token.part else { return false };
    let name = name.to_ascii_lowercase();
    name.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word == "env" || word.contains("environment"))
        || name.ends_with("env")
}

/// Returns the words that the environment is compared with, and whether for being equal.
fn compared(tokens: &[Token<'_>]) -> (Vec<String>, bool) {
    let sign = |token: &Token<'_>| match token.part {
        Part::Symbol("==" | "===") => Some(true),
        Part::Symbol("!=" | "!==" | "<>") => Some(false),
        _ => None,
    };
    let lower = |text: &str| text.to_ascii_lowercase();
    let Some((at, equal)) = tokens.iter().enumerate().find_map(|(at, token)| Some((at, sign(token)?))) else {
        let texts =
            tokens.iter().filter(|token| !is_about_environment(token)).filter_map(|token| token.text());
        return (texts.map(lower).collect(), true);
    };
    let beside = [at.checked_sub(1), at.checked_add(1)];
    let beside = beside.into_iter().flatten().filter_map(|at| tokens.get(at)?.text());
    (beside.map(lower).collect(), equal)
}
