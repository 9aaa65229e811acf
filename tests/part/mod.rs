//! The parts of the machine that tests need.
#![expect(clippy::disallowed_methods, reason = "the machine is looked at")]
#![expect(clippy::print_stderr, reason = "a test that is left out says so")]

use std::path::PathBuf;

/// Says that a test is left out, and what it lacks.
///
/// # Panics
/// Where the tests must be complete: `DEPLOYER_TEST_COMPLETE` is set.
pub fn missing(what: &str) {
    assert!(std::env::var_os("DEPLOYER_TEST_COMPLETE").is_none(), "this machine lacks {what}");
    eprintln!("left out, this machine lacks {what}");
}

/// Returns a program of this machine, or says that it is missing.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    let found =
        std::env::split_paths(&path).chain(system).map(|dir| dir.join(name)).find(|file| file.is_file());
    if found.is_none() {
        missing(name);
    }
    found
}
