//! Walking real trees.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use tempfile::TempDir;

use super::*;
use crate::package::sample::Sample;

fn tree(files: &[&str]) -> TempDir {
    let tree = tempfile::tempdir().unwrap();
    for path in files {
        let path = tree.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    tree
}

fn paths(tree: &TempDir, exclude: &[&str]) -> Result<Vec<String>, PackError> {
    let exclude: Vec<String> = exclude.iter().map(|&line| line.to_owned()).collect();
    Ok(walk(tree.path(), &exclude)?.into_iter().map(|entry| entry.path).collect())
}

#[test]
fn paths_are_sorted_and_folders_stand_before_what_they_hold() {
    let tree = tree(&[
        "b/c",
        "b-a",
        "a",
        "B",
        "é",
        "-rf",
        "$(x) '\"/y",
        "vendor/x/.deployignore",
        "vendor/x/tests/t",
    ]);
    fs::create_dir_all(tree.path().join("empty/.git/objects")).unwrap();
    fs::write(tree.path().join("vendor/x/.deployignore"), "tests\n").unwrap();
    let expected = [
        "$(x) '\"",
        "$(x) '\"/y",
        "-rf",
        "B",
        "a",
        "b",
        "b-a",
        "b/c",
        "empty",
        "vendor",
        "vendor/x",
        "vendor/x/tests",
        "vendor/x/tests/t",
        "é",
    ];
    assert_eq!(paths(&tree, &[]).unwrap(), expected);
}

#[test]
fn the_rules_of_a_folder_hold_below_it() {
    let tree = tree(&["a/x.log", "a/b/x.log", "c/x.log", "d/keep/y", "tests/t"]);
    fs::write(tree.path().join("a/.deployignore"), "*.log\n").unwrap();
    fs::write(tree.path().join(".deployignore"), "/d/keep\n!/tests/\n").unwrap();
    assert_eq!(paths(&tree, &[]).unwrap(), ["a", "a/b", "c", "c/x.log", "d", "tests", "tests/t"]);
    fs::write(tree.path().join("c/.deployignore"), "[\n").unwrap();
    assert_eq!(paths(&tree, &[]).unwrap_err().to_string().split(": ").next(), Some("c/.deployignore:1"));
}

#[test]
fn a_hot_file_is_refused_unless_it_stays_behind() {
    let tree = tree(&["public/hot", "artisan"]);
    assert!(matches!(paths(&tree, &[]), Err(PackError::Hot)));
    assert_eq!(paths(&tree, &["public/hot"]).unwrap(), ["artisan", "public"]);
}

#[test]
fn names_that_cannot_be_carried_are_refused_unless_they_stay_behind() {
    for name in [&b"a\nb"[..], b"a\rb", b"caf\xe9"] {
        let tree = tree(&["ok"]);
        fs::write(tree.path().join(OsStr::from_bytes(name)), "").unwrap();
        assert!(matches!(paths(&tree, &[]), Err(PackError::Name { path }) if path.contains('\u{fffd}')));
        assert_eq!(paths(&tree, &["?*[!k]"]).unwrap(), ["ok"]);
    }
}

#[test]
fn links_stay_inside_the_release() {
    let inside =
        [("l", "a"), ("d/l", "../a"), ("d/l", "./../d/../a"), ("d/e/l", "../../missing/x"), ("l", ".")];
    let outside =
        [("l", "/etc/passwd"), ("l", ".."), ("l", "../x"), ("d/l", "../../x"), ("d/l", "../a/../../x")];
    for (path, target) in inside {
        let tree = tree(&["a", "d/e/f"]);
        symlink(target, tree.path().join(path)).unwrap();
        let kind = Kind::Link { target: target.to_owned() };
        assert!(walk(tree.path(), &[]).unwrap().contains(&Entry { path: path.to_owned(), kind }));
    }
    for (path, target) in outside {
        let tree = tree(&["a", "d/e/f"]);
        symlink(target, tree.path().join(path)).unwrap();
        assert!(matches!(walk(tree.path(), &[]), Err(PackError::Link { .. })), "{path} -> {target}");
    }
}

#[test]
fn a_chain_of_links_cannot_leave_either() {
    let tree = tree(&["d/e/f", "a"]);
    symlink("../..", tree.path().join("d/e/top")).unwrap();
    assert!(walk(tree.path(), &[]).is_ok());
    // Its text stays below the top, but `top` is the top.
    symlink("d/e/top/..", tree.path().join("l")).unwrap();
    assert!(matches!(walk(tree.path(), &[]), Err(PackError::Link { path, .. }) if path == "l"));
}

#[test]
fn a_socket_is_refused_unless_it_stays_behind() {
    let tree = tree(&["ok"]);
    let _socket = UnixListener::bind(tree.path().join("run.sock")).unwrap();
    assert!(matches!(paths(&tree, &[]), Err(PackError::Special { path }) if path == "run.sock"));
    assert_eq!(paths(&tree, &["*.sock"]).unwrap(), ["ok"]);
}

/// Returns which of the files git would take: not those that a `.gitignore` leaves out.
fn taken_by_git(sample: &Sample) -> Vec<String> {
    let listed = sample.git(&[
        "-c",
        "core.excludesFile=/dev/null",
        "ls-files",
        "-z",
        "--others",
        "--exclude-standard",
    ]);
    let own =
        |path: &&str| !path.is_empty() && !path.ends_with(".gitignore") && !path.ends_with(".deployignore");
    let mut paths: Vec<String> = listed.split('\0').filter(own).map(str::to_owned).collect();
    paths.sort();
    paths
}

#[test]
fn files_with_rules_in_folders_mean_together_what_they_mean_to_git() {
    const FILES: [&str; 12] = [
        "a.log",
        "keep.log",
        "app/a.log",
        "app/keep.log",
        "app/cache/a",
        "app/cache/b/c",
        "app/src/cache/x",
        "docs/a.md",
        "docs/api/b.md",
        "docs/api/c.txt",
        "x y/z",
        "#1",
    ];
    for rules in [
        [("", "*.log\n!keep.log\n"), ("app", "!a.log\nkeep.log\n")],
        [("", "cache\n"), ("app", "!/cache\n")],
        [("", "/cache\napp/cache/*\n!app/cache/b\n"), ("app/cache", "b/\n")],
        [("", "docs/**\n!docs/api/\n!docs/api/*.md\n"), ("docs/api", "!c.txt\n")],
        [("", "docs/*\r\n!docs/api\r\n"), ("docs/api", "\u{feff}*.txt\n")],
        [("", "/*\n!/app/\n!/docs\n"), ("app", "/src\n!src/cache\n")],
        [("", "*\n!*/\n!*.md\n"), ("app", "!**/cache/**\n")],
        [("", "x\\ y/\n\\#*\n"), ("app", "src/**/x\n")],
    ] {
        let sample = Sample::empty();
        FILES.iter().for_each(|path| sample.write(path, ""));
        for (folder, text) in rules {
            for name in [".gitignore", ".deployignore"] {
                let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                sample.write(&path, text);
            }
        }
        let entries = look(&sample.root(), &[]).unwrap().entries.into_iter();
        let files = entries.filter(|entry| matches!(entry.kind, Kind::File { .. })).map(|entry| entry.path);
        let ours: Vec<String> = files.filter(|path| !path.ends_with(".gitignore")).collect();
        assert_eq!(ours, taken_by_git(&sample), "{rules:?}");
    }
}

#[test]
fn what_stays_behind_is_told_with_its_folder_once() {
    let tree = tree(&["node_modules/a/b", "node_modules/c", "app/.DS_Store", "app/a"]);
    let left = list(tree.path(), &[]).unwrap().left;
    let left: Vec<_> =
        left.iter().map(|left| format!("{} {} {}", left.path, left.rule, left.place)).collect();
    assert_eq!(
        left,
        ["app/.DS_Store .DS_Store the built-in rules", "node_modules/ node_modules the built-in rules"]
    );
}
