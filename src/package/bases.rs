//! The manifests of releases that are live somewhere, as they were shipped: kept in the cache, each
//! under its checksum.
#![expect(clippy::disallowed_methods, reason = "the cache is made of files")]

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::hex::hex;
use super::manifest::Manifest;
use super::work_area::private_directory;

/// How many manifests are kept: those used last. One of 12,000 files takes 0.6 MB.
const KEPT: usize = 50;

/// A manifest has no more than so many bytes: a host that sends more sends something else.
const LARGEST: u64 = 256 << 20;

/// The manifests in the cache.
#[derive(Clone, Debug)]
pub struct Bases {
    directory: PathBuf,
}

impl Bases {
    /// Takes the program's cache.
    pub fn new(cache: &Path) -> Self {
        Self { directory: cache.join("manifests") }
    }

    /// Returns the manifest with that checksum, if it is there and whole.
    pub fn get(&self, sha256: &str) -> Option<Manifest> {
        let path = self.directory.join(format!("{sha256}.gz"));
        let manifest = read(&fs::read(&path).ok()?, sha256)?;
        // It was used now. A cache that cannot be written loses nothing but time.
        let _touched = fs::File::options()
            .append(true)
            .open(&path)
            .and_then(|file| file.set_modified(SystemTime::now()));
        Some(manifest)
    }

    /// Takes a manifest as a host keeps it, with gzip, if it has that checksum.
    pub fn take(&self, packed: &[u8], sha256: &str) -> Option<Manifest> {
        let manifest = read(packed, sha256)?;
        let _kept = self.keep(packed, sha256);
        Some(manifest)
    }

    /// Keeps the manifest of a new release.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn put(&self, manifest: &Manifest, sha256: &str) -> io::Result<()> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(manifest.to_text().as_bytes())?;
        self.keep(&packed.finish()?, sha256)
    }

    fn keep(&self, packed: &[u8], sha256: &str) -> io::Result<()> {
        private_directory(&self.directory)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        file.write_all(packed)?;
        file.persist(self.directory.join(format!("{sha256}.gz")))?;
        self.forget()
    }

    /// Removes what was not used for the longest time.
    fn forget(&self) -> io::Result<()> {
        let entries = fs::read_dir(&self.directory)?.collect::<Result<Vec<_>, _>>()?;
        let used = |entry: &fs::DirEntry| entry.metadata().and_then(|metadata| metadata.modified()).ok();
        let mut entries: Vec<_> = entries.into_iter().map(|entry| (used(&entry), entry.path())).collect();
        entries.sort();
        let surplus = entries.len().saturating_sub(KEPT);
        entries.into_iter().take(surplus).try_for_each(|(_, path)| fs::remove_file(path))
    }
}

/// Unpacks a manifest that has that checksum.
fn read(packed: &[u8], sha256: &str) -> Option<Manifest> {
    let mut text = String::new();
    GzDecoder::new(packed).take(LARGEST).read_to_string(&mut text).ok()?;
    if hex(&Sha256::digest(&text)) != sha256 {
        return None;
    }
    Manifest::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::manifest::Shipped;

    fn manifest(path: &str) -> (Manifest, String) {
        let manifest = Manifest { entries: vec![Shipped::Directory { path: path.to_owned(), mode: 0o755 }] };
        let sha256 = hex(&Sha256::digest(manifest.to_text()));
        (manifest, sha256)
    }

    #[test]
    fn a_manifest_is_found_under_its_checksum_alone() {
        let cache = tempfile::tempdir().unwrap();
        let bases = Bases::new(cache.path());
        let ((one, first), (_, second)) = (manifest("one"), manifest("two"));
        assert_eq!(bases.get(&first), None);
        bases.put(&one, &first).unwrap();
        assert_eq!(bases.get(&first), Some(one));
        let path = |sha256: &str| cache.path().join(format!("manifests/{sha256}.gz"));
        fs::copy(path(&first), path(&second)).unwrap();
        assert_eq!(bases.get(&second), None, "its content has another checksum");
        assert_eq!(bases.take(&fs::read(path(&first)).unwrap(), &second), None);
        assert_eq!(bases.take(b"no gzip", &second), None);
    }

    #[test]
    fn what_was_used_last_stays() {
        let cache = tempfile::tempdir().unwrap();
        let bases = Bases::new(cache.path());
        let (first, sha256) = manifest("first");
        bases.put(&first, &sha256).unwrap();
        for number in 0..KEPT + 5 {
            let (manifest, sum) = manifest(&format!("{number}"));
            bases.put(&manifest, &sum).unwrap();
            assert_eq!(bases.get(&sha256).as_ref(), Some(&first));
        }
        assert_eq!(fs::read_dir(cache.path().join("manifests")).unwrap().count(), KEPT);
    }
}
