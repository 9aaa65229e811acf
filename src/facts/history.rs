//! What the runs on a host have recorded, and what follows from it: which releases were live, in
//! which order. Modification times are never looked at.

use serde::{Deserialize, Serialize};

use crate::release::ReleaseId;

/// One run, as a line of `.deployer/history.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The release that the run was about.
    pub id: ReleaseId,
    /// `deploy`, `rollback` or `restore`: the last is about shared data, its id is that of the run.
    pub kind: String,
    /// `deployed`, `restored` or `undone`.
    pub outcome: String,
    /// The release that was live before.
    #[serde(default)]
    pub previous: Option<ReleaseId>,
    /// The commit of the release.
    #[serde(default)]
    pub commit: Option<String>,
    /// The branch or tag that was asked for.
    #[serde(default)]
    pub reference: String,
    /// The first line of the commit's message.
    #[serde(default)]
    pub subject: String,
    /// Who ran it, and on which machine.
    #[serde(default)]
    pub by: String,
    /// When it ended, in UTC by the host's clock.
    #[serde(default)]
    pub at: String,
    /// How long it took.
    #[serde(default)]
    pub seconds: u64,
}

/// All recorded runs, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History(Vec<Entry>);

impl History {
    /// Adds a run.
    pub fn push(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    /// Returns the runs, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// Returns the releases that runs made live.
    pub fn deployed(&self) -> impl Iterator<Item = &ReleaseId> {
        self.0
            .iter()
            .filter(|entry| entry.outcome == "deployed")
            .flat_map(|entry| entry.previous.iter().chain([&entry.id]))
    }

    /// Returns the releases on the way to the live one, which is last.
    ///
    /// A deploy adds its release; a rollback goes back along the way, so that what it left behind
    /// (it was bad) is not what the next rollback goes to.
    pub fn trail(&self, live: Option<&ReleaseId>) -> Vec<ReleaseId> {
        let mut trail: Vec<ReleaseId> = Vec::new();
        for entry in self.0.iter().filter(|entry| entry.outcome == "deployed") {
            // A release can be live without a record: its run was killed right after the switch.
            if let Some(previous) = &entry.previous {
                reach(&mut trail, previous);
            }
            reach(&mut trail, &entry.id);
        }
        if let Some(live) = live {
            reach(&mut trail, live);
        }
        trail
    }
}

/// Makes a release the end of the trail: by going back to it, or by adding it.
fn reach(trail: &mut Vec<ReleaseId>, id: &ReleaseId) {
    match trail.iter().position(|seen| seen == id) {
        Some(place) => trail.truncate(place + 1),
        None => trail.push(id.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(second: u32) -> ReleaseId {
        format!("202601020304{second:02}").parse().unwrap()
    }

    fn run(history: &mut History, kind: &str, outcome: &str, previous: Option<u32>, second: u32) {
        history.push(Entry {
            id: id(second),
            kind: kind.to_owned(),
            outcome: outcome.to_owned(),
            previous: previous.map(id),
            commit: None,
            reference: String::new(),
            subject: String::new(),
            by: String::new(),
            at: String::new(),
            seconds: 1,
        });
    }

    #[test]
    fn a_second_rollback_goes_further_back_and_not_forward_again() {
        let mut history = History::default();
        run(&mut history, "deploy", "deployed", None, 1);
        run(&mut history, "deploy", "deployed", Some(1), 2);
        run(&mut history, "deploy", "deployed", Some(2), 3);
        run(&mut history, "rollback", "deployed", Some(3), 2);
        assert_eq!(history.trail(Some(&id(2))), [id(1), id(2)]);
        run(&mut history, "deploy", "deployed", Some(2), 4);
        assert_eq!(history.trail(Some(&id(4))), [id(1), id(2), id(4)]);
    }

    #[test]
    fn undone_runs_never_count() {
        let mut history = History::default();
        run(&mut history, "deploy", "deployed", None, 1);
        run(&mut history, "deploy", "undone", Some(1), 2);
        assert_eq!(history.trail(Some(&id(1))), [id(1)]);
        assert_eq!(history.deployed().collect::<Vec<_>>(), [&id(1)]);
    }

    #[test]
    fn a_release_whose_run_was_killed_after_the_switch_is_on_the_trail() {
        let mut history = History::default();
        run(&mut history, "deploy", "deployed", None, 1);
        assert_eq!(history.trail(Some(&id(2))), [id(1), id(2)]);
        run(&mut history, "deploy", "deployed", Some(2), 3);
        assert_eq!(history.trail(Some(&id(3))), [id(1), id(2), id(3)]);
    }
}
