//! What a machine has: the controller, or a host.

use std::collections::BTreeSet;

use serde::Serialize;

/// What a machine has. What nobody looked at, or is not there, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// PHP's version, as in `8.2.29`.
    pub php: Option<String>,
    /// The extensions of PHP, as `php -m` names them.
    pub extensions: BTreeSet<String>,
    /// Composer's version.
    pub composer: Option<String>,
    /// Node's version.
    pub node: Option<String>,
    /// npm's version.
    pub npm: Option<String>,
    /// pnpm's version.
    pub pnpm: Option<String>,
    /// yarn's version.
    pub yarn: Option<String>,
}

impl Machine {
    /// Tells whether PHP has an extension, by its name in composer.json without `ext-`.
    pub fn has_extension(&self, name: &str) -> bool {
        let name = name.strip_prefix("zend-").unwrap_or(name);
        let same = |there: &String| {
            let there = there.to_ascii_lowercase().replace(' ', "-");
            there.strip_prefix("zend-").unwrap_or(&there) == name
        };
        self.extensions.iter().any(same)
    }
}
