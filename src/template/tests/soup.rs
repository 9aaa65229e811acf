//! Random pieces of shell around a value that tries to break out: whatever the lexer accepts, no
//! shell may run what is in the value.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::render;
use super::shells::installed;

const PIECES: [&str; 44] = [
    "'",
    "\"",
    "\\",
    "$",
    "`",
    "$(",
    "$( ",
    "(",
    ")",
    "$((",
    "))",
    "${x",
    "${x:-",
    "${x#",
    "}",
    "{ ",
    "#",
    " ",
    " ",
    "\n",
    "\n",
    ";",
    "|",
    "&&",
    "<<E\n",
    "<<-E\n",
    "<<'E'\n",
    "\nE\n",
    "\tE\n",
    "case a in a",
    "case ",
    " in ",
    "esac",
    ";;",
    ": ",
    "x",
    "$x",
    "x=",
    "if ",
    "then ",
    "fi",
    "\\\n",
    "!",
    "<<",
];

/// What closes the constructs that the lexer names.
const CLOSERS: [(&str, &str); 9] = [
    ("single quote", "'"),
    ("double quote", "\""),
    ("backtick", "`"),
    ("`${`", "}"),
    ("`$((`", "))"),
    ("`$(`", "\n)"),
    ("`(`", "\n)"),
    ("`case`", "\nesac"),
    ("here-document", "\nE\n"),
];

/// Breaks out of whatever it is not quoted for; `canary` prints.
const BREAKOUT: &str = "x'\";canary;`canary`$(canary)\ncanary\n)canary;(\n}canary;{\n;;\nesac\ncanary\nE\ncanary #'canary'\"\ncanary\n\"'";

const RUN: &str = "canary() { printf CANARY; }\nfor script do (eval \"$script\") 2>/dev/null; done";

#[test]
fn no_shell_runs_what_is_in_a_value() {
    let accepted = Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let result = runner.run(&prop::collection::vec(soup(), 100), |texts| {
        let scripts: Vec<String> = texts.iter().filter_map(|text| completed(text)).collect();
        accepted.set(accepted.get() + scripts.len());
        for shell in installed() {
            prop_assert_eq!(shell.run(RUN, &scripts), "", "{} runs {:?}", shell.name, scripts);
        }
        Ok(())
    });
    result.unwrap();
    assert!(accepted.get() > 700, "only {} texts were accepted: the test says little", accepted.get());
}

fn soup() -> impl Strategy<Value = String> {
    let pieces = || prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..8);
    (pieces(), pieces())
        .prop_map(|(before, after)| format!("{}{{{{ value }}}}{}", before.concat(), after.concat()))
}

/// Renders a text, after closing what it leaves open; nothing if the value is refused.
fn completed(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..16 {
        let message = match render(&text, BREAKOUT) {
            Ok(script) => return Some(script),
            Err(message) => message,
        };
        let open = message.strip_prefix("this ")?.strip_suffix(" is never closed")?;
        let (_, closer) = CLOSERS.iter().find(|(name, _)| *name == open)?;
        text.push_str(closer);
    }
    None
}
