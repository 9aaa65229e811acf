//! What cannot be released: each is named, with the way out, and no host is changed.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use super::{commit, git, lab, told};
use crate::harness::Lab;

/// Runs the program and checks its exit code, its words, and that the host is as it was.
#[track_caller]
fn refused(lab: &Lab, arguments: &[&str], code: i32, words: &[&str]) {
    let before = lab.trees();
    let (exit, text) = told(lab.command(arguments).args(["--output", "plain"]));
    assert_eq!(exit, code, "{text}");
    for part in words {
        assert!(text.contains(part), "`{part}` in {text}");
    }
    assert_eq!(lab.trees(), before);
}

#[test]
fn a_repository_that_has_nothing_to_release_is_refused_before_any_host_is_asked() {
    let lab = lab(&["web"], "");
    let project = lab.path("project");
    refused(
        &lab,
        &["run", "test", "--ref", "mian"],
        2,
        &["no branch, tag or commit `mian`", "did you mean `main`?"],
    );
    refused(&lab, &["run", "test", "--ref=-x"], 2, &["is not a branch, tag or commit"]);
    fs::remove_dir_all(project.join(".git")).unwrap();
    refused(&lab, &["run", "test"], 2, &["is not in a git repository", "`git init`", "source: { path"]);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    refused(&lab, &["plan", "test"], 2, &["has no commits yet"]);
    lab.configure("source: { path: dist }\n");
    refused(&lab, &["run", "test"], 2, &["dist"]);
    lab.configure("source: { git: \"--upload-pack=touch pwned\", ref: main }\n");
    refused(&lab, &["run", "test"], 2, &["`git` must not begin with `-`", "deploy.yml:"]);
    assert!(!project.join("pwned").exists());
}

#[test]
fn a_submodule_that_cannot_be_read_is_refused_before_any_host_is_asked() {
    let lab = lab(&["web"], "");
    let project = lab.path("project");
    let record = |url: &str| {
        let id = git(&project, &["rev-parse", "HEAD"]);
        lab.write(".gitmodules", &format!("[submodule \"theme\"]\n\tpath = theme\n\turl = \"{url}\"\n"));
        git(&project, &["add", ".gitmodules"]);
        git(&project, &["update-index", "--add", "--cacheinfo", &format!("160000,{id},theme")]);
        git(&project, &["commit", "--quiet", "-m", "theme"]);
    };
    record("../gone.git");
    refused(
        &lab,
        &["run", "test"],
        2,
        &["submodule `theme` cannot be read from", "gone.git", "git ls-remote"],
    );
    record("ext::sh -c touch% pwned");
    refused(&lab, &["plan", "test"], 2, &["submodule `theme`: the url `ext::", "it would start a program"]);
    assert!(!project.join("pwned").exists());
    git(&project, &["rm", "--quiet", "--cached", ".gitmodules"]);
    git(&project, &["commit", "--quiet", "-m", "unlisted"]);
    refused(&lab, &["package"], 2, &["`theme` is a submodule, and .gitmodules", "git rm --cached theme"]);
}

#[test]
fn a_tree_that_cannot_be_packed_is_refused_and_taken_back() {
    let lab = lab(&["web"], "");
    let project = lab.path("project");
    lab.run(&["run", "test"]).exits(0);
    let with = |make: &dyn Fn(), words: &[&str]| {
        make();
        commit(&project, "bad");
        refused(&lab, &["run", "test"], 1, words);
        git(&project, &["reset", "--quiet", "--hard", "HEAD~1"]);
    };
    with(&|| lab.write("public/hot", "http://localhost:5173"), &["`public/hot`", "stop `npm run dev`"]);
    with(
        &|| fs::write(project.join(OsStr::from_bytes(b"caf\xe9.php")), "").unwrap(),
        &["is not UTF-8", "rename it, or exclude it"],
    );
    with(&|| lab.write("two\nlines", ""), &["holds a line break", "rename it, or exclude it"]);
    with(
        &|| symlink("../../etc/passwd", project.join("public/link")).unwrap(),
        &["the link `public/link` leaves the release", "make it relative and inside"],
    );
    with(&|| lab.write(".deployignore", "ok\nbad[\n"), &[".deployignore:2: `bad[` fits no file"]);
    with(&|| lab.write(".deployignore", "*\n"), &["there is no file to release"]);
    lab.run(&["run", "test"]).exits(0);
}

#[test]
fn names_that_differ_only_in_case_are_released_where_both_can_be() {
    let lab = lab(&["web"], "");
    lab.write("public/logo.svg", "1");
    lab.write("public/Logo.svg", "2");
    commit(&lab.path("project"), "logos");
    lab.run(&["run", "test"]).exits(0);
    let read = |name: &str| fs::read_to_string(lab.host("web").app("current/public").join(name)).unwrap();
    assert_eq!((read("logo.svg"), read("Logo.svg")), ("1".to_owned(), "2".to_owned()));
}
