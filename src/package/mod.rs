//! From the user's repository to one archive for all hosts. Everything here happens on the
//! controller; no host is touched.
//!
//! ```text
//! repository ── source ──▶ Resolved ── checkout ──▶ clean tree ── (build) ── pack ──▶ Spool ──▶ hosts
//!   submodule, filter ──┘   │   └─ notes ──▶ plan               tree, rules ──┘└─▶ Manifest
//!                           └──── changes ──▶ plan
//! ```

mod address;
mod archive;
pub mod bases;
pub mod changes;
pub mod checkout;
mod compress;
mod contents;
pub mod difference;
mod export;
mod filter;
mod folder;
mod git;
mod gitmodules;
mod gzip;
mod hex;
pub mod listing;
pub mod manifest;
mod mirror;
mod notes;
pub mod pack;
mod printable;
mod reading;
mod reference;
pub mod requirement;
mod rule;
mod rules;
#[cfg(test)]
mod sample;
pub mod source;
pub mod spool;
mod submodule;
mod tree;
mod wildmatch;
pub mod work_area;
pub mod working_copy;

pub use address::AddressError;
pub use bases::Bases;
pub use changes::changes;
pub use checkout::checkout;
pub use difference::Difference;
pub use git::GitError;
pub use listing::Listing;
pub use manifest::Manifest;
pub use pack::{PackError, Packed, Packing, Part, pack, pack_part};
pub use reading::read;
pub use requirement::build_files;
pub use source::{Resolved, SourceError, resolve};
pub use spool::{Reader, Spool};
pub use submodule::SubmoduleError;
pub use tree::{Inventory, LeftOut, list};
pub use work_area::WorkArea;
