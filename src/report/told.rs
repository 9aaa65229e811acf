//! Who is told how a run goes: kinds and moments, never addresses.

use super::groups::grouped;
use crate::notify::Notifications;

/// Returns a line for each group that is told of the same, as `slack, webhook   deployed, undone, stuck`.
pub fn lines(to: &Notifications) -> Vec<String> {
    let groups = grouped(to.named().map(|(name, to)| {
        let moments: Vec<&str> = to.on.iter().map(|moment| moment.as_str()).collect();
        (moments.join(", "), name)
    }));
    let names: Vec<(String, String)> =
        groups.into_iter().map(|(moments, names)| (names.join(", "), moments)).collect();
    let width = names.iter().map(|(names, _)| names.len()).max().unwrap_or_default();
    names.into_iter().map(|(names, moments)| format!("{names:width$}   {moments}")).collect()
}
