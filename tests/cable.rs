//! A cable that is pulled: no byte comes, and nothing says so.

use std::time::Duration;

use crate::harness::{Lab, Stand};

const HOSTS: [&str; 3] = ["web1", "web2", "web3"];

#[test]
fn a_pulled_cable_is_noticed_and_undone_once_it_is_back() {
    let lab = Lab::live(&HOSTS);
    let trees = lab.trees();
    let stand = Stand::in_phase(&lab, "mid_release");
    let server = &lab.host("web2").server;
    let logins = server.logins();
    server.freeze();
    let run = stand.let_go();
    std::thread::sleep(Duration::from_secs(46));
    server.thaw();
    let outcome = run.wait().exits(1);
    assert_eq!(outcome.finished().failed[0].reason, "no answer for 45 s");
    assert_eq!(server.logins(), logins + 1);
    assert_eq!(lab.trees(), trees);
    lab.is_tidy();
}
