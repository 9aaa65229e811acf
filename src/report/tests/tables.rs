//! Status, releases, history.

use jiff::tz::TimeZone;

use super::{is, printed};
use crate::event::Outcome;
use crate::plan::Kind;
use crate::report::sample::{NEW, OLD, id, next, screen};
use crate::report::status::{HostStatus, Status};
use crate::report::{Screen, history, releases, status};

fn host(name: &str) -> HostStatus {
    HostStatus {
        host: name.into(),
        problem: None,
        live: Some(id(NEW)),
        what: "1a2b3c4 Fix cart total of the orders that were made before the coupons came".to_owned(),
        since: Some(7300.0),
        answers: None,
        served: [].into(),
        lock: None,
    }
}

#[test]
fn the_status_of_a_stage_is_a_table_that_fits() {
    let behind = HostStatus { live: Some(id(OLD)), lock: Some("ben@build-7".to_owned()), ..host("web2") };
    let away = HostStatus { problem: Some("10.0.0.13 port 22 does not answer".to_owned()), ..host("web3") };
    let new = HostStatus { live: None, what: String::new(), since: None, ..host("web4") };
    let stage = Status {
        application: "shop".to_owned(),
        stage: "production".to_owned(),
        seconds: 0.94,
        hosts: vec![host("web1"), behind, away, new],
        warnings: vec!["web2 is one release behind".to_owned()],
        next: vec![next("deployer run production", "one release on all hosts")],
    };
    let text = printed(|out| status::print(out, &stage, &screen(80, 24)));
    is("status", &text);
    assert!(text.lines().all(|line| console::measure_text_width(line) < 80), "{text}");
}

#[test]
fn releases_are_listed_with_what_they_are() {
    use releases::{Release, State, print};
    let release = |release: &str, state, hosts: &[&str]| Release {
        release: id(release),
        what: "1a2b3c4 Fix cart total".to_owned(),
        state,
        hosts: hosts.iter().copied().map(Into::into).collect(),
    };
    let all = ["web1", "web2", "web3"];
    let list = [
        release("20261120150000", State::Failed, &all[..1]),
        release(NEW, State::Live, &all),
        release(OLD, State::Previous, &all),
        release("20261118080000", State::Good, &all[1..]),
    ];
    let screen = Screen { time_zone: TimeZone::fixed(jiff::tz::offset(3)), ..screen(100, 24) };
    is("releases", &printed(|out| print(out, &list, 3, &screen)));
    assert_eq!(printed(|out| print(out, &[], 3, &screen)), "No release yet.\n");
}

#[test]
fn the_history_says_how_each_run_ended() {
    use history::{PastRun, print};
    let run = |kind, outcome| PastRun {
        at: id(NEW).time(),
        kind,
        outcome,
        release: id(NEW),
        what: "1a2b3c4 Fix cart total".to_owned(),
        by: "ana@laptop".to_owned(),
        seconds: 28.6,
    };
    let runs = [
        run(Kind::Deploy, Some(Outcome::Deployed)),
        run(Kind::Rollback, Some(Outcome::Deployed)),
        run(Kind::Deploy, Some(Outcome::Undone)),
        run(Kind::Deploy, Some(Outcome::Stuck)),
        run(Kind::Deploy, None),
    ];
    is("history", &printed(|out| print(out, &runs, &screen(120, 24))));
    assert_eq!(serde_json::to_value(&runs[4]).unwrap()["at"], "2026-11-20T14:12:03Z");
}

#[test]
fn an_analysis_tells_what_is_there_what_is_wrong_and_how_to_mend_it() {
    use crate::analyze::{self, Files, Inputs, Machine};
    use crate::report::analysis::{Done, Report, print};
    let files: Files = [
        ("composer.json", r#"{"require": {"php": "^8.2", "ext-intl": "*", "ext-pdo": "*"}, "require-dev": {"fakerphp/faker": "^1"}}"#),
        ("composer.lock", r#"{"packages": [], "packages-dev": [{"name": "fakerphp/faker", "version": "1.0.0"}]}"#),
        ("app/Names.php", "<?php\n$a = Faker\\Factory::create();\nFaker\\Provider\\Base::random();"),
        (".env", "APP_KEY=base64:abc"),
    ]
    .into_iter()
    .collect();
    let machine = |php: &str, extensions: &[&str]| Machine {
        php: Some(php.to_owned()),
        extensions: extensions.iter().map(ToString::to_string).collect(),
        composer: Some("2.7.1".to_owned()),
        ..Machine::default()
    };
    let here = machine("8.2.36", &["intl", "PDO"]);
    let hosts = [("web1", "8.1.2"), ("web2", "8.2.36"), ("web3", "8.1.2")];
    let hosts = hosts.map(|(name, php)| (name.to_owned(), machine(php, &["PDO"])));
    let analysis = analyze::analyze(Inputs { files: &files, seeds: false, here: &here, hosts: &hosts });
    let report = Report {
        application: "shop".to_owned(),
        subject: "production, main 1a2b3c4".to_owned(),
        analysis,
        done: vec![Done { ok: false, text: "public/hot is left as it was".to_owned() }],
        next: vec![next("deployer analyze --fix", "makes git forget what should not have been committed")],
    };
    is("analysis", &printed(|out| print(out, &report, &screen(90, 24))));
}
