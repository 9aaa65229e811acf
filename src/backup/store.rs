//! The controller's archives of one host: a directory in which a file has its name only when it is
//! whole, with its checksum beside it.
#![expect(clippy::disallowed_methods, reason = "archives are files")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::dump::Dump;
use super::{name, told};
use crate::release::ReleaseId;

/// The archives of one host.
#[derive(Clone, Debug)]
pub struct Store {
    dir: PathBuf,
}

/// An archive that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: ReleaseId,
    /// Its size.
    pub bytes: u64,
    /// Whether its checksum is recorded.
    pub recorded: bool,
    /// The dump that it is; `None`: it is an archive of the shared data.
    pub dump: Option<Dump>,
}

impl Stored {
    /// Reads the name of a file; `None`: it is no name that this program gives.
    pub fn named(name: &str, bytes: u64, recorded: bool) -> Option<Self> {
        let dump = Dump::read(name);
        let id = dump.as_ref().map(|dump| dump.id.clone()).or_else(|| name::id(name))?;
        Some(Self { id, bytes, recorded, dump })
    }
}

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {act} {path}")]
pub struct StoreError {
    act: &'static str,
    path: String,
    #[source]
    source: io::Error,
}

impl Store {
    /// Takes the directory of all archives and the name of the host.
    pub fn new(base: &Path, host: &str) -> Self {
        Self { dir: base.join(host) }
    }

    /// Returns the path of an archive.
    pub fn path(&self, id: &ReleaseId) -> PathBuf {
        self.dir.join(name::of(id))
    }

    /// Returns the archives that are there, oldest first.
    ///
    /// # Errors
    /// When the directory is there and cannot be read.
    pub fn list(&self) -> Result<Vec<Stored>, StoreError> {
        Ok(self.all()?.into_iter().filter(|stored| stored.dump.is_none()).collect())
    }

    /// Returns the archives and the dumps that are there, oldest first.
    ///
    /// # Errors
    /// When the directory is there and cannot be read.
    pub fn all(&self) -> Result<Vec<Stored>, StoreError> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed("read", &self.dir))?,
        };
        let mut stored = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed("read", &self.dir))?;
            let name = entry.file_name();
            let bytes = entry.metadata().map_err(failed("read", &entry.path()))?.len();
            let recorded = checksum_file(&entry.path()).is_file();
            stored.extend(name.to_str().and_then(|name| Stored::named(name, bytes, recorded)));
        }
        stored.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(stored)
    }

    /// Begins an archive.
    ///
    /// # Errors
    /// When there is one with that id, or it cannot be written.
    pub fn begin(&self, id: &ReleaseId) -> Result<Partial, StoreError> {
        self.begin_as(&name::of(id))
    }

    /// Begins an archive or a dump of that name.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn begin_as(&self, name: &str) -> Result<Partial, StoreError> {
        fs::create_dir_all(&self.dir).map_err(failed("make", &self.dir))?;
        let path = self.dir.join(name);
        if path.exists() {
            return Err(failed("write", &path)(io::ErrorKind::AlreadyExists.into()));
        }
        let partial = with_suffix(&path, ".partial");
        // It holds passwords and what customers uploaded.
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial);
        let file = file.map_err(failed("write", &partial))?;
        Ok(Partial { file, path, partial, whole: false })
    }

    /// Removes the directory, if nothing is in it.
    pub fn forget(&self) {
        let _stays = fs::remove_dir(&self.dir);
    }

    /// Removes an archive, then its checksum.
    ///
    /// # Errors
    /// When the archive cannot be removed.
    pub fn remove(&self, id: &ReleaseId) -> Result<(), StoreError> {
        let path = self.path(id);
        fs::remove_file(&path).map_err(failed("remove", &path))?;
        let sum = checksum_file(&path);
        fs::remove_file(&sum).map_err(failed("remove", &sum))
    }
}

/// An archive on its way. Unless it is finished, nothing of it stays.
#[derive(Debug)]
pub struct Partial {
    file: File,
    path: PathBuf,
    partial: PathBuf,
    whole: bool,
}

impl Partial {
    /// Adds bytes.
    ///
    /// # Errors
    /// When they cannot be written: the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(bytes).map_err(failed("write", &self.partial))
    }

    /// Opens what was written, to be read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn reader(&self) -> Result<File, StoreError> {
        File::open(&self.partial).map_err(failed("read", &self.partial))
    }

    /// Gives the archive its name: from now on it is good. Returns its path.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn finish(mut self, sha256: &str) -> Result<PathBuf, StoreError> {
        self.file.sync_all().map_err(failed("write", &self.partial))?;
        let sum = checksum_file(&self.path);
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&sum);
        let mut file = file.map_err(failed("write", &sum))?;
        file.write_all(format!("{sha256}  {name}\n").as_bytes()).map_err(failed("write", &sum))?;
        file.sync_all().map_err(failed("write", &sum))?;
        fs::rename(&self.partial, &self.path).map_err(failed("write", &self.path))?;
        self.whole = true;
        Ok(self.path.clone())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.whole {
            // What cannot be removed keeps a name that nobody takes for an archive.
            let _gone = fs::remove_file(&self.partial);
            let _gone = fs::remove_file(checksum_file(&self.path));
        }
    }
}

/// Returns the checksum that is recorded beside an archive.
///
/// # Errors
/// When there is a file that cannot be read, or is no checksum.
pub fn recorded(archive: &Path) -> Result<Option<String>, StoreError> {
    let file = checksum_file(archive);
    match fs::read_to_string(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", &file)(error)),
        Ok(text) => match told::checksum(&text) {
            Some(sum) => Ok(Some(sum)),
            None => Err(failed("read a checksum in", &file)(io::ErrorKind::InvalidData.into())),
        },
    }
}

/// Opens an archive.
///
/// # Errors
/// When it cannot be read.
pub fn open(archive: &Path) -> Result<File, StoreError> {
    File::open(archive).map_err(failed("read", archive))
}

/// Returns the size of an open archive.
///
/// # Errors
/// When the system does not tell.
pub fn size(file: &File) -> Result<u64, StoreError> {
    let told = file.metadata().map(|metadata| metadata.len());
    told.map_err(failed("read", Path::new("the archive")))
}

/// Makes the directory of a project's archives, which git is told to leave alone: they hold
/// passwords.
///
/// # Errors
/// When it cannot be made.
pub fn make_base(base: &Path) -> Result<(), StoreError> {
    if !base.exists() {
        fs::create_dir_all(base).map_err(failed("make", base))?;
        let ignore = base.join(".gitignore");
        fs::write(&ignore, "*\n").map_err(failed("write", &ignore))?;
    }
    Ok(())
}

fn checksum_file(archive: &Path) -> PathBuf {
    with_suffix(archive, ".sha256")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut text = path.as_os_str().to_owned();
    text.push(suffix);
    text.into()
}

fn failed(act: &'static str, path: &Path) -> impl Fn(io::Error) -> StoreError {
    let path = path.display().to_string();
    move |source| StoreError { act, path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn an_archive_has_its_name_only_when_it_is_whole() {
        let base = tempfile::tempdir().unwrap();
        let store = Store::new(base.path(), "web1");
        let id: ReleaseId = "20260102030405".parse().unwrap();
        let mut partial = store.begin(&id).unwrap();
        partial.write(b"half").unwrap();
        drop(partial);
        assert_eq!(names(&base.path().join("web1")), Vec::<String>::new());

        let mut partial = store.begin(&id).unwrap();
        partial.write(b"whole").unwrap();
        let sum = "ab".repeat(32);
        let path = partial.finish(&sum).unwrap();
        assert_eq!(
            names(&base.path().join("web1")),
            ["shared-20260102030405.tar.gz", "shared-20260102030405.tar.gz.sha256"]
        );
        assert_eq!(
            fs::read_to_string(checksum_file(&path)).unwrap(),
            format!("{sum}  shared-20260102030405.tar.gz\n")
        );
        assert_eq!(recorded(&path).unwrap(), Some(sum));
        assert!(store.begin(&id).is_err(), "an archive is never written over");
        fs::write(base.path().join("web1/shared-mine.tar.gz"), "").unwrap();
        assert_eq!(store.list().unwrap(), [Stored { id: id.clone(), bytes: 5, recorded: true, dump: None }]);
        store.remove(&id).unwrap();
        assert_eq!(names(&base.path().join("web1")), ["shared-mine.tar.gz"]);
    }
}
