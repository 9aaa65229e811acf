//! A built tree becomes one compressed archive, which hosts can read while it grows.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::release::ReleaseId;

use super::archive;
use super::compress::Compress;
use super::difference::Difference;
use super::listing::Listing;
use super::manifest::Manifest;
use super::printable::printable;
use super::rules::RuleError;
use super::spool::{Spool, Writer};
use crate::plan::Compression;

/// An archive on its way.
#[derive(Debug)]
pub struct Packing {
    /// Where it can be read from now on.
    pub spool: Spool,
    /// What it is when it is whole.
    pub done: JoinHandle<Result<Packed, PackError>>,
}

/// A whole archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The size of the archive, in bytes.
    pub bytes: u64,
    /// The SHA-256 of the archive, in hex.
    pub sha256: String,
    /// How many files the release has.
    pub files: u64,
    /// The bytes of these files.
    pub unpacked: u64,
    /// What the release consists of.
    pub manifest: Manifest,
}

/// The tree cannot be packed. Every variant names what is in the way.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PackError {
    /// A file or folder that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: Arc<io::Error>,
    },
    /// A name that manifests and shells cannot carry.
    #[error("the name `{path}` is not UTF-8 or holds a line break: rename it, or exclude it")]
    Name {
        /// The path, with replacements.
        path: String,
    },
    /// A pipe, a socket or a device.
    #[error("`{path}` is not a file, a folder or a link: remove it, or exclude it")]
    Special {
        /// The path.
        path: String,
    },
    /// A link that would point at something else on a host.
    #[error(
        "the link `{path}` leaves the release: {target}; make it relative and inside, copy what it points at, or exclude it"
    )]
    Link {
        /// The path.
        path: String,
        /// What it holds.
        target: String,
    },
    /// The mark of a running Vite server.
    #[error(
        "`public/hot` would make the site load its scripts from a development server: stop `npm run dev`, delete the file and build the assets"
    )]
    Hot,
    /// A file that somebody writes to.
    #[error("`{path}` changed while it was packed: stop what writes to it, or exclude it")]
    Changed {
        /// The path.
        path: String,
    },
    /// A rule about what stays behind.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// Nothing is left.
    #[error("there is no file to release: the folder is empty, or everything is excluded")]
    Empty,
    /// The archive cannot be kept.
    #[error("cannot write the archive on this machine")]
    Spool(#[source] Arc<io::Error>),
    /// Nobody wants the archive any more, or packing broke off.
    #[error("packing was stopped")]
    Stopped,
}

impl PackError {
    pub(super) fn read(path: &Path, error: io::Error) -> Self {
        let path = PathBuf::from(printable(&path.to_string_lossy()));
        Self::Read { path, source: Arc::new(error) }
    }

    pub(super) fn spool(error: io::Error) -> Self {
        // The writer's own way to say that all readers are gone.
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Stopped } else { Self::Spool(Arc::new(error)) }
    }
}

/// Starts packing a tree, all of it, and returns at once.
///
/// `exclude` is in the syntax of gitignore; `extra` are files that the program adds at the top, in
/// place of the tree's own where there are any. The archive is kept in `spool_dir`, without a name.
/// Needs a Tokio runtime.
///
/// # Errors
/// When the spool cannot be made. What is wrong with the tree is told by the readers and by `done`.
pub fn pack(
    tree: PathBuf,
    exclude: Vec<String>,
    release: &ReleaseId,
    extra: Vec<(String, Vec<u8>)>,
    spool_dir: &Path,
) -> Result<Packing, PackError> {
    let release = release.clone();
    start(spool_dir, move |writer| {
        let listing = Listing::read(&tree, &exclude, &release, extra)?;
        let difference = Difference::new(&listing, None, &BTreeSet::new());
        write(&listing, &difference, Part::Difference, Compression::Gzip, writer)
    })
}

/// What of a release an archive holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the host lacks, with the lines of the manifest.
    Difference,
    /// The paths at these places of the manifest.
    Places(Vec<usize>),
}

/// Starts packing a part of a release, and returns at once. Needs a Tokio runtime.
///
/// # Errors
/// As [`pack`].
pub fn pack_part(
    listing: Arc<Listing>,
    difference: Arc<Difference>,
    part: Part,
    compression: Compression,
    spool_dir: &Path,
) -> Result<Packing, PackError> {
    start(spool_dir, move |writer| write(&listing, &difference, part, compression, writer))
}

fn start(
    spool_dir: &Path,
    pack: impl FnOnce(Writer) -> Result<Packed, PackError> + Send + 'static,
) -> Result<Packing, PackError> {
    let (writer, spool) = Spool::create(spool_dir).map_err(PackError::spool)?;
    let ending = writer.ending();
    let done = tokio::task::spawn_blocking(move || {
        let packed = pack(writer);
        ending.tell(packed.as_ref().map(drop).map_err(Clone::clone));
        packed
    });
    Ok(Packing { spool, done })
}

fn write(
    listing: &Listing,
    difference: &Difference,
    part: Part,
    compression: Compression,
    writer: Writer,
) -> Result<Packed, PackError> {
    let (lines, places) = match &part {
        Part::Difference => (Some(difference.lines.as_str()), &difference.travels),
        Part::Places(places) => (None, places),
    };
    let items = places.iter().map(|&place| (&listing.items[place], &difference.manifest.entries[place]));
    let sink = Compress::new(compression, writer).map_err(PackError::spool)?;
    let sink = archive::write(lines, items, sink)?;
    let (bytes, sha256) = sink.finish().map_err(PackError::spool)?.finish();
    let manifest = difference.manifest.clone();
    Ok(Packed { bytes, sha256, files: listing.files(), unpacked: listing.bytes(), manifest })
}

#[cfg(test)]
mod tests;
