//! A built tree becomes one compressed archive, which hosts can read while it grows.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::release::ReleaseId;

use super::archive;
use super::gzip::Gzip;
use super::manifest::Manifest;
use super::printable::printable;
use super::rules::RuleError;
use super::spool::{Spool, Writer};
use super::tree::{self, Entry, Kind};

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
    /// How many files it holds.
    pub files: u64,
    /// The bytes of these files.
    pub unpacked: u64,
    /// What it holds.
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

/// Starts packing a tree, and returns at once.
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
    let (writer, spool) = Spool::create(spool_dir).map_err(PackError::spool)?;
    let (ending, mtime) = (writer.ending(), release.time().as_second());
    let done = tokio::task::spawn_blocking(move || {
        let packed = tree::walk(&tree, &exclude)
            .and_then(|entries| with_extra(entries, extra))
            .and_then(|entries| write(&entries, mtime, writer));
        ending.tell(packed.as_ref().map(drop).map_err(Clone::clone));
        packed
    });
    Ok(Packing { spool, done })
}

fn with_extra(mut entries: Vec<Entry>, extra: Vec<(String, Vec<u8>)>) -> Result<Vec<Entry>, PackError> {
    // A release of nothing but our own records would take the site down.
    if !entries.iter().any(|entry| matches!(entry.kind, Kind::File { .. })) {
        return Err(PackError::Empty);
    }
    let ours = |path: &str| path == archive::MANIFEST || extra.iter().any(|(own, _)| own == path);
    entries.retain(|entry| !ours(&entry.path));
    entries.extend(extra.into_iter().map(|(path, content)| Entry { path, kind: Kind::Generated(content) }));
    entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

fn write(entries: &[Entry], mtime: i64, writer: Writer) -> Result<Packed, PackError> {
    let gzip = Gzip::new(writer).map_err(PackError::spool)?;
    let (gzip, written) = archive::write(entries, mtime, gzip)?;
    let (bytes, sha256) = gzip.finish().map_err(PackError::spool)?.finish();
    let archive::Written { manifest, files, unpacked } = written;
    Ok(Packed { bytes, sha256, files, unpacked, manifest })
}

#[cfg(test)]
mod tests;
