//! The real program against hosts inside the test: a project, its hosts, what a run did, and what is
//! on a host afterwards.
#![expect(clippy::disallowed_methods, reason = "projects are written, and the program is run")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a harness that does not work is a failed test")]

pub mod archives;
mod host;
mod lab;
mod outcome;
mod process;
mod run;
mod stand;
mod tree;

use std::time::{Duration, Instant};

pub use host::Host;
pub use lab::Lab;
pub use outcome::Outcome;
pub use process::Processes;
pub use run::Run;
pub use stand::Stand;
pub use tree::Tree;

/// Waits until something is so; a test that waits for longer than half a minute has failed.
pub fn wait_until(what: &str, is_so: impl FnMut() -> bool) {
    wait_for(Duration::from_secs(30), what, is_so);
}

/// Waits until something is so, for so long at most.
pub fn wait_for(patience: Duration, what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < patience, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(15));
    }
}
