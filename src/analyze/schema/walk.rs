//! Goes through what a migration's `up()` does, in its order.

use super::class::Class;
use super::{Deed, What, sql};
use crate::analyze::php::{Part, Token};

/// How many tokens the name of a connection may be.
const CONNECTION: usize = 12;

/// Returns what a migration does.
pub(super) fn walk(tokens: &[Token<'_>], ends: &[usize]) -> Vec<Deed> {
    let class = Class::of(tokens, ends);
    let mut walk = Walk { tokens, ends, class, seen: Vec::new(), deeds: Vec::new() };
    walk.method("up");
    walk.deeds
}

struct Walk<'t, 'a> {
    tokens: &'t [Token<'a>],
    ends: &'t [usize],
    class: Class<'a>,
    /// Methods that were gone through.
    seen: Vec<String>,
    deeds: Vec<Deed>,
}

/// The table that a closure is about.
#[derive(Clone, Copy)]
struct Table<'a> {
    name: Option<&'a str>,
    /// Whether it comes into being there.
    is_new: bool,
}

/// A call: its name, and the places of its brackets.
struct Call<'a> {
    name: &'a str,
    open: usize,
    close: usize,
}

impl<'a> Walk<'_, 'a> {
    fn method(&mut self, name: &str) {
        if self.seen.iter().any(|seen| seen.eq_ignore_ascii_case(name)) {
            return;
        }
        if let Some((from, to)) = self.class.method(name) {
            self.seen.push(name.to_owned());
            self.range(from, to, None);
        }
    }

    /// Goes through tokens; `table` is what a closure around them is about.
    fn range(&mut self, from: usize, to: usize, table: Option<Table<'a>>) {
        let mut column = None;
        let mut at = from;
        while at < to.min(self.tokens.len()) {
            let Some(call) = self.call(at) else {
                at += 1;
                continue;
            };
            if self.is_schema(at) && self.of_schema(&call) {
                at = call.close + 1;
                continue;
            }
            if self.is_own(at) {
                self.method(call.name);
            }
            self.statements(&call);
            if let Some(table) = table.filter(|table| !table.is_new) {
                if self.is_variable(at.wrapping_sub(2)) {
                    column = self.argument(&call, 0);
                }
                self.of_table(&call, table, column);
            }
            at = call.open + 1;
        }
    }

    /// Returns the call whose name stands here.
    fn call(&self, at: usize) -> Option<Call<'a>> {
        let name = self.tokens[at].name()?;
        let open = at + 1;
        self.tokens.get(open)?.is("(").then(|| Call { name, open, close: self.ends[open] })
    }

    fn is(&self, at: usize, symbol: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(symbol))
    }

    fn is_variable(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| matches!(token.part, Part::Variable(_)))
    }

    /// Tells whether the method is one of this class: `$this->name(`, `self::name(`.
    fn is_own(&self, at: usize) -> bool {
        let Some(owner) = at.checked_sub(2).and_then(|at| self.tokens.get(at)) else { return false };
        match self.tokens[at - 1].part {
            Part::Symbol("->") => owner.part == Part::Variable("$this"),
            Part::Symbol("::") => owner.is_any(&["self", "static"]),
            _ => false,
        }
    }

    /// Tells whether the method is one of the schema's: `Schema::name(`, `Schema::connection('x')->name(`,
    /// `$schema->name(`, `$this->schema->name(`.
    fn is_schema(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let owner = before.checked_sub(1).map(|at| self.tokens[at]);
        let named = |word: &str| owner.is_some_and(|token| token.is_word(word));
        if self.is(before, "::") {
            let name = owner.and_then(|token| token.name());
            return name.is_some_and(|name| name.rsplit('\\').next() == Some("Schema"));
        }
        if !self.is(before, "->") {
            return false;
        }
        let is_variable = owner.is_some_and(|token| token.part == Part::Variable("$schema"));
        is_variable || named("schema") || self.follows_connection(before)
    }

    /// Tells whether `Schema::connection(…)` ends right before this place.
    fn follows_connection(&self, at: usize) -> bool {
        let Some(close) = at.checked_sub(1).filter(|at| self.is(*at, ")")) else { return false };
        // A name alone stands between the brackets.
        let mut near = (0..close).rev().take(CONNECTION);
        let Some(open) = near.find(|open| self.ends[*open] == close) else { return false };
        let name = open.checked_sub(1);
        name.is_some_and(|name| {
            self.tokens[name].is_any(&["connection", "getSchemaBuilder"])
                && (self.is_schema(name) || self.tokens[name].is_word("getSchemaBuilder"))
        })
    }

    /// Takes a method of the schema; `false`: it says nothing by itself.
    fn of_schema(&mut self, call: &Call<'a>) -> bool {
        let name = call.name.to_ascii_lowercase();
        let table = self.argument(call, 0);
        let rename = |walk: &Self| What::Rename(walk.argument(call, 1).map(str::to_owned));
        let (what, inside) = match name.as_str() {
            "create" => (Some(What::Create), Some(true)),
            "table" => (None, Some(false)),
            "drop" => (Some(What::Drop { if_exists: false }), None),
            "dropifexists" => (Some(What::Drop { if_exists: true }), None),
            "rename" => (Some(rename(self)), None),
            "dropcolumns" => (Some(What::DropColumns(self.words(call, 1))), None),
            _ if name.starts_with("whentable") => (None, Some(false)),
            _ => return false,
        };
        if let Some(what) = what {
            self.push(call.open, table, what);
        }
        if let Some(is_new) = inside {
            self.range(call.open + 1, call.close, Some(Table { name: table, is_new }));
        }
        true
    }

    /// Takes a method of a table.
    fn of_table(&mut self, call: &Call<'a>, table: Table<'a>, column: Option<&'a str>) {
        let first = || self.argument(call, 0);
        let several =
            |names: &[&str]| What::DropColumns(names.iter().map(|name| (*name).to_owned()).collect());
        let what = match call.name.to_ascii_lowercase().as_str() {
            "dropcolumn" | "dropcolumns" | "dropconstrainedforeignid" => {
                What::DropColumns(self.words(call, 0))
            }
            "dropconstrainedforeignidfor" => several(&[]),
            "dropsoftdeletes" | "dropsoftdeletestz" => several(&[first().unwrap_or("deleted_at")]),
            "droptimestamps" | "droptimestampstz" => several(&["created_at", "updated_at"]),
            "dropremembertoken" => several(&["remember_token"]),
            "dropmorphs" => {
                let name = first().unwrap_or_default();
                several(&[&format!("{name}_type"), &format!("{name}_id")])
            }
            "renamecolumn" => What::RenameColumn(self.words(call, 0)),
            "change" => What::ChangeColumn(column.map(str::to_owned)),
            "dropforeign" | "dropforeignidfor" => What::DropKey("a foreign key"),
            "dropindex" | "dropfulltext" | "dropspatialindex" => What::DropKey("an index"),
            "dropunique" => What::DropKey("a unique index"),
            "dropprimary" => What::DropKey("the primary key"),
            "rename" => What::Rename(first().map(str::to_owned)),
            "drop" => What::Drop { if_exists: false },
            "dropifexists" => What::Drop { if_exists: true },
            _ => return,
        };
        self.push(call.open, table.name, what);
    }

    /// Takes SQL that is run as it is.
    fn statements(&mut self, call: &Call<'a>) {
        let member = call.open.checked_sub(2).is_some_and(|at| self.is(at, "::") || self.is(at, "->"));
        if !member || !["statement", "unprepared"].iter().any(|name| call.name.eq_ignore_ascii_case(name)) {
            return;
        }
        let Some((from, to)) = self.arguments(call).into_iter().next() else { return };
        let parts = self.tokens[from..to].iter().filter_map(|token| match token.part {
            Part::Text(text) | Part::Template(text) => Some(text),
            _ => None,
        });
        let text = parts.collect::<Vec<_>>().join("?");
        for (table, what) in sql::statements(&text) {
            self.push(call.open, table.as_deref(), what);
        }
    }

    fn push(&mut self, at: usize, table: Option<&str>, what: What) {
        let line = self.tokens[at].line;
        self.deeds.push(Deed { line, table: table.map(str::to_owned), what });
    }

    /// Returns the places where each argument begins and ends.
    fn arguments(&self, call: &Call<'a>) -> Vec<(usize, usize)> {
        let (mut from, mut at) = (call.open + 1, call.open + 1);
        let mut all = Vec::new();
        let end = call.close.min(self.tokens.len());
        while at < end {
            if self.is(at, ",") {
                all.push((from, at));
                from = at + 1;
            }
            at = if self.ends[at] < end { self.ends[at] + 1 } else { at + 1 };
        }
        if from < end {
            all.push((from, end));
        }
        all
    }

    /// Returns the text that an argument is.
    fn argument(&self, call: &Call<'a>, number: usize) -> Option<&'a str> {
        let (from, to) = self.arguments(call).into_iter().nth(number)?;
        self.class.text(&self.tokens[from..to])
    }

    /// Returns all texts from an argument on.
    fn words(&self, call: &Call<'a>, first: usize) -> Vec<String> {
        let arguments = self.arguments(call).into_iter().skip(first);
        let tokens = arguments.flat_map(|(from, to)| &self.tokens[from..to]);
        tokens.filter_map(|token| token.text()).map(str::to_owned).collect()
    }
}
