//! Releases that share the files of `vendor/`.

use std::fs;
use std::os::unix::fs::MetadataExt;

use super::{large, sent};
use crate::harness::Tree;

const LINKED: &str = "package: { unchanged: hardlink }\n";

#[test]
fn what_composer_installed_is_linked_and_nothing_else() {
    let lab = large(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(LINKED);
    lab.page("version 2");
    let old = host.app(&format!("releases/{}", host.live()));
    let outcome = lab.run(&["run", "test"]).exits(0);
    assert!(sent(&outcome, host).0 < 3000);
    let inode = |path| fs::metadata(path).unwrap().ino();
    assert_eq!(inode(host.app("current/vendor/acme/1.php")), inode(old.join("vendor/acme/1.php")));
    assert_ne!(inode(host.app("current/src/a.php")), inode(old.join("src/a.php")));
    lab.is_tidy();
}

#[test]
fn an_older_release_does_not_change_by_what_later_ones_ship() {
    let lab = large(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(LINKED);
    // Changed on the host in a way that only the content tells.
    let path = host.app("current/vendor/acme/7.php");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "<?php // X\n").unwrap();
    fs::File::options().append(true).open(&path).unwrap().set_modified(modified).unwrap();
    let first = host.app(&format!("releases/{}", host.live()));
    let before = Tree::of(&first, &[]);
    lab.write("site/vendor/acme/1.php", "<?php // another version\n");
    fs::remove_file(lab.path("project/site/vendor/acme/2.php")).unwrap();
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(Tree::of(&first, &[]), before);
    let read = |number: u32| fs::read_to_string(host.app(&format!("current/vendor/acme/{number}.php")));
    assert_eq!(read(1).unwrap(), "<?php // another version\n");
    assert!(read(2).is_err());
    assert_eq!(read(7).unwrap(), "<?php // 7\n");
    lab.is_tidy();
}

#[test]
fn a_release_that_was_changed_through_a_later_one_does_not_go_live_again() {
    let lab = large(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(LINKED);
    lab.page("version 2");
    lab.run(&["run", "test"]).exits(0);
    let old = host.releases()[0].clone();
    // In place, as no installer of packages does it.
    fs::write(host.app("current/vendor/acme/1.php"), "<?php // changed in both\n").unwrap();
    let outcome = lab.run(&["rollback", "test"]).exits(1);
    let told = outcome.output("examine", Some("web1"));
    assert!(told[0].ends_with(&format!("{old}/./vendor/acme/1.php")), "{told:?}");
    assert_eq!(lab.pages(), ["version 2"]);
    lab.is_tidy();
    // Removed and written anew it is this release's alone.
    let other = host.app("current/vendor/acme/2.php");
    fs::write(host.app("current/vendor/acme/1.php"), "<?php // 1\n").unwrap();
    fs::remove_file(&other).unwrap();
    fs::write(&other, "<?php // changed in one\n").unwrap();
    lab.run(&["rollback", "test"]).exits(0);
    assert_eq!(lab.pages(), ["version 1"]);
}
