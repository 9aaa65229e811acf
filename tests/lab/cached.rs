//! Copies of what builds install, in every shell: builds at the same time, and names of any kind.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use deployer::template::Engine;
use minijinja::context;

use super::names;
use crate::part::program;

/// What is installed has a name with blanks, a link and a program.
const RUN: &str = "mkdir -p 'made/a b'\nprintf 'run' >\"made/a b/it's\"\nln -s 'a b' made/link\n\
                   printf '#!/bin/sh\\n' >made/tool\nchmod +x made/tool\nsleep 0.2";

fn script(kept: &Path, checksum: &str) -> String {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/cached.sh")).unwrap();
    let values = context! {
        directory => "made", kept => kept.to_str().unwrap(), checksum, run => RUN,
        versions => ["php 8.2", "it's"], files => ["the lock", "not there"], directories => ["pack age"],
    };
    format!("set -e\n{}", Engine::new().shell("cached.sh", &text, &values).unwrap().text)
}

/// Runs it in directories of their own, all at once; returns what each printed.
fn builds(shell: &[&str], at: &Path, script: &str, count: usize) -> Vec<String> {
    let start = |number: usize| {
        let tree = at.join(format!("tree {number}"));
        let _gone = fs::remove_dir_all(&tree);
        fs::create_dir_all(tree.join("pack age")).unwrap();
        fs::write(tree.join("the lock"), "locked").unwrap();
        let mut command = Command::new(shell[0]);
        command
            .args(&shell[1..])
            .args(["-c", script])
            .current_dir(tree)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let started: Vec<_> = (0..count).map(start).collect();
    let ended = started.into_iter().enumerate().map(|(number, child)| {
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{told}");
        let made = at.join(format!("tree {number}/made"));
        assert_eq!(names(&made), ["a b", "link", "tool"], "{told}");
        assert_eq!(fs::read_to_string(made.join("link/it's")).unwrap(), "run");
        told
    });
    ended.collect()
}

#[test]
fn builds_at_the_same_time_keep_one_whole_copy_in_every_shell() {
    for (shell, arguments) in [("dash", &[][..]), ("bash", &[]), ("busybox", &["sh"])] {
        let Some(shell) = program(shell) else { return };
        let shell: Vec<&str> =
            [shell.to_str().unwrap()].into_iter().chain(arguments.iter().copied()).collect();
        for checksum in ["sha256sum", "openssl dgst -sha256 -r"] {
            let at = tempfile::tempdir().unwrap();
            let kept = at.path().join("the copies");
            let script = script(&kept, checksum);
            let first = builds(&shell, at.path(), &script, 4);
            assert!(first.iter().all(|told| told.starts_with("made: miss")), "{first:?}");
            assert_eq!(names(&kept).len(), 1, "{first:?}");
            let second = builds(&shell, at.path(), &script, 2);
            assert!(
                second.iter().all(|told| told.starts_with("made: hit") && told.lines().count() == 1),
                "{second:?}"
            );
        }
    }
}
