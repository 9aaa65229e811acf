//! Which releases go.

use std::collections::BTreeSet;

use crate::facts::Facts;
use crate::release::ReleaseId;

/// Returns the releases to remove once another one is live, oldest first.
///
/// Of the good ones (they were live once, by the record of runs) the newest `keep` stay, the new
/// one counted; what other runs left unfinished goes. The live one, the one before it on the way
/// back, and whatever the program did not make stay in any case.
pub fn surplus(facts: &Facts, keep: usize) -> Vec<ReleaseId> {
    let good = facts.good();
    let spared = good.len().saturating_sub(keep.saturating_sub(1));
    let old: BTreeSet<_> = good.iter().take(spared).cloned().collect();
    let present = |id: &&ReleaseId| {
        ["", ".partial", ".pruned"].iter().any(|end| facts.entries.contains(&format!("{id}{end}")))
    };
    let (live, previous) = (facts.live(), facts.previous());
    let protected = |id: &ReleaseId| live.as_ref() == Some(id) || keep > 2 && previous.as_ref() == Some(id);
    let goes = |id: &&ReleaseId| (old.contains(*id) || !good.contains(*id)) && !protected(id);
    facts.made.iter().filter(present).filter(goes).cloned().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::history::Entry;

    fn id(second: usize) -> ReleaseId {
        format!("2026010203{second:04}").parse().unwrap()
    }

    /// A host on which these runs took place; `true`: the release became live.
    fn host(runs: &[bool]) -> Facts {
        let mut facts = Facts { deploy_to: "/srv/shop".to_owned(), ..Facts::default() };
        let mut live = None;
        for (second, good) in runs.iter().enumerate() {
            let release = id(second);
            facts.made.insert(release.clone());
            facts.entries.insert(if *good { release.to_string() } else { format!("{release}.partial") });
            let outcome = if *good { "deployed" } else { "undone" };
            facts.history.push(Entry {
                id: release.clone(),
                kind: "deploy".to_owned(),
                outcome: outcome.to_owned(),
                previous: live.clone(),
                commit: None,
                reference: String::new(),
                subject: String::new(),
                by: String::new(),
                at: String::new(),
                seconds: 0,
                adopted: 0,
                kept: Vec::new(),
            });
            if *good {
                live = Some(release);
            }
        }
        facts.target = live.map(|id| format!("releases/{id}"));
        facts
    }

    #[test]
    fn failed_releases_never_push_good_ones_out() {
        let facts = host(&[true, false, false, false, true]);
        assert_eq!(surplus(&facts, 3), [id(1), id(2), id(3)]);
    }

    #[test]
    fn the_newest_good_ones_stay() {
        let facts = host(&[true, true, true, true, true]);
        assert_eq!(surplus(&facts, 3), [id(0), id(1), id(2)]);
        assert_eq!(surplus(&facts, 9), []);
    }

    #[test]
    fn what_the_program_did_not_make_stays() {
        let mut facts = host(&[true, true, true]);
        facts.entries.insert("20200101000000".to_owned());
        facts.made.remove(&id(0));
        assert_eq!(surplus(&facts, 2), [id(1)]);
    }

    proptest! {
        #[test]
        fn the_live_release_stays_and_enough_good_ones(runs in prop::collection::vec(any::<bool>(), 0..12), keep in 1usize..6) {
            let facts = host(&runs);
            let gone = surplus(&facts, keep);
            prop_assert!(facts.live().is_none_or(|live| !gone.contains(&live)));
            let good = facts.good();
            let stay = good.iter().filter(|id| !gone.contains(id)).count();
            // The new release is one more; the live one stays even when only one is to be kept.
            prop_assert_eq!(stay, good.len().min((keep - 1).max(1)));
            prop_assert!(gone.iter().all(|id| facts.made.contains(id)));
        }
    }
}
