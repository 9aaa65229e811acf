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
    let alike = alike(situation, &choice);
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

/// Warns of paths that only differ in case, where one is shared or leads to what is: to some file
/// systems, and to most people, they are one.
fn alike(situation: &Situation<'_>, choice: &Choice) -> Vec<String> {
    let shared: BTreeSet<&str> = choice.links().map(|link| link.path.as_str()).collect();
    let ways = || shared.iter().flat_map(|path| path::ancestors(path).chain([*path]));
    let shipped = ways().flat_map(|way| {
        let (folder, _) = path::split(way);
        situation.release.children(folder).map(move |(name, _)| path::join(folder, name))
    });
    let decided = choice.decisions.iter().map(|decision| decision.path.clone());
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in ways().map(str::to_owned).chain(shipped).chain(decided) {
        groups.entry(path.to_lowercase()).or_default().insert(path);
    }
    let is_new = |path: &String| situation.release.get(path).is_none() && ways().any(|way| way == path);
    let matters = |path: &String| shared.contains(path.as_str()) || is_new(path);
    let groups = groups.into_values().filter(|group| group.len() > 1 && group.iter().any(matters));
    groups.map(|group| warning(&group, &shared)).collect()
}

fn warning(group: &BTreeSet<String>, shared: &BTreeSet<&str>) -> String {
    let name = |path: &String| {
        if shared.contains(path.as_str()) { format!("{path} (shared)") } else { path.clone() }
    };
    format!("{} differ only in case", group.iter().map(name).collect::<Vec<_>>().join(" and "))
}
