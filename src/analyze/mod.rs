//! What a tree of PHP and JavaScript asks for, and what is wrong with it before it is deployed. Pure:
//! the caller gives the files.

pub mod composer;
mod files;
pub mod need;
pub mod php;

pub use files::{Files, is_read};
pub use need::{DevNeed, Reason, When, dev_need};
