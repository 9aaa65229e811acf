//! `deployer exec` on hosts inside the test: what comes back, and what ends with it.
#![expect(clippy::disallowed_methods, reason = "hosts are looked at")]

use rustix::process::Signal;

use crate::harness::{Host, Lab, Run, wait_until};

/// Starts the program as a person does, without a terminal.
fn start(lab: &Lab, args: &[&str]) -> Run {
    Run::start(&mut lab.command(args))
}

#[test]
fn the_worst_exit_code_of_all_hosts_is_the_result_and_nothing_is_read_from_here() {
    let lab = Lab::live(&["web1", "web2"]);
    let line = "cat; echo $((1 + 1)); case $HOME in *web2*) exit 9 ;; esac; exit 3";
    let outcome = start(&lab, &["exec", "test", "--", line]).wait().exits(9);
    let mut lines: Vec<_> = outcome.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["web1 | 2", "web2 | 2"]);
    let one =
        |line: &str, exit| start(&lab, &["exec", "test", "--host", "web1", "--", line]).wait().exits(exit);
    one("sh -c 'kill -KILL $$'", 137);
    one("nonsense-command", 127);
}

#[test]
fn what_was_started_on_the_hosts_ends_with_the_program() {
    let lab = Lab::live(&["web1", "web2"]);
    for signal in [Signal::INT, Signal::KILL] {
        let run = start(&lab, &["exec", "test", "--", "touch ~/began; sleep 600 & sleep 600"]);
        wait_until("both hosts to begin", || lab.hosts.iter().all(|host| host.home("began").exists()));
        run.signal(signal);
        lab.hosts.iter().for_each(Host::wait_for_quiet);
        lab.hosts.iter().for_each(|host| std::fs::remove_file(host.home("began")).unwrap());
        assert_eq!(run.wait().exit, None, "a signal ended it");
    }
}
