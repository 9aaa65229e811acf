//! What is told of small projects, each in one file of `projects`: half of them have nothing wrong.
#![expect(clippy::disallowed_methods, reason = "the projects are read")]
#![expect(clippy::unwrap_used, reason = "a project that cannot be read is a failed test")]

mod command;

use std::fs;
use std::path::Path;
use std::process::Command;

use deployer::analyze::composer::{Lock, hash::content_hash};
use deployer::analyze::{self, Files, Finding, Inputs, Machine, Severity, When};

use crate::part;

/// A project, and what is expected of it.
#[derive(Default)]
struct Project {
    files: Files,
    expected: String,
    hosts: Vec<(String, Machine)>,
}

/// Reads a project: files, each under a line `=== PATH`, what a host has under `=== host NAME`, and what is
/// expected under `=== expected`. The composer.json and composer.lock are those of [`LARAVEL`] where the
/// project has none of its own; a file with nothing but `none` is not there.
fn project(text: &str) -> Project {
    let mut files: Vec<(&str, String)> = Vec::new();
    let mut project = Project::default();
    for part in text.split("\n=== ").skip(1) {
        let (path, content) = part.split_once('\n').unwrap_or((part, ""));
        if path == "expected" {
            project.expected = content.trim_end().to_owned();
        } else if let Some(host) = path.strip_prefix("host ") {
            project.hosts.push((host.to_owned(), machine(content)));
        } else {
            files.push((path, content.to_owned() + "\n"));
        }
    }
    let own = files.iter().any(|(path, _)| *path == "composer.json");
    for (path, content) in LARAVEL.into_iter().filter(|_| !own) {
        if !files.iter().any(|(there, _)| *there == path) {
            files.push((path, content.to_owned()));
        }
    }
    project.files = files.into_iter().filter(|(_, content)| content != "none\n").collect();
    project
}

/// Reads a machine: its PHP, then its extensions.
fn machine(text: &str) -> Machine {
    let mut words = text.split_whitespace().map(str::to_owned);
    Machine { php: words.next(), extensions: words.collect(), ..Machine::default() }
}

/// The machine on which the projects are looked at.
fn here() -> Machine {
    let version = |version: &str| Some(version.to_owned());
    Machine {
        composer: version("2.7.1"),
        node: version("20.20.2"),
        npm: version("11.19.1"),
        ..machine("8.2.36 Core ctype json mbstring PDO Zend-OPcache")
    }
}

const LARAVEL: [(&str, &str); 2] =
    [("composer.lock", include_str!("laravel.lock")), ("composer.json", include_str!("laravel.json"))];

fn needs(files: &Files, seeds: bool) -> String {
    let line = |reason: &analyze::Reason| {
        let when = match reason.when {
            When::Always => "always",
            When::Seeding => "seeding",
            When::Command => "command",
        };
        format!("{when} {}:{} {} {}", reason.file, reason.line, reason.name, reason.package)
    };
    analyze::dev_need(files, seeds).reasons.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Looks at all projects of a folder; returns what differs from what is expected.
fn differences(folder: &str, at_least: usize, look: impl Fn(&str, &Project) -> String) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/analyze").join(folder);
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= at_least, "{} projects", names.len());
    let mut wrong = String::new();
    for name in names {
        let text = fs::read_to_string(&name).unwrap();
        let project = project(&text);
        let (found, expected) = (look(&text, &project), &project.expected);
        if found != *expected {
            wrong += &format!("{}\nexpected:\n{expected}\nfound:\n{found}\n\n", name.display());
        }
    }
    wrong
}

#[test]
fn dev_packages_are_needed_exactly_where_production_code_runs_them() {
    let wrong =
        differences("projects", 30, |text, project| needs(&project.files, text.starts_with("# seeds")));
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn what_is_wrong_with_a_project_is_found_with_its_place_and_the_way_out() {
    let wrong = differences("findings", 15, |_, project| {
        let inputs = Inputs { files: &project.files, seeds: false, here: &here(), hosts: &project.hosts };
        let line = |finding: &Finding| {
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let fix = finding.fix.as_deref().unwrap_or("-");
            format!(
                "{severity} {} {}: {}\n    {}\n    {fix}",
                finding.rule,
                finding.place(),
                finding.text,
                finding.effect
            )
        };
        analyze::analyze(inputs).findings.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Texts of composer.json that Composer reads in ways of its own.
const MANIFESTS: [&str; 9] = [
    "{}",
    r#"{"name": "acme/shop", "description": "is not looked at", "require": {}, "license": "MIT"}"#,
    r#"{"require": {"php": ">=7.4"}, "name": "acme/kaese", "extra": {"a/b": ["é", "😀", "\u2028", "\u0000\u007f\"\\\\"]}}"#,
    r#"{"extra": {"empty": {}, "list": {"0": 1, "1": 2}, "other": {"1": 1, "0": 2}, "deep": [[], {"a": null}]}}"#,
    r#"{"extra": {"n": [1, 1.0, 1.50, 1e3, 1e25, 0.00001, 123456789012345678, 12345678901234567890, true]}}"#,
    r#"{"config": {"platform": {"php": "8.2.0", "ext-intl": "1.0"}, "sort-packages": true}, "prefer-stable": true}"#,
    r#"{"config": {"platform": {}}, "minimum-stability": "dev", "version": "1.2.3", "conflict": {"a/b": "<1"}}"#,
    r#"{"require-dev": {}, "replace": {"acme/old": "self.version"}, "provide": {"acme/thing": "1.0"}}"#,
    "{\"name\": \"acme/a\",\r\n\t\"autoload\": {\"psr-4\": {\"A\\\\\": \"src/\"}}, \"extra\": {\"\": 1}}",
];

#[test]
fn the_checksum_of_a_lock_file_is_the_one_that_composer_writes() {
    let Some(composer) = part::program("composer") else { return };
    for text in MANIFESTS {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("composer.json"), text).unwrap();
        let mut command = Command::new(&composer);
        command.args(["update", "--no-interaction", "--no-plugins"]).current_dir(folder.path());
        command.env("COMPOSER_HOME", folder.path().join("home")).env("COMPOSER_ALLOW_SUPERUSER", "1");
        let output = command.env("COMPOSER_DISABLE_NETWORK", "1").output().unwrap();
        let lock = fs::read_to_string(folder.path().join("composer.lock"));
        let lock = lock.unwrap_or_else(|_| panic!("{text}\n{}", String::from_utf8_lossy(&output.stderr)));
        let written = Lock::parse(&lock).unwrap().content_hash;
        assert_eq!(Some(content_hash(text).unwrap()), written, "{text}");
    }
}
