//! Which archives go. Pure.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::release::ReleaseId;

/// How many days dumps of deploys stay where nothing else is said.
pub const DAYS: u32 = 30;

/// Which archives stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All of them.
    All,
    /// The newest so many.
    Newest(usize),
    /// Those of the last so many days.
    Days(u32),
}

impl Keep {
    /// Takes what was asked for; a number counts before an age.
    pub fn of(count: Option<u32>, days: Option<u32>) -> Self {
        match (count, days) {
            (Some(count), _) => Self::Newest(usize::try_from(count).unwrap_or(usize::MAX)),
            (None, Some(days)) => Self::Days(days),
            (None, None) => Self::All,
        }
    }
}

/// Returns the archives that go, oldest first. `good` are those whose checksum is recorded: no other
/// is ever removed, and neither is the newest of them.
pub fn surplus(good: &BTreeSet<ReleaseId>, keep: Keep, now: Timestamp) -> Vec<ReleaseId> {
    let goes = |(age, id): (usize, &ReleaseId)| {
        let beyond = match keep {
            Keep::All => false,
            Keep::Newest(count) => age >= count,
            Keep::Days(days) => {
                now.duration_since(id.time()) > SignedDuration::from_hours(24 * i64::from(days))
            }
        };
        (age > 0 && beyond).then(|| id.clone())
    };
    let mut surplus: Vec<_> = good.iter().rev().enumerate().filter_map(goes).collect();
    surplus.reverse();
    surplus
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(keep: Keep, now: &str) -> String {
        let good: BTreeSet<ReleaseId> =
            (1..=5).map(|day| format!("2026010{day}120000").parse().unwrap()).collect();
        let gone = surplus(&good, keep, now.parse().unwrap());
        let stays = good.iter().filter(|id| !gone.contains(id));
        stays.map(|id| id.as_str()[7..8].to_owned()).collect()
    }

    #[test]
    fn the_newest_stay_by_count_or_by_age_and_one_always() {
        let now = "2026-01-05T13:00:00Z";
        assert_eq!(kept(Keep::All, now), "12345");
        assert_eq!(kept(Keep::Newest(2), now), "45");
        assert_eq!(kept(Keep::Newest(0), now), "5");
        assert_eq!(kept(Keep::Newest(9), now), "12345");
        assert_eq!(kept(Keep::Days(2), now), "45");
        assert_eq!(kept(Keep::Days(1), "2027-01-01T00:00:00Z"), "5");
        assert_eq!(kept(Keep::Days(1), "2025-01-01T00:00:00Z"), "12345", "a slow clock removes nothing");
    }
}
