//! The program and its parts against the real world.

mod lab;
mod part;
mod sshd;
