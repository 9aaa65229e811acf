//! What is new against the live release, by git: commits, and how many files or which.

use super::Depth;
use crate::plan::{Changes, Plan};
use crate::report::measure::number_of;
use crate::report::paint::Paint;
use crate::report::printable::printable;

/// How many commits are named.
const COMMITS: usize = 10;

/// How many files are named.
const FILES: usize = 200;

/// Returns the section of what is new; nothing where nobody knows.
pub(super) fn text(plan: &Plan, depth: Depth, paint: Paint) -> String {
    let Some(changes) = &plan.changes else { return String::new() };
    let from = changes.from.get(..7).unwrap_or(&changes.from);
    let mut text = format!(
        "\n{:<14}{} against live {from}, files {}\n",
        "changes",
        number_of(changes.commits.len(), "commit"),
        counts(changes, paint),
    );
    text += &commits(&changes.commits, depth);
    if !changes.left.is_empty() {
        text += &format!("              {} that are live go\n", number_of(changes.left.len(), "commit"));
        text += &commits(&changes.left, depth);
    }
    if depth == Depth::Files {
        text += &files(changes, paint);
    }
    text
}

/// Lists commits; all of them only where a person wants to read on.
fn commits(commits: &[String], depth: Depth) -> String {
    let shown = if matches!(depth, Depth::Commits | Depth::Files) { commits.len() } else { COMMITS };
    let mut text = String::new();
    for commit in commits.iter().take(shown) {
        text += &format!("    {}\n", printable(commit));
    }
    if commits.len() > shown {
        text + &format!("    and {} more (-v)\n", commits.len() - shown)
    } else {
        text
    }
}

/// Returns the number of files as `+3 ~3 -1`.
pub(super) fn counts(changes: &Changes, paint: Paint) -> String {
    let Changes { added, changed, removed, .. } = changes;
    let added = paint.added(format!("+{}", added.len()));
    let changed = paint.changed(format!("~{}", changed.len()));
    let removed = paint.removed(format!("-{}", removed.len()));
    format!("{added} {changed} {removed}")
}

fn files(changes: &Changes, paint: Paint) -> String {
    let added = changes.added.iter().map(|path| (paint.added("+"), path));
    let changed = changes.changed.iter().map(|path| (paint.changed("~"), path));
    let removed = changes.removed.iter().map(|path| (paint.removed("-"), path));
    let files: Vec<_> = added.chain(changed).chain(removed).collect();
    let mut text = String::new();
    for (sign, path) in files.iter().take(FILES) {
        text += &format!("  {sign} {}\n", printable(path));
    }
    text + &more(files.len(), FILES)
}

fn more(all: usize, shown: usize) -> String {
    if all > shown { format!("    and {} more\n", all - shown) } else { String::new() }
}
