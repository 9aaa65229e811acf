//! What a host that has one release needs for another one. Pure.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::hex::hex;
use super::listing::Listing;
use super::manifest::{Manifest, Shipped};

/// What a host needs for a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// All paths of the release. Files that the host has keep the time that they have there, so that
    /// caches of browsers stay right.
    pub manifest: Manifest,
    /// The SHA-256 of the manifest's text, in hex.
    pub sha256: String,
    /// The manifest's lines that are new; for each path that goes a line with a dash for its kind, and for
    /// each that stays as it is and travels all the same one with an equals sign.
    pub lines: String,
    /// The places in the manifest of what travels.
    pub travels: Vec<usize>,
}

impl Difference {
    /// Compares a release with what a host has; `apart` are the paths under which it has something else
    /// than what was shipped there.
    pub fn new(listing: &Listing, base: Option<&Manifest>, apart: &BTreeSet<String>) -> Self {
        let base = base.map_or(&[][..], |base| &base.entries);
        let mut old: BTreeMap<&str, &Shipped> =
            base.iter().map(|shipped| (shipped.path(), shipped)).collect();
        let (mut entries, mut travels, mut lines) = (Vec::new(), Vec::new(), String::new());
        for (place, item) in listing.items.iter().enumerate() {
            let path = item.shipped.path();
            let known = old.remove(path).filter(|known| same(known, &item.shipped));
            if known.is_none() {
                lines.push_str(&item.shipped.line());
                travels.push(place);
            } else if is_file(&item.shipped) && is_apart(path, apart) {
                lines.push_str(&format!("=\t-\t-\t-\t./{path}\n"));
                travels.push(place);
            }
            entries.push(known.unwrap_or(&item.shipped).clone());
        }
        lines.extend(old.into_keys().map(|path| format!("-\t-\t-\t-\t./{path}\n")));
        let manifest = Manifest { entries };
        let sha256 = hex(&Sha256::digest(manifest.to_text()));
        Self { manifest, sha256, lines, travels }
    }

    /// Returns the places of these paths, and those of their own that no release has.
    pub fn places<'p>(&self, paths: &'p [String]) -> (Vec<usize>, Vec<&'p str>) {
        let mut places = Vec::new();
        let mut unknown = Vec::new();
        for path in paths {
            let name = path.strip_prefix("./").unwrap_or(path);
            match self.manifest.entries.binary_search_by(|entry| entry.path().cmp(name)) {
                Ok(place) => places.push(place),
                Err(_) => unknown.push(name),
            }
        }
        (places, unknown)
    }

    /// Returns how many files of the release the host is expected to have.
    pub fn there(&self) -> u64 {
        let travelling: BTreeSet<_> = self.travels.iter().collect();
        let all = self.manifest.entries.iter().enumerate();
        all.filter(|(place, entry)| is_file(entry) && !travelling.contains(place)).count() as u64
    }
}

fn is_file(shipped: &Shipped) -> bool {
    matches!(shipped, Shipped::File { .. })
}

/// Tells whether two paths hold the same; their times may differ.
fn same(one: &Shipped, other: &Shipped) -> bool {
    match (one, other) {
        (
            Shipped::File { size, mode, sha256, .. },
            Shipped::File { size: other_size, mode: other_mode, sha256: other_sha256, .. },
        ) => (size, mode, sha256) == (other_size, other_mode, other_sha256),
        (one, other) => one == other,
    }
}

/// Tells whether a path lies below one of those that hold something else.
fn is_apart(path: &str, apart: &BTreeSet<String>) -> bool {
    let mut ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    ends.any(|end| apart.contains(&path[..end]))
}

#[cfg(test)]
mod tests;
