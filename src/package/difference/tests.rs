//! What travels for a second release.

use super::*;
use crate::package::listing::Item;
use crate::package::tree::{Entry, Kind};

fn listing(files: &[(&str, &str)], mtime: i64) -> Listing {
    let entry = |(path, content): &(&str, &str)| Entry {
        path: (*path).to_owned(),
        kind: match *content {
            "/" => Kind::Folder,
            content => match content.strip_prefix("-> ") {
                Some(target) => Kind::Link { target: target.to_owned() },
                None => Kind::Generated(content.as_bytes().to_vec()),
            },
        },
    };
    let items = files.iter().map(|file| Item::read(entry(file), mtime).unwrap()).collect();
    Listing { items }
}

fn manifest(files: &[(&str, &str)], mtime: i64) -> Manifest {
    Difference::new(&listing(files, mtime), None, &BTreeSet::new()).manifest
}

const OLD: [(&str, &str); 7] = [
    ("a", "the same"),
    ("b", "one"),
    ("c", "/"),
    ("c/gone", "x"),
    ("link", "-> a"),
    ("storage", "/"),
    ("storage/x", "demo"),
];
const NEW: [(&str, &str); 7] = [
    ("a", "the same"),
    ("b", "two"),
    ("back\\slash", "x"),
    ("c", "a file now"),
    ("link", "-> b"),
    ("storage", "/"),
    ("storage/x", "demo"),
];

fn travelling(difference: &Difference) -> Vec<&str> {
    difference.travels.iter().map(|&place| difference.manifest.entries[place].path()).collect()
}

#[test]
fn what_the_host_has_keeps_its_time_and_does_not_travel() {
    let base = manifest(&OLD, 1);
    let apart = BTreeSet::from(["storage".to_owned()]);
    let difference = Difference::new(&listing(&NEW, 2), Some(&base), &apart);
    assert_eq!(travelling(&difference), ["b", "back\\slash", "c", "link", "storage/x"]);
    let times = difference.manifest.entries.iter().filter_map(|entry| match entry {
        Shipped::File { path, mtime, .. } => Some((path.as_str(), *mtime)),
        _ => None,
    });
    let expected = [("a", 1), ("b", 2), ("back\\slash", 2), ("c", 2), ("storage/x", 1)];
    assert_eq!(times.collect::<Vec<_>>(), expected);
    assert_eq!(difference.there(), 1);
    let kinds: Vec<_> =
        difference.lines.lines().map(|line| (&line[..1], line.rsplit('/').next().unwrap())).collect();
    assert_eq!(
        kinds,
        [("f", "b"), ("f", "back\\slash"), ("f", "c"), ("l", "link"), ("=", "x"), ("-", "gone")]
    );
}

#[test]
fn nothing_travels_for_a_release_that_is_the_same() {
    let base = manifest(&NEW, 1);
    let difference = Difference::new(&listing(&NEW, 2), Some(&base), &BTreeSet::new());
    assert_eq!((travelling(&difference), difference.lines.as_str()), (vec![], ""));
    assert_eq!(difference.sha256, hex(&Sha256::digest(base.to_text())));
}

#[test]
fn without_a_base_everything_travels() {
    let difference = Difference::new(&listing(&NEW, 2), None, &BTreeSet::from(["storage".to_owned()]));
    assert_eq!(difference.travels.len(), NEW.len());
    assert_eq!(difference.lines, difference.manifest.to_text());
}

#[test]
fn what_a_host_finds_wrong_is_looked_up_by_its_name() {
    let difference = Difference::new(&listing(&NEW, 2), None, &BTreeSet::new());
    let paths = ["./c".to_owned(), "./stranger".to_owned(), "./storage/x".to_owned()];
    assert_eq!(difference.places(&paths), (vec![3, 6], vec!["stranger"]));
}
