//! What the releases of an application share, and why. Nothing here touches a machine.
//!
//! ```text
//! release's Tree ─┐
//! deploy.yml ─────┼─ Situation ── choose ──▶ Choice: what is linked, what is code, each with its reason
//! hosts ──────────┘
//! ```
//!
//! [name] judges one name, by the words that [word] finds in it; [framework] knows what an application
//! is built on; [choice] puts it all together: first what is listed or was shared before, then the
//! walk through the release, then what hosts have, and last what lies in what.
//!
//! [record] and [script] are what is written into `shared/` for people without the program, [finding]
//! what those scripts say, [insertion] how a path gets into deploy.yml.

pub mod choice;
mod claim;
pub mod finding;
mod found;
pub mod framework;
pub mod insertion;
mod listing;
pub mod name;
mod path;
mod public;
pub mod reason;
pub mod record;
pub mod script;
mod settle;
mod survey;
pub mod tree;
mod vocabulary;
pub mod word;

pub use choice::{Choice, Conflict, Decision, Situation, choose};
pub use framework::Framework;
pub use reason::Reason;
pub use tree::{Entry, Kind, Tree};
