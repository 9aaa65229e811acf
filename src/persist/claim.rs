//! What is shared whatever its name says: what is listed, what was shared before, and what the
//! framework keeps.

use super::choice::{Conflict, Draft, Situation};
use super::framework::docroots;
use super::listing::Listing;
use super::tree::{Entry, Kind};
use super::{Reason, path};

/// Decides about the paths that need no rule.
pub(super) fn claim(situation: &Situation<'_>, draft: &mut Draft) {
    let listing = Listing::new(situation.shared);
    for (key, path) in listing.wanted() {
        let kind = kind(situation, key, path);
        match listing.refuses(path) {
            Some(never) => draft.leave(path, kind, never),
            None => share(situation, path, kind, listing.reason(key), draft),
        }
    }
    for (path, kind) in situation.recorded {
        if !path::is_inside(path) {
            draft
                .warnings
                .push(format!("{} is recorded as shared, but is no path of a release", path.escape_debug()));
            continue;
        }
        match listing.refuses(path) {
            Some(never) => {
                let kept = format!("{path} was shared before and is not linked any more: {never}");
                draft.warnings.push(format!("{kept}; its data stays in shared/{path}"));
                draft.leave(path, *kind, never);
            }
            None => share(situation, path, *kind, Reason::Recorded, draft),
        }
    }
    for framework in situation.frameworks {
        for path in framework.data() {
            let taken = situation.release.get(path).filter(|entry| *entry != Entry::Dir);
            let taken = taken.or(situation.release.obstacle(path).map(|(_, entry)| entry));
            match (listing.refuses(path), taken) {
                (Some(never), _) => draft.leave(path, Kind::Dir, never),
                (None, Some(entry)) => draft.leave(path, Kind::Dir, Reason::Occupied(entry)),
                (None, None) => draft.share(path, Kind::Dir, Reason::Framework(*framework)),
            }
        }
    }
}

/// Returns what a listed path is. `also` takes both: what was shared before or is shipped tells.
fn kind(situation: &Situation<'_>, key: &str, path: &str) -> Kind {
    match key {
        "files" => Kind::File,
        "dirs" => Kind::Dir,
        _ => match situation.recorded.get(path) {
            Some(kind) => *kind,
            None if situation.release.is_file(path) => Kind::File,
            None => Kind::Dir,
        },
    }
}

/// Shares a path, unless the release has something else in its place.
fn share(situation: &Situation<'_>, path: &str, kind: Kind, reason: Reason, draft: &mut Draft) {
    if draft.decisions.contains_key(path) {
        return;
    }
    let (owned, release) = (path.to_owned(), situation.release);
    let (ships, conflict) = if let Some((obstacle, ships)) = release.obstacle(path) {
        (ships, Conflict::Obstacle { path: owned, reason, obstacle: obstacle.to_owned(), ships })
    } else if let Some(ships) = release.get(path).filter(|ships| *ships != Entry::from(kind)) {
        (ships, Conflict::Occupied { path: owned, kind, reason, ships })
    } else if docroots(situation.frameworks, release).iter().any(|docroot| path::is_within(docroot, path)) {
        (Entry::Dir, Conflict::Docroot { path: owned })
    } else {
        return draft.share(path, kind, reason);
    };
    draft.leave(path, kind, Reason::Occupied(ships));
    draft.conflicts.push(conflict);
}
