//! What a name means in a file: its namespace and its `use` statements.

use std::collections::HashMap;

/// The namespace of a piece of code, and what it imports.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    namespace: String,
    classes: HashMap<String, String>,
    functions: HashMap<String, String>,
}

/// What a `use` statement imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Import {
    /// A class or a namespace.
    Class,
    /// A function.
    Function,
    /// A constant.
    Constant,
}

impl Scope {
    /// Begins a namespace; imports end with the one before.
    pub fn enter(&mut self, namespace: &str) {
        *self = Self { namespace: namespace.trim_matches('\\').to_owned(), ..Self::default() };
    }

    /// Takes a `use` statement's name and its alias.
    pub fn import(&mut self, import: Import, name: &str, alias: Option<&str>) {
        let name = name.trim_matches('\\');
        let short = alias.unwrap_or_else(|| name.rsplit('\\').next().unwrap_or(name)).to_ascii_lowercase();
        match import {
            Import::Class => self.classes.insert(short, name.to_owned()),
            Import::Function => self.functions.insert(short, name.to_owned()),
            Import::Constant => None,
        };
    }

    /// Returns the full name of a class, without the first `\`.
    pub fn class(&self, name: &str) -> String {
        if let Some(full) = name.strip_prefix('\\') {
            return full.to_owned();
        }
        let (first, rest) = name.split_once('\\').map_or((name, ""), |(first, rest)| (first, rest));
        if first.eq_ignore_ascii_case("namespace") && !rest.is_empty() {
            return self.here(rest);
        }
        match self.classes.get(&first.to_ascii_lowercase()) {
            Some(import) if rest.is_empty() => import.clone(),
            Some(import) => format!("{import}\\{rest}"),
            None => self.here(name),
        }
    }

    /// Returns the full name of a function. One that is not imported may be PHP's own or another global
    /// one: it keeps its short name.
    pub fn function(&self, name: &str) -> String {
        if name.contains('\\') {
            return self.class(name);
        }
        self.functions.get(&name.to_ascii_lowercase()).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// Returns the full name of what is declared here.
    pub fn here(&self, name: &str) -> String {
        if self.namespace.is_empty() { name.to_owned() } else { format!("{}\\{name}", self.namespace) }
    }
}
