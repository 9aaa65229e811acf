//! A secret reaches the step that needs it, and nothing and nobody else.
#![expect(clippy::disallowed_methods, reason = "all files are searched")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Lab, Processes, Run, wait_until};

const VALUE: &str = "hunter2 it's \"$HOME\" `id` \\n *";
/// The part of it that no quoting changes.
const CORE: &str = "hunter2 it";

const SETTINGS: &str = "secrets: { TOKEN: { env: SHOP_TOKEN } }
steps:
  use:
    phase: mid_release
    in: deploy_to
    env: { OWN: \"{{ secrets.TOKEN }}\" }
    run: |
      printf %s {{ secrets.TOKEN }} >~/plain
      printf %s \"{{ secrets.TOKEN }}\" >~/double
      printf %s \"$OWN\" >~/variable
      printf '%s\\n' {{ secrets.TOKEN }}
      printf 'on a line with %s, and to stderr\\n' \"$OWN\" >&2
      touch ~/began
      while [ -e ~/hold ]; do sleep 0.1; done
  local:
    phase: build
    run: printf '%s\\n' {{ secrets.TOKEN }}
";

fn with_secret(lab: &Lab, args: &[&str]) -> Command {
    let mut command = lab.command(args);
    command.env("SHOP_TOKEN", VALUE);
    command
}

#[test]
fn a_secret_is_right_where_it_is_used_and_nowhere_to_be_seen() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(SETTINGS);
    fs::write(host.home("hold"), "").unwrap();
    let run = Run::start(&mut with_secret(&lab, &["run", "test", "--output", "json"]));
    wait_until("the step to begin", || host.home("began").exists());
    assert_eq!(Processes::all().mentioning(CORE), Vec::<&str>::new());
    fs::remove_file(host.home("hold")).unwrap();
    let outcome = run.wait().exits(0);
    for file in ["plain", "double", "variable"] {
        assert_eq!(fs::read_to_string(host.home(file)).unwrap(), VALUE, "{file}");
        fs::remove_file(host.home(file)).unwrap();
    }
    assert_eq!(outcome.output("use", Some("web1")), ["[TOKEN]", "on a line with [TOKEN], and to stderr"]);
    assert_eq!(outcome.output("local", None), ["[TOKEN]"]);
    assert!(!outcome.stdout.contains(CORE) && !outcome.stderr.contains(CORE), "{outcome:#?}");

    let file = lab.path("saved.json").display().to_string();
    for args in [
        &["run", "test", "--verbose", "--output", "plain"][..],
        &["run", "test", "--verbose"],
        &["plan", "test", "--commands", "--out", &file],
        &["plan", "test", "--output", "json"],
    ] {
        let told = Run::start(&mut with_secret(&lab, args)).wait().exits(0);
        assert!(!told.stdout.contains(CORE) && !told.stderr.contains(CORE), "{args:?}: {told:#?}");
        for file in ["plain", "double", "variable"] {
            let _gone = fs::remove_file(host.home(file));
        }
    }
    assert_eq!(holding(&lab.path("")), Vec::<PathBuf>::new());
}

/// Returns the files below a directory that hold the secret.
fn holding(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            found.extend(holding(&path));
        } else if String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(CORE) {
            found.push(path);
        }
    }
    found
}
