//! A recovery that is killed half-way loses nothing, and the next one goes on.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::application::{LIVE, UPLOADS, in_every_shell};

/// Milliseconds after which it is killed.
const MOMENTS: [u64; 4] = [10, 40, 80, 160];

const FILES: usize = 25;

#[test]
fn a_recovery_that_is_killed_loses_nothing_and_the_next_one_goes_on() {
    for signal in ["KILL", "TERM"] {
        for (moment, application) in MOMENTS
            .into_iter()
            .flat_map(|moment| in_every_shell().into_iter().map(move |application| (moment, application)))
        {
            application.unlink(UPLOADS);
            application.unlink("storage");
            for file in 0..FILES {
                application
                    .write(&format!("releases/{LIVE}/{UPLOADS}/{file}/photo"), &format!("photo {file}\n"));
            }
            let contents = application.contents();
            let mut command = application.command("emergency-recovery.sh", &["--yes"]);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(moment));
            let id = child.id().to_string();
            // It may have ended by then.
            let _ = Command::new("kill").args(["-s", signal, &id]).stderr(Stdio::null()).status();
            child.wait().unwrap();
            // What it had started may still make the lock.
            std::thread::sleep(Duration::from_millis(200));
            let after = application.contents();
            assert_eq!(contents.difference(&after).collect::<Vec<_>>(), Vec::<&String>::new());
            let is_locked = application.path(".deployer/lock").is_symlink();
            assert!(signal == "KILL" || !is_locked, "the lock was not given back");

            // After a kill the lock stands until it has been silent for a while.
            let again = application.recover(if is_locked { &["--yes", "--force"] } else { &["--yes"] });
            assert_eq!(again.exit, 0, "{}", again.text);
            let check = application.check();
            assert_eq!((check.exit, check.findings()), (0, vec![]), "{}", check.text);
            let shared = application.path("shared").join(UPLOADS);
            assert!((0..FILES).all(|file| shared.join(file.to_string()).join("photo").is_file()));
        }
    }
}
