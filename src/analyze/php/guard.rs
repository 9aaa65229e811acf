//! What is known where a piece of code runs: that it is not production, or that a class is there.

/// What a condition around code makes certain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// The code does not run in production.
    pub development: bool,
    /// The classes, functions and packages that are there.
    pub present: Vec<String>,
}

impl Guard {
    /// Returns the guard of code that does not run in production.
    pub(super) const fn development() -> Self {
        Self { development: true, present: Vec::new() }
    }

    /// Returns the guard of code that runs where these are there.
    pub(super) const fn present(names: Vec<String>) -> Self {
        Self { development: false, present: names }
    }

    /// Returns what is known where both hold.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut present = self.present.clone();
        present.extend(other.present.iter().cloned());
        Self { development: self.development || other.development, present }
    }

    /// Returns what is known where at least one of them holds.
    pub(super) fn or(&self, other: &Self) -> Self {
        let both = self.present.iter().filter(|name| other.development || other.present.contains(name));
        let more = other.present.iter().filter(|name| self.development && !self.present.contains(name));
        Self {
            development: self.development && other.development,
            present: both.chain(more).cloned().collect(),
        }
    }
}
