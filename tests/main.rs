//! The program and its parts against the real world.

mod cable;
mod contention;
mod failure;
mod harness;
mod interruption;
mod loss;
mod names;
mod plan;
mod refusal;
mod rollback;
mod secret;
mod sharing;
mod sshd;
