//! Reading an archive to its end: whether it is whole, how much is in it, and that nothing in it
//! would land outside of the directory that it is unpacked into. Pure but for what it reads.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use tar::{Archive, EntryType};

/// What an archive holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Files and directories, the one that holds them all included.
    pub entries: u64,
    /// The size of the archive unpacked, in bytes.
    pub unpacked: u64,
    /// The size of the archive, in bytes.
    pub bytes: u64,
    /// The SHA-256 of the archive, in hex.
    pub sha256: String,
    /// Whether the part that was asked for is in it.
    pub has_part: bool,
}

/// An archive cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// It ends too early, or bytes of it have changed.
    #[error("the archive is damaged or cut short: {0}")]
    Damaged(#[source] io::Error),
    /// An entry has an absolute path, or one with `..`.
    #[error("the archive has an entry outside of itself: {0}")]
    Outside(String),
    /// An entry lies behind a link.
    #[error("the archive has an entry behind a link: {0}")]
    BehindLink(String),
    /// An entry is a device, or of an unknown kind.
    #[error("the archive has an entry that is no file, directory or link: {0}")]
    Device(String),
}

/// Reads a compressed archive to its end. `part` is a path that must be in it.
///
/// # Errors
/// Why it cannot be used.
pub fn scan(archive: impl Read, part: Option<&str>) -> Result<Contents, ScanError> {
    let mut source = Hashing { inner: archive, digest: Sha256::new(), bytes: 0 };
    let mut seen = Seen { part: part.map(str::as_bytes), has_part: part.is_none(), ..Seen::default() };
    seen.add(b"");
    let mut tail = Tail { inner: MultiGzDecoder::new(&mut source), bytes: 0, zeros: 0 };
    let mut archive = Archive::new(&mut tail);
    for entry in archive.entries().map_err(ScanError::Damaged)? {
        let entry = entry.map_err(ScanError::Damaged)?;
        let link = entry.link_name_bytes().unwrap_or_default();
        seen.entry(&entry.path_bytes(), entry.header().entry_type(), &link)?;
    }
    // What the reader of entries has left, and the checksum at the end.
    io::copy(&mut tail, &mut io::sink()).map_err(ScanError::Damaged)?;
    let (unpacked, zeros) = (tail.bytes, tail.zeros);
    if zeros < 1024 {
        return Err(ScanError::Damaged(io::Error::new(io::ErrorKind::UnexpectedEof, "it has no end")));
    }
    let sha256 = super::hex(&source.digest.finalize());
    let entries = seen.paths.len() as u64;
    Ok(Contents { entries, unpacked, bytes: source.bytes, sha256, has_part: seen.has_part })
}

/// The paths seen so far, as hashes: an archive may hold very many.
#[derive(Default)]
struct Seen<'p> {
    paths: HashSet<u64>,
    links: HashSet<u64>,
    part: Option<&'p [u8]>,
    has_part: bool,
}

impl Seen<'_> {
    fn entry(&mut self, path: &[u8], kind: EntryType, link: &[u8]) -> Result<(), ScanError> {
        let shown = || String::from_utf8_lossy(path).into_owned();
        let inside = inside(path).ok_or_else(|| ScanError::Outside(shown()))?;
        match kind {
            EntryType::Regular
            | EntryType::Continuous
            | EntryType::GNUSparse
            | EntryType::Directory
            | EntryType::Fifo
            | EntryType::Symlink => {}
            // What a hard link names is in the archive, too.
            EntryType::Link if self::inside(link).is_some() => {}
            EntryType::Link => return Err(ScanError::Outside(shown())),
            _ => return Err(ScanError::Device(shown())),
        }
        let mut end = 0;
        for part in inside.split(|byte| *byte == b'/').collect::<Vec<_>>().iter().rev().skip(1).rev() {
            end += part.len() + 1;
            let parent = &inside[..end - 1];
            if self.links.contains(&hash(parent)) {
                return Err(ScanError::BehindLink(shown()));
            }
            self.add(parent);
        }
        if kind == EntryType::Symlink {
            self.links.insert(hash(&inside));
        }
        self.add(&inside);
        Ok(())
    }

    fn add(&mut self, path: &[u8]) {
        self.paths.insert(hash(path));
        self.has_part |= self.part == Some(path);
    }
}

fn hash(path: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

/// Returns a path without `.` and empty parts; `None`: it leads outside.
fn inside(path: &[u8]) -> Option<Vec<u8>> {
    let mut parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    if path.starts_with(b"/") || parts.contains(&b"..".as_slice()) {
        return None;
    }
    parts.retain(|part| !part.is_empty() && *part != b".");
    Some(parts.join(&b'/'))
}

/// Takes the checksum of what is read.
struct Hashing<R> {
    inner: R,
    digest: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.digest.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// Counts what is read, and the zeros at its end: a whole archive ends with 1024 of them.
struct Tail<R> {
    inner: R,
    bytes: u64,
    zeros: u64,
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let zeros = buffer[..count].iter().rev().take_while(|byte| **byte == 0).count();
        self.zeros = if zeros == count { self.zeros + zeros as u64 } else { zeros as u64 };
        self.bytes += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    /// Packs entries, each a path, a kind and what a link names.
    fn archive(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
        let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, kind, link) in entries {
            let mut header = Header::new_gnu();
            header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
            header.as_gnu_mut().unwrap().linkname[..link.len()].copy_from_slice(link.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(if *kind == EntryType::Regular { 3 } else { 0 });
            header.set_cksum();
            let content: &[u8] = if *kind == EntryType::Regular { b"abc" } else { b"" };
            builder.append(&header, content).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    const WHOLE: [(&str, EntryType, &str); 4] = [
        ("./", EntryType::Directory, ""),
        ("./a/b", EntryType::Regular, ""),
        ("./-rf", EntryType::Symlink, "/etc/passwd"),
        ("./c", EntryType::Link, "./a/b"),
    ];

    fn refusal(entries: &[(&str, EntryType, &str)]) -> String {
        scan(&archive(entries)[..], None).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_archive_is_counted_with_the_directories_on_the_way() {
        let bytes = archive(&WHOLE);
        let contents = scan(&bytes[..], Some("a")).unwrap();
        assert_eq!((contents.entries, contents.has_part, contents.bytes), (5, true, bytes.len() as u64));
        assert_eq!(contents.sha256, crate::backup::hex(&Sha256::digest(&bytes)));
        assert!(!scan(&bytes[..], Some("b")).unwrap().has_part);
    }

    #[test]
    fn an_archive_that_is_cut_short_anywhere_or_changed_is_refused() {
        let bytes = archive(&WHOLE);
        for length in 0..bytes.len() {
            assert!(matches!(scan(&bytes[..length], None), Err(ScanError::Damaged(_))), "{length}");
        }
        let mut tar = Vec::new();
        MultiGzDecoder::new(&bytes[..]).read_to_end(&mut tar).unwrap();
        // Cut before it was compressed: only the end of the archive itself is missing.
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&tar[..512 * 5]).unwrap();
        assert!(matches!(scan(&gzip.finish().unwrap()[..], None), Err(ScanError::Damaged(_))));
    }

    #[test]
    fn what_would_land_outside_is_refused() {
        for path in ["/etc/passwd", "../a", "./a/../../b", "a/.."] {
            assert_eq!(
                refusal(&[(path, EntryType::Regular, "")]),
                format!("the archive has an entry outside of itself: {path}")
            );
        }
        assert_eq!(
            refusal(&[("./a", EntryType::Symlink, "/tmp"), ("./a/b", EntryType::Regular, "")]),
            "the archive has an entry behind a link: ./a/b"
        );
        assert_eq!(
            refusal(&[("./a", EntryType::Link, "/etc/passwd")]),
            "the archive has an entry outside of itself: ./a"
        );
        assert_eq!(
            refusal(&[("./null", EntryType::Char, "")]),
            "the archive has an entry that is no file, directory or link: ./null"
        );
    }
}
