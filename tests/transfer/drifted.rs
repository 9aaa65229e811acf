//! Files of the live release that are not as they were shipped: whoever changed them, they are sent.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{large, sent};
use crate::harness::{Host, Lab};

fn is_as_released(lab: &Lab, host: &Host) {
    for number in 0..20 {
        let path = host.app(&format!("current/vendor/acme/{number}.php"));
        let metadata = fs::symlink_metadata(&path).unwrap();
        assert!(metadata.is_file(), "{number}");
        assert_eq!(metadata.permissions().mode() & 0o7777, 0o644, "{number}");
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("<?php // {number}\n"));
    }
    lab.is_tidy();
}

#[test]
fn a_file_of_the_same_size_and_time_with_other_content_is_sent_again() {
    let lab = large(&["web1"]);
    let host = &lab.hosts[0];
    let path = host.app("current/vendor/acme/7.php");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "<?php // X\n").unwrap();
    fs::File::options().append(true).open(&path).unwrap().set_modified(modified).unwrap();
    lab.page("version 2");
    let outcome = lab.run(&["run", "test"]).exits(0);
    is_as_released(&lab, host);
    assert_eq!(
        outcome.output("upload", Some("web1")),
        ["sent once more, for they are not there as they were shipped: vendor/acme/7.php"]
    );
    assert_eq!(sent(&outcome, host).1.unwrap().there, 22);
}

#[test]
fn what_was_edited_removed_or_replaced_by_a_link_is_sent_again() {
    let lab = large(&["web1"]);
    let host = &lab.hosts[0];
    let path = |number: u32| host.app(&format!("current/vendor/acme/{number}.php"));
    fs::write(path(1), "<?php // edited in the panel\n").unwrap();
    fs::remove_file(path(2)).unwrap();
    fs::remove_file(path(3)).unwrap();
    symlink("/etc/passwd", path(3)).unwrap();
    fs::set_permissions(path(4), fs::Permissions::from_mode(0o600)).unwrap();
    lab.page("version 2");
    let outcome = lab.run(&["run", "test"]).exits(0);
    is_as_released(&lab, host);
    // A mode is put right without sending anything.
    assert_eq!(sent(&outcome, host).1.unwrap().there, 20);
}

#[test]
fn nothing_is_copied_from_behind_a_link() {
    let lab = large(&["web1"]);
    let host = &lab.hosts[0];
    let elsewhere = host.home("elsewhere");
    fs::rename(host.app("current/vendor"), &elsewhere).unwrap();
    fs::write(elsewhere.join("acme/secret"), "a user's\n").unwrap();
    symlink(&elsewhere, host.app("current/vendor")).unwrap();
    lab.page("version 2");
    lab.run(&["run", "test"]).exits(0);
    assert!(fs::symlink_metadata(host.app("current/vendor")).unwrap().is_dir());
    assert!(!host.app("current/vendor/acme/secret").exists());
    assert!(elsewhere.join("acme/secret").exists());
    is_as_released(&lab, host);
}
