//! The program and its parts against the real world.

mod backup;
mod cable;
mod contention;
mod docroot;
mod drift;
mod example;
mod failure;
mod harness;
mod inheritance;
mod interruption;
mod lab;
mod life;
mod loss;
mod names;
mod part;
mod persist;
mod plan;
mod proof;
mod recovery;
mod refusal;
mod restore;
mod rollback;
mod secret;
mod sharing;
mod sshd;
mod status;
