//! The class of a migration: its methods, and the words that its names stand for.

use std::collections::HashMap;

use crate::analyze::php::{Part, Token};

/// The class of a migration.
pub(super) struct Class<'a> {
    /// The places of the first and the last token of each method's body, by its name in lower case.
    methods: HashMap<String, (usize, usize)>,
    /// The text that a variable, a property or a constant holds; `None`: it holds several.
    texts: HashMap<&'a str, Option<&'a str>>,
}

impl<'a> Class<'a> {
    /// Looks through a file.
    pub(super) fn of(tokens: &[Token<'a>], ends: &[usize]) -> Self {
        let mut class = Self { methods: HashMap::new(), texts: HashMap::new() };
        for at in 0..tokens.len() {
            if let Some((name, body)) = method(tokens, ends, at) {
                class.methods.insert(name, body);
            }
            if let Some((name, text)) = assignment(tokens, at) {
                let known = class.texts.entry(name).or_insert(text);
                if *known != text {
                    *known = None;
                }
            }
        }
        class
    }

    /// Returns the body of a method, without its brackets.
    pub(super) fn method(&self, name: &str) -> Option<(usize, usize)> {
        self.methods.get(&name.to_ascii_lowercase()).copied()
    }

    /// Returns the text that one argument is, which begins at the first of these tokens.
    pub(super) fn text(&self, argument: &[Token<'a>]) -> Option<&'a str> {
        let name = match argument {
            [one] => match one.part {
                Part::Text(text) => return Some(text),
                Part::Variable(name) => name,
                _ => return None,
            },
            [this, arrow, name] if this.part == Part::Variable("$this") && arrow.is("->") => name.name()?,
            [class, colons, name] if class.is_any(&["self", "static"]) && colons.is("::") => {
                match name.part {
                    Part::Name(name) => name,
                    Part::Variable(name) => &name[1..],
                    _ => return None,
                }
            }
            _ => return None,
        };
        self.texts.get(name.trim_start_matches('$')).copied().flatten()
    }
}

/// Returns the method whose `function` stands here, and its body.
fn method(tokens: &[Token<'_>], ends: &[usize], at: usize) -> Option<(String, (usize, usize))> {
    if !tokens[at].is_word("function") {
        return None;
    }
    let name = tokens.get(at + 1)?.name()?;
    if !tokens.get(at + 2)?.is("(") {
        return None;
    }
    let after = ends[at + 2];
    let open = (after..tokens.len()).find(|at| tokens[*at].is("{") || tokens[*at].is(";"))?;
    tokens[open].is("{").then(|| (name.to_ascii_lowercase(), (open + 1, ends[open])))
}

/// Returns the name that gets a value here, and the value where it is a text alone.
fn assignment<'a>(tokens: &[Token<'a>], at: usize) -> Option<(&'a str, Option<&'a str>)> {
    if !tokens.get(at + 1)?.is("=") {
        return None;
    }
    let name = match tokens[at].part {
        Part::Variable(name) => &name[1..],
        Part::Name(name) => name,
        _ => return None,
    };
    let alone = tokens.get(at + 3).is_some_and(|token| token.is(";"));
    Some((name, tokens.get(at + 2)?.text().filter(|_| alone)))
}
