//! `health:`, the page that shows whether the application works.

use std::collections::BTreeMap;

/// The page that shows whether the application works, and what must be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Its address, or its path below the address of each host's site.
    pub url: String,
    /// The answers that are right, as in 200. Redirects are answers: they are not followed.
    pub status: Vec<u16>,
    /// A text that must be in the page.
    pub contains: Option<String>,
    /// A text that must not be in it.
    pub lacks: Option<String>,
    /// Headers that the answer must have, in lower case, with their values.
    pub headers: BTreeMap<String, String>,
    /// Milliseconds that an answer may take at most, the whole page included.
    pub within: Option<u64>,
    /// How often it is asked again after a wrong answer.
    pub retries: u32,
    /// Seconds that are waited for an answer.
    pub timeout: u64,
    /// A certificate that ends within this many days is told.
    pub certificate_days: u32,
}
