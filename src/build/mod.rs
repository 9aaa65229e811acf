//! How a release is built: with which programs, where, and from what. Pure: it looks at texts of the
//! release and at what the places to build in have said about themselves.
//!
//! ```text
//! composer.json, package.json, lock files ── composer, node ──┐
//! the builder, the controller ── toolchain.sh ──▶ Toolchain ──┼── Build ──▶ plan
//! build.on: [builder, local] ── offer ────────────────────────┘
//! ```

mod choice;
pub mod composer;
pub mod kept;
pub mod manifest;
pub mod node;
pub mod offer;
pub mod toolchain;
pub mod validation;

use std::collections::BTreeMap;

use crate::config::Cache;
pub use choice::{Wanted, choose};
use kept::Kept;
use offer::Place;

/// How a release is built. The default builds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// Where.
    pub place: Place,
    /// The directory there that builds work in and copies are kept in; empty when nobody has looked.
    pub work_dir: String,
    /// The command that prints the SHA-256 of its input there, as shell text.
    pub checksum: String,
    /// The words that run PHP there; none where it has none that fits.
    pub php: Vec<String>,
    /// The words that run Composer; none where there is nothing for it to do.
    pub composer: Vec<String>,
    /// The command that installs the packages of package.json, if it is to be run.
    pub install: Vec<String>,
    /// The command that runs the build script of package.json, if there is one.
    pub script: Vec<String>,
    /// What makes a kept copy good for this release, or why none is kept.
    pub kept: BTreeMap<Cache, Result<Kept, String>>,
    /// Whether the build must make a manifest of the assets.
    pub is_vite: bool,
    /// What a person should know.
    pub notes: Vec<String>,
    /// Why it cannot be built: what each place said.
    pub problems: Vec<offer::Refusal>,
}
