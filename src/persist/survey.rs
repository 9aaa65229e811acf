//! The walk through what a web server serves: each directory is judged by the rule.

use super::choice::{Draft, Situation};
use super::framework::docroots;
use super::listing::Listing;
use super::name::{self, Verdict};
use super::tree::{Entry, Kind, Tree};
use super::{Framework, Reason, path, public};
use crate::config::Rule;

/// Decides about the public directories of the release, and of those that the application made.
pub(super) fn survey(situation: &Situation<'_>, draft: &mut Draft) {
    let mut tree = situation.release.clone();
    for path in situation.written {
        let is_free = tree.obstacle(path).is_none() && tree.get(path).is_none();
        if is_free {
            tree.insert(path, Entry::Dir);
        }
    }
    let listing = Listing::new(situation.shared);
    let mut survey = Survey { situation, listing, tree: &tree, draft };
    for docroot in docroots(situation.frameworks, situation.release) {
        if survey.draft.holder(docroot).is_none() {
            survey.folder(docroot);
            survey.files(docroot);
        }
    }
}

/// Returns the framework of whose releases each has this directory as its own.
pub(super) fn release_of(situation: &Situation<'_>, path: &str) -> Option<Framework> {
    let is_own = |framework: &&Framework| framework.never().iter().any(|own| path::is_within(path, own));
    situation.frameworks.iter().find(is_own).copied()
}

/// Returns a file of code that the release ships in a directory. An `index.php` only keeps
/// visitors from listing it.
pub(super) fn ships_code(tree: &Tree, folder: &str) -> Option<String> {
    let mut paths = tree.below(folder).into_iter().map(|(path, _)| path);
    paths.find(|path| public::is_program(path::split(path).1))
}

struct Survey<'a, 's> {
    situation: &'a Situation<'s>,
    listing: Listing<'s>,
    tree: &'a Tree,
    draft: &'a mut Draft,
}

impl Survey<'_, '_> {
    fn folder(&mut self, folder: &str) {
        for (name, entry) in self.tree.children(folder) {
            let path = path::join(folder, name);
            match entry {
                Entry::Dir => self.dir(&path, name),
                Entry::Link => self.link(&path, name),
                Entry::File => {}
            }
        }
    }

    fn dir(&mut self, path: &str, name: &str) {
        if let Some(decision) = self.draft.decisions.get(path) {
            // Whether it is shared whole or was left out: there is nothing in it to look for.
            if !decision.shared && !matches!(decision.reason, Reason::Never { .. }) {
                self.folder(path);
            }
            return;
        }
        if let Some(never) = self.listing.refuses(path) {
            return self.draft.leave(path, Kind::Dir, never);
        }
        if let Some(framework) = release_of(self.situation, path) {
            return self.draft.leave(path, Kind::Dir, Reason::Release(framework));
        }
        match name::judge(name) {
            Verdict::Asset(word) => self.draft.leave(path, Kind::Dir, Reason::Asset(word)),
            Verdict::Data(words) => self.data(path, words),
            Verdict::Code if name.starts_with('.') => self.draft.leave(path, Kind::Dir, Reason::Doubt),
            Verdict::Code => self.unnamed(path),
        }
    }

    /// A directory whose name says data.
    fn data(&mut self, path: &str, words: String) {
        let Some(file) = ships_code(self.tree, path) else {
            return self.draft.share(path, Kind::Dir, Reason::Name(words));
        };
        self.draft.warnings.push(format!(
            "{path} is named like data, but the release ships code in it ({file}), so it is not shared; \
             write `also: [{path}]` or `never: [{path}]` below `shared`"
        ));
        self.draft.leave(path, Kind::Dir, Reason::Ships(file));
        self.folder(path);
    }

    /// A directory whose name says nothing.
    fn unnamed(&mut self, path: &str) {
        match self.situation.shared.rule {
            Rule::AllPublic => match self.code_in(path) {
                None => return self.draft.share(path, Kind::Dir, Reason::AllPublic),
                Some(code) => self.draft.leave(path, Kind::Dir, Reason::Ships(code)),
            },
            Rule::Patterns => self.draft.leave(path, Kind::Dir, Reason::Doubt),
        }
        self.folder(path);
    }

    /// Returns something below a directory that each release brings anew.
    fn code_in(&self, folder: &str) -> Option<String> {
        let own = self.situation.frameworks.iter().flat_map(|framework| framework.never());
        let never = self.listing.never().iter().map(String::as_str);
        let listed = own.copied().chain(never).find(|path| path::is_below(path, folder));
        let is_code = |path: &str, entry: Entry| {
            let (_, name) = path::split(path);
            if entry == Entry::Dir { public::is_asset(name) } else { public::is_source(name) }
        };
        let shipped = || self.tree.below(folder).into_iter().find(|(path, entry)| is_code(path, *entry));
        listed.map(str::to_owned).or_else(|| shipped().map(|(path, _)| path))
    }

    /// A link, which no rule replaces.
    fn link(&mut self, path: &str, name: &str) {
        let is_candidate =
            self.situation.shared.rule == Rule::AllPublic || matches!(name::judge(name), Verdict::Data(_));
        if is_candidate {
            self.draft.leave(path, Kind::Dir, Reason::Occupied(Entry::Link));
        }
    }

    /// The files of a docroot. At the top of the application all files are code.
    fn files(&mut self, docroot: &str) {
        if self.situation.shared.rule != Rule::AllPublic || docroot.is_empty() {
            return;
        }
        for (name, _) in self.tree.children(docroot).filter(|(_, entry)| *entry == Entry::File) {
            let path = path::join(docroot, name);
            match self.listing.refuses(&path) {
                Some(never) => self.draft.leave(&path, Kind::File, never),
                None if public::is_code(name) => self.draft.leave(&path, Kind::File, Reason::Doubt),
                None => self.draft.share(&path, Kind::File, Reason::AllPublic),
            }
        }
    }
}
