//! What is shared and why, and what of it is written down for people. Pure.

pub mod finding;
pub mod insertion;
pub mod record;
pub mod script;
