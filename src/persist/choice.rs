//! What is shared and what is code, each path with its reason.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::framework::docroots;
use super::name::{self, Verdict};
use super::tree::{Entry, Kind, Tree};
use super::{Framework, Reason, claim, found, path, settle, survey};
use crate::config::Shared;

/// Everything that the choice rests on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'s> {
    /// What recipes and deploy.yml say.
    pub shared: &'s Shared,
    /// What the application is built on.
    pub frameworks: &'s BTreeSet<Framework>,
    /// The release, before it is built.
    pub release: &'s Tree,
    /// What earlier deploys shared, on any host, and as what.
    pub recorded: &'s BTreeMap<String, Kind>,
    /// The directories that hosts have below `shared`, from there.
    pub found: &'s BTreeSet<String>,
    /// The directories of live releases into which the application wrote files of its own, from
    /// the top of the release.
    pub written: &'s BTreeSet<String>,
}

/// What is shared and what is code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// One for each path that was looked at, sorted by path.
    pub decisions: Vec<Decision>,
    /// The directories to be made in shared data before anything runs, sorted. Each lies in one
    /// that is linked.
    pub tree: Vec<String>,
    /// What a person should know, but nothing has to wait for.
    pub warnings: Vec<String>,
    /// What a person has to decide before anything can run.
    pub conflicts: Vec<Conflict>,
}

/// What becomes of one path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The path, from the top of the release.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Whether its content stays across releases.
    pub shared: bool,
    /// The shared directory that it lies in: that one is linked, this one is not.
    pub within: Option<String>,
    /// Why.
    pub reason: Reason,
}

/// Two things that cannot both be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The release ships something else in the place of what is shared.
    #[error(
        "`{path}` is shared as a {} ({reason}), but the release ships a {ships} there: rename it in the repository, or write `shared: {{ never: [{path}] }}`",
        Entry::from(*kind)
    )]
    Occupied {
        /// The path.
        path: String,
        /// As what it is shared.
        kind: Kind,
        /// Why it is shared.
        reason: Reason,
        /// What the release ships there.
        ships: Entry,
    },
    /// The release ships a file or a link where a directory must be.
    #[error(
        "`{path}` is shared ({reason}), but the release ships a {ships} at `{obstacle}`: rename it in the repository, or write `shared: {{ never: [{path}] }}`"
    )]
    Obstacle {
        /// The path.
        path: String,
        /// Why it is shared.
        reason: Reason,
        /// The directory that it would lie in.
        obstacle: String,
        /// What the release ships there.
        ships: Entry,
    },
    /// A directory is shared as a whole, with what is never to be shared.
    #[error(
        "`{path}` cannot be left out: `{outer}`, which it lies in, is shared as a whole ({reason}); write `never: [{outer}]` and list under `also` what is data in it, or take `{path}` from `never`"
    )]
    Inside {
        /// What is never to be shared.
        path: String,
        /// What is shared.
        outer: String,
        /// Why it is shared.
        reason: Reason,
    },
    /// All that the web server serves would be one shared directory.
    #[error(
        "`{path}` is what the web server serves, code included: shared, no later release would change it; share directories in it, or write `rule: all-public`"
    )]
    Docroot {
        /// The directory.
        path: String,
    },
}

impl Conflict {
    /// Returns the path that it is about.
    pub fn path(&self) -> &str {
        match self {
            Self::Occupied { path, .. }
            | Self::Obstacle { path, .. }
            | Self::Inside { path, .. }
            | Self::Docroot { path } => path,
        }
    }
}

impl Choice {
    /// Returns what is linked: no path of these lies in another.
    pub fn links(&self) -> impl Iterator<Item = &Decision> {
        self.decisions.iter().filter(|decision| decision.shared && decision.within.is_none())
    }

    /// Returns the directories that are linked.
    pub fn dirs(&self) -> impl Iterator<Item = &str> {
        self.of(Kind::Dir)
    }

    /// Returns the files that are linked.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.of(Kind::File)
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.links().filter(move |decision| decision.kind == kind).map(|decision| decision.path.as_str())
    }
}

/// Chooses what is shared. The same situation always gives the same choice.
pub fn choose(situation: &Situation<'_>) -> Choice {
    let mut draft = Draft::default();
    claim::claim(situation, &mut draft);
    survey::survey(situation, &mut draft);
    found::adopt(situation, &mut draft);
    explain(situation, &mut draft);
    settle::settle(situation, draft)
}

/// Gives what is shared because it was shared before the reason why it came to be shared, where that
/// can still be told: people read it long after the first deploy.
fn explain(situation: &Situation<'_>, draft: &mut Draft) {
    let is_recorded = |decision: &&mut Decision| decision.shared && decision.reason == Reason::Recorded;
    let recorded: Vec<_> = draft.decisions.values_mut().filter(is_recorded).collect();
    if recorded.is_empty() {
        return;
    }
    let mut first = Draft::default();
    let unrecorded = Situation { recorded: &BTreeMap::new(), ..*situation };
    claim::claim(&unrecorded, &mut first);
    survey::survey(&unrecorded, &mut first);
    let public = docroots(situation.frameworks, situation.release);
    for decision in recorded {
        let (folder, name) = path::split(&decision.path);
        // What the application made is judged by its name, and only where visitors see it.
        let is_public = decision.kind == Kind::Dir && public.iter().any(|root| path::is_within(folder, root));
        match (first.decisions.remove(&decision.path), name::judge(name)) {
            (Some(found), _) if found.shared => decision.reason = found.reason,
            (None, Verdict::Data(words)) if is_public => decision.reason = Reason::Name(words),
            _ => {}
        }
    }
}

/// A choice that is being made.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub decisions: BTreeMap<String, Decision>,
    pub warnings: Vec<String>,
    pub conflicts: Vec<Conflict>,
}

impl Draft {
    /// Shares a path that nothing has been decided about.
    pub fn share(&mut self, path: &str, kind: Kind, reason: Reason) {
        self.decide(path, kind, true, reason);
    }

    /// Leaves a path to the release, if nothing has been decided about it.
    pub fn leave(&mut self, path: &str, kind: Kind, reason: Reason) {
        self.decide(path, kind, false, reason);
    }

    fn decide(&mut self, path: &str, kind: Kind, shared: bool, reason: Reason) {
        let decision = Decision { path: path.to_owned(), kind, shared, within: None, reason };
        self.decisions.entry(path.to_owned()).or_insert(decision);
    }

    /// Returns the shared directory that a path is or lies in.
    pub fn holder(&self, path: &str) -> Option<&Decision> {
        let around = path::ancestors(path).chain([path]);
        around.filter_map(|path| self.decisions.get(path)).find(|decision| decision.shared)
    }

    /// Tells whether something below a path is shared.
    pub fn has_shared_below(&self, path: &str) -> bool {
        self.decisions.values().any(|decision| decision.shared && path::is_below(&decision.path, path))
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
