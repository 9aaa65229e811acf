//! The end of the choice: what lies in what, what cannot be, what only differs in case.

use std::collections::{BTreeMap, BTreeSet};

use super::choice::{Choice, Conflict, Decision, Draft, Situation};
use super::listing::Listing;
use super::path;
use super::tree::Kind;

/// Turns a draft into a choice.
pub(super) fn settle(situation: &Situation<'_>, mut draft: Draft) -> Choice {
    nest(&mut draft.decisions);
    let mut decisions: Vec<Decision> = draft.decisions.into_values().collect();
    decisions.sort_by(|a, b| a.path.cmp(&b.path));
    let mut choice =
        Choice { decisions, tree: Vec::new(), warnings: draft.warnings, conflicts: draft.conflicts };
    choice.tree = tree(situation, &choice);
    let inside = inside(situation, &choice);
    choice.conflicts.extend(inside);
    let alike = alike(&choice);
    choice.warnings.extend(alike);
    choice
}

/// Says of each shared path which shared directory it lies in.
fn nest(decisions: &mut BTreeMap<String, Decision>) {
    let is_dir = |decision: &&Decision| decision.shared && decision.kind == Kind::Dir;
    let dirs: BTreeSet<String> = decisions.values().filter(is_dir).map(|dir| dir.path.clone()).collect();
    for decision in decisions.values_mut().filter(|decision| decision.shared) {
        let outer = path::ancestors(&decision.path).find(|folder| dirs.contains(*folder));
        decision.within = outer.map(str::to_owned);
    }
}

/// Returns the directories to be made in those that are linked.
fn tree(situation: &Situation<'_>, choice: &Choice) -> Vec<String> {
    let listed = situation.shared.tree.iter().map(|path| path::clean(path));
    let inner = choice.decisions.iter().filter(|decision| decision.within.is_some());
    let inner = inner.filter(|decision| decision.kind == Kind::Dir).map(|decision| decision.path.clone());
    let is_held = |path: &String| choice.dirs().any(|dir| path::is_below(path, dir));
    let tree: BTreeSet<String> = listed.chain(inner).filter(is_held).collect();
    tree.into_iter().collect()
}

/// Finds what is never to be shared and lies in what is.
fn inside(situation: &Situation<'_>, choice: &Choice) -> Vec<Conflict> {
    let listing = Listing::new(situation.shared);
    let mut found = Vec::new();
    for path in listing.never() {
        for outer in choice.links().filter(|outer| path::is_below(path, &outer.path)) {
            let (path, outer, reason) = (path.clone(), outer.path.clone(), outer.reason.clone());
            found.push(Conflict::Inside { path, outer, reason });
        }
    }
    found
}

/// Warns of paths that only differ in case, where one is shared: to some file systems, and to most
/// people, they are one.
fn alike(choice: &Choice) -> Vec<String> {
    let mut groups: BTreeMap<String, Vec<&Decision>> = BTreeMap::new();
    for decision in &choice.decisions {
        groups.entry(decision.path.to_lowercase()).or_default().push(decision);
    }
    let groups = groups.into_values().filter(|group| group.len() > 1);
    let shared = groups.filter(|group| group.iter().any(|decision| decision.shared));
    let warning = |group: Vec<&Decision>| {
        let names: Vec<String> = group.iter().map(|decision| named(decision)).collect();
        format!("{} differ only in case", names.join(" and "))
    };
    shared.map(warning).collect()
}

fn named(decision: &Decision) -> String {
    format!("{} ({})", decision.path, if decision.shared { "shared" } else { "not shared" })
}
