//! Whoever does not take a message changes nothing about the run, and is named.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::inbox::Inbox;
use super::{SECRET, run};
use crate::harness::{Lab, Outcome, Processes};

fn warned(outcome: &Outcome) -> Vec<&str> {
    outcome.stderr.lines().filter(|line| line.starts_with("warning: ")).collect()
}

#[test]
fn services_that_hang_break_or_lead_elsewhere_change_nothing_and_are_named() {
    let (lab, inbox) = (Lab::live(&["web1"]), Inbox::open());
    let entries: String = ["hang", "500", "302", "reset", "fine"]
        .map(|how| format!("  - {{ webhook: \"{{{{ secrets.HOOK }}}}/{how}\", timeout: 2s }}\n"))
        .concat();
    // A name without an address, and a port that nobody listens to; neither is a secret, and neither is told.
    let nobody = "  - { webhook: \"http://127.0.0.1:1/quiet-place\", timeout: 2s }\n  - { heartbeat: \"http://none.invalid/quiet-place\", timeout: 2s }\n";
    lab.configure(&format!("secrets: {{ HOOK: {{ env: HOOK }} }}\nnotify:\n{entries}{nobody}"));
    let since = Instant::now();
    let outcome = run(&lab, &inbox, &["run", "test"]).exits(0);
    assert!(since.elapsed() < Duration::from_secs(12), "{:?}", since.elapsed());
    assert_eq!(lab.pages(), ["version 2"]);
    let lines = warned(&outcome);
    let expected = [
        "warning: notify: webhook was not told: no answer for 2 s",
        "warning: notify: webhook (2) was not told: answers 500: no such hook: /[address]",
        "warning: notify: webhook (3) was not told: answers 302, which leads elsewhere: name the address that it leads to",
        "warning: notify: webhook (4) was not told: ",
        "warning: notify: webhook (6) was not told: ",
        "warning: notify: heartbeat was not told: ",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
    }
    assert!(!outcome.stderr.contains("quiet-place"), "{}", outcome.stderr);
    let told: Vec<String> = inbox.take().into_iter().map(|request| request.path).collect();
    let path = |how: &str| format!("/{SECRET}/{how}");
    assert_eq!(told, ["302", "500", "fine", "hang", "reset"].map(path));
    lab.is_tidy();
}

#[test]
fn a_failed_run_keeps_its_exit_code_whatever_becomes_of_its_messages() {
    let (lab, inbox) = (Lab::live(&["web1"]), Inbox::open());
    lab.configure(
        "secrets: { HOOK: { env: HOOK } }
notify: [ { slack: \"{{ secrets.HOOK }}/hang\", timeout: 1s } ]
steps: { break: { phase: mid_release, run: exit 9 } }
",
    );
    let outcome = run(&lab, &inbox, &["run", "test"]).exits(1);
    assert_eq!(warned(&outcome), ["warning: notify: slack was not told: no answer for 1 s"]);
}

#[test]
fn a_missing_secret_is_found_before_any_host_is_asked() {
    let (lab, inbox) = (Lab::live(&["web1"]), Inbox::open());
    lab.configure("secrets: { HOOK: { env: OTHER } }\nnotify: [ { slack: \"{{ secrets.HOOK }}\" } ]\n");
    let outcome = run(&lab, &inbox, &["run", "test"]).exits(2);
    assert!(
        outcome.message().contains("secret HOOK: the environment variable OTHER is not set"),
        "{outcome:?}"
    );
}

#[test]
fn commands_get_the_message_and_are_ended_when_they_take_too_long() {
    let (lab, inbox) = (Lab::live(&["web1"]), Inbox::open());
    let settings = "secrets: { HOOK: { env: HOOK } }
notify:
  - command: |
      cat >told.json
      env | grep ^DEPLOYER_ >told.env
      # What was told is not taken for shell.
      printf '%s' \"$DEPLOYER_TEXT\" >told.text
  - { command: \"echo first; echo \\\"$HOOK is wrong\\\" >&2; exit 3\" }
  - { command: \"echo before; sleep 7654 & sleep 7654\", timeout: 1s }
  - { command: \"exit 0\", on: [undone] }
  - { slack: \"{{ secrets.HOOK }}\" }
";
    lab.configure(settings);
    let outcome = run(&lab, &inbox, &["run", "test"]).exits(0);
    let expected = [
        "warning: notify: command (2) was not told: exit code 3: [HOOK] is wrong",
        "warning: notify: command (3) was not told: took longer than 1 s: before",
    ];
    assert_eq!(warned(&outcome), expected);
    assert_eq!(Processes::all().mentioning("sleep 7654"), Vec::<&str>::new());
    let read = |name: &str| fs::read_to_string(lab.path("project").join(name)).unwrap();
    let message: Value = serde_json::from_str(&read("told.json")).unwrap();
    assert_eq!(message["text"].as_str().unwrap(), read("told.text"));
    let live = lab.hosts[0].live();
    let env = read("told.env");
    for line in
        ["DEPLOYER_OUTCOME=deployed", "DEPLOYER_KIND=deploy", "DEPLOYER_STAGE=test", "DEPLOYER_EXIT=0"]
    {
        assert!(env.lines().any(|found| found == line), "{line}: {env}");
    }
    assert!(env.contains(&format!("DEPLOYER_RELEASE={live}\n")), "{env}");
}
