//! `deployer verify` on hosts inside the test: a checklist that is right about what is wrong.
#![expect(clippy::disallowed_methods, reason = "hosts are spoiled, and the program is run")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::harness::{Host, Lab, Outcome, Tree};

/// Returns the checks of a host, as `verdict name: words`.
fn checks(outcome: &Outcome, host: &str) -> Vec<String> {
    let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let hosts = answer["data"]["hosts"].as_array().unwrap();
    let list = &hosts.iter().find(|known| known["host"] == host).unwrap()["checks"];
    let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    let line = |check: &Value| {
        format!("{} {}: {}", text(check, "verdict"), text(check, "name"), text(check, "words"))
    };
    list.as_array().unwrap().iter().map(line).collect()
}

fn wrong(outcome: &Outcome, host: &str) -> Vec<String> {
    checks(outcome, host).into_iter().filter(|check| !check.starts_with("ok ")).collect()
}

const NO_URL: &str = "warn site: the site was not looked at: deploy.yml does not say its `url`";

#[test]
fn after_a_deploy_all_is_well_and_looking_changes_nothing() {
    let lab = Lab::live(&["web1", "web2"]);
    let before: Vec<Tree> = lab.hosts.iter().map(Host::everything).collect();
    let outcome = lab.run(&["verify", "test"]).exits(0);
    assert_eq!(lab.hosts.iter().map(Host::everything).collect::<Vec<_>>(), before);
    for host in &lab.hosts {
        let live = host.live();
        assert_eq!(wrong(&outcome, &host.name), [NO_URL]);
        assert_eq!(checks(&outcome, &host.name)[0], format!("ok current: {live} is live and whole"));
        assert_eq!(host.server.logins(), 2, "one for the deploy, one for the checklist");
    }
    lab.is_tidy();
}

#[test]
fn what_is_wrong_is_said_with_what_to_type() {
    let lab = Lab::live(&["web1", "web2"]);
    lab.configure("logs: [public/uploads/*.log]\n");
    let (one, two) = (&lab.hosts[0], &lab.hosts[1]);
    fs::remove_file(one.app("current/public/uploads")).unwrap();
    fs::create_dir_all(one.app("current/storage/framework")).unwrap();
    fs::write(one.app("current/storage/framework/down"), "{}").unwrap();
    fs::write(one.app("shared/.env"), "APP_DEBUG=true\n").unwrap();
    // Somebody has made the link lead elsewhere by hand.
    let other = one.app("releases/20200102030405");
    fs::create_dir_all(&other).unwrap();
    fs::remove_file(two.app("current")).unwrap();
    fs::create_dir_all(two.app("releases/20200102030405")).unwrap();
    symlink("releases/20200102030405", two.app("current")).unwrap();

    let outcome = lab.run(&["verify", "test"]).exits(1);
    let live = one.live();
    let found = wrong(&outcome, "web1");
    for expected in [
        &format!("fail current: {live} is live here, and other hosts serve another release"),
        "fail maintenance: on: current/storage/framework/down is there",
        "fail shared: public/uploads is missing in the live release",
        "fail debug: APP_DEBUG is on: each error page shows the settings, passwords included",
    ] {
        assert!(found.iter().any(|line| line == expected), "{expected} in {found:#?}");
    }
    let found = wrong(&outcome, "web2");
    let unrecorded = "fail history: no run has recorded that 20200102030405 is live";
    assert!(found.iter().any(|line| line.starts_with(unrecorded)), "{found:#?}");

    let output = lab.command(&["verify", "test"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\nSomething is wrong: see FAIL above.\n"), "{text}");
    assert!(text.contains("\n  deployer run test "), "{text}");
    assert!(text.contains("\n  deployer exec test -- php artisan up "), "{text}");
    lab.is_tidy();
}

#[test]
fn a_host_that_does_not_answer_keeps_no_other_from_being_looked_at() {
    let mut lab = Lab::live(&["web1", "web2"]);
    lab.hosts[1].port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    lab.configure("");
    let outcome = lab.run(&["verify", "test"]).exits(4);
    assert_eq!(wrong(&outcome, "web1"), [NO_URL]);
    let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let problem = format!("port {} is closed on 127.0.0.1", lab.hosts[1].port);
    assert_eq!(answer["data"]["hosts"][1]["problem"], problem);
    assert_eq!(answer["data"]["passed"], false);
}

#[test]
fn where_nothing_was_deployed_yet_that_is_what_is_said() {
    let lab = Lab::new(&["web1"]);
    let outcome = lab.run(&["verify", "test"]).exits(1);
    assert_eq!(wrong(&outcome, "web1")[0], "fail current: nothing was deployed there yet");
}
