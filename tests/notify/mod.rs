//! Whoever is named in `notify:` is told how a run went; whatever becomes of it, the run stays what it is.
#![expect(clippy::disallowed_methods, reason = "servers, commands and the program are run")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a lab that does not work is a failed test")]

mod inbox;
mod trouble;

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Lab, Outcome, Run, wait_until};
use inbox::Inbox;

/// What nobody may see: it is in the path of every address.
const SECRET: &str = "T0-B0-hunter2";
const SUBJECT: &str = "<!channel> @everyone \"quoted\" `ticks` [x](https://evil.example) 😀";

/// Everybody who can be told; the secret is the address and its first directory.
const ALL: &str = "secrets: { HOOK: { env: HOOK } }
notify:
  - { slack: \"{{ secrets.HOOK }}/slack\" }
  - { discord: \"{{ secrets.HOOK }}/discord\" }
  - { teams: \"{{ secrets.HOOK }}/teams\" }
  - { webhook: \"{{ secrets.HOOK }}/webhook\", headers: { X-Token: \"t {{ secrets.HOOK }}\" }, on: [started, deployed, undone, stuck, not_started] }
  - { heartbeat: \"{{ secrets.HOOK }}/beat\", fail: \"{{ secrets.HOOK }}/beat/fail\" }
url: https://shop.example
opcache: { proof: false }
";

/// Runs the program with the secret in its environment; it is never told.
fn run(lab: &Lab, inbox: &Inbox, args: &[&str]) -> Outcome {
    let mut command = lab.command(args);
    command.args(["--output", "json"]).env("HOOK", format!("{}/{SECRET}", inbox.address));
    let outcome = Run::start(&mut command).wait();
    is_discreet(&outcome);
    outcome
}

fn is_discreet(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains(SECRET), "{text}");
    }
}

/// Makes a repository with commits of these subjects.
fn commit(lab: &Lab, subjects: &[&str]) {
    let git = |args: &[&str]| {
        let mut command = lab.in_project("git");
        command.args(["-C", "site", "-c", "user.name=Ana", "-c", "user.email=ana@shop.example"]).args(args);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    for subject in subjects {
        lab.write("site/src/a.php", &format!("<?php // {subject}\n"));
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", subject]);
    }
}

fn paths(requests: &[inbox::Request]) -> Vec<String> {
    let short = |request: &inbox::Request| {
        format!("{} {}", request.method, request.path.trim_start_matches('/').trim_start_matches(SECRET))
    };
    requests.iter().map(short).collect()
}

#[test]
fn everybody_is_told_of_a_deploy_an_undone_one_and_a_rollback() {
    let (lab, inbox) = (Lab::live(&["web1", "web2"]), Inbox::open());
    commit(&lab, &["One"]);
    let source = "source: { git: site, ref: main }\n";
    lab.configure(source);
    lab.run(&["run", "test"]).exits(0);
    let before = lab.hosts[0].live();
    let long = "x".repeat(5000);
    commit(&lab, &[&long, SUBJECT]);
    lab.configure(&format!("{source}{ALL}"));
    run(&lab, &inbox, &["run", "test"]).exits(0);
    let live = lab.hosts[0].live();
    let told = inbox.take();
    let all = ["GET /beat", "POST /discord", "POST /slack", "POST /teams", "POST /webhook", "POST /webhook"];
    assert_eq!(paths(&told), all);
    deployed(&told, &live, &before);

    lab.configure(&format!("{source}{ALL}steps: {{ break: {{ phase: post_release, run: \"test {{{{ host.name }}}} != web2\" }} }}\n"));
    run(&lab, &inbox, &["run", "test"]).exits(1);
    let told = inbox.take();
    assert_eq!(paths(&told)[0], "GET /beat/fail");
    let message = last(&told);
    assert_eq!((&message["outcome"], &message["exit"]), (&json!("undone"), &json!(1)));
    assert_eq!(message["failed"], json!([{ "step": "break", "host": "web2", "reason": "exit code 1" }]));
    assert_eq!(message["hosts"][1], json!({ "name": "web2", "live": live, "before": live }));
    let slack = Inbox::body(&told, "/slack");
    assert_eq!(slack["text"], "Undone: the deploy of shop to test failed");
    assert_eq!(
        slack["attachments"][0]["blocks"][1]["text"]["text"],
        "*Failed*\n• break on web2: exit code 1"
    );

    lab.configure(&format!("{source}{ALL}"));
    run(&lab, &inbox, &["rollback", "test"]).exits(0);
    let told = inbox.take();
    assert_eq!(paths(&told), all);
    let message = last(&told);
    assert_eq!((&message["kind"], &message["release"]), (&json!("rollback"), &json!(before)));
    assert_eq!(Inbox::body(&told, "/slack")["text"], "Rolled back shop on test");
    restored(&lab, &inbox);
}

fn restored(lab: &Lab, inbox: &Inbox) {
    run(lab, inbox, &["backup", "test", "--on-host"]).exits(0);
    let archives = fs::read_dir(lab.hosts[0].app("backups")).unwrap();
    let names = archives.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let id = names.filter_map(|name| Some(name.strip_prefix("shared-")?.strip_suffix(".tar.gz")?.to_owned()));
    run(lab, inbox, &["restore", "test", &id.last().unwrap(), "--yes"]).exits(0);
    let message = last(&inbox.take());
    assert_eq!((&message["kind"], &message["outcome"]), (&json!("restore"), &json!("deployed")));
    assert!(
        message["text"].as_str().unwrap().starts_with("Restored shared data of shop on test. "),
        "{message}"
    );
}

/// Returns the last message of the webhook: not that of the beginning.
fn last(told: &[inbox::Request]) -> Value {
    let mut of_webhook = told.iter().filter(|request| request.path.ends_with("/webhook"));
    of_webhook.rfind(|request| request.body["outcome"] != "started").unwrap().body.clone()
}

fn deployed(told: &[inbox::Request], live: &str, before: &str) {
    let message = last(told);
    assert_eq!((&message["v"], &message["outcome"]), (&json!(1), &json!("deployed")));
    assert_eq!((&message["application"], &message["stage"]), (&json!("shop"), &json!("test")));
    assert_eq!(message["subject"], json!(SUBJECT));
    assert_eq!(message["commit"].as_str().unwrap().len(), 40);
    let commits: Vec<_> =
        message["commits"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(commits.len(), 2);
    assert!(commits[0].ends_with(SUBJECT) && commits[1].chars().count() == 200, "{commits:?}");
    assert_eq!(message["hosts"][0], json!({ "name": "web1", "live": live, "before": before }));
    assert!(message["by"].as_str().unwrap().starts_with("ana@"));
    assert_eq!(message["sites"], json!(["https://shop.example"]));
    let request = told.iter().find(|request| request.path.ends_with("/webhook")).unwrap();
    assert!(
        request.headers.iter().any(|line| line.starts_with("x-token: t http://127.0.0.1")),
        "{request:?}"
    );
    assert!(request.headers.contains(&"content-type: application/json".to_owned()), "{request:?}");
    let slack = Inbox::body(told, "/slack");
    assert_eq!(slack["text"], "Deployed shop to test");
    let text = slack.to_string();
    assert!(text.contains("&lt;!channel&gt;") && !text.contains("<!channel>"), "{text}");
    assert!(text.contains(&format!("{live} is live on web1, web2")), "{text}");
    let discord = Inbox::body(told, "/discord");
    assert_eq!(discord["allowed_mentions"], json!({ "parse": [] }));
    assert!(!discord.to_string().contains("@everyone"), "{discord}");
    let teams = Inbox::body(told, "/teams");
    let card = &teams["attachments"][0];
    assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!(card["content"]["actions"][0]["url"], "https://shop.example");
}

#[test]
fn the_plan_says_who_is_told_and_a_saved_one_tells_the_same() {
    let (lab, inbox) = (Lab::live(&["web1"]), Inbox::open());
    lab.configure(ALL);
    let file = lab.path("plan.json").display().to_string();
    let mut command = lab.command(&["plan", "test", "--out", &file]);
    command.env("HOOK", format!("{}/{SECRET}", inbox.address));
    let shown = Run::start(&mut command).wait().exits(0).stdout;
    let expected = "
notify        slack, discord, teams   deployed, undone, stuck
              webhook                 started, deployed, undone, stuck, not_started
              heartbeat               deployed, undone, stuck, not_started
";
    assert!(shown.contains(expected), "{shown}");
    let saved = fs::read_to_string(&file).unwrap();
    assert!(!saved.contains(SECRET) && !saved.contains("127.0.0.1:"), "{saved}");
    assert!(inbox.take().is_empty(), "a plan tells nobody");
    run(&lab, &inbox, &["run", "--plan", &file]).exits(0);
    assert_eq!(inbox.take().len(), 6);
    let file = lab.path("stale.json").display().to_string();
    run(&lab, &inbox, &["plan", "test", "--out", &file]).exits(0);
    lab.configure(&ALL.replace("/teams", "/elsewhere"));
    run(&lab, &inbox, &["run", "--plan", &file]).exits(6);
    let told = inbox.take();
    assert_eq!(paths(&told), ["GET /beat/fail", "POST /webhook"]);
    assert_eq!(told[1].body["outcome"], "not_started");
}

#[test]
fn whoever_wants_to_know_is_told_that_a_host_is_not_ready() {
    let (mut lab, inbox) = (Lab::live(&["web1", "web2"]), Inbox::open());
    let right = std::mem::replace(&mut lab.hosts[1].port, 1);
    lab.configure(ALL);
    run(&lab, &inbox, &["run", "test"]).exits(4);
    let told = inbox.take();
    assert_eq!(paths(&told), ["GET /beat/fail", "POST /webhook"]);
    let message = &told[1].body;
    assert_eq!((&message["outcome"], &message["exit"]), (&json!("not_started"), &json!(4)));
    assert_eq!(message["failed"][0]["host"], "web2");
    run(&lab, &inbox, &["plan", "test"]).exits(4);
    assert!(inbox.take().is_empty(), "a plan tells nobody");
    lab.hosts[1].port = right;
}

#[test]
fn a_test_reaches_everybody_whatever_they_are_told_of() {
    let (lab, inbox) = (Lab::live(&["web1"]), Inbox::open());
    lab.configure(&format!("{ALL}steps: {{}}\n"));
    let call = |args: &[&str]| {
        let mut command = lab.command(args);
        command.env("HOOK", format!("{}/{SECRET}", inbox.address));
        Run::start(&mut command).wait()
    };
    let told = call(&["notify", "test", "--test"]).exits(0);
    assert_eq!(told.stdout.lines().count(), 5, "{told:?}");
    assert!(told.stdout.lines().all(|line| line.contains("   told in 0.")), "{told:?}");
    let requests = inbox.take();
    let message = Inbox::body(&requests, "/webhook");
    assert_eq!(message["outcome"], "test");
    assert_eq!(Inbox::body(&requests, "/slack")["text"], "Test: shop to test. Nothing was deployed");
    assert_eq!(call(&["notify", "test"]).exits(0).stdout.lines().count(), 3);
    lab.configure(&ALL.replace("/discord", "/500"));
    let told = call(&["notify", "test", "--test"]).exits(1);
    assert!(told.stdout.contains("discord     not told: answers 500: no such hook: /[address]"), "{told:?}");
    is_discreet(&told);
}

#[test]
fn an_interrupted_run_is_told_as_one_that_was_taken_back() {
    let (lab, inbox) = (Lab::live(&["web1"]), Inbox::open());
    let wait = "touch ~/began; sleep 30";
    lab.configure(&format!(
        "{ALL}steps: {{ wait: {{ phase: configure, in: deploy_to, run: \"{wait}\" }} }}\n"
    ));
    let mut command = lab.command(&["run", "test", "--output", "json"]);
    command.env("HOOK", format!("{}/{SECRET}", inbox.address));
    let began = Run::start(&mut command);
    wait_until("the step to begin", || lab.hosts[0].home("began").exists());
    began.signal(rustix::process::Signal::INT);
    began.wait().exits(130);
    let message = last(&inbox.take());
    assert_eq!((&message["outcome"], &message["exit"]), (&json!("undone"), &json!(130)));
    assert!(message["text"].as_str().unwrap().contains("was interrupted"), "{message}");
}
