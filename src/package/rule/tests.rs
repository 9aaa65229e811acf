//! Rules beside git's own: `git check-ignore` says what is right.
#![expect(clippy::disallowed_methods, reason = "git is asked")]

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use super::*;
use crate::package::sample::Sample;

/// A repository with all the paths in it, those with a slash at their end as folders.
fn tree() -> Sample {
    let sample = Sample::empty();
    for path in PATHS {
        match path.strip_suffix('/') {
            Some(folder) => std::fs::create_dir_all(sample.root().join(folder)).unwrap(),
            None => sample.write(path, ""),
        }
    }
    sample
}

/// Asks git which of the paths a `.gitignore` leaves out.
fn of_git(sample: &Sample, ignore: &str) -> BTreeSet<String> {
    std::fs::write(sample.root().join(".gitignore"), ignore).unwrap();
    let mut git = Command::new("git")
        .args(["-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", "--stdin", "-z"])
        .current_dir(sample.root())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let bare: Vec<&str> = PATHS.iter().map(|path| path.trim_end_matches('/')).collect();
    git.stdin.take().unwrap().write_all(bare.join("\0").as_bytes()).unwrap();
    let output = git.wait_with_output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
}

/// Says the same of our own: a path stays behind with the folders that it lies in.
fn of_ours(ignore: &str) -> BTreeSet<String> {
    let rules: Vec<Rule> = lines(ignore).filter_map(|line| Rule::read(line).unwrap_or_default()).collect();
    let decides = |path: &str, is_folder| {
        rules.iter().rev().find(|rule| rule.is_about(path, is_folder)).is_some_and(|rule| !rule.negated)
    };
    let stays = |path: &&&str| {
        let (bare, is_folder) = path.strip_suffix('/').map_or((**path, false), |bare| (bare, true));
        let folders = bare.match_indices('/').map(|(slash, _)| &bare[..slash]);
        folders.into_iter().any(|folder| decides(folder, true)) || decides(bare, is_folder)
    };
    PATHS.iter().filter(stays).map(|path| path.trim_end_matches('/').to_owned()).collect()
}

const PATHS: [&str; 46] = [
    "a/",
    "a/b/",
    "a/b/c/",
    "a/b/d",
    "a/xb",
    "a/x/",
    "a/x/yb",
    "x/",
    "x/a",
    "x/y/a/",
    "x/y/a/b",
    "x/b/y/b",
    "y/a/b/",
    "y/a/c",
    "ab",
    "abc",
    "a.b",
    "a.log",
    "x/a.log",
    "keep.log",
    "x/keep.log",
    "#a",
    "!a",
    "a ",
    " a",
    "a\tb",
    "a\\b",
    "a*b",
    "[a]",
    "a]b",
    "{a,b}",
    "b",
    "a-b",
    "A",
    "1",
    "é",
    "a\u{301}",
    ".a/",
    ".a/b",
    "x/.a",
    "build/",
    "build/x",
    "src/",
    "src/build/x",
    "**",
    "c/a/",
];

const LINES: &[&str] = &[
    "a",
    "/a",
    "a/",
    "/a/",
    "a/b",
    "/a/b",
    "a/*",
    "a/**",
    "**/a",
    "**/a/",
    "a/**/b",
    "**",
    "*",
    "/*",
    "?",
    "??",
    "a*",
    "*b",
    "*.log",
    "/*.log",
    "*.log\n!keep.log",
    "!a",
    "a\n!a",
    "a/\n!a/b",
    "a/*\n!a/b",
    "*\n!*/\n!*.log",
    "\\#a",
    "#a",
    "\\!a",
    "a ",
    "a  ",
    "a\\ ",
    "a\\  ",
    " a",
    "a\t",
    "a\\b",
    "a\\\\b",
    "a\\*b",
    "a\\",
    "[a]",
    "\\[a]",
    "[ab]",
    "[!a]",
    "[^a]",
    "[a-c]",
    "[c-a]",
    "[]a]",
    "[]-a]",
    "[a-]",
    "[-a]",
    "[a",
    "[[:alpha:]]",
    "[[:digit:]]",
    "[[:nope:]]",
    "[[:alpha:]",
    "[[:a]",
    "[[a]",
    "a[/]b",
    "a?b",
    "{a,b}",
    "a//b",
    "//a",
    "a//",
    "/",
    "//",
    "",
    " ",
    "\r",
    "a\r",
    "a\r\nb\r\n",
    "\u{feff}a",
    "\u{feff}#a\nb",
    "é",
    "[é]",
    "?\u{301}",
    "a/x**",
    "a/x**b",
    "a/**b",
    "a**",
    "**b",
    "a/***/b",
    "***/a",
    "a/**/",
    "x/**/b",
    "**/**/b",
    "**/",
    "/**",
    "/**/a",
    "*/a",
    "*/*/a",
    "./a",
    "../a",
    "a/.",
    "build",
    "!build",
    "build/\n!build/x",
    "src/*/x",
    "src\\/build",
    "[a\\]]",
    "[\\a]",
    "a\\tb",
    ".a",
    ".*",
    "*a*",
    "*a*b*",
    "a*b*c",
    "**a",
    "a**/b",
    "[A-Z]",
    "[[:upper:]]",
    "[!/]",
    "a[!/]b",
    "*\\/b",
    "**\\/b",
];

#[test]
fn every_line_means_what_it_means_to_git() {
    let tree = tree();
    for text in LINES {
        assert_eq!(of_ours(text), of_git(&tree, text), "{text:?}");
    }
}

#[test]
fn lines_put_together_by_chance_mean_what_they_mean_to_git() {
    let parts = ["a", "b", "*", "**", "?", "/", "[ab]", "[!a]", "\\", "x", ".", " ", "!", "]", "-", "c"];
    let tree = tree();
    let mut seed = 20_261_121_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((seed >> 33) % below as u64).unwrap()
    };
    for _ in 0..120 {
        let mut text = String::new();
        for _ in 0..=next(2) {
            (0..=next(6)).for_each(|_| text.push_str(parts[next(parts.len())]));
            text.push('\n');
        }
        assert_eq!(of_ours(&text), of_git(&tree, &text), "{text:?}");
    }
}

#[test]
fn what_fits_nothing_is_told() {
    for line in ["bad[", "a\\", "[[:nope:]]"] {
        let error = Rule::read(line).unwrap_err();
        assert!(error.starts_with(&format!("`{line}` fits no file")), "{error}");
    }
    assert!(Rule::read("!/sub/.env").unwrap().unwrap().names(".env"));
    assert!(!Rule::read("!.en*").unwrap().unwrap().names(".env"));
}
