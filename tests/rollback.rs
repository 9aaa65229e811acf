//! Going back: to which release, and what prune leaves to go back to.
#![expect(clippy::disallowed_methods, reason = "hosts are given more than the program put there")]

use std::fs;

use deployer::event::StepOutcome;

use crate::harness::Lab;

const FAILING: &str = "steps: { fault: { phase: mid_release, run: \"test {{ host.name }} != web2\" } }\n";
const HOSTS: [&str; 2] = ["web1", "web2"];

/// Deploys a version with these settings, and returns the release's id.
fn deploy(lab: &Lab, version: u32, settings: &str, exit: i32) -> String {
    lab.page(&format!("version {version}"));
    lab.configure(settings);
    lab.run(&["run", "test"]).exits(exit).plan().release.to_string()
}

/// Goes back, and returns the page that all hosts show then.
fn back(lab: &Lab, args: &[&str]) -> String {
    lab.run(&[&["rollback", "test"], args].concat()).exits(0);
    let pages = lab.pages();
    assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
    pages[0].clone()
}

#[test]
fn a_rollback_goes_to_what_was_live_before_and_a_second_one_further() {
    let lab = Lab::new(&HOSTS);
    let keep = "keep_releases: 9\n";
    deploy(&lab, 1, keep, 0);
    deploy(&lab, 2, keep, 0);
    deploy(&lab, 3, keep, 0);
    let fourth = deploy(&lab, 4, keep, 0);
    let failed = deploy(&lab, 5, &format!("{keep}{FAILING}"), 1);
    lab.configure(keep);
    assert_eq!(back(&lab, &[]), "version 3");
    assert_eq!(back(&lab, &[]), "version 2");
    assert_eq!(back(&lab, &["--to", &fourth]), "version 4");
    assert_eq!(back(&lab, &[]), "version 2");
    let refused = lab.run(&["rollback", "test", "--to", &failed]).exits(2);
    assert_eq!(refused.message(), format!("error: web1 has no whole release {failed}"));
    assert_eq!(back(&lab, &[]), "version 1");
    let refused = lab.run(&["rollback", "test"]).exits(2);
    assert_eq!(refused.message(), "error: web1 has no release to go back to");
    assert_eq!(lab.pages(), ["version 1"; 2]);
    lab.is_tidy();
    deploy(&lab, 6, keep, 0);
    assert_eq!(back(&lab, &[]), "version 1");
}

#[test]
fn a_rollback_that_fails_on_one_host_is_undone_on_all() {
    let lab = Lab::live(&["web1", "web2", "web3"]);
    lab.run(&["run", "test"]).exits(0);
    let trees = lab.trees();
    let places = ["before: switch", "after: switch", "phase: post_release"];
    for place in places {
        lab.configure(&format!(
            "steps: {{ fault: {{ {place}, in: deploy_to, run: \"test {{{{ host.name }}}} != web2\" }} }}\n"
        ));
        let outcome = lab.run(&["rollback", "test"]).exits(1);
        assert_eq!(outcome.ended(StepOutcome::Failed), ["fault on web2"], "{place}");
        assert_eq!(lab.trees(), trees, "{place}");
        lab.is_tidy();
    }
    lab.configure("");
    assert_eq!(back(&lab, &[]), "version 1");
}

#[test]
fn prune_keeps_enough_good_releases_and_all_that_the_program_did_not_make() {
    let lab = Lab::new(&HOSTS);
    let keep = "keep_releases: 3\n";
    let mut good = vec![deploy(&lab, 1, keep, 0)];
    for host in &lab.hosts {
        fs::create_dir(host.app("releases/20200101000000")).unwrap();
        fs::create_dir(host.app("releases/20990101000000.partial")).unwrap();
        fs::write(host.app("releases/notes.txt"), "mine\n").unwrap();
    }
    let strange = ["20200101000000", "20990101000000.partial", "notes.txt"].map(str::to_owned);
    for version in 2..=5 {
        deploy(&lab, version, &format!("{keep}{FAILING}"), 1);
        good.push(deploy(&lab, version, keep, 0));
    }
    let mut expected = [&good[2..], &strange[..]].concat();
    expected.sort();
    for host in &lab.hosts {
        assert_eq!(host.releases(), expected, "{}", host.name);
    }
    let trees = lab.trees();
    for gone in [good[0].as_str(), "20200101000000"] {
        let refused = lab.run(&["rollback", "test", "--to", gone]).exits(2);
        assert_eq!(refused.message(), format!("error: web1 has no whole release {gone}"));
    }
    assert_eq!(lab.trees(), trees);
    assert_eq!(back(&lab, &[]), "version 4");
    assert_eq!(back(&lab, &[]), "version 3");
}
