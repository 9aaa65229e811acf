//! What is released: repositories with submodules and large files, archives for use elsewhere, CI
//! systems, and what cannot be released.
#![expect(clippy::disallowed_methods, reason = "repositories are made, and programs are run")]
#![expect(clippy::unwrap_used, reason = "a repository that cannot be made is a failed test")]

mod ci;
mod large_files;
mod package;
mod refused;
mod repository;

use std::path::Path;
use std::process::Command;

use crate::harness::Lab;

/// What deploy.yml says in these tests.
const SOURCE: &str = "source: { git: ., ref: main }\nshared: { dirs: [public/uploads] }\n";

/// Runs git in a folder, away from the settings of whoever runs the tests, and returns what it prints.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=Ana",
            "-c",
            "user.email=ana@shop.example",
            "-c",
            "protocol.file.allow=always",
        ])
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// Commits everything in a folder.
fn commit(folder: &Path, message: &str) -> String {
    git(folder, &["add", "--all", "--force"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "-m", message]);
    git(folder, &["rev-parse", "HEAD"])
}

/// Makes a project that is a repository with a commit on `main`, and its hosts.
fn lab(hosts: &[&str], more: &str) -> Lab {
    let lab = Lab::new(hosts);
    std::fs::remove_dir_all(lab.path("project/site")).unwrap();
    lab.write("public/index.html", "version 1\n");
    lab.configure(&format!("{SOURCE}{more}"));
    git(&lab.path("project"), &["init", "--quiet", "--initial-branch=main"]);
    commit(&lab.path("project"), "first");
    lab
}

/// Returns what the program prints for a person, and its exit code.
fn told(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}
