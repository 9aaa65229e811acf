//! Whole error texts, one file a topic below `tests/mistakes`: `=== name`, a deploy.yml, any recipe
//! files (`@@@ path`), and after `>>>` what a person reads.

#![expect(clippy::disallowed_methods, reason = "the cases are files")]

mod example;
mod recipes;
mod stage;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use super::diagnostic::Diagnostics;
use super::project::Project;

/// Loads a text whose recipes are these files.
fn project(text: &str, files: &HashMap<PathBuf, String>) -> Result<Project, Diagnostics> {
    let read = |path: &Path| files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound));
    Project::new("deploy.yml", Path::new(""), text, &read)
}

/// One case: its name, deploy.yml with its recipes, and the expected text.
struct Case {
    name: String,
    input: String,
    expected: String,
}

impl Case {
    fn found(&self) -> String {
        let mut parts = self.input.split("@@@ ");
        let text = parts.next().unwrap();
        let files = parts
            .map(|part| part.split_once('\n').unwrap())
            .map(|(path, text)| (PathBuf::from(path), text.to_owned()))
            .collect();
        match project(text, &files) {
            Ok(_) => "no mistake".to_owned(),
            Err(mistakes) => mistakes.render(false),
        }
    }
}

fn cases(text: &str) -> Vec<Case> {
    text.split("=== ")
        .skip(1)
        .map(|case| {
            let (name, rest) = case.split_once('\n').unwrap();
            let (input, expected) = rest.split_once(">>>\n").unwrap_or((rest, ""));
            Case { name: name.to_owned(), input: input.to_owned(), expected: expected.trim_end().to_owned() }
        })
        .collect()
}

/// With `UPDATE_MISTAKES=1` the files are written anew, for a person to read the difference.
#[test]
fn every_mistake_is_told_with_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let is_update = std::env::var_os("UPDATE_MISTAKES").is_some();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let cases = cases(&std::fs::read_to_string(&path).unwrap());
        count += cases.len();
        if is_update {
            let text = cases
                .iter()
                .map(|case| format!("=== {}\n{}>>>\n{}\n\n", case.name, case.input, case.found()));
            std::fs::write(&path, text.collect::<String>()).unwrap();
            continue;
        }
        for case in cases {
            assert_eq!(case.found(), case.expected, "{} in {}", case.name, path.display());
        }
    }
    assert!(count >= 30, "the cases are gone");
}
