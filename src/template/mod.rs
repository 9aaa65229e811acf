//! Templates of shell text, in which every value is quoted by the engine for the place it stands in.
//!
//! The engine writes the script piece by piece. A lexer reads along and knows where the next
//! value will stand: outside of quotes it becomes a quoted word, in quotes it is escaped, and where
//! nothing helps (comments, here-documents, backticks, `${…}`) it is refused with the way out.
//! Nothing here runs anything.

mod engine;
mod error;
mod insertion;
mod lexer;
mod names;
pub mod quote;
mod raw;
mod secret;
mod sink;
#[cfg(test)]
mod tests;
mod version;
mod words;

pub use engine::{Engine, Rendered};
pub use error::TemplateError;
pub use secret::references;
