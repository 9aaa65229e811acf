//! The names that code uses: what it makes, calls and asks for.

use super::reference::Kind;
use super::scanner::{is_name_start, name_length};
use super::walk::{Place, Run, Walk};

/// Names that mean the class they stand in.
const OWN: [&str; 3] = ["self", "static", "parent"];

impl Walk<'_, '_> {
    /// Takes a keyword or a name; returns the place behind.
    pub(super) fn word(&mut self, name: &str, at: usize, to: usize, run: &mut Run) -> usize {
        match name.to_ascii_lowercase().as_str() {
            "namespace" => self.namespace(at, run),
            "use" => self.uses(at, to, run),
            "class" | "interface" | "trait" => self.class(at, to, run),
            "enum" if self.token(at + 1).is_some_and(|next| next.name().is_some()) => self.class(at, to, run),
            "function" | "fn" => self.function(at, to, run),
            "new" => self.creation(at, to, run),
            // PHP does not look for the class to tell what something is not.
            "instanceof" => at + 2,
            "try" if self.is(at + 1, "{") => self.attempt(at + 1, to, run),
            "catch" if self.is(at + 1, "(") => self.ends[at + 1] + 1,
            "if" | "elseif" => self.conditional(at, to, run),
            "and" => self.and_then(at, run, "&&"),
            "or" => self.and_then(at, run, "||"),
            "return" | "echo" | "print" | "throw" => {
                run.restart(at + 1);
                at + 1
            }
            _ if self.is(at + 1, "::") => self.member(name, at, run),
            _ if self.is(at + 1, "(") => {
                let name = self.scope.function(name).trim_start_matches('\\').to_owned();
                self.note(name, Kind::Call, at, &run.here());
                at + 1
            }
            _ => at + 1,
        }
    }

    fn and_then(&mut self, at: usize, run: &mut Run, symbol: &str) -> usize {
        self.symbol(symbol, at, at + 1, run)
    }

    /// Takes `new Name`, and classes without a name.
    fn creation(&mut self, at: usize, to: usize, run: &mut Run) -> usize {
        let mut next = at + 1;
        while self.is(next, "#[") {
            next = self.ends[next] + 1;
        }
        if self.is_word(next, "readonly") {
            next += 1;
        }
        if self.is_word(next, "class") {
            let mut from = next + 1;
            if self.is(from, "(") {
                let end = self.ends[from].min(to);
                self.range(from + 1, end, &run.here());
                from = end + 1;
            }
            return self.class_from(from, to, run);
        }
        if let Some(name) = self.token(next).and_then(|token| token.name())
            && !is_own(name)
        {
            self.note(self.scope.class(name), Kind::New, next, &run.here());
            return next + 1;
        }
        at + 1
    }

    /// Takes `Name::…`.
    fn member(&mut self, name: &str, at: usize, run: &Run) -> usize {
        let place = run.here();
        let called = self.is(at + 3, "(");
        if is_own(name) {
            if called && self.is_word(at + 2, "faker") {
                self.note(String::new(), Kind::Faker, at, &place);
            }
            return at + 1;
        }
        let kind = if self.is_word(at + 2, "class") {
            Kind::Constant { value: self.value_of_key(at + 3) }
        } else if called && self.is_word(at + 2, "factory") {
            Kind::Factory
        } else {
            Kind::Static
        };
        let behind = if kind == Kind::Static || kind == Kind::Factory { at + 2 } else { at + 3 };
        self.note(self.scope.class(name), kind, at, &place);
        behind
    }

    /// Returns the keys that are not `false` of the array that `=>` leads to.
    fn value_of_key(&self, arrow: usize) -> Option<Vec<String>> {
        if !self.is(arrow, "=>") {
            return None;
        }
        let end = if self.is(arrow + 1, "[") { self.ends[arrow + 1].min(self.tokens.len()) } else { arrow };
        let on = (arrow..end).filter(|at| self.is(at + 1, "=>") && !self.is_word(at + 2, "false"));
        Some(on.filter_map(|at| self.tokens[at].text().map(str::to_owned)).collect())
    }

    /// Takes `$this->faker`.
    pub(super) fn faker(&mut self, at: usize, run: &Run) -> usize {
        let arrow = self.is(at + 1, "->") || self.is(at + 1, "?->");
        if arrow && self.is_word(at + 2, "faker") {
            self.note(String::new(), Kind::Faker, at, &run.here());
        }
        at + 1
    }

    /// Takes a string.
    pub(super) fn string(&mut self, text: &str, at: usize, run: &Run) -> usize {
        let place: Place = run.here();
        if text == "db:seed" || text.starts_with("db:seed ") || text == "--seed" || text.ends_with(" --seed")
        {
            self.note(text.to_owned(), Kind::Seed, at, &place);
        } else if let Some(class) = class_name(text) {
            self.note(class, Kind::Text, at, &place);
        }
        at + 1
    }
}

fn is_own(name: &str) -> bool {
    OWN.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// Returns the class that a string names: `App\Models\User`, `Faker\\Factory::create`, `UserSeeder`.
fn class_name(text: &str) -> Option<String> {
    if !text.contains('\\') && !text.ends_with("Seeder") {
        return None;
    }
    let name = text.replace("\\\\", "\\");
    let name = name.trim_start_matches('\\');
    let name = name.split("::").next().unwrap_or(name).split('@').next().unwrap_or(name);
    let is_name =
        |part: &str| part.bytes().next().is_some_and(is_name_start) && name_length(part) == part.len();
    name.split('\\').all(is_name).then(|| name.to_owned())
}
