//! From the user's repository to one archive for all hosts. Everything here happens on the
//! controller; no host is touched.
//!
//! ```text
//! repository ── source ──▶ Resolved ── checkout ──▶ clean tree ── (build) ── pack ──▶ Spool ──▶ hosts
//!                             └──── changes ──▶ plan               tree, rules ──┘└─▶ Manifest
//! ```

mod archive;
pub mod changes;
pub mod checkout;
mod contents;
mod folder;
mod git;
mod gzip;
pub mod manifest;
mod mirror;
mod notes;
pub mod pack;
mod printable;
mod reference;
pub mod requirement;
mod rules;
#[cfg(test)]
mod sample;
pub mod source;
pub mod spool;
mod tree;
pub mod work_area;

pub use changes::changes;
pub use checkout::checkout;
pub use git::GitError;
pub use manifest::Manifest;
pub use pack::{PackError, Packed, Packing, pack};
pub use requirement::build_files;
pub use source::{Resolved, SourceError, resolve};
pub use spool::{Reader, Spool};
pub use work_area::WorkArea;
