//! What a release consists of: every path of the built tree, read once, with the hashes of its files.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rayon::prelude::*;
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

use super::archive;
use super::hex::hex;
use super::manifest::Shipped;
use super::pack::PackError;
use super::tree::{self, Entry, Kind};
use crate::release::ReleaseId;

/// How much is read at once, in bytes.
const CHUNK: usize = 128 * 1024;

/// What a release consists of.
#[derive(Debug)]
pub struct Listing {
    /// Sorted by path.
    pub(super) items: Vec<Item>,
}

/// One path of a release.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// What it is.
    pub entry: Entry,
    /// How a manifest describes it.
    pub shipped: Shipped,
    /// What its file was like when it was read.
    pub state: Option<State>,
}

/// What tells whether a file has changed since: a write changes the last two times, whoever sets the
/// first one back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    inode: (u64, u64),
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl State {
    /// Takes what a file says of itself.
    pub fn of(metadata: &Metadata) -> Self {
        Self {
            inode: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl Listing {
    /// Reads a tree, on all cores.
    ///
    /// `exclude` is in the syntax of gitignore; `extra` are files that the program adds at the top, in
    /// place of the tree's own where there are any.
    ///
    /// # Errors
    /// What is in the way.
    pub fn read(
        tree: &Path,
        exclude: &[String],
        release: &ReleaseId,
        extra: Vec<(String, Vec<u8>)>,
    ) -> Result<Self, PackError> {
        let entries = with_extra(tree::walk(tree, exclude)?, extra)?;
        let mtime = release.time().as_second();
        let items = entries.into_par_iter().map(|entry| Item::read(entry, mtime));
        Ok(Self { items: items.collect::<Result<_, _>>()? })
    }

    /// Returns how many files there are.
    pub fn files(&self) -> u64 {
        self.items.iter().filter(|item| matches!(item.shipped, Shipped::File { .. })).count() as u64
    }

    /// Returns the bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.sizes().sum()
    }

    /// Returns what the release takes on a host: kilobytes of 1024 bytes, and inodes.
    pub fn room(&self) -> (u64, u64) {
        (self.sizes().map(|size| size.div_ceil(4096) * 4).sum(), self.items.len() as u64)
    }

    fn sizes(&self) -> impl Iterator<Item = u64> {
        self.items.iter().map(|item| match &item.shipped {
            Shipped::File { size, .. } => *size,
            Shipped::Link { .. } | Shipped::Directory { .. } => 0,
        })
    }
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

impl Item {
    /// Reads one path; `mtime` is for a file that is new.
    pub fn read(entry: Entry, mtime: i64) -> Result<Self, PackError> {
        let path = entry.path.clone();
        let (shipped, state) = match &entry.kind {
            Kind::Folder => (Shipped::Directory { path, mode: 0o755 }, None),
            Kind::Link { target } => (Shipped::Link { path, target: target.clone() }, None),
            Kind::Generated(content) => {
                let (size, sha256) = (content.len() as u64, hex(&Sha256::digest(content)));
                (Shipped::File { path, size, mode: 0o644, mtime, sha256 }, None)
            }
            Kind::File { source, size, executable } => {
                let (sha256, state) = hash(&path, source, *size)?;
                let mode = if *executable { 0o755 } else { 0o644 };
                (Shipped::File { path, size: *size, mode, mtime, sha256 }, Some(state))
            }
        };
        Ok(Self { entry, shipped, state })
    }
}

/// Opens a file of the tree. Since the walk it may have become a link, or a pipe that opening would
/// wait for.
pub(super) fn open(source: &Path) -> Result<(File, State), PackError> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(source);
    let file = file.map_err(|error| PackError::read(source, error))?;
    let metadata = file.metadata().map_err(|error| PackError::read(source, error))?;
    let state = State::of(&metadata);
    Ok((file, state))
}

/// Returns the SHA-256 of a file in hex, and what the file was like.
fn hash(path: &str, source: &Path, size: u64) -> Result<(String, State), PackError> {
    let (mut file, before) = open(source)?;
    let (mut digest, mut buffer) =
        (Sha256::new(), vec![0; CHUNK.min(usize::try_from(size).unwrap_or(CHUNK)) + 1]);
    let mut count = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                digest.update(&buffer[..read]);
                count += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(PackError::read(source, error)),
        }
        // One that grows for ever would be read for ever.
        if count > size {
            break;
        }
    }
    let after = file.metadata().map_err(|error| PackError::read(source, error))?;
    if count != size || !after.is_file() || State::of(&after) != before {
        return Err(PackError::Changed { path: path.to_owned() });
    }
    Ok((hex(&digest.finalize()), before))
}
