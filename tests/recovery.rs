//! The two programs in `shared/`, run by a person on the host, in every shell and with nothing but
//! BusyBox's tools: each fault is told, what can be repaired is, and nothing is lost on the way.
#![expect(clippy::disallowed_methods, reason = "trees are made, and programs are run in them")]
#![expect(clippy::unwrap_used, reason = "a tree that cannot be made is a failed test")]

mod application;
mod faults;
mod kills;
mod locks;
