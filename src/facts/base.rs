//! The live release as it was shipped: what of a new one is on the host already.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::release::ReleaseId;

/// The live release as it was shipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The release.
    pub release: ReleaseId,
    /// The SHA-256 of the manifest that it was shipped with, in hex.
    pub manifest: String,
    /// What its files take on a disk, in kilobytes of 1024 bytes.
    pub kilobytes: u64,
    /// How many files, links and directories it has.
    pub inodes: u64,
    /// The paths that the steps of its run have changed on the host, as far as the host names them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub unlike: BTreeSet<String>,
}

impl Base {
    /// Reads `RELEASE KILOBYTES INODES` and what the host's command for checksums prints, which is a
    /// digest among other words.
    pub(super) fn read(value: &str) -> Option<Self> {
        let mut words = value.split_whitespace();
        let release = words.next()?.parse().ok()?;
        let (kilobytes, inodes) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let manifest = words.find(|word| is_digest(word))?.to_owned();
        Some(Self { release, manifest, kilobytes, inodes, unlike: BTreeSet::new() })
    }
}

/// Tells whether a word is a SHA-256 in hex.
fn is_digest(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_found_in_what_any_tool_prints() {
        let digest = "0a".repeat(32);
        for printed in [format!("{digest}  -"), digest.clone(), format!("SHA2-256(stdin)= {digest}")] {
            let base = Base::read(&format!("20260102030405 48000 12410 {printed}")).unwrap();
            assert_eq!((base.manifest, base.kilobytes, base.inodes), (digest.clone(), 48_000, 12_410));
        }
        for bad in ["20260102030405 48000 12410 x", "20260102030405 48000", "old 1 1 x"] {
            assert_eq!(Base::read(bad), None);
        }
    }
}
