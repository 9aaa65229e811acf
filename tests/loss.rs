//! A host that is lost in the middle of a run: the connection breaks, or the cable is pulled.

use deployer::event::{Outcome as Word, StepOutcome};

use crate::harness::{Lab, Stand, wait_until};

const HOSTS: [&str; 3] = ["web1", "web2", "web3"];

#[test]
fn a_host_whose_connection_breaks_is_reached_again_and_all_are_undone() {
    let lab = Lab::live(&HOSTS);
    let trees = lab.trees();
    for phase in ["prepare", "build", "transfer", "configure", "mid_release", "switch", "post_release"] {
        let stand = Stand::in_phase(&lab, phase);
        lab.host("web2").server.cut();
        let outcome = stand.let_go().wait().exits(1);
        assert_eq!(outcome.finished().outcome, Word::Undone, "{phase}");
        let failed: Vec<_> =
            outcome.finished().failed.iter().map(|failure| failure.host.as_ref().unwrap().as_str()).collect();
        assert_eq!(failed, ["web2"], "{phase}");
        assert_eq!(lab.trees(), trees, "{phase}");
        lab.is_tidy();
    }
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
}

#[test]
fn a_connection_that_breaks_in_the_transfer_is_undone() {
    let lab = Lab::live(&HOSTS);
    let trees = lab.trees();
    let stand = Stand::in_phase(&lab, "package");
    let server = &lab.host("web2").server;
    server.freeze();
    let run = stand.let_go();
    let arrives = |name: &String| name.ends_with(".partial");
    wait_until("another host to have it", || lab.host("web1").releases().iter().any(arrives));
    server.cut();
    server.thaw();
    let outcome = run.wait().exits(1);
    assert_eq!(outcome.finished().outcome, Word::Undone);
    assert_eq!(lab.trees(), trees);
    lab.is_tidy();
}

#[test]
fn a_connection_that_breaks_after_the_commit_point_is_a_warning() {
    let lab = Lab::live(&HOSTS);
    let first = lab.host("web2").live();
    let stand = Stand::in_phase(&lab, "cleanup");
    lab.host("web2").server.cut();
    let outcome = stand.let_go().wait().exits(0);
    assert!(outcome.ended(StepOutcome::Warning).contains(&"wait on web2".to_owned()));
    assert_eq!(lab.pages(), ["version 2"; 3]);
    lab.configure("");
    lab.run(&["rollback", "test"]).exits(0);
    lab.is_tidy();
    assert_eq!(lab.hosts.iter().map(|host| host.live()).collect::<Vec<_>>(), vec![first; 3]);
}

#[test]
fn a_live_host_that_cannot_be_reached_again_is_stuck_until_the_next_run() {
    let lab = Lab::live(&HOSTS);
    let stand = Stand::in_phase(&lab, "post_release");
    let lost = lab.host("web2");
    lost.server.refuse_sessions(true);
    lost.server.cut();
    let outcome = stand.let_go().wait().exits(3);
    let finished = outcome.finished();
    assert_eq!(finished.outcome, Word::Stuck);
    assert!(
        finished.left.iter().any(|left| left.host.as_ref().is_some_and(|host| host.as_str() == "web2")
            && left.text.starts_with("switch was not undone")),
        "{:?}",
        finished.left
    );
    assert!(finished.left.iter().any(|left| left.text.starts_with("it takes the run back by itself")));
    // Nobody could ask it, but it has gone back.
    assert_eq!(lab.pages(), ["version 1"; 3]);
    lost.server.refuse_sessions(false);
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(lab.pages(), ["version 2"; 3]);
}

#[test]
fn a_session_that_is_killed_on_the_host_is_opened_again_and_all_are_undone() {
    let lab = Lab::live(&HOSTS);
    let trees = lab.trees();
    for phase in ["prepare", "configure", "switch"] {
        lab.configure(&format!(
            "steps:\n  die: {{ phase: {phase}, in: deploy_to, run: \"[ {{{{ host.name }}}} != web2 ] || kill -s KILL 0\" }}\n"
        ));
        let outcome = lab.run(&["run", "test"]).exits(1);
        assert_eq!(outcome.ended(StepOutcome::Failed), ["die on web2"], "{phase}");
        assert_eq!(outcome.finished().outcome, Word::Undone, "{phase}");
        assert_eq!(lab.trees(), trees, "{phase}");
        lab.is_tidy();
    }
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
}
