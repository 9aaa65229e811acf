//! A host that does not hear from the controller any more takes a half-finished switch back by itself.
#![expect(clippy::disallowed_methods, reason = "hosts are looked at")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::time::Duration;

use rustix::process::Signal;

use crate::harness::{Host, Lab, Stand, wait_for, wait_until};

const HOSTS: [&str; 2] = ["web1", "web2"];

fn is_unlocked(host: &Host) -> bool {
    fs::symlink_metadata(host.app(".deployer/lock")).is_err()
}

/// Returns the lines of the log for people that say this.
fn said(host: &Host, what: &str) -> usize {
    let log = fs::read_to_string(host.app("deployment.log")).unwrap();
    log.lines().filter(|line| line.contains(what)).count()
}

#[test]
fn hosts_whose_controller_is_killed_behind_the_switch_go_back_and_lose_nothing() {
    let lab = Lab::live(&HOSTS);
    let stand = Stand::in_phase(&lab, "post_release");
    assert_eq!(lab.pages(), ["version 2", "version 2"]);
    for host in &lab.hosts {
        fs::write(host.app("current/public/written-late.txt"), "by a visitor\n").unwrap();
    }
    stand.run.signal(Signal::KILL);
    stand.run.wait();
    for host in &lab.hosts {
        wait_until("the host to go back", || host.page() == "version 1" && is_unlocked(host));
        host.wait_for_quiet();
        assert_eq!(said(host, "was taken back by the host itself: the controller was gone"), 1);
        assert_eq!(said(host, "not taken back:"), 0);
        let late = fs::read_to_string(host.app("current/public/written-late.txt")).unwrap();
        assert_eq!(late, "by a visitor\n");
        let history = fs::read_to_string(host.app(".deployer/history.jsonl")).unwrap();
        assert!(history.lines().last().unwrap().contains("\"outcome\":\"undone\""), "{history}");
    }
    lab.is_tidy();
}

#[test]
fn hosts_behind_a_frozen_link_go_back_after_the_time_that_deploy_yml_names() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(
        "confirm_timeout: 10s\nsteps:\n  wait: { phase: post_release, in: deploy_to, run: \"touch ~/began; sleep 300\" }\n",
    );
    let run = lab.start(&["run", "test"]);
    wait_until("the switch", || host.home("began").exists());
    host.server.freeze();
    // The last sign of life may have been five seconds before.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(host.page(), "version 2", "it went back too early");
    wait_for(Duration::from_secs(15), "the host to go back", || host.page() == "version 1");
    wait_until("the lock", || is_unlocked(host));
    host.server.thaw();
    let outcome = run.wait().exits(1);
    assert!(outcome.stderr.is_empty(), "{}", outcome.stderr);
    assert_eq!(host.page(), "version 1");
    lab.is_tidy();
}

#[test]
fn a_host_that_hears_from_the_controller_waits_for_it() {
    let lab = Lab::live(&["web1"]);
    lab.configure("confirm_timeout: 10s\nsteps: { wait: { phase: post_release, run: sleep 17 } }\n");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(lab.pages(), ["version 2"]);
    lab.is_tidy();
}

#[test]
fn without_confirm_timeout_a_host_stays_where_it_is() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(
        "confirm_timeout: 0\nsteps:\n  wait: { phase: post_release, in: deploy_to, run: \"touch ~/began; sleep 300\" }\n",
    );
    let run = lab.start(&["run", "test"]);
    wait_until("the switch", || host.home("began").exists());
    run.signal(Signal::KILL);
    run.wait();
    wait_until("the lock", || is_unlocked(host));
    assert_eq!(host.page(), "version 2");
    host.wait_for_quiet();
}

#[test]
fn what_a_host_cannot_take_back_is_noted_and_told() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(
        "steps:\n  wait: { phase: post_release, in: deploy_to, run: \"touch ~/began; sleep 300\", undo: exit 3 }\n",
    );
    let run = lab.start(&["run", "test"]);
    wait_until("the switch", || host.home("began").exists());
    run.signal(Signal::KILL);
    run.wait();
    wait_until("the lock", || is_unlocked(host));
    host.wait_for_quiet();
    // One that fails keeps no other from being taken back.
    assert_eq!(host.page(), "version 1");
    assert_eq!(said(host, "; not taken back: wait"), 1);
    lab.configure("");
    let plan = lab.run(&["plan", "test"]).exits(0);
    assert!(plan.stdout.contains("the last run died while it went live"), "{}", plan.stdout);
    lab.run(&["run", "test"]).exits(0);
    let plan = lab.run(&["plan", "test"]).exits(0);
    assert!(!plan.stdout.contains("the last run died"), "{}", plan.stdout);
    lab.is_tidy();
}

#[test]
fn a_secret_is_never_written_down_on_a_host() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.write("token", "a-very-secret-token\n");
    lab.configure(
        "secrets: { TOKEN: { file: token } }\nsteps:\n  wait:\n    phase: post_release\n    in: deploy_to\n    \
         run: \"touch ~/began; sleep 300\"\n    undo: \"echo {{ secrets.TOKEN }} >~/told\"\n",
    );
    let run = lab.start(&["run", "test"]);
    wait_until("the switch", || host.home("began").exists());
    for name in host.records() {
        let text = fs::read(host.app(".deployer").join(&name)).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&text).contains("a-very-secret"), "{name}");
    }
    run.signal(Signal::KILL);
    run.wait();
    wait_until("the host to go back", || host.page() == "version 1" && is_unlocked(host));
    assert!(!host.home("told").exists());
}
