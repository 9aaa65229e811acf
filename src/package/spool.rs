//! The archive while it grows: written once, read by every host at its own pace.
//!
//! It is a file without a name, so that it takes no memory and is gone when nobody uses it.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::hex::hex;
use super::pack::PackError;

/// The most that a reader returns at once, in bytes.
const CHUNK: u64 = 256 * 1024;

#[derive(Clone, Debug, Default)]
struct State {
    written: u64,
    end: Option<Result<(), PackError>>,
}

/// An archive that is being written. When it and all its readers are dropped, packing stops.
#[derive(Clone, Debug)]
pub struct Spool {
    file: Arc<File>,
    state: watch::Receiver<State>,
}

/// One reader's place in the archive.
#[derive(Clone, Debug)]
pub struct Reader {
    spool: Spool,
    at: u64,
}

/// The writing end.
#[derive(Debug)]
pub(super) struct Writer {
    file: Arc<File>,
    state: watch::Sender<State>,
    written: u64,
    digest: Sha256,
}

/// Tells the readers how packing ended.
#[derive(Debug)]
pub(super) struct Ending(watch::Sender<State>);

impl Spool {
    /// Makes an empty spool in that directory.
    pub(super) fn create(directory: &Path) -> io::Result<(Writer, Self)> {
        let file = Arc::new(tempfile::tempfile_in(directory)?);
        let (sender, state) = watch::channel(State::default());
        let writer = Writer { file: Arc::clone(&file), state: sender, written: 0, digest: Sha256::new() };
        Ok((writer, Self { file, state }))
    }

    /// Takes a whole archive that is in a file.
    ///
    /// # Errors
    /// When it cannot be opened.
    #[expect(clippy::disallowed_methods, reason = "the archive is a file")]
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let (_, state) = watch::channel(State { written: file.metadata()?.len(), end: Some(Ok(())) });
        Ok(Self { file: Arc::new(file), state })
    }

    /// Returns a reader from the beginning, which may start before there is anything to read.
    pub fn reader(&self) -> Reader {
        self.reader_at(0)
    }

    /// Returns a reader that passes over so many bytes, which were sent before.
    pub fn reader_at(&self, at: u64) -> Reader {
        Reader { spool: self.clone(), at }
    }

    /// Returns the size of the whole archive in bytes, once it is known.
    pub fn total(&self) -> Option<u64> {
        let state = self.state.borrow();
        matches!(state.end, Some(Ok(()))).then_some(state.written)
    }
}

impl Reader {
    /// Returns the next bytes, at most 256 KiB, or `None` at the end. Waits where the archive is
    /// not that far yet. Safe to cancel: nothing is lost.
    ///
    /// # Errors
    /// When packing failed: what was read so far is of no use.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, PackError> {
        loop {
            let State { written, end } = self.spool.state.borrow_and_update().clone();
            match end {
                Some(Err(error)) => return Err(error),
                _ if self.at < written => return self.read(written).await.map(Some),
                Some(Ok(())) => return Ok(None),
                None => self.spool.state.changed().await.map_err(|_| PackError::Stopped)?,
            }
        }
    }

    async fn read(&mut self, written: u64) -> Result<Bytes, PackError> {
        let length = usize::try_from(CHUNK.min(written - self.at)).expect("a chunk fits into memory");
        let (file, at) = (Arc::clone(&self.spool.file), self.at);
        let read = tokio::task::spawn_blocking(move || {
            let mut buffer = vec![0; length];
            file.read_exact_at(&mut buffer, at).map(|()| buffer)
        });
        let buffer = read.await.map_err(|_| PackError::Stopped)?.map_err(PackError::spool)?;
        self.at += buffer.len() as u64;
        Ok(buffer.into())
    }
}

impl Writer {
    /// Returns what tells the readers the end, for use when the writer is gone.
    pub fn ending(&self) -> Ending {
        Ending(self.state.clone())
    }

    /// Returns how many bytes were written, and their SHA-256 in hex.
    pub fn finish(self) -> (u64, String) {
        (self.written, hex(&self.digest.finalize()))
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.state.is_closed() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let count = self.file.write_at(bytes, self.written)?;
        self.digest.update(&bytes[..count]);
        self.written += count as u64;
        self.state.send_modify(|state| state.written = self.written);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Ending {
    /// Ends the archive.
    pub fn tell(self, end: Result<(), PackError>) {
        self.0.send_modify(|state| state.end = Some(end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(mut reader: Reader) -> Result<Vec<u8>, PackError> {
        let mut all = Vec::new();
        while let Some(chunk) = reader.chunk().await? {
            assert!(chunk.len() as u64 <= CHUNK);
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    }

    #[tokio::test]
    async fn every_reader_gets_everything_whenever_it_starts() {
        let directory = tempfile::tempdir().unwrap();
        let (mut writer, spool) = Spool::create(directory.path()).unwrap();
        let early = tokio::spawn(all(spool.reader()));
        tokio::task::yield_now().await;
        let content = vec![7; 600_000];
        writer.write_all(&content[..1000]).unwrap();
        let middle = tokio::spawn(all(spool.reader()));
        tokio::task::yield_now().await;
        writer.write_all(&content[1000..]).unwrap();
        assert_eq!(spool.total(), None);
        let ending = writer.ending();
        assert_eq!(writer.finish().0, 600_000);
        ending.tell(Ok(()));
        assert_eq!(spool.total(), Some(600_000));
        for reader in [early, middle, tokio::spawn(all(spool.reader()))] {
            assert!(reader.await.unwrap().unwrap() == content);
        }
    }

    #[tokio::test]
    async fn readers_hear_of_a_failure_and_of_a_writer_that_vanished() {
        let directory = tempfile::tempdir().unwrap();
        let (mut writer, spool) = Spool::create(directory.path()).unwrap();
        writer.write_all(b"half").unwrap();
        writer.ending().tell(Err(PackError::Hot));
        assert!(matches!(all(spool.reader()).await, Err(PackError::Hot)));
        let (writer, spool) = Spool::create(directory.path()).unwrap();
        drop(writer);
        assert!(matches!(all(spool.reader()).await, Err(PackError::Stopped)));
    }
}
