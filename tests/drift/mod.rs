//! What people and the application write into releases, outside of what is shared: it is carried along
//! or kept, and never lost.
#![expect(clippy::disallowed_methods, reason = "hosts are given data, and looked at")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

mod disturbed;
mod large;
mod policy;
mod shared;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::harness::{Host, Lab};

/// Writes a file into what visitors see, as of an hour ago.
fn write(host: &Host, path: &str, text: &str) {
    write_at(&host.app("current").join(path), text);
    age(&host.app("current").join(path));
}

fn write_at(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn age(path: &Path) {
    let hour = Duration::from_secs(3600);
    fs::File::options().append(true).open(path).unwrap().set_modified(SystemTime::now() - hour).unwrap();
}

/// Returns what visitors see at a path; empty: nothing.
fn seen(host: &Host, path: &str) -> String {
    fs::read_to_string(host.app("current").join(path)).unwrap_or_default()
}

/// Returns the names of the archives in backups, and what they hold, as `NAME: PATH = CONTENT`.
fn kept(host: &Host) -> Vec<String> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(host.app("backups")).unwrap() {
        let path = entry.unwrap().path();
        let output = Command::new("tar").arg("-xzOf").arg(&path).output().unwrap();
        let listed = Command::new("tar").arg("-tzf").arg(&path).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let files: Vec<_> = listed.lines().filter(|line| !line.ends_with('/')).collect();
        let name = path.file_name().unwrap().to_str().unwrap();
        kept.push(format!(
            "{name}: {} = {}",
            files.join(" "),
            String::from_utf8(output.stdout).unwrap().trim()
        ));
    }
    kept.sort();
    kept
}

#[test]
fn a_stray_file_is_carried_along_with_its_mode_and_time() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    let names = ["-rf/it's \"a\" $(b).txt", "public/ünï/ß.txt", "a/b/c/d.txt", "odd\nname.txt"];
    for (name, mode) in names.into_iter().zip([0o600, 0o640, 0o700, 0o604]) {
        write(host, name, name);
        fs::set_permissions(host.app("current").join(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::set_permissions(host.app("current/a/b"), fs::Permissions::from_mode(0o750)).unwrap();
    symlink("no where", host.app("current/a link")).unwrap();
    let looks = |name: &str| {
        let metadata = fs::symlink_metadata(host.app("current").join(name)).unwrap();
        (metadata.permissions().mode(), metadata.modified().unwrap().elapsed().unwrap().as_secs() / 60)
    };
    let before: Vec<_> = names.iter().copied().chain(["a/b"]).map(|name| looks(name).0).collect();
    lab.run(&["run", "test"]).exits(0);
    lab.run(&["run", "test"]).exits(0);
    let after: Vec<_> = names.iter().copied().chain(["a/b"]).map(|name| looks(name).0).collect();
    assert_eq!(after, before);
    for name in names {
        assert_eq!(seen(host, name), name);
        assert_eq!(looks(name).1, 60, "{name}");
    }
    assert_eq!(fs::read_link(host.app("current/a link")).unwrap().to_str(), Some("no where"));
    assert_eq!(kept(host), Vec::<String>::new());
    lab.is_tidy();
}

#[test]
fn a_shipped_file_that_was_edited_is_replaced_and_kept_in_an_archive() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    write(host, "src/a.php", "<?php // edited on the host\n");
    let id = lab.run(&["run", "test"]).exits(0).plan().release.to_string();
    assert_eq!(seen(host, "src/a.php"), "<?php\n");
    let archive = format!("drift-{id}.tar.gz: ./src/a.php = <?php // edited on the host");
    assert_eq!(kept(host), std::slice::from_ref(&archive));
    // Neither the next deploy nor the removal of the old release keeps it again.
    lab.configure("keep_releases: 1\n");
    lab.run(&["run", "test"]).exits(0);
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(kept(host), [archive]);
}

#[test]
fn a_release_that_ships_a_file_where_a_stray_one_is_gets_its_own_and_the_other_is_kept() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    write(host, "notes.txt", "the user's");
    write(host, "data/inner.txt", "below what becomes a file");
    write(host, "folder", "where a folder comes");
    lab.write("site/notes.txt", "the vendor's");
    lab.write("site/data", "the vendor's");
    lab.write("site/folder/a.txt", "the vendor's");
    let id = lab.run(&["run", "test"]).exits(0).plan().release.to_string();
    for path in ["notes.txt", "data", "folder/a.txt"] {
        assert_eq!(seen(host, path), "the vendor's", "{path}");
    }
    let kept = kept(host);
    assert_eq!(kept.len(), 1);
    let (name, files) = kept[0].split_once(": ").unwrap();
    assert_eq!(name, format!("drift-{id}.tar.gz"));
    for text in ["the user's", "below what becomes a file", "where a folder comes"] {
        assert!(files.contains(text), "{files}");
    }
}

#[test]
fn names_that_differ_in_case_alone_are_different_files() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    write(host, "Notes.txt", "one");
    write(host, "notes.txt", "two");
    write(host, "src/A.php", "not the shipped one");
    write(host, "public/Uploads/photo.jpg", "not in shared data");
    lab.run(&["run", "test"]).exits(0);
    let now = ["Notes.txt", "notes.txt", "src/A.php", "src/a.php", "public/uploads/photo.jpg"];
    let now = now.map(|path| seen(host, path));
    assert_eq!(now, ["one", "two", "not the shipped one", "<?php\n", "a photo on web1\n"]);
    assert_eq!(seen(host, "public/Uploads/photo.jpg"), "not in shared data");
}

#[test]
fn a_file_that_was_deleted_does_not_come_back_when_old_releases_go() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure("keep_releases: 1\n");
    for name in ["plain.txt", "odd\nname.txt"] {
        write(host, name, "of the first release");
    }
    lab.run(&["run", "test"]).exits(0);
    for name in ["plain.txt", "odd\nname.txt"] {
        fs::remove_file(host.app("current").join(name)).unwrap();
    }
    lab.run(&["run", "test"]).exits(0);
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(["plain.txt", "odd\nname.txt"].map(|name| seen(host, name)), ["", ""]);
    assert_eq!(host.releases().len(), 2);
}
