//! Where an old site has the data that releases share: pure, from the facts.

use std::collections::{BTreeMap, BTreeSet};

use super::sharing::{Sharing, missing};
use crate::facts::{Facts, Kind};

/// Maps the shared paths that a host lacks to the files and directories of its old site, absolute.
///
/// They are to be copied, never moved. A path of the docroot may lie in the served directory itself:
/// `public/uploads` is `public_html/uploads` there. Nothing is found on a host that has a release.
pub fn sources(sharing: &Sharing, docroot: &str, facts: &Facts) -> BTreeMap<String, String> {
    if facts.live().is_some() {
        return BTreeMap::new();
    }
    let lacking = |paths: Vec<String>| missing(paths, facts);
    let dirs = lacking(sharing.choice.dirs().map(str::to_owned).collect());
    let files = lacking(sharing.choice.files().map(str::to_owned).collect());
    let of_kind = |paths: Vec<String>, kinds: &'static [Kind]| {
        paths.into_iter().filter_map(|path| Some((path.clone(), source(&path, docroot, kinds, facts)?)))
    };
    of_kind(dirs, &[Kind::Dir, Kind::ReadOnly]).chain(of_kind(files, &[Kind::File])).collect()
}

/// Returns the directories of the old site's docroot, as paths of a release: the application wrote
/// there, and their names tell what.
pub fn directories(docroot: &str, facts: &Facts) -> BTreeSet<String> {
    if facts.live().is_some() {
        return BTreeSet::new();
    }
    let inner = format!("{docroot}/");
    let paths = facts.existing.paths.iter();
    let dirs: Vec<&String> = paths.filter(|(_, kind)| is_dir(**kind)).map(|(path, _)| path).collect();
    let below = |root: &str| -> Vec<String> {
        dirs.iter().filter_map(|path| Some(path.strip_prefix(root)?.strip_prefix('/')?.to_owned())).collect()
    };
    let served = facts.docroot.as_ref().filter(|docroot| docroot.target.is_none() && !docroot.stub);
    let served = served.map_or_else(Vec::new, |served| below(&served.path));
    // The whole application was put there, or only what is to be served.
    let is_application = served.iter().any(|path| path == docroot || path == "vendor");
    let served = served.into_iter().map(|path| if is_application { path } else { format!("{inner}{path}") });
    let of_application = facts.existing.root.as_deref().map_or_else(Vec::new, below);
    served.chain(of_application).filter(|path| path.starts_with(&inner)).collect()
}

/// Says what is taken over.
pub fn told(sources: &BTreeMap<String, String>) -> Option<String> {
    if sources.is_empty() {
        return None;
    }
    let paths: Vec<_> = sources.values().map(String::as_str).collect();
    Some(format!(
        "{}: to be copied from the old site to shared/; the originals stay as they are",
        paths.join(", ")
    ))
}

fn is_dir(kind: Kind) -> bool {
    matches!(kind, Kind::Dir | Kind::ReadOnly)
}

/// Returns the place of one path in the old site.
fn source(path: &str, docroot: &str, kinds: &[Kind], facts: &Facts) -> Option<String> {
    let inner = path.strip_prefix(docroot).and_then(|rest| rest.strip_prefix('/'));
    // The host keeps that itself, in whatever is served.
    if inner.unwrap_or(path) == ".well-known" {
        return None;
    }
    let served = facts.docroot.as_ref().filter(|docroot| docroot.target.is_none() && !docroot.stub);
    let roots = facts.existing.root.as_deref().into_iter().chain(served.map(|docroot| docroot.path.as_str()));
    let places = roots
        .flat_map(|root| [Some(path), inner].into_iter().flatten().map(move |path| format!("{root}/{path}")));
    places.into_iter().find(|place| facts.existing.paths.get(place).is_some_and(|kind| kinds.contains(kind)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Shared;
    use crate::facts::docroot::Docroot;
    use crate::facts::existing::Existing;
    use crate::persist::{self, Situation};

    fn sharing() -> Sharing {
        let list = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        let shared = Shared {
            dirs: list(&["storage", "public/uploads", "public/media", "public/.well-known"]),
            files: list(&[".env"]),
            ..Shared::default()
        };
        let choice = persist::choose(&Situation {
            shared: &shared,
            frameworks: &BTreeSet::new(),
            release: &Default::default(),
            recorded: &BTreeMap::new(),
            found: &BTreeSet::new(),
            written: &BTreeSet::new(),
        });
        Sharing { choice, caches: Vec::new() }
    }

    fn found(root: Option<&str>, paths: &[(&str, Kind)]) -> Facts {
        let paths = paths.iter().map(|(path, kind)| ((*path).to_owned(), *kind)).collect();
        let docroot =
            Docroot { path: "/home/ana/public_html".to_owned(), kind: Kind::Dir, ..Docroot::default() };
        Facts {
            docroot: Some(docroot),
            existing: Existing { root: root.map(str::to_owned), paths },
            ..Facts::default()
        }
    }

    fn listed(facts: &Facts) -> Vec<String> {
        let sources = sources(&sharing(), "public", facts);
        sources.iter().map(|(path, source)| format!("{path} {source}")).collect()
    }

    #[test]
    fn an_application_in_the_served_directory_is_found_whichever_way_it_was_put_there() {
        let facts = found(
            None,
            &[
                ("/home/ana/public_html/.env", Kind::File),
                ("/home/ana/public_html/storage", Kind::Dir),
                ("/home/ana/public_html/public/uploads", Kind::Dir),
                ("/home/ana/public_html/media", Kind::ReadOnly),
                ("/home/ana/public_html/.well-known", Kind::Dir),
            ],
        );
        assert_eq!(
            listed(&facts),
            [
                ".env /home/ana/public_html/.env",
                "public/media /home/ana/public_html/media",
                "public/uploads /home/ana/public_html/public/uploads",
                "storage /home/ana/public_html/storage",
            ]
        );
    }

    #[test]
    fn the_application_s_own_directory_comes_first_and_kinds_must_fit() {
        let facts = found(
            Some("/home/ana/laravel"),
            &[
                ("/home/ana/laravel/.env", Kind::File),
                ("/home/ana/laravel/storage", Kind::File),
                ("/home/ana/public_html/.env", Kind::File),
                ("/home/ana/public_html/uploads", Kind::Dir),
            ],
        );
        assert_eq!(
            listed(&facts),
            [".env /home/ana/laravel/.env", "public/uploads /home/ana/public_html/uploads"]
        );
    }

    #[test]
    fn nothing_is_taken_for_what_is_shared_already_or_once_a_release_is_live() {
        let place = [("/home/ana/public_html/storage", Kind::Dir)];
        let mut facts = found(None, &place);
        facts.in_shared.insert("storage".to_owned(), Kind::Dir);
        assert_eq!(listed(&facts), Vec::<String>::new());
        let live = Facts { target: Some("releases/20260102030405".to_owned()), ..found(None, &place) };
        assert_eq!(listed(&live), Vec::<String>::new());
    }
}
