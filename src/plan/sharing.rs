//! Which paths a release shares with the others, and how it is linked to them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::existing;
use super::inputs::{Inputs, Origin};
use crate::config::{Config, Shared};
use crate::facts::{self, Facts};
use crate::host::HostName;
use crate::persist::{self, Choice, Kind, Situation};

/// What the releases of a run share, the same on all hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sharing {
    /// What is shared and what is not, with reasons.
    pub choice: Choice,
    /// Directories of the release in which nobody looks for data.
    pub caches: Vec<String>,
}

/// A link from a release to shared data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The path in the release, from its top.
    pub path: String,
    /// What the link holds: relative, so that it stays right wherever the directory is seen.
    pub target: String,
}

impl Sharing {
    /// Returns what the releases of a run share.
    pub fn of(inputs: &Inputs<'_>) -> Self {
        Self::new(inputs.config, inputs.facts, inputs.source)
    }

    /// Returns what releases share, from what the user wrote, the hosts and what is released.
    pub fn new(config: &Config, facts: &BTreeMap<HostName, Facts>, source: &Origin) -> Self {
        let kind = |is_dir: &bool| if *is_dir { Kind::Dir } else { Kind::File };
        let facts = || facts.values();
        let recorded = facts().flat_map(|facts| &facts.recorded);
        let surveys = facts().filter_map(|facts| facts.survey.as_ref());
        let old = facts().flat_map(|facts| existing::directories(&config.docroot, facts));
        let choice = persist::choose(&Situation {
            shared: &config.shared,
            frameworks: &source.frameworks,
            release: &source.tree,
            recorded: &recorded.map(|(path, is_dir)| (path.clone(), kind(is_dir))).collect(),
            found: &facts().flat_map(|facts| facts.found.clone()).collect(),
            written: &surveys.flat_map(|survey| survey.written.clone()).chain(old).collect(),
        });
        let made = source.frameworks.iter().flat_map(|framework| framework.noise());
        let caches: BTreeSet<_> =
            config.shared.caches.iter().cloned().chain(made.map(|path| (*path).to_owned())).collect();
        Self { choice, caches: caches.into_iter().collect() }
    }

    /// Returns all paths that are linked.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.choice.dirs().chain(self.choice.files())
    }

    /// Tells whether a path is, or lies in, a shared one.
    pub fn holds(&self, path: &str) -> bool {
        let below = |shared: &str| {
            path.strip_prefix(shared).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.paths().any(below)
    }

    /// Returns the links of a release.
    pub fn links(&self) -> Vec<Link> {
        self.paths().map(|path| Link { target: target(path), path: path.to_owned() }).collect()
    }

    /// Returns the directories of a release that links are put into, from its top.
    pub fn parents(&self) -> BTreeSet<String> {
        let parent = |path: &str| path.rsplit_once('/').map_or(String::new(), |(dir, _)| dir.to_owned());
        self.paths().map(parent).collect()
    }
}

/// Returns the directories that the configuration shares.
pub fn dirs(shared: &Shared) -> Vec<String> {
    let all = shared.dirs.iter().chain(&shared.also);
    all.map(|path| clean(path)).filter(|path| !shared.never.contains(path)).collect()
}

/// Returns the files that the configuration shares.
pub fn files(shared: &Shared) -> Vec<String> {
    shared.files.iter().map(|path| clean(path)).collect()
}

/// Returns every path below `shared` that the probe must look at.
pub fn questions(shared: &Shared) -> Vec<String> {
    let mut paths = dirs(shared);
    paths.extend(shared.tree.iter().map(|path| clean(path)));
    paths.extend(files(shared));
    paths
}

/// Returns the given paths that the host does not have yet.
pub fn missing(paths: impl IntoIterator<Item = String>, facts: &Facts) -> Vec<String> {
    let missing = |path: &String| facts.in_shared.get(path).is_none_or(|kind| *kind == facts::Kind::Missing);
    paths.into_iter().filter(missing).collect()
}

/// Returns the directories of caches as `templates/survey.sh` takes them: prefixes, one a line.
pub fn noise(caches: &[String]) -> String {
    caches.iter().map(|path| format!("{}/", clean(path))).collect::<Vec<_>>().join("\n")
}

/// From `releases/<id>/<path>` to `shared/<path>`.
fn target(path: &str) -> String {
    let up = 2 + path.matches('/').count();
    format!("{}shared/{path}", "../".repeat(up))
}

fn clean(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persist::{Decision, Reason};

    #[test]
    fn links_climb_from_their_own_directory() {
        let text = str::to_owned;
        let decision = |path, kind| Decision {
            path: text(path),
            kind,
            shared: true,
            within: None,
            reason: Reason::Recorded,
        };
        let decisions = vec![
            decision("storage", Kind::Dir),
            decision("public/user uploads", Kind::Dir),
            decision(".env", Kind::File),
        ];
        let choice = Choice { decisions, ..Choice::default() };
        let sharing = Sharing { choice, caches: Vec::new() };
        assert!(sharing.holds("public/user uploads/a") && !sharing.holds("storages"));
        let links: Vec<_> = sharing.links().into_iter().map(|link| (link.path, link.target)).collect();
        let link = |path: &str, target: &str| (path.to_owned(), target.to_owned());
        assert_eq!(
            links,
            [
                link("storage", "../../shared/storage"),
                link("public/user uploads", "../../../shared/public/user uploads"),
                link(".env", "../../shared/.env"),
            ]
        );
        assert_eq!(sharing.parents(), BTreeSet::from([text(""), text("public")]));
    }
}
