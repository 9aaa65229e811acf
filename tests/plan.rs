//! The plan that is shown is the plan that is run, and showing it changes nothing.
#![expect(clippy::disallowed_methods, reason = "saved plans are read")]

use std::fs;

use deployer::event::EventKind;
use deployer::plan::Plan;

use crate::harness::{Host, Lab};

const HOSTS: [&str; 2] = ["web1", "web2"];
const STEPS: &str = "steps:
  build: { phase: build, run: echo built >public/built.txt }
  once: { phase: mid_release, run: echo once, once: true }
  warm: { phase: post_release, run: echo warm }
";

#[test]
fn looking_changes_nothing_on_a_host() {
    for lab in [Lab::new(&HOSTS), Lab::live(&HOSTS)] {
        let everything = || lab.hosts.iter().map(Host::everything).collect::<Vec<_>>();
        let before = everything();
        for args in [
            &["plan", "test"][..],
            &["run", "test", "--dry-run"],
            &["check", "test"],
            &["status", "test"],
            &["releases", "test"],
            &["history", "test"],
        ] {
            lab.run(args).exits(0);
            assert_eq!(everything(), before, "{args:?}");
        }
        lab.hosts.iter().for_each(Host::wait_for_quiet);
    }
}

#[test]
fn the_steps_that_are_shown_are_those_that_run_in_their_order_and_no_others() {
    let lab = Lab::live(&HOSTS);
    lab.configure(STEPS);
    let shown = lab.run(&["plan", "test"]).exits(0).stdout;
    let outcome = lab.run(&["run", "test"]).exits(0);
    let shown: Plan = serde_json::from_str(&shown).unwrap();
    let run = outcome.plan();
    let text =
        |plan: &Plan| serde_json::to_string_pretty(plan).unwrap().replace(plan.release.as_str(), "RELEASE");
    assert_eq!(text(&shown), text(run));
    for host in HOSTS.map(Some).into_iter().chain([None]) {
        let planned = run.steps.iter().filter(|step| match host {
            Some(host) => step.hosts().any(|name| name.as_str() == host),
            None => step.hosts().next().is_none(),
        });
        let finished = outcome.events.iter().filter_map(|event| match &event.kind {
            EventKind::StepFinished { step, host: on, .. } if on.as_ref().map(|on| on.as_str()) == host => {
                run.step(*step).map(|step| step.name.clone())
            }
            _ => None,
        });
        assert_eq!(
            finished.collect::<Vec<_>>(),
            planned.map(|step| step.name.clone()).collect::<Vec<_>>(),
            "on {host:?}"
        );
    }
}

#[test]
fn a_saved_plan_is_run_as_it_is_and_only_once() {
    let lab = Lab::live(&HOSTS);
    lab.configure(STEPS);
    let file = lab.path("saved.json").display().to_string();
    lab.run(&["plan", "test", "--out", &file]).exits(0);
    let saved: Plan = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let outcome = lab.run(&["run", "--plan", &file]).exits(0);
    assert_eq!(*outcome.plan(), saved);
    assert_eq!(lab.hosts[1].live(), saved.release.to_string());
    let trees = lab.trees();
    let stale = lab.run(&["run", "--plan", &file]).exits(6);
    assert_eq!(stale.message().lines().count(), 2, "{}", stale.message());
    assert_eq!(lab.trees(), trees);
}

#[test]
fn a_saved_plan_is_refused_when_a_host_or_deploy_yml_changed() {
    let lab = Lab::live(&HOSTS);
    let file = lab.path("saved.json").display().to_string();
    lab.run(&["plan", "test", "--out", &file]).exits(0);
    lab.configure(STEPS);
    let stale = lab.run(&["run", "--plan", &file]).exits(6);
    assert_eq!(stale.message(), "deploy.yml, or a variable that it uses, changed since the plan was made.");
    lab.configure("");
    lab.run(&["run", "test", "--host", "web2"]).exits(0);
    let trees = lab.trees();
    let stale = lab.run(&["run", "--plan", &file]).exits(6);
    let changed = format!(
        "web2 changed since the plan was made: live was {}, is {}.",
        lab.hosts[0].live(),
        lab.hosts[1].live()
    );
    assert_eq!(stale.message(), changed);
    assert_eq!(lab.trees(), trees);
}
