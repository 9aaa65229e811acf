//! The folder in the cache where an application's clean tree is laid out and built. One run at a
//! time has it.
#![expect(clippy::disallowed_methods, reason = "the cache is made of files")]

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

/// The work area cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the work area {}", path.display())]
pub struct WorkAreaError {
    /// Where it is.
    pub path: PathBuf,
    /// Why not.
    #[source]
    pub source: io::Error,
}

/// An application's place in the cache, held until this is dropped.
#[derive(Debug)]
pub struct WorkArea {
    directory: PathBuf,
    _lock: File,
}

impl WorkArea {
    /// Waits until no other run on this machine has the area, and takes it. Giving up waiting is
    /// safe.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub async fn lock(cache: &Path, application: &str) -> Result<Self, WorkAreaError> {
        let (directory, lock) = open(cache, application)?;
        match wait_for(&lock).await {
            Ok(()) => Ok(Self { directory, _lock: lock }),
            Err(source) => Err(WorkAreaError { path: directory, source }),
        }
    }

    /// Takes the area, or returns `None` when another run has it.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn try_lock(cache: &Path, application: &str) -> Result<Option<Self>, WorkAreaError> {
        let (directory, lock) = open(cache, application)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { directory, _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(WorkAreaError { path: directory, source }),
        }
    }

    /// Returns the folder of all areas: copies of what builds installed are kept in it, too.
    pub fn below(cache: &Path) -> PathBuf {
        cache.join("build")
    }

    /// Returns the folder of the clean tree.
    pub fn tree(&self) -> PathBuf {
        self.directory.join("tree")
    }

    /// Returns git's record of what was laid out there.
    pub(super) fn index(&self) -> PathBuf {
        self.directory.join("index")
    }

    /// Returns the folder of [`Self::index_of`].
    pub(super) fn indexes(&self) -> PathBuf {
        self.directory.join("indexes")
    }

    /// Returns git's record of what was laid out for a submodule.
    pub(super) fn index_of(&self, path: &str) -> PathBuf {
        let digest = Sha256::digest(path.as_bytes());
        self.indexes().join(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// Tells whether two names that differ only in case are one here.
    pub(super) fn folds_case(&self) -> bool {
        self.directory.join("LOCK").exists()
    }
}

fn open(cache: &Path, application: &str) -> Result<(PathBuf, File), WorkAreaError> {
    let directory = cache.join("work").join(folder_name(application));
    let opened = private_directory(&directory).and_then(|()| File::create(directory.join("lock")));
    match opened {
        Ok(lock) => Ok((directory, lock)),
        Err(source) => Err(WorkAreaError { path: directory, source }),
    }
}

/// Returns a name for the application that stays inside its folder, and is no other one's.
fn folder_name(application: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    application
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Makes a directory that nobody else can read: it holds the user's source.
pub(super) fn private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Waits for an exclusive lock. It asks again and again, for a thread that is stuck in the kernel
/// could not be interrupted by Ctrl-C.
pub(super) async fn wait_for(lock: &File) -> io::Result<()> {
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_the_cache() {
        assert_eq!(folder_name("my-shop_2"), "my-shop_2");
        assert_eq!(folder_name("../a b"), "%2E%2E%2Fa%20b");
        assert_ne!(folder_name("a/b"), folder_name("a%2Fb"));
    }

    #[tokio::test]
    async fn one_run_at_a_time_has_the_area() {
        let cache = tempfile::tempdir().unwrap();
        let first = WorkArea::lock(cache.path(), "shop").await.unwrap();
        assert!(WorkArea::try_lock(cache.path(), "shop").unwrap().is_none());
        assert!(WorkArea::try_lock(cache.path(), "other").unwrap().is_some());
        let path = cache.path().to_owned();
        let second = tokio::spawn(async move { WorkArea::lock(&path, "shop").await });
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert!(!second.is_finished());
        drop(first);
        assert!(second.await.unwrap().is_ok());
    }
}
