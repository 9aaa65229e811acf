//! The programs beside a deploy that is under way, or that has died.

use std::fs;
use std::os::unix::fs::symlink;

use super::application::{Application, in_every_shell};

/// Puts a lock there that was heard of so many seconds ago.
fn lock(application: &Application, quiet: i64) {
    let now = jiff::Timestamp::now().as_second();
    symlink("0123:1:ben@ci:deploy 20260109000000", application.path(".deployer/lock")).unwrap();
    application.write(".deployer/lock.beat", &format!("0123 {} 1 host\n", now - quiet));
}

#[test]
fn while_a_deploy_is_under_way_nothing_is_touched() {
    for application in in_every_shell() {
        application.unlink("storage");
        lock(&application, 5);
        fs::create_dir(application.path("releases/20260109000000.partial")).unwrap();
        let before = application.tree();
        for options in [&[][..], &["--yes"]] {
            let recovery = application.recover(options);
            assert_eq!(recovery.exit, 75, "{}", recovery.text);
            assert!(
                recovery.text.contains("FAIL   ben@ci:deploy 20260109000000 has the lock"),
                "{}",
                recovery.text
            );
            assert_eq!(application.tree(), before);
        }
        let check = application.check();
        assert_eq!(check.findings(), ["FAIL  storage is missing in the live release"]);
        let recovery = application.recover(&["--yes", "--force"]);
        assert_eq!(recovery.exit, 0, "{}", recovery.text);
        assert!(
            fs::read_link(application.path(".deployer/lock")).is_ok(),
            "the lock of another is not removed"
        );
    }
}

#[test]
fn the_lock_of_a_run_that_died_is_taken_over_and_given_back() {
    for application in in_every_shell() {
        application.unlink("storage");
        lock(&application, 1000);
        let recovery = application.recover(&["--yes"]);
        assert_eq!((recovery.exit, recovery.findings()), (0, vec![]), "{}", recovery.text);
        let mut left: Vec<_> = fs::read_dir(application.path(".deployer"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["history.jsonl"]);
        let log = fs::read_to_string(application.path("deployment.log")).unwrap();
        assert!(log.contains(" recovered shared data (repairs: 1) by "), "{log}");
    }
}
