//! A step that fails on one of three hosts, wherever it stands: no host is changed, and no hand work
//! is needed for the next run.
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::thread;

use deployer::event::StepOutcome;
use deployer::plan::Plan;

use crate::harness::{Lab, Tree};

const HOSTS: [&str; 3] = ["web1", "web2", "web3"];
/// From the first of these on the release is live, and a failure is a warning.
const COMMITTED: [&str; 5] = ["settle", "prune", "guard", "record", "unlock"];

#[test]
fn a_failure_next_to_any_step_leaves_every_live_host_as_it_was() {
    on_both_sides(|| Lab::live(&HOSTS));
}

#[test]
fn a_failure_next_to_any_step_of_a_first_deploy_leaves_nothing_behind() {
    on_both_sides(|| Lab::new(&HOSTS[..2]));
}

fn on_both_sides(lab: impl Fn() -> Lab + Sync) {
    thread::scope(|scope| {
        for side in ["before", "after"] {
            scope.spawn(|| every_place_of(side, &lab()));
        }
    });
}

#[test]
fn a_step_that_takes_too_long_is_ended_and_undone() {
    let lab = Lab::live(&HOSTS);
    let trees = lab.trees();
    lab.configure(
        "steps:\n  slow: { phase: switch, timeout: 1s, run: \"[ {{ host.name }} != web2 ] || sleep 60; echo done\" }\n",
    );
    let outcome = lab.run(&["run", "test"]).exits(1);
    let reasons: Vec<_> = outcome.finished().failed.iter().map(|failure| failure.reason.as_str()).collect();
    assert_eq!(reasons, ["took longer than 1 s"]);
    assert_eq!(lab.trees(), trees);
    lab.is_tidy();
}

#[test]
fn a_tolerated_step_that_takes_too_long_keeps_no_other_from_running() {
    let lab = Lab::live(&["web1"]);
    lab.configure(
        "steps:
  slow: { phase: configure, timeout: 1s, allow_failure: true, run: sleep 60 }
  next: { phase: configure, run: touch next }
  late: { phase: cleanup, timeout: 1s, run: sleep 60 }
",
    );
    let outcome = lab.run(&["run", "test"]).exits(0);
    assert_eq!(outcome.ended(StepOutcome::Warning), ["late on web1", "slow on web1"]);
    assert!(std::fs::exists(lab.hosts[0].app("current/next")).unwrap());
    assert_eq!(lab.pages(), ["version 2"]);
    let ended = outcome.ended(StepOutcome::Ok);
    assert!(ended.contains(&"unlock on web1".to_owned()), "{ended:?}");
    lab.is_tidy();
}

#[test]
fn what_cannot_be_undone_is_told_and_a_failed_undo_needs_a_person() {
    let lab = Lab::live(&HOSTS);
    let trees = lab.trees();
    let steps = |undo: &str| {
        let fault = "fault: { phase: post_release, run: \"test {{ host.name }} != web2\" }";
        format!(
            "steps:\n  migrate: {{ phase: mid_release, once: true, run: echo, undo: {undo} }}\n  {fault}\n"
        )
    };
    for (undo, exit, left) in [
        ("{ impossible: the rows stay }", 1, "migrate: the rows stay"),
        ("exit 7", 3, "migrate was not undone: exit code 7"),
    ] {
        lab.configure(&steps(undo));
        let outcome = lab.run(&["run", "test"]).exits(exit);
        let told: Vec<_> = outcome.finished().left.iter().map(|left| left.text.as_str()).collect();
        assert_eq!(told, [left]);
        assert_eq!(outcome.finished().left[0].host.as_ref().unwrap().as_str(), "web1");
        assert_eq!(lab.trees(), trees, "{undo}");
        lab.is_tidy();
    }
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
}

/// Fails in each place in turn; then a plain run succeeds.
fn every_place_of(side: &str, lab: &Lab) {
    let (before_the_commit, after_it): (Vec<_>, Vec<_>) =
        steps(lab).into_iter().partition(|step| !COMMITTED.contains(&step.as_str()));
    let trees = lab.trees();
    for step in &before_the_commit {
        if (side, step.as_str()) == ("before", "lock") {
            // Nothing runs on a host that is not locked.
            lab.configure(&fault("before: lock"));
            lab.run(&["run", "test"]).exits(2);
            continue;
        }
        fails(lab, &format!("{side}: {step}"), &trees);
    }
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
    for step in &after_it {
        warns(lab, &format!("{side}: {step}"));
    }
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
    lab.is_tidy();
}

/// Returns the names of the steps of the plan.
fn steps(lab: &Lab) -> Vec<String> {
    let outcome = lab.run(&["plan", "test"]).exits(0);
    let plan: Plan = serde_json::from_str(&outcome.stdout).unwrap();
    plan.steps.into_iter().map(|step| step.name).collect()
}

/// A step in that place that fails on one host alone.
fn fault(place: &str) -> String {
    format!(
        "steps:\n  fault:\n    {place}\n    on: hosts\n    in: deploy_to\n    run: test {{{{ host.name }}}} != web2\n"
    )
}

fn fails(lab: &Lab, place: &str, trees: &[Tree]) {
    lab.configure(&fault(place));
    let outcome = lab.run(&["run", "test"]).exits(1);
    assert!(
        outcome.ended(StepOutcome::Failed).contains(&"fault on web2".to_owned()),
        "{place}: {outcome:#?}"
    );
    assert_eq!(lab.trees(), trees, "{place}");
    lab.is_tidy();
}

fn warns(lab: &Lab, place: &str) {
    lab.configure(&fault(place));
    let outcome = lab.run(&["run", "test"]).exits(0);
    assert_eq!(outcome.ended(StepOutcome::Warning), ["fault on web2"], "{place}");
    assert_eq!(outcome.ended(StepOutcome::Failed), Vec::<String>::new(), "{place}");
    let live = vec![outcome.plan().release.to_string(); lab.hosts.len()];
    assert_eq!(lab.hosts.iter().map(|host| host.live()).collect::<Vec<_>>(), live, "{place}");
    lab.is_tidy();
}
