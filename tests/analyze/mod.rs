//! What is told of small projects, each in one file of `projects`: half of them have nothing wrong.
#![expect(clippy::disallowed_methods, reason = "the projects are read")]

use std::fs;
use std::path::Path;

use deployer::analyze::{self, Files, When};

/// Reads a project: files, each under a line `=== PATH`, and what is expected under `=== needs`. The
/// composer.json and composer.lock are those of [`LARAVEL`] where the project has none of its own.
fn project(text: &str) -> (Files, String) {
    let mut files: Vec<(&str, String)> = Vec::new();
    let mut expected = String::new();
    for part in text.split("\n=== ").skip(1) {
        let (path, content) = part.split_once('\n').unwrap_or((part, ""));
        if path == "needs" {
            expected = content.trim_end().to_owned();
        } else {
            files.push((path, content.to_owned() + "\n"));
        }
    }
    for (path, content) in LARAVEL {
        if !files.iter().any(|(there, _)| *there == "composer.json" || *there == path) {
            files.insert(0, (path, content.to_owned()));
        }
    }
    (files.into_iter().filter(|(_, content)| content != "none\n").collect(), expected)
}

const LARAVEL: [(&str, &str); 2] =
    [("composer.lock", include_str!("laravel.lock")), ("composer.json", include_str!("laravel.json"))];

fn needs(files: &Files, seeds: bool) -> String {
    let line = |reason: &analyze::Reason| {
        let when = match reason.when {
            When::Always => "always",
            When::Seeding => "seeding",
        };
        format!("{when} {}:{} {} {}", reason.file, reason.line, reason.name, reason.package)
    };
    analyze::dev_need(files, seeds).reasons.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn dev_packages_are_needed_exactly_where_production_code_runs_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/analyze/projects");
    let mut wrong = String::new();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 30, "{} projects", names.len());
    for name in names {
        let text = fs::read_to_string(&name).unwrap();
        let (files, expected) = project(&text);
        let found = needs(&files, text.starts_with("# seeds"));
        if found != expected {
            wrong += &format!("{}\nexpected:\n{expected}\nfound:\n{found}\n\n", name.display());
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
