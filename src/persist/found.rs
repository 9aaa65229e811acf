//! What hosts have in shared data that nothing else accounts for.

use super::choice::{Draft, Situation};
use super::framework::docroots;
use super::listing::Listing;
use super::name::{self, Verdict};
use super::survey::{release_of, ships_code};
use super::tree::{Entry, Kind};
use super::{Reason, path, vocabulary};

/// Decides about the directories that hosts have below `shared`.
pub(super) fn adopt(situation: &Situation<'_>, draft: &mut Draft) {
    let listing = Listing::new(situation.shared);
    let docroots = docroots(situation.frameworks, situation.release);
    // Parents come before what lies in them.
    for path in situation.found.iter().filter(|path| path::is_inside(path)) {
        let is_docroot = docroots.iter().any(|docroot| path::is_within(docroot, path));
        let is_settled = draft.holder(path).is_some() || draft.has_shared_below(path);
        if is_docroot || is_settled {
            continue;
        }
        match judge(situation, &listing, path) {
            Ok(reason) => {
                // What the walk left to the release because of its name is data after all.
                draft.decisions.remove(path);
                draft.share(path, Kind::Dir, reason);
            }
            Err(reason) => leave(situation, path, reason, draft),
        }
    }
}

/// Says why a directory is shared, or why it is not.
fn judge(situation: &Situation<'_>, listing: &Listing<'_>, path: &str) -> Result<Reason, Reason> {
    let release = situation.release;
    if let Some(never) = listing.refuses(path) {
        return Err(never);
    }
    if let Some(framework) = release_of(situation, path) {
        return Err(Reason::Release(framework));
    }
    let entry = release.get(path);
    let in_the_way = entry.filter(|entry| *entry != Entry::Dir);
    if let Some(entry) = in_the_way.or(release.obstacle(path).map(|(_, entry)| entry)) {
        return Err(Reason::Occupied(entry));
    }
    if let Some(file) = ships_code(release, path) {
        return Err(Reason::Ships(file));
    }
    let (_, name) = path::split(path);
    match (name::judge(name), entry) {
        (Verdict::Data(_), _) => Ok(Reason::Found),
        (Verdict::Asset(word), Some(_)) => Err(Reason::Asset(word)),
        (Verdict::Code, Some(_)) => Err(Reason::Doubt),
        (Verdict::Asset(_) | Verdict::Code, None) => match built(situation, path) {
            Some(word) => Err(Reason::Asset(word)),
            None => Ok(Reason::Found),
        },
    }
}

/// Returns the word that says what a build makes, in the name of a directory which is not in the
/// release: a link would hide what the build puts there. The directories around it count as well.
fn built(situation: &Situation<'_>, path: &str) -> Option<String> {
    let around = path::ancestors(path).chain([path]);
    let missing = around.filter(|folder| situation.release.get(folder).is_none());
    missing.map(path::split).find_map(|(_, name)| match name::judge(name) {
        Verdict::Asset(word) if vocabulary::is_built(&word) => Some(word),
        Verdict::Asset(_) | Verdict::Data(_) | Verdict::Code => None,
    })
}

/// Leaves a directory to the release, and says so where its data would be out of reach.
fn leave(situation: &Situation<'_>, path: &str, reason: Reason, draft: &mut Draft) {
    let reason_of = |path: &str| draft.decisions.get(path).map(|decision| &decision.reason);
    let is_whole = |reason: &Reason| matches!(reason, Reason::Never { .. } | Reason::Release(_));
    // What lies in a directory that is left out as a whole was told with it.
    let was_told = path::ancestors(path).filter_map(reason_of).any(is_whole)
        || matches!(reason_of(path), Some(Reason::Ships(_) | Reason::Never { .. }));
    // The directories in others are looked at one by one.
    let only_holds_others =
        !is_whole(&reason) && situation.found.iter().any(|other| path::is_below(other, path));
    if !was_told && !only_holds_others {
        draft.warnings.extend(warning(path, &reason));
    }
    draft.leave(path, Kind::Dir, reason);
}

fn warning(path: &str, reason: &Reason) -> Option<String> {
    let fact = format!("shared/{path} is on a host, but is not linked: {reason}");
    match reason {
        // A person said so.
        Reason::Never { .. } => None,
        Reason::Release(_) => Some(fact),
        _ => Some(format!("{fact}; if the application needs it, write `also: [{path}]` below `shared`")),
    }
}
