//! The program and its parts against the real world.

mod sshd;
