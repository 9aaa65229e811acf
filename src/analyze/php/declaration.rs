//! Namespaces, imports, classes and functions.

use super::reference::Kind;
use super::scope::Import;
use super::token::Part;
use super::walk::{Level, Place, Run, Walk};

impl Walk<'_, '_> {
    /// Takes `namespace Name;` and `namespace Name { … }`.
    pub(super) fn namespace(&mut self, at: usize, run: &mut Run) -> usize {
        let name = self.token(at + 1).and_then(|token| token.name());
        self.scope.enter(name.unwrap_or_default());
        run.restart(at + 1);
        at + 1 + usize::from(name.is_some())
    }

    /// Takes the `use` of imports and of traits; that of a closure holds nothing but variables.
    pub(super) fn uses(&mut self, at: usize, to: usize, run: &Run) -> usize {
        match run.place.level {
            _ if self.is(at + 1, "(") => self.ends[at + 1] + 1,
            Level::Class => self.traits(at + 1, to, run),
            Level::Top | Level::Code => {
                let end = self.find(at, to, |token| token.is(";"));
                self.imports(at + 1, end, "", Import::Class);
                end + 1
            }
        }
    }

    fn traits(&mut self, from: usize, to: usize, run: &Run) -> usize {
        let place = run.here();
        let mut at = from;
        while at < to && !self.is(at, ";") {
            if self.is(at, "{") {
                return self.ends[at] + 1;
            }
            if let Some(name) = self.token(at).and_then(|token| token.name()) {
                self.note(self.scope.class(name), Kind::Trait, at, &place);
            }
            at += 1;
        }
        at + 1
    }

    /// Takes `A\B as C, A\{B, function c}`, each below a prefix.
    fn imports(&mut self, from: usize, to: usize, prefix: &str, inherited: Import) {
        let mut at = from;
        let mut import = inherited;
        while at < to {
            let Some(name) = self.token(at).and_then(|token| token.name()) else {
                if self.is(at, ",") && !prefix.is_empty() {
                    import = inherited;
                }
                at += 1;
                continue;
            };
            let names_more = self.token(at + 1).is_some_and(|token| token.name().is_some());
            if name.eq_ignore_ascii_case("function") && names_more {
                import = Import::Function;
                at += 1;
                continue;
            }
            if name.eq_ignore_ascii_case("const") && names_more {
                import = Import::Constant;
                at += 1;
                continue;
            }
            let full = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}\\{name}") };
            // `A\{` gives the name, a lone `\`, and the brace.
            if self.is(at + 1, "\\") && self.is(at + 2, "{") {
                let end = self.ends[at + 2].min(to);
                self.imports(at + 3, end, full.trim_matches('\\'), import);
                at = end + 1;
                continue;
            }
            let alias = if self.is_word(at + 1, "as") {
                self.token(at + 2).and_then(|token| token.name())
            } else {
                None
            };
            self.scope.import(import, &full, alias);
            at += if alias.is_some() { 3 } else { 1 };
        }
    }

    /// Takes a class, interface, trait or enum.
    pub(super) fn class(&mut self, at: usize, to: usize, run: &Run) -> usize {
        let Some(name) = self.token(at + 1).and_then(|token| token.name()) else { return at + 1 };
        let full = self.scope.here(name);
        self.source.classes.push(full);
        self.class_from(at + 2, to, run)
    }

    /// Takes what stands behind the name of a class, or behind the arguments of one without a name.
    pub(super) fn class_from(&mut self, from: usize, to: usize, run: &Run) -> usize {
        let place = run.here();
        let open = self.find(from, to, |token| token.is("{") || token.is(";"));
        let mut kind = None;
        for at in from..open {
            let token = self.tokens[at];
            match token.name() {
                Some(_) if token.is_word("extends") => kind = Some(Kind::Extends),
                Some(_) if token.is_word("implements") => kind = Some(Kind::Implements),
                Some(name) => {
                    if let Some(kind) = &kind {
                        self.note(self.scope.class(name), kind.clone(), at, &place);
                    }
                }
                None => {}
            }
        }
        if !self.is(open, "{") {
            return open;
        }
        let mut body = Place { level: Level::Class, ..place };
        body.context = Default::default();
        let end = self.ends[open].min(to);
        self.range(open + 1, end, &body);
        end + 1
    }

    /// Takes a function, a method, a closure or an arrow function.
    pub(super) fn function(&mut self, at: usize, to: usize, run: &Run) -> usize {
        let named = at + 1 + usize::from(self.is(at + 1, "&"));
        let name = self.token(named).and_then(|token| token.name());
        let open = named + usize::from(name.is_some());
        if !self.is(open, "(") {
            return at + 1;
        }
        let mut place = run.here();
        if let Some(name) = name.filter(|_| run.place.level != Level::Class) {
            self.source.functions.push(name.to_owned());
        }
        let outer = place.context.function.take();
        place.context.function =
            Some(name.map(str::to_owned).or(outer).unwrap_or_else(|| "{closure}".to_owned()));
        place.level = Level::Code;
        let close = self.ends[open].min(to);
        self.parameters(open + 1, close, &place);
        if self.tokens[at].is_word("fn") {
            return close + 1;
        }
        let body = self.find(close + 1, to, |token| token.is("{") || token.is(";") || token.is(","));
        if !self.is(body, "{") {
            return body;
        }
        let end = self.ends[body].min(to);
        if name.is_some() {
            place.context.call = None;
            place.context.key = None;
        }
        self.range(body + 1, end, &place);
        end + 1
    }

    /// Notes the types of the parameters that a caller must give.
    fn parameters(&mut self, from: usize, to: usize, place: &Place) {
        let mut at = from;
        while at < to {
            let end = self.find(at, to, |token| token.is(","));
            self.parameter(at, end, place);
            at = end + 1;
        }
        self.range(from, to, place);
    }

    fn parameter(&mut self, from: usize, to: usize, place: &Place) {
        let names =
            |walk: &Self, from: usize, to: usize, word: &str| (from..to).any(|at| walk.is_word(at, word));
        let optional = (from..to).any(|at| self.is(at, "?") || self.is(at, "..."));
        if optional || names(self, from, to, "null") {
            return;
        }
        let variable = self.find(from, to, |token| matches!(token.part, Part::Variable(_)));
        for at in from..variable {
            let in_attribute = (from..at).any(|open| self.is(open, "#[") && self.ends[open] > at);
            let name = self.token(at).and_then(|token| token.name()).filter(|name| is_class(name));
            if let Some(name) = name.filter(|_| !in_attribute) {
                self.note(self.scope.class(name), Kind::Parameter, at, place);
            }
        }
    }
}

/// Words before a parameter that are no classes.
const WORDS: [&str; 22] = [
    "array",
    "bool",
    "boolean",
    "callable",
    "false",
    "float",
    "int",
    "integer",
    "iterable",
    "mixed",
    "never",
    "object",
    "parent",
    "private",
    "protected",
    "public",
    "readonly",
    "self",
    "static",
    "string",
    "true",
    "void",
];

fn is_class(name: &str) -> bool {
    !WORDS.iter().any(|word| name.eq_ignore_ascii_case(word))
}
