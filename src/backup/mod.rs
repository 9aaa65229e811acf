//! Archives of the shared data: how they are named, what is in them, which of them stay, and where
//! the controller keeps them. What the hosts do is in `templates/backup*.sh`.
//!
//! An archive is good when a file with its checksum lies beside it: that file is written only once
//! the archive has been read to its end.

pub mod dump;
pub mod name;
pub mod receive;
pub mod retention;
pub mod scan;
pub mod store;
pub mod told;

/// Returns bytes as hex.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
