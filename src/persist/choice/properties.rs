//! What holds for every choice.

use proptest::prelude::*;

use super::*;
use crate::config::Rule;
use crate::persist::path;

/// Everything that a situation borrows.
#[derive(Clone, Debug)]
struct World {
    shared: Shared,
    frameworks: BTreeSet<Framework>,
    release: Tree,
    recorded: BTreeMap<String, Kind>,
    found: BTreeSet<String>,
    written: BTreeSet<String>,
}

impl World {
    fn choose(&self) -> Choice {
        let Self { shared, frameworks, release, recorded, found, written } = self;
        choose(&Situation { shared, frameworks, release, recorded, found, written })
    }
}

fn some_path() -> impl Strategy<Value = String> {
    let names = [
        "public", "uploads", "Uploads", "media", "css", "shop", "storage", "var", "cache", "log", "a.php",
        "a b",
    ];
    let inside = prop::collection::vec(prop::sample::select(names.to_vec()), 0..3);
    let top = prop::sample::select(vec!["public", "public", "public", "storage", "var", "wp-content", "web"]);
    (top, inside).prop_map(|(top, rest)| [vec![top], rest].concat().join("/"))
}

fn paths() -> impl Strategy<Value = BTreeSet<String>> {
    // Hosts are not trusted: some of what they say are no paths at all.
    let any = prop_oneof![9 => some_path(), 1 => "[./a\n]{0,6}"];
    prop::collection::btree_set(any, 0..5)
}

fn list() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(some_path(), 0..3)
}

fn shared() -> impl Strategy<Value = Shared> {
    let rule = prop_oneof![Just(Rule::Patterns), Just(Rule::AllPublic)];
    (list(), list(), list(), list(), list(), rule).prop_map(|(files, dirs, also, never, tree, rule)| Shared {
        files,
        dirs,
        also,
        never,
        tree,
        rule,
        ..Shared::default()
    })
}

fn world() -> impl Strategy<Value = World> {
    let entry = prop_oneof![6 => Just(Entry::Dir), 2 => Just(Entry::File), 1 => Just(Entry::Link)];
    let release = prop::collection::vec((some_path(), entry), 0..12)
        .prop_map(|entries| entries.into_iter().filter(|(path, _)| path.contains('/')).collect::<Tree>());
    let frameworks = prop::sample::subsequence(
        vec![Framework::Laravel, Framework::Symfony, Framework::WordPress, Framework::Next],
        0..3,
    );
    let recorded = paths().prop_map(|paths| paths.into_iter().map(|path| (path, Kind::Dir)).collect());
    (shared(), frameworks, release, recorded, paths(), paths()).prop_map(
        |(shared, frameworks, release, recorded, found, written)| {
            let frameworks = frameworks.into_iter().collect();
            World { shared, frameworks, release, recorded, found, written }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_situation_gives_the_same_choice(world in world()) {
        prop_assert_eq!(world.choose(), world.clone().choose());
    }

    #[test]
    fn every_path_is_inside_the_release_and_decided_once(world in world()) {
        let choice = world.choose();
        let paths: Vec<&str> = choice.decisions.iter().map(|decision| decision.path.as_str()).collect();
        prop_assert!(paths.is_sorted() && paths.windows(2).all(|two| two[0] != two[1]));
        for path in paths.into_iter().chain(choice.tree.iter().map(String::as_str)) {
            prop_assert!(path::is_inside(path), "{path:?}");
        }
    }

    #[test]
    fn no_link_lies_in_another_and_all_else_lies_in_one(world in world()) {
        let choice = world.choose();
        let dirs: Vec<&str> = choice.dirs().collect();
        for link in choice.links() {
            prop_assert!(!dirs.iter().any(|dir| path::is_below(&link.path, dir)), "{}", link.path);
        }
        let inner = choice.decisions.iter().filter(|decision| decision.within.is_some());
        for path in inner.map(|decision| &decision.path).chain(&choice.tree) {
            prop_assert!(dirs.iter().any(|dir| path::is_below(path, dir)), "{path}");
        }
    }

    #[test]
    fn no_link_takes_the_place_of_a_file_or_a_link_of_the_release(world in world()) {
        for link in world.choose().links() {
            let ships = world.release.get(&link.path);
            prop_assert!(ships.is_none_or(|ships| ships == Entry::from(link.kind)), "{}", link.path);
            prop_assert_eq!(world.release.obstacle(&link.path), None);
        }
    }

    #[test]
    fn what_is_never_shared_is_in_no_link_unless_a_closer_list_wants_it_or_a_person_is_asked(world in world()) {
        let choice = world.choose();
        let shared = &world.shared;
        for never in &shared.never {
            for link in choice.links() {
                let wants = |path: &&String| {
                    path.len() > never.len() && path::is_within(&link.path, path)
                };
                let is_wanted = [&shared.files, &shared.dirs, &shared.also].into_iter().flatten().any(|path| wants(&path));
                prop_assert!(!path::is_within(&link.path, never) || is_wanted, "{} in {never}", link.path);
                let is_asked = choice.conflicts.iter().any(
                    |conflict| matches!(conflict, Conflict::Inside { path, outer, .. } if path == never && *outer == link.path)
                );
                prop_assert!(!path::is_below(never, &link.path) || is_asked, "{never} in {}", link.path);
            }
        }
    }

    #[test]
    fn once_shared_always_shared_or_a_person_is_asked(before in world(), after in shared()) {
        let links: BTreeMap<String, Kind> =
            before.choose().links().map(|link| (link.path.clone(), link.kind)).collect();
        // The release, the framework and the hosts are the same; the rules are any others but `never`.
        let after = Shared { never: Vec::new(), files: Vec::new(), ..after };
        let choice = World { shared: after, recorded: links.clone(), ..before }.choose();
        for path in links.keys() {
            // What was a file and is now listed as a directory cannot be both.
            if choice.conflicts.iter().any(|conflict| conflict.path() == path) {
                continue;
            }
            let decision = choice.decisions.iter().find(|decision| decision.path == *path).unwrap();
            prop_assert!(decision.shared, "{}: {}", path, decision.reason);
            prop_assert!(choice.links().any(|link| path::is_within(path, &link.path)), "{path}");
        }
    }
}
