//! The program and its parts against the real world.

mod cable;
mod contention;
mod drift;
mod example;
mod failure;
mod harness;
mod interruption;
mod lab;
mod life;
mod loss;
mod names;
mod part;
mod plan;
mod refusal;
mod rollback;
mod secret;
mod sharing;
mod sshd;
mod status;
