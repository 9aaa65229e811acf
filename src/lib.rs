//! Ships PHP applications over SSH: exit 0 means that the intended release is live on every host
//! and that no byte a user or the application wrote has been lost.
//!
//! ```text
//! deploy.yml + recipes/*.yml ── config ──▶ Config ─┐
//! hosts ── probe.sh, read-only, 1 round trip ──▶ Facts ─┼── plan (pure) ──▶ Plan ──▶ execute ──▶ Events ──▶ report
//! repository ── package::source ──▶ Revision, Changes ──┘        │                     │
//! clock, argv, environment: read once, in cli ──────────┘        └─▶ printed, saved    └─▶ transport ──▶ hosts
//! ```
//!
//! The modules stand in the order of that flow. Those that must not touch the machine are kept
//! pure by `clippy.toml`; those that do say so at their top.

pub mod analyze;
pub mod backup;
pub mod build;
pub mod cli;
pub mod config;
pub mod dotenv;
pub mod embedded;
pub mod event;
pub mod execute;
pub mod facts;
pub mod host;
pub mod logs;
pub mod notify;
pub mod package;
pub mod persist;
pub mod plan;
pub mod release;
pub mod report;
pub mod secret;
pub mod template;
pub mod transport;
pub mod verify;
