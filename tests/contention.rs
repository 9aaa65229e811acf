//! Many runs at once, and locks of runs that are dead.
#![expect(clippy::disallowed_methods, reason = "hosts are looked at")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::harness::{Lab, Run};

/// Starts so many runs at once, each as on a machine of its own, and returns how many ended with
/// which exit code.
fn all_at_once(lab: &Lab, runs: usize) -> BTreeMap<i32, usize> {
    let start = |number: usize| {
        let mut command = lab.command(&["run", "test", "--output", "json"]);
        Run::start(command.env("XDG_CACHE_HOME", lab.path(&format!("cache-{number}"))))
    };
    let runs: Vec<_> = (0..runs).map(start).collect();
    let mut exits = BTreeMap::new();
    for outcome in runs.into_iter().map(Run::wait) {
        let exit = outcome.exit.unwrap();
        assert!([0, 5, 6].contains(&exit), "{outcome:#?}");
        *exits.entry(exit).or_default() += 1;
    }
    exits
}

/// Reads a page again and again until it is told to stop; returns how often there was none.
fn watch(page: PathBuf, stop: &AtomicBool) -> (usize, usize) {
    let (mut seen, mut missed) = (0, 0);
    while !stop.load(Ordering::SeqCst) {
        match fs::read_to_string(&page) {
            Ok(text) if text == "version 1\n" || text == "version 2\n" => seen += 1,
            _ => missed += 1,
        }
        thread::sleep(Duration::from_micros(200));
    }
    (seen, missed)
}

#[test]
fn of_twenty_runs_at_once_those_with_the_lock_deploy_and_the_site_is_whole_at_every_instant() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    let stop = AtomicBool::new(false);
    let (exits, (seen, missed)) = thread::scope(|scope| {
        let watching = scope.spawn(|| watch(host.app("current/public/index.html"), &stop));
        let exits = all_at_once(&lab, 20);
        stop.store(true, Ordering::SeqCst);
        (exits, watching.join().unwrap())
    });
    assert!(seen > 0);
    assert_eq!(missed, 0);
    let deployed = exits.get(&0).copied().unwrap_or_default();
    assert!(deployed >= 1, "{exits:?}");
    let log = fs::read_to_string(host.app("deployment.log")).unwrap();
    // The first one made the lab.
    assert_eq!(log.lines().count(), deployed + 1, "{log}");
    assert_eq!(host.page(), "version 2");
    assert_eq!(host.releases().len(), 3.min(deployed + 1), "{:?}", host.releases());
    lab.is_tidy();
}

#[test]
fn of_runs_that_share_several_hosts_one_wins_and_the_hosts_are_never_left_different() {
    let lab = Lab::live(&["web1", "web2", "web3"]);
    let exits = all_at_once(&lab, 8);
    assert!(exits.contains_key(&0), "{exits:?}");
    let live: Vec<_> = lab.hosts.iter().map(|host| host.live()).collect();
    assert_eq!(live, vec![live[0].clone(); 3]);
    lab.is_tidy();
    lab.run(&["run", "test"]).exits(0);
}

#[test]
fn a_lock_without_a_sign_of_life_is_taken_over() {
    let lab = Lab::live(&["web1"]);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    symlink(format!("c0ffee:{}:bo@desk:deploy", now - 200), lab.hosts[0].app(".deployer/lock")).unwrap();
    let outcome = lab.run(&["run", "test"]).exits(0);
    let output = outcome.output("lock", Some("web1"));
    let (said, _) = output[0].rsplit_once(" for ").unwrap();
    assert_eq!(said, "took over the lock of bo@desk:deploy: no sign of life");
    lab.is_tidy();
}
