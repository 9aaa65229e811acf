//! `shared:`, what stays across releases.

use super::fields::Fields;
use super::value;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::node::{Node, Value};
use crate::config::{Rule, Shared, Stray};

/// The keys of `shared:`.
pub const KEYS: &[&str] = &["rule", "files", "dirs", "also", "never", "tree", "caches", "stray"];

/// The spelling of `shared.rule`.
pub const RULES: [(&str, Rule); 2] = [("patterns", Rule::Patterns), ("all-public", Rule::AllPublic)];

/// The spelling of `shared.stray`.
pub const STRAYS: [(&str, Stray); 3] =
    [("adopt", Stray::Adopt), ("keep", Stray::Keep), ("fail", Stray::Fail)];

/// Reads `shared:`, and refuses what cannot be linked as it is listed.
pub fn shared(top: &Fields<'_>, out: &mut Diagnostics) -> Shared {
    let fields = top.below("shared", KEYS, out);
    let rule = fields.get("rule", rule, out).unwrap_or_default();
    let stray = fields.get("stray", stray, out).unwrap_or_default();
    let tree = fields.get("tree", value::paths, out).unwrap_or_default();
    let caches = fields.get("caches", value::paths, out).unwrap_or_default();
    let lists = ["files", "dirs", "also", "never"].map(|key| List::read(key, &fields, out));
    let [files, dirs, also, never] = &lists;
    check_never(&[files, dirs, also], never, out);
    check_files(files, &[dirs, also], out);
    let file = |list: &List| Some((list.key, list.paths.first()?.1.at.file.clone()));
    let written_in = lists.iter().filter_map(file).collect();
    let [files, dirs, also, never] = lists.map(List::into_paths);
    Shared { files, dirs, also, never, tree, caches, rule, stray, written_in }
}

fn rule(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Rule> {
    let place = value::choice(name, node, &RULES.map(|(word, _)| word), out)?;
    RULES.get(place).map(|(_, rule)| *rule)
}

fn stray(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Stray> {
    let place = value::choice(name, node, &STRAYS.map(|(word, _)| word), out)?;
    STRAYS.get(place).map(|(_, stray)| *stray)
}

/// A list of paths, each with its place.
struct List {
    key: &'static str,
    paths: Vec<(String, Span)>,
}

impl List {
    fn read(key: &'static str, fields: &Fields<'_>, out: &mut Diagnostics) -> Self {
        let places = fields.entry(key).map(|entry| match &entry.node.value {
            Value::List(items) => items.iter().map(|item| item.span.clone()).collect(),
            _ => Vec::new(),
        });
        let paths = fields.get(key, value::paths, out).unwrap_or_default();
        Self { key, paths: paths.into_iter().zip(places.unwrap_or_default()).collect() }
    }

    fn into_paths(self) -> Vec<String> {
        self.paths.into_iter().map(|(path, _)| path).collect()
    }

    fn has(&self, path: &str) -> bool {
        self.paths.iter().any(|(listed, _)| listed == path)
    }
}

/// Refuses to never share what is shared. `never` may switch off a whole path of the recipe.
fn check_never(wanted: &[&List; 3], never: &List, out: &mut Diagnostics) {
    for (path, at) in &never.paths {
        for list in wanted {
            for (outer, outer_at) in &list.paths {
                let message = if outer == path && list.key == "also" {
                    format!("`{path}` is in `also` and in `never`")
                } else if is_below(path, outer) && !never.has(outer) {
                    format!("`{path}` cannot be left out: `{outer}`, which it lies in, is shared as a whole")
                } else {
                    continue;
                };
                let place = format!(
                    "`{}` lists `{outer}` in {} line {}",
                    list.key, outer_at.at.file, outer_at.at.line
                );
                out.push(Diagnostic::new(at, message).help(place));
            }
        }
    }
}

/// Refuses a file that is also a directory, or has something in it.
fn check_files(files: &List, dirs: &[&List; 2], out: &mut Diagnostics) {
    for (file, at) in &files.paths {
        for list in dirs {
            for (dir, dir_at) in &list.paths {
                if file == dir || is_below(dir, file) {
                    let place =
                        format!("`{}` lists `{dir}` in {} line {}", list.key, dir_at.at.file, dir_at.at.line);
                    out.push(
                        Diagnostic::new(at, format!("`{file}` cannot be a file and a directory")).help(place),
                    );
                }
            }
        }
    }
}

fn is_below(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}
