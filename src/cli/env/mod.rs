//! `deployer env`: the settings of a stage, here and on its hosts.

pub mod key;
mod remote;
