//! A release that is built on another machine over SSH.

use std::fs;

use deployer::event::StepOutcome;
use rustix::process::Signal;

use super::{Shop, names};
use crate::harness::{Host, wait_until};

/// Says where it was built, and for how long it takes.
const STEPS: &str = "steps:\n  make:\n    phase: build\n    run: |\n      echo building\n      printf '%s\\n' \"$HOME\" >public/built-in\n      \
                     [ ! -e ~/slow ] || { touch ~/began; sleep 60; }\n      [ ! -e ~/broken ] || exit 7\n";

fn shop(on: &str) -> Shop {
    let shop = Shop::new("", &[("it's a file.txt", "source\n"), ("bin/run", "#!/bin/sh\n")]);
    shop.configure(&format!("recipe: common\n{}{STEPS}", shop.builder(on)));
    shop.commit();
    shop
}

/// Returns what is left of builds on the builder.
fn left(forge: &Host) -> Vec<String> {
    names(&forge.home("the builds/shop/builds"))
}

#[test]
fn a_release_is_built_on_the_builder_and_packed_here() {
    let shop = shop("on: [builder, local]");
    let outcome = shop.deploy();
    assert_eq!(
        shop.read("public/built-in").trim(),
        shop.forge.home("").display().to_string().trim_end_matches('/')
    );
    assert_eq!(shop.read("it's a file.txt"), "source\n");
    assert_eq!(outcome.output("make", Some("builder")), ["building"]);
    let on_builder: Vec<_> =
        outcome.ended(StepOutcome::Ok).into_iter().filter(|step| step.ends_with(" on builder")).collect();
    assert_eq!(
        on_builder,
        ["builder", "from-builder", "make", "to-builder"].map(|step| format!("{step} on builder"))
    );
    assert_eq!(left(&shop.forge), [""; 0]);
    shop.forge.wait_for_quiet();
    shop.lab.is_tidy();
    let plan = shop.run(&mut shop.lab.command(&["plan", "test"]));
    assert!(plan.contains("build         builder\n"), "{plan}");
}

#[test]
fn a_step_here_between_two_on_the_builder_has_the_tree_that_is_built() {
    let shop = shop("on: builder");
    let more = "  here: { after: make, on: local, run: 'cp public/built-in public/seen-here' }\n  \
                again: { after: here, run: 'cat public/seen-here >public/seen-there' }\n";
    shop.configure(&format!("recipe: common\n{}{STEPS}{more}", shop.builder("on: builder")));
    shop.deploy();
    assert_eq!(shop.read("public/seen-there"), shop.read("public/built-in"));
    assert_eq!(left(&shop.forge), [""; 0]);
}

#[test]
fn a_builder_that_cannot_be_reached_is_told_of_and_the_release_is_built_here() {
    let shop = shop("on: [builder, local]");
    let gone = shop.builder("on: [builder, local]").replace(&format!("port: {}", shop.forge.port), "port: 1");
    shop.configure(&format!("recipe: common\n{gone}{STEPS}"));
    let outcome = shop.deploy();
    assert_eq!(shop.read("public/built-in").trim(), shop.lab.path("me").display().to_string());
    let warning =
        "the release is built on this machine, and not on the builder: port 1 is closed on 127.0.0.1";
    assert_eq!(outcome.plan().warnings.last().unwrap().text, warning);
    shop.configure(&format!("recipe: common\n{}{STEPS}", gone.replace("[builder, local]", "[builder]")));
    let refused = shop.lab.run(&["run", "test"]).exits(4);
    assert!(refused.stdout.contains("127.0.0.1"), "{}", refused.stdout);
}

#[test]
fn a_failure_on_the_builder_changes_nothing_and_leaves_nothing_there() {
    let shop = shop("on: [builder, local]");
    fs::write(shop.forge.home("broken"), "").unwrap();
    let outcome = shop.lab.run(&["run", "test"]).exits(1);
    assert_eq!(outcome.finished().failed[0].reason, "exit code 7");
    assert_eq!(shop.lab.hosts[0].releases(), [""; 0]);
    assert_eq!(left(&shop.forge), [""; 0]);
    shop.forge.wait_for_quiet();
}

#[test]
fn a_build_ends_with_its_controller_and_the_next_one_tidies_up() {
    let shop = shop("on: [builder, local]");
    fs::write(shop.forge.home("slow"), "").unwrap();
    for signal in [Signal::KILL, Signal::INT] {
        let run = shop.lab.start(&["run", "test"]);
        wait_until("the build to begin", || shop.forge.home("began").exists());
        run.signal(signal);
        let _ended = run.wait();
        shop.forge.wait_for_quiet();
        fs::remove_file(shop.forge.home("began")).unwrap();
    }
    fs::remove_file(shop.forge.home("slow")).unwrap();
    shop.deploy();
    assert_eq!(left(&shop.forge), [""; 0]);
    shop.lab.is_tidy();
}

#[test]
fn a_builder_that_is_lost_fails_the_run_and_changes_nothing() {
    let shop = shop("on: [builder, local]");
    fs::write(shop.forge.home("slow"), "").unwrap();
    let run = shop.lab.start(&["run", "test"]);
    wait_until("the build to begin", || shop.forge.home("began").exists());
    shop.forge.server.cut();
    let outcome = run.wait().exits(1);
    assert_eq!(outcome.finished().failed[0].host.as_ref().unwrap().as_str(), "builder");
    assert_eq!(shop.lab.hosts[0].releases(), [""; 0]);
    shop.forge.wait_for_quiet();
}
