//! A place to build in, and what it has or lacks.

use super::toolchain::Toolchain;
use crate::event::Next;

/// Where a release is built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// On the controller.
    #[default]
    Here,
    /// On the builder; as `user@address port 22`, for persons.
    Builder(String),
}

impl Place {
    /// Returns its name for a person.
    pub fn name(&self) -> &str {
        match self {
            Self::Here => "this machine",
            Self::Builder(_) => "the builder",
        }
    }
}

/// A place, with what it said about itself or why it said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where.
    pub place: Place,
    /// What it can build with.
    pub answer: Result<Toolchain, Obstacle>,
}

/// Why a release cannot be built in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// What is wrong, in one line.
    pub text: String,
    /// What mends it, a line each.
    pub detail: Vec<String>,
    /// What to type.
    pub next: Vec<Next>,
}

impl Obstacle {
    /// Makes one.
    pub fn new(text: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { text: text.into(), detail: vec![detail.into()], next: Vec::new() }
    }
}

/// A place that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where.
    pub place: Place,
    /// Why not.
    pub obstacle: Obstacle,
}
