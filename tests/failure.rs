//! A step that fails on one of three hosts, wherever it stands: no host is changed, and no hand work
//! is needed for the next run.
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use deployer::event::StepOutcome;
use deployer::plan::Plan;

use crate::harness::{Lab, Tree};

const HOSTS: [&str; 3] = ["web1", "web2", "web3"];
/// From the first of these on the release is live, and a failure is a warning.
const COMMITTED: [&str; 3] = ["prune", "record", "unlock"];

#[test]
fn a_failure_before_any_step_leaves_every_live_host_as_it_was() {
    every_place_of("before", &Lab::live(&HOSTS));
}

#[test]
fn a_failure_after_any_step_leaves_every_live_host_as_it_was() {
    every_place_of("after", &Lab::live(&HOSTS));
}

#[test]
fn a_failure_before_any_step_of_a_first_deploy_leaves_nothing_behind() {
    every_place_of("before", &Lab::new(&HOSTS));
}

#[test]
fn a_failure_after_any_step_of_a_first_deploy_leaves_nothing_behind() {
    every_place_of("after", &Lab::new(&HOSTS));
}

/// Fails in each place in turn; then a plain run succeeds.
fn every_place_of(side: &str, lab: &Lab) {
    let (before_the_commit, after_it): (Vec<_>, Vec<_>) =
        steps(lab).into_iter().partition(|step| !COMMITTED.contains(&step.as_str()));
    let trees = lab.trees();
    for step in &before_the_commit {
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
    let live = vec![outcome.plan().release.to_string(); 3];
    assert_eq!(lab.hosts.iter().map(|host| host.live()).collect::<Vec<_>>(), live, "{place}");
    lab.is_tidy();
}
