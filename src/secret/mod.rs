//! Secrets: values that the program passes on and never shows.
//!
//! A plan knows names only. [source] finds the values once, before any host is contacted;
//! [redact] takes them out of everything that a host prints before it becomes an event.

pub mod redact;
pub mod source;

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a secret in deploy.yml: `[A-Za-z_][A-Za-z0-9_]*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretName(pub String);

impl SecretName {
    /// Returns the environment variable that a step finds the value in.
    pub fn variable(&self) -> String {
        format!("DEPLOYER_SECRET_{}", self.0)
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The value of a secret. `Debug` does not show it, and it cannot be serialized.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretValue(String);

impl SecretValue {
    /// Takes a value that must not be shown.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Returns the value. Whoever calls this answers for where it goes.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}
