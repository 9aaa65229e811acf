//! An archive that was made, and the list of what goes into one.

use std::io::{self, Write};

use serde::Serialize;

use super::measure::{count, size};
use super::printable::printable;
use crate::package::{Inventory, LeftOut};
use crate::release::ReleaseId;

/// A column is not made wider than that for one long name.
const WIDEST: usize = 48;

/// An archive that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Archive {
    /// Its file.
    pub path: String,
    /// The id of the release.
    pub release: ReleaseId,
    /// The commit, where one is released.
    pub commit: Option<String>,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// How many files it holds.
    pub files: u64,
    /// The bytes of these files.
    pub unpacked: u64,
}

/// Prints what was made.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, archive: &Archive) -> io::Result<()> {
    let Archive { path, bytes, sha256, files, unpacked, .. } = archive;
    writeln!(out, "{}", printable(path))?;
    writeln!(out, "  size    {}, {} unpacked", size(*bytes), size(*unpacked))?;
    writeln!(out, "  files   {}", count(*files))?;
    writeln!(out, "  sha256  {sha256}")
}

/// Prints what goes in, a path each line; or what stays behind, with the rules. Nothing is cut: lists
/// are read by programs, too.
///
/// # Errors
/// When the text cannot be written.
pub fn print_listing(out: &mut dyn Write, listing: &Inventory, ignored: bool) -> io::Result<()> {
    if !ignored {
        return listing.travels.iter().try_for_each(|path| writeln!(out, "{}", printable(path)));
    }
    let width = |column: fn(&LeftOut) -> &str| {
        let widths = listing.left.iter().map(|left| column(left).chars().count());
        widths.max().unwrap_or_default().min(WIDEST)
    };
    let (paths, rules) = (width(|left| &left.path), width(|left| &left.rule));
    listing.left.iter().try_for_each(|LeftOut { path, rule, place }| {
        writeln!(out, "{path:<paths$}  {rule:<rules$}  {place}")
    })
}

/// Returns one line about a list.
pub fn summary(listing: &Inventory) -> String {
    let files = count(u64::try_from(listing.files).unwrap_or(u64::MAX));
    let left = listing.left.len();
    format!("{files} files, {} go in; {left} paths stay behind (--list --ignored)", size(listing.bytes))
}
