//! What keeps running across a switch is told to begin anew: what the release has, in a deploy, after a switch that
//! is taken back, and in a rollback. The console of the framework is a script here that writes down what it is called with.
#![expect(clippy::disallowed_methods, reason = "hosts are looked at")]

use std::fs;

use deployer::plan::{Phase, Plan, Step, Undo};
use rustix::process::Signal;
use serde_json::json;

use crate::harness::{Host, Lab, wait_until};
use crate::part::program;

const CONSOLE: &str = "<?php
file_put_contents(getenv('HOME').'/calls', basename(getcwd()).' '.implode(' ', array_slice($argv, 1)).PHP_EOL, FILE_APPEND);
";
const FAILS: &str = "  fails: { phase: post_release, run: exit 7 }\n";

/// Makes a project of a framework with these packages.
fn lab(recipe: &str, console: &str, packages: &[(&str, &str)]) -> Option<Lab> {
    program("php")?;
    let lab = Lab::new(&["web1"]);
    lab.write(&format!("site/{console}"), CONSOLE);
    let package = |(name, version): &(&str, &str)| json!({ "name": name, "version": version });
    let packages: Vec<_> = packages.iter().map(package).collect();
    lab.write("site/composer.json", "{}");
    lab.write("site/composer.lock", &json!({ "packages": packages, "packages-dev": [] }).to_string());
    configure(&lab, recipe, "");
    Some(lab)
}

fn configure(lab: &Lab, recipe: &str, steps: &str) {
    lab.configure(&format!("recipe: {recipe}\nsteps:\n  migrate: false\n{steps}"));
}

/// Returns the calls since the last time that are about workers.
fn calls(host: &Host, words: &[&str]) -> Vec<String> {
    let text = fs::read_to_string(host.home("calls")).unwrap_or_default();
    let _gone = fs::remove_file(host.home("calls"));
    let is_one = |line: &&str| words.iter().any(|word| line.contains(word));
    text.lines().filter(is_one).map(str::to_owned).collect()
}

fn post_release(plan: &Plan) -> Vec<&str> {
    let of_recipe = |step: &&Step| step.phase == Phase::PostRelease && step.name != "confirm";
    let steps = plan.steps.iter().filter(of_recipe);
    steps.map(|step| step.name.as_str()).collect()
}

#[test]
fn laravel_tells_what_the_release_has_and_a_rollback_what_its_release_has() {
    const WORDS: [&str; 3] = ["restart", "terminate", "reload"];
    let Some(lab) =
        lab("laravel", "artisan", &[("laravel/framework", "v12.44.0"), ("laravel/horizon", "v5.40.2")])
    else {
        return;
    };
    let host = &lab.hosts[0];
    let reload = "vendor/laravel/framework/src/Illuminate/Foundation/Console/ReloadCommand.php";
    lab.write(&format!("site/{reload}"), "<?php\n");
    let outcome = lab.run(&["run", "test"]).exits(0);
    let all = ["queue-restart", "queue-signal", "horizon-terminate", "reload"];
    assert_eq!(post_release(outcome.plan()), all);
    let told = |id: &str| {
        let except = "--except=queue:restart,horizon:terminate,reverb:restart,pulse:restart,octane:reload";
        [format!("{id} queue:restart"), format!("{id} horizon:terminate"), format!("{id} reload {except}")]
    };
    let live = host.live();
    assert_eq!(calls(host, &WORDS), told(&live));

    lab.write(
        "site/composer.lock",
        &json!({ "packages": [{ "name": "laravel/octane", "version": "v2.13.0" }] }).to_string(),
    );
    let outcome = lab.run(&["run", "test"]).exits(0);
    assert_eq!(post_release(outcome.plan()), ["queue-restart", "queue-signal", "octane-reload"]);
    let warning = "Octane serves the release that it was started in";
    assert!(
        outcome.plan().warnings.iter().any(|it| it.text.starts_with(warning)),
        "{:?}",
        outcome.plan().warnings
    );
    calls(host, &WORDS);
    let outcome = lab.run(&["rollback", "test"]).exits(0);
    assert_eq!(post_release(outcome.plan()), all);
    assert_eq!(calls(host, &WORDS), told(&live));
}

#[test]
fn workers_are_told_again_once_the_switch_was_taken_back() {
    let Some(lab) = lab("laravel", "artisan", &[]) else { return };
    let host = &lab.hosts[0];
    // Where nothing was live before, there is nothing to begin anew.
    configure(&lab, "laravel", FAILS);
    let outcome = lab.run(&["run", "test"]).exits(1);
    assert_eq!(calls(host, &["queue:restart"]), [format!("{} queue:restart", outcome.plan().release)]);
    assert!(outcome.finished().left.is_empty(), "{:?}", outcome.finished());
    configure(&lab, "laravel", "");
    lab.run(&["run", "test"]).exits(0);
    let live = host.live();
    calls(host, &[""]);
    configure(&lab, "laravel", FAILS);
    let outcome = lab.run(&["run", "test"]).exits(1);
    let new = outcome.plan().release.to_string();
    assert_eq!(
        calls(host, &["queue:restart"]),
        [format!("{new} queue:restart"), format!("{live} queue:restart")]
    );
    // Workers may begin anew before anybody tells them to.
    configure(&lab, "laravel", "  fails: { after: switch, run: exit 7, in: deploy_to, on: hosts }\n");
    lab.run(&["run", "test"]).exits(1);
    assert_eq!(calls(host, &["queue:restart"]), [format!("{live} queue:restart")]);
    // Before the switch nothing has changed for them.
    configure(&lab, "laravel", "  fails: { phase: mid_release, run: exit 7 }\n");
    lab.run(&["run", "test"]).exits(1);
    assert_eq!(calls(host, &["queue:restart"]), Vec::<String>::new());
    let restart = outcome.plan().named("queue-restart").unwrap();
    assert!(matches!(&restart.undo, Undo::Again { .. }));
    lab.is_tidy();
}

#[test]
fn symfony_tells_the_workers_of_both_releases() {
    let Some(lab) = lab("symfony", "bin/console", &[("symfony/messenger", "v7.3.0")]) else { return };
    let host = &lab.hosts[0];
    let stops = |host: &Host| calls(host, &["messenger:stop-workers"]);
    lab.run(&["run", "test"]).exits(0);
    let first = host.live();
    assert_eq!(stops(host), [format!("{first} messenger:stop-workers")]);
    lab.run(&["run", "test"]).exits(0);
    let second = host.live();
    assert_eq!(stops(host), [&second, &first].map(|id| format!("{id} messenger:stop-workers")));
    configure(&lab, "symfony", FAILS);
    let outcome = lab.run(&["run", "test"]).exits(1);
    let third = outcome.plan().release.to_string();
    let both = [&third, &second].map(|id| format!("{id} messenger:stop-workers"));
    assert_eq!(stops(host), [both.clone(), both].concat());
}

#[test]
fn a_host_that_goes_back_by_itself_tells_its_workers_again() {
    let Some(lab) = lab("laravel", "artisan", &[]) else { return };
    let host = &lab.hosts[0];
    lab.run(&["run", "test"]).exits(0);
    let live = host.live();
    calls(host, &[""]);
    configure(
        &lab,
        "laravel",
        "  wait: { phase: post_release, in: deploy_to, run: touch ~/began; sleep 60 }\n",
    );
    let run = lab.start(&["run", "test"]);
    wait_until("the switch", || host.home("began").exists());
    let new = host.live();
    run.signal(Signal::KILL);
    run.wait();
    wait_until("the host to go back", || host.live() == live);
    host.wait_for_quiet();
    assert_eq!(calls(host, &["queue:restart"]), [&new, &live].map(|id| format!("{id} queue:restart")));
    lab.is_tidy();
}
