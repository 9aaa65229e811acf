//! composer.json and composer.lock.

pub mod hash;
mod known;
mod lock;
mod manifest;
mod owner;
pub(super) mod step;

pub use lock::{Lock, Package};
pub use manifest::Manifest;
pub use owner::Owners;
