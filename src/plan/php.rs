//! Whether a PHP is one that composer.json asks for. Composer's own rules decide in the build; this
//! finds a host's PHP that cannot run the release before anything is sent there.

use crate::analyze::constraint::{self, Dialect};

/// Tells whether a version satisfies a constraint of composer.json; `None`: it cannot be read.
pub fn allows(constraint: &str, version: &str) -> Option<bool> {
    constraint::allows(Dialect::Composer, constraint, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_read_as_composer_reads_them() {
        for (constraint, version, expected) in [
            ("^8.1", "8.2.29", Some(true)),
            ("^8.3", "8.2.29", Some(false)),
            ("^7.3|^8.0", "8.2.29", Some(true)),
            ("^7.3 || ^8.3", "8.2.29", Some(false)),
            (">=7.4", "8.2.29-1+deb12u1", Some(true)),
            (">=7.4 <8.2", "8.2.0", Some(false)),
            (">=7.4,<8.3", "8.2.0", Some(true)),
            ("~8.1", "8.9.0", Some(true)),
            ("~8.1.3", "8.2.0", Some(false)),
            ("8.2.*", "8.2.7", Some(true)),
            ("8.1.*", "8.2.7", Some(false)),
            ("*", "8.2.7", Some(true)),
            ("dev-main", "8.2.7", None),
        ] {
            assert_eq!(allows(constraint, version), expected, "{constraint} {version}");
        }
    }
}
