//! The tar stream of a release: the same bytes for the same files, on every machine.

use std::fs::{Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

use super::manifest::{Manifest, Shipped};
use super::pack::PackError;
use super::spool::hex;
use super::tree::{Entry, Kind};

/// The name under which the manifest travels, at the top of the release.
pub(super) const MANIFEST: &str = ".deployer-manifest";

/// What was written into an archive.
#[derive(Debug)]
pub(super) struct Written {
    /// Every path.
    pub manifest: Manifest,
    /// How many files.
    pub files: u64,
    /// Their bytes.
    pub unpacked: u64,
}

/// Writes a tar stream of the entries, in their order.
///
/// Every time in it is `mtime`, in seconds since 1970. It differs between releases, for the caches
/// of PHP, web servers and browsers take a file of the same time and size for the same file.
pub(super) fn write<W: Write>(entries: &[Entry], mtime: i64, sink: W) -> Result<(W, Written), PackError> {
    let mut archive = Archive {
        tar: Builder::new(sink),
        mtime,
        written: Written { manifest: Manifest::default(), files: 0, unpacked: 0 },
    };
    for Entry { path, kind } in entries {
        let shipped = match kind {
            Kind::Folder => archive.folder(path)?,
            Kind::Link { target } => archive.link(path, target)?,
            Kind::Generated(content) => {
                archive.content(path, 0o644, content.len() as u64, &content[..], None)?
            }
            Kind::File { source, size, executable } => archive.file(path, source, *size, *executable)?,
        };
        archive.written.manifest.entries.push(shipped);
    }
    // Last, for only now all hashes are known.
    let text = archive.written.manifest.to_text();
    archive.generated(MANIFEST, text.as_bytes())?;
    let sink = archive.tar.into_inner().map_err(PackError::spool)?;
    Ok((sink, archive.written))
}

struct Archive<W: Write> {
    tar: Builder<W>,
    mtime: i64,
    written: Written,
}

impl<W: Write> Archive<W> {
    fn folder(&mut self, path: &str) -> Result<Shipped, PackError> {
        const MODE: u32 = 0o755;
        let mut header = self.header(EntryType::Directory, MODE, 0);
        self.tar.append_data(&mut header, format!("{path}/"), io::empty()).map_err(PackError::spool)?;
        Ok(Shipped::Directory { path: path.to_owned(), mode: MODE })
    }

    fn generated(&mut self, path: &str, content: &[u8]) -> Result<(), PackError> {
        let mut header = self.header(EntryType::Regular, 0o644, content.len() as u64);
        self.tar.append_data(&mut header, path, content).map_err(PackError::spool)
    }

    fn link(&mut self, path: &str, target: &str) -> Result<Shipped, PackError> {
        let mut header = self.header(EntryType::Symlink, 0o777, 0);
        self.tar.append_link(&mut header, path, target).map_err(PackError::spool)?;
        Ok(Shipped::Link { path: path.to_owned(), target: target.to_owned() })
    }

    fn file(&mut self, path: &str, source: &Path, size: u64, executable: bool) -> Result<Shipped, PackError> {
        let unreadable = |error| PackError::read(source, error);
        // Since the walk the file may have become a link, or a pipe that opening would wait for.
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let mut file = OpenOptions::new().read(true).custom_flags(flags).open(source).map_err(unreadable)?;
        let before = file.metadata().map_err(unreadable)?;
        let mode = if executable { 0o755 } else { 0o644 };
        let shipped = self.content(path, mode, size, &mut file, Some(source))?;
        let after = file.metadata().map_err(unreadable)?;
        // One more byte: whether it grew behind what was read.
        let grown = file.read(&mut [0]).map_err(unreadable)? > 0;
        if grown || !before.is_file() || state(&before) != state(&after) {
            return Err(PackError::Changed { path: path.to_owned() });
        }
        Ok(shipped)
    }

    fn content(
        &mut self,
        path: &str,
        mode: u32,
        size: u64,
        content: impl Read,
        source: Option<&Path>,
    ) -> Result<Shipped, PackError> {
        let mut content =
            Content { inner: content.take(size), digest: Sha256::new(), failed: None, count: 0 };
        let mut header = self.header(EntryType::Regular, mode, size);
        if let Err(error) = self.tar.append_data(&mut header, path, &mut content) {
            return Err(match (content.failed, source) {
                (Some(error), Some(source)) => PackError::read(source, error),
                _ => PackError::spool(error),
            });
        }
        if content.count != size {
            return Err(PackError::Changed { path: path.to_owned() });
        }
        self.written.files += 1;
        self.written.unpacked += size;
        let sha256 = hex(&content.digest.finalize());
        Ok(Shipped::File { path: path.to_owned(), size, mode, mtime: self.mtime, sha256 })
    }

    fn header(&self, kind: EntryType, mode: u32, size: u64) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(size);
        header.set_mtime(self.mtime.cast_unsigned());
        header.set_uid(0);
        header.set_gid(0);
        header
    }
}

fn state(metadata: &Metadata) -> (u64, Option<std::time::SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

/// Reads a file, hashes it on the way, and keeps the reason when reading fails: tar would mix it
/// with the reasons of the archive.
struct Content<R> {
    inner: R,
    digest: Sha256,
    failed: Option<io::Error>,
    count: u64,
}

impl<R: Read> Read for Content<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(count) => {
                self.digest.update(&buffer[..count]);
                self.count += count as u64;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failed = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        }
    }
}
