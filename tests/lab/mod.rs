//! The program itself against real servers: OpenSSH, accounts with all kinds of shells, MariaDB,
//! Laravel, nginx and php-fpm, each started by the test that needs it and ended with it.
//!
//! Most of it needs root. What a machine lacks leaves tests out; see [`crate::part`].
#![expect(clippy::disallowed_methods, reason = "servers and the program are run")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a lab that does not work is a failed test")]

mod application;
mod backup;
mod builder;
mod busybox;
mod cached;
mod crowd;
mod database;
mod docroot;
mod domain;
mod full;
mod laravel;
mod logins;
pub mod machine;
mod maintenance;
mod project;
mod refusals;
mod settings;
mod shells;
mod site;
mod small_disk;
mod stub;
mod switching;
mod templates;
mod visitors;
mod web;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::sshd::run;

/// A server that runs in the foreground and ends with this value.
struct Daemon(Child);

impl Daemon {
    fn start(command: &mut Command) -> Self {
        // An output that stays open would keep the test's caller waiting.
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(quiet.spawn().unwrap())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // TERM lets it end its workers; KILL would leave them behind.
        let _ = Command::new("kill").arg(self.0.id().to_string()).stderr(Stdio::null()).status();
        let _ = self.0.wait();
    }
}

/// Waits until something is so, for a minute at most.
fn wait_until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..1200 {
        if so() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("waited for a minute: {what}");
}

/// Runs a line of shell that must succeed, and returns what it prints.
fn sh(line: &str) -> String {
    run(Command::new("sh").args(["-c", line]))
}

/// Returns the id of the live release.
fn live(deploy_to: &Path) -> String {
    let target = fs::read_link(deploy_to.join("current")).unwrap();
    target.to_str().unwrap().strip_prefix("releases/").unwrap().to_owned()
}

/// Returns the names in a directory, sorted.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Returns a free port of 127.0.0.1.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Returns the folder of the project's fixtures.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}
