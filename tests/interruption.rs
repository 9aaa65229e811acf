//! The person, or the end of the world, stops the controller in the middle of a phase.
#![expect(clippy::disallowed_methods, reason = "hosts are looked at")]

use std::fs;

use deployer::event::Outcome as Word;
use rustix::process::Signal;

use crate::harness::{Host, Lab, Processes, Stand, wait_until};

const HOSTS: [&str; 2] = ["web1", "web2"];
const BEFORE_THE_COMMIT: [&str; 9] = [
    "prepare",
    "build",
    "package",
    "transfer",
    "configure",
    "pre_release",
    "mid_release",
    "switch",
    "post_release",
];

#[test]
fn an_interrupted_run_is_undone_whatever_its_phase() {
    let lab = Lab::live(&HOSTS);
    for phase in BEFORE_THE_COMMIT {
        undone_by(Signal::INT, 130, &lab, phase);
    }
}

#[test]
fn a_terminated_run_is_undone() {
    let lab = Lab::new(&HOSTS);
    for phase in ["prepare", "build", "configure", "switch"] {
        undone_by(Signal::TERM, 143, &lab, phase);
    }
}

fn undone_by(signal: Signal, code: i32, lab: &Lab, phase: &str) {
    let trees = lab.trees();
    let stand = Stand::in_phase(lab, phase);
    stand.run.signal(signal);
    let outcome = stand.run.wait().exits(code);
    assert_eq!(outcome.finished().outcome, Word::Undone, "{phase}");
    assert_eq!(lab.trees(), trees, "{phase}");
    lab.is_tidy();
}

#[test]
fn a_run_that_is_committed_goes_on_to_its_end() {
    let lab = Lab::live(&HOSTS);
    for phase in ["cleanup", "finalize"] {
        let stand = Stand::in_phase(&lab, phase);
        stand.run.signal(Signal::INT);
        let outcome = stand.let_go().wait().exits(0);
        assert_eq!(outcome.finished().outcome, Word::Deployed, "{phase}");
        assert_eq!(lab.pages(), ["version 2", "version 2"], "{phase}");
        lab.is_tidy();
    }
}

#[test]
fn a_second_interrupt_leaves_everything_as_it_is_and_the_next_run_needs_no_hand_work() {
    let lab = Lab::live(&HOSTS);
    lab.configure(
        "steps:
  wait: { phase: mid_release, in: deploy_to, run: \"touch ~/began; sleep 60\", undo: \"touch ~/undoing; sleep 60\" }
",
    );
    let run = lab.start(&["run", "test"]);
    for marker in ["began", "undoing"] {
        wait_until(marker, || lab.hosts.iter().all(|host| host.home(marker).exists()));
        run.signal(Signal::INT);
    }
    let outcome = run.wait().exits(130);
    assert_eq!(outcome.finished().outcome, Word::Stuck);
    assert_eq!(lab.pages(), ["version 1", "version 1"]);
    for host in &lab.hosts {
        wait_until("the session to give the lock back", || {
            fs::symlink_metadata(host.app(".deployer/lock")).is_err()
        });
    }
    succeeds_next(&lab, "a second interrupt");
}

#[test]
fn a_killed_controller_leaves_no_process_and_no_lock_and_the_next_run_needs_no_hand_work() {
    let lab = Lab::live(&HOSTS);
    for phase in BEFORE_THE_COMMIT.into_iter().chain(["cleanup", "finalize"]) {
        let before = lab.hosts[0].page();
        lab.page(phase);
        let stand = Stand::in_phase(&lab, phase);
        stand.run.signal(Signal::KILL);
        assert_eq!(stand.run.wait().exit, None, "{phase}");
        wait_until("the build to end", || {
            Processes::with(&format!("HOME={}", lab.path("me").display())).is_empty()
        });
        for host in &lab.hosts {
            wait_until("the session to give the lock back", || {
                fs::symlink_metadata(host.app(".deployer/lock")).is_err()
            });
            host.wait_for_quiet();
            // Nobody confirmed the release: the host has gone back by itself.
            let is_confirmed = ["cleanup", "finalize"].contains(&phase);
            assert_eq!(host.page(), if is_confirmed { phase } else { &before }, "{phase}");
        }
        lab.page("version 2");
        succeeds_next(&lab, phase);
    }
    // What the dead runs left in `releases` is gone, too.
    let live = lab.hosts[0].live();
    let last = lab.hosts[0].releases();
    assert_eq!((last.len(), last.last()), (3, Some(&live)), "{last:?}");
}

fn succeeds_next(lab: &Lab, after: &str) {
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(lab.pages(), vec!["version 2"; lab.hosts.len()], "{after}");
    lab.hosts.iter().for_each(Host::wait_for_quiet);
}

#[test]
fn a_step_that_does_not_hear_is_ended_with_its_session_and_undone() {
    let lab = Lab::live(&["web1"]);
    let trees = lab.trees();
    lab.configure(
        "steps:\n  deaf: { phase: switch, run: \"trap '' TERM INT; touch ~/began; while :; do sleep 1; done\" }\n",
    );
    let run = lab.start(&["run", "test"]);
    wait_until("the step", || lab.hosts[0].home("began").exists());
    run.signal(Signal::INT);
    run.wait().exits(130);
    assert_eq!(lab.trees(), trees);
    lab.is_tidy();
}
