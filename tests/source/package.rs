//! `deployer package`.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::{commit, lab, told};
use crate::harness::{Lab, Tree};

const BUILD: &str = "steps:\n  make: { phase: build, on: local, in: build, \
                     run: \"echo built > public/built.js\" }\n  remote: { phase: build, on: hosts, run: \"false\" }\n";

fn answer(lab: &Lab, arguments: &[&str]) -> Value {
    let outcome = lab.run(&[&["package", "test"], arguments].concat()).exits(0);
    serde_json::from_str::<Value>(&outcome.stdout).unwrap()["data"].clone()
}

#[test]
fn a_commit_gives_the_same_archive_each_time_and_no_host_is_contacted() {
    let lab = lab(&["web"], BUILD);
    let before = lab.host("web").everything();
    let first = answer(&lab, &["--out", "../one.tar.gz"]);
    fs::remove_dir_all(lab.path("cache")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = answer(&lab, &["--out", "../two.tar.gz"]);
    assert!(fs::read(lab.path("one.tar.gz")).unwrap() == fs::read(lab.path("two.tar.gz")).unwrap());
    assert_eq!(first["sha256"], second["sha256"]);
    let third = answer(&lab, &["--out", "../three.tar.gz", "--release-id", "20260102030405"]);
    assert_ne!(first["sha256"], third["sha256"]);
    let sum = Command::new("sha256sum").arg(lab.path("three.tar.gz")).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    assert!(sum.starts_with(third["sha256"].as_str().unwrap()));
    assert_eq!(third["bytes"], fs::metadata(lab.path("three.tar.gz")).unwrap().len());
    assert_eq!(lab.host("web").everything(), before);
}

#[test]
fn the_archive_holds_what_a_deploy_brings_to_a_host() {
    let lab = lab(&["web"], &BUILD.replace("\"false\"", "\"true\""));
    lab.run(&["run", "test"]).exits(0);
    let live = lab.host("web").live();
    answer(&lab, &["--out", "../it.tar.gz", "--release-id", &live]);
    fs::create_dir(lab.path("unpacked")).unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(lab.path("it.tar.gz")).arg("-C").arg(lab.path("unpacked"));
    assert!(tar.status().unwrap().success());
    // What is linked on the host, and the list that is kept elsewhere there.
    let besides = [".deployer-manifest"];
    fs::remove_file(lab.host("web").app("current/public/uploads")).unwrap();
    let host = Tree::of(&lab.host("web").app(&format!("releases/{live}")), &besides);
    assert_eq!(Tree::of(&lab.path("unpacked"), &besides), host);
}

#[test]
fn what_goes_in_and_what_stays_behind_is_listed_with_the_rule() {
    let lab = lab(&["web"], BUILD);
    lab.write("app/.deployignore", "# logs\n*.log\n!keep.log\n");
    for path in ["app/a.log", "app/keep.log", "tests/a.php", ".env", "docs/a.md"] {
        lab.write(path, "");
    }
    lab.write(".gitattributes", "/docs export-ignore\n");
    commit(&lab.path("project"), "more");
    let (exit, text) = told(&mut lab.command(&["package", "--list", "--quiet"]));
    let expected =
        [".gitattributes", "app/", "app/keep.log", "public/", "public/built.js", "public/index.html"];
    assert_eq!((exit, text.lines().collect::<Vec<_>>()), (0, expected.to_vec()));
    let (exit, text) = told(&mut lab.command(&["package", "--list", "--ignored", "--no-build", "--quiet"]));
    let words: Vec<String> =
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        ".env .env the built-in rules",
        "app/.deployignore .deployignore the built-in rules",
        "app/a.log *.log app/.deployignore:2",
        "deploy.yml /deploy.yml package.exclude",
        "docs/ /docs .gitattributes:1",
        "tests/ /tests/ the built-in rules",
    ];
    assert_eq!((exit, words), (0, expected.map(str::to_owned).to_vec()));
}

#[test]
fn a_build_that_fails_leaves_no_file_and_says_what_it_printed() {
    let lab =
        lab(&["web"], "steps:\n  make: { phase: build, on: local, run: \"echo no such thing; exit 3\" }\n");
    let (exit, text) = told(&mut lab.command(&["package", "--out", "../it.tar.gz"]));
    assert_eq!(exit, 1, "{text}");
    for part in ["no such thing", "error: make: exit code 3", "Nothing was made, and no host was contacted."]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!lab.path("it.tar.gz").exists());
    let (exit, text) = told(&mut lab.command(&["package", "--out", "nowhere/it.tar.gz"]));
    assert!(exit == 2 && text.contains("there is no such folder"), "{text}");
}
