//! Connections that end in the middle of a transfer, and controllers that do.

use std::fs;

use rustix::process::Signal;

use super::{noise, sent};
use crate::harness::{Host, Lab, wait_until};

/// More than what may be on its way at once.
const LARGE: usize = 48 << 20;

/// Returns how much of the archive is on a host.
fn arrived(host: &Host) -> u64 {
    let uploads = host.records().into_iter().filter(|name| name.starts_with("upload."));
    let sizes = uploads.map(|name| fs::metadata(host.app(&format!(".deployer/{name}/archive"))));
    sizes.filter_map(Result::ok).map(|metadata| metadata.len()).max().unwrap_or_default()
}

#[test]
fn what_has_arrived_before_a_cut_is_not_sent_again() {
    let lab = Lab::live(&["web1", "web2"]);
    lab.write("site/public/large.bin", &noise(LARGE, 1));
    let host = lab.host("web1");
    let run = lab.start(&["run", "test"]);
    for part in [1, 2] {
        wait_until("a part of the archive", || arrived(host) > part * 7_000_000);
        host.server.cut();
    }
    let outcome = run.wait().exits(0);
    assert_eq!(lab.pages(), ["version 2", "version 2"]);
    assert_eq!(fs::read_to_string(host.app("current/public/large.bin")).unwrap(), noise(LARGE, 1));
    let (cut, whole) = (sent(&outcome, host).0, sent(&outcome, lab.host("web2")).0);
    // What was on its way at each cut is lost, no more.
    assert!(cut < whole + 14_000_000, "{cut} of {whole}");
    let told = outcome.output("upload", Some("web1"));
    assert_eq!(told.iter().filter(|line| line.ends_with("the rest is sent")).count(), 2, "{told:?}");
    lab.is_tidy();
}

#[test]
fn a_host_that_stays_away_fails_the_run_and_the_next_one_needs_no_hand_work() {
    let lab = Lab::live(&["web1"]);
    lab.write("site/public/large.bin", &noise(LARGE, 1));
    let host = lab.host("web1");
    let run = lab.start(&["run", "test"]);
    wait_until("a part of the archive", || arrived(host) > 4_000_000);
    run.signal(Signal::KILL);
    drop(run);
    host.wait_for_quiet();
    assert_eq!(lab.pages(), ["version 1"]);
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(lab.pages(), ["version 2"]);
    lab.is_tidy();
}
