//! The tar stream of a release: the same bytes for the same files, on every machine.

use std::io::{self, Read, Write};
use std::path::Path;

use tar::{Builder, EntryType, Header};

use super::listing::{self, Item, State};
use super::manifest::Shipped;
use super::pack::PackError;
use super::tree::Kind;

/// The name under which the manifest travels, at the top of the release.
pub(super) const MANIFEST: &str = ".deployer-manifest";

/// Writes a tar stream: the manifest's lines, if any, then the items in their order. Each comes with the
/// entry that describes it; of that the time of a file is taken.
///
/// The times differ between releases, for the caches of PHP, web servers and browsers take a file of the
/// same time and size for the same file.
pub(super) fn write<'i, W: Write>(
    lines: Option<&str>,
    items: impl Iterator<Item = (&'i Item, &'i Shipped)>,
    sink: W,
) -> Result<W, PackError> {
    let items: Vec<_> = items.collect();
    let time = |(_, shipped): &(&Item, &Shipped)| match shipped {
        Shipped::File { mtime, .. } => Some(*mtime),
        _ => None,
    };
    let newest = items.iter().filter_map(time).max().unwrap_or_default();
    let mut archive = Archive { tar: Builder::new(sink), newest };
    if let Some(lines) = lines {
        archive.content(MANIFEST, 0o644, 0, lines.len() as u64, &mut lines.as_bytes(), None)?;
    }
    for (item, shipped) in items {
        archive.item(item, shipped)?;
    }
    archive.tar.into_inner().map_err(PackError::spool)
}

struct Archive<W: Write> {
    tar: Builder<W>,
    /// The time of the newest file, for what no manifest has a time of.
    newest: i64,
}

impl<W: Write> Archive<W> {
    fn item(&mut self, item: &Item, shipped: &Shipped) -> Result<(), PackError> {
        match (&item.entry.kind, shipped) {
            (Kind::File { source, .. }, Shipped::File { path, size, mode, mtime, .. }) => {
                self.file(path, *mode, *mtime, *size, source, item.state)
            }
            (Kind::Generated(content), Shipped::File { path, size, mode, mtime, .. }) => {
                self.content(path, *mode, *mtime, *size, &mut &content[..], None)
            }
            (Kind::Link { target }, _) => {
                let mut header = header(EntryType::Symlink, 0o777, self.newest, 0);
                self.tar.append_link(&mut header, &item.entry.path, target).map_err(PackError::spool)
            }
            _ => {
                let mut header = header(EntryType::Directory, 0o755, self.newest, 0);
                let path = format!("{}/", item.entry.path);
                self.tar.append_data(&mut header, path, io::empty()).map_err(PackError::spool)
            }
        }
    }

    fn file(
        &mut self,
        path: &str,
        mode: u32,
        mtime: i64,
        size: u64,
        source: &Path,
        state: Option<State>,
    ) -> Result<(), PackError> {
        let changed = || PackError::Changed { path: path.to_owned() };
        let (mut file, before) = listing::open(source)?;
        if state.is_some_and(|state| state != before) {
            return Err(changed());
        }
        self.content(path, mode, mtime, size, &mut file, Some(source))?;
        let after = file.metadata().map_err(|error| PackError::read(source, error))?;
        if State::of(&after) == before { Ok(()) } else { Err(changed()) }
    }

    fn content(
        &mut self,
        path: &str,
        mode: u32,
        mtime: i64,
        size: u64,
        content: &mut dyn Read,
        source: Option<&Path>,
    ) -> Result<(), PackError> {
        let mut content = Content { inner: content.take(size), failed: None, count: 0 };
        let mut header = header(EntryType::Regular, mode, mtime, size);
        if let Err(error) = self.tar.append_data(&mut header, path, &mut content) {
            return Err(match (content.failed, source) {
                (Some(error), Some(source)) => PackError::read(source, error),
                _ => PackError::spool(error),
            });
        }
        if content.count == size { Ok(()) } else { Err(PackError::Changed { path: path.to_owned() }) }
    }
}

fn header(kind: EntryType, mode: u32, mtime: i64, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_mtime(mtime.cast_unsigned());
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// Reads a file, and keeps the reason when reading fails: tar would mix it with the reasons of the
/// archive.
struct Content<R> {
    inner: R,
    failed: Option<io::Error>,
    count: u64,
}

impl<R: Read> Read for Content<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(count) => {
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
