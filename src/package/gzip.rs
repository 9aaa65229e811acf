//! Gzip on all cores, as one member: PHP's `gzdecode` and `PharData` read only the first member of
//! a file, and take its end for the end of the file.
//!
//! The input is cut into blocks. Each is compressed by itself, with the end of the block before as
//! its dictionary, and ends on a byte border, so that the blocks can be put one behind another.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, sync_channel};

use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};

const BLOCK: usize = 256 * 1024;
/// As far as deflate can look back.
const DICTIONARY: usize = 32 * 1024;
const LEVEL: u32 = 6;
/// Magic, deflate, no flags, no time, no hint about the level, unknown system: nothing that differs
/// between machines.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A writer that compresses. Without [`Gzip::finish`] the result has no end.
#[derive(Debug)]
pub(super) struct Gzip<W> {
    sink: W,
    block: Vec<u8>,
    dictionary: Vec<u8>,
    running: VecDeque<Receiver<io::Result<Compressed>>>,
    checksum: Hasher,
    length: u64,
}

#[derive(Debug)]
struct Compressed {
    bytes: Vec<u8>,
    checksum: Hasher,
}

#[derive(Clone, Copy)]
enum Position {
    Inner,
    Last,
}

impl<W: Write> Gzip<W> {
    /// Starts a file.
    pub fn new(mut sink: W) -> io::Result<Self> {
        sink.write_all(&HEADER)?;
        Ok(Self {
            sink,
            block: Vec::with_capacity(BLOCK),
            dictionary: Vec::new(),
            running: VecDeque::new(),
            checksum: Hasher::new(),
            length: 0,
        })
    }

    /// Writes what is left and the trailer, and returns what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.cut(Position::Last);
        while let Some(block) = self.running.pop_front() {
            self.collect(&block)?;
        }
        self.sink.write_all(&self.checksum.finalize().to_le_bytes())?;
        // The format counts the length in 32 bits and lets it wrap around.
        let length = u32::try_from(self.length & u64::from(u32::MAX)).expect("masked to 32 bits");
        self.sink.write_all(&length.to_le_bytes())?;
        Ok(self.sink)
    }

    /// Hands the block to another core.
    fn cut(&mut self, position: Position) {
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
        let end = block[block.len().saturating_sub(DICTIONARY)..].to_vec();
        let dictionary = std::mem::replace(&mut self.dictionary, end);
        let (send, receive) = sync_channel(1);
        rayon::spawn(move || {
            // Nobody listens any more when packing was given up.
            let _ = send.send(compress(&block, &dictionary, position));
        });
        self.running.push_back(receive);
    }

    fn collect(&mut self, block: &Receiver<io::Result<Compressed>>) -> io::Result<()> {
        let stopped = |_| io::Error::other("a block was lost while it was compressed");
        let block = block.recv().map_err(stopped)??;
        self.checksum.combine(&block.checksum);
        self.sink.write_all(&block.bytes)
    }
}

impl<W: Write> Write for Gzip<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&bytes[..taken]);
        self.length += taken as u64;
        if self.block.len() == BLOCK {
            self.cut(Position::Inner);
            // Enough for every core to be busy, and not more in memory.
            if self.running.len() > 2 * rayon::current_num_threads()
                && let Some(oldest) = self.running.pop_front()
            {
                self.collect(&oldest)?;
            }
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        // Blocks leave when they are full: flushing earlier would make the result depend on it.
        Ok(())
    }
}

fn compress(block: &[u8], dictionary: &[u8], position: Position) -> io::Result<Compressed> {
    let mut deflate = Compress::new(Compression::new(LEVEL), false);
    if !dictionary.is_empty() {
        deflate.set_dictionary(dictionary).map_err(io::Error::other)?;
    }
    let flush = match position {
        Position::Inner => FlushCompress::Sync,
        Position::Last => FlushCompress::Finish,
    };
    // Room for a block that cannot be compressed, so that one call is enough.
    let mut bytes = Vec::with_capacity(block.len() + block.len() / 8 + 1024);
    deflate.compress_vec(block, &mut bytes, flush).map_err(io::Error::other)?;
    if deflate.total_in() != block.len() as u64 || bytes.len() == bytes.capacity() {
        return Err(io::Error::other("a block was not compressed whole"));
    }
    let mut checksum = Hasher::new();
    checksum.update(block);
    Ok(Compressed { bytes, checksum })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn gzip(chunks: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
        let mut gzip = Gzip::new(Vec::new()).unwrap();
        chunks.for_each(|chunk| gzip.write_all(&chunk).unwrap());
        gzip.finish().unwrap()
    }

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1u64;
        let mut byte = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        };
        (0..length).map(|_| byte()).collect()
    }

    #[test]
    fn one_member_holds_everything_whatever_its_length() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 20 * BLOCK + 7] {
            for content in [noise(length), b"line of text\n".repeat(length / 13 + 1)] {
                let mut read = Vec::new();
                // This reader stops at the end of the first member.
                let packed = gzip(std::iter::once(content.clone()));
                flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut read).unwrap();
                assert!(read == content, "{length} bytes");
            }
        }
    }

    #[test]
    fn the_result_does_not_depend_on_how_it_was_written() {
        let content = noise(3 * BLOCK);
        let whole = gzip(std::iter::once(content.clone()));
        assert!(whole == gzip(content.chunks(1000).map(<[u8]>::to_vec)));
    }

    #[test]
    fn blocks_profit_from_the_block_before() {
        let content = noise(20_000).repeat(40);
        assert!(gzip(std::iter::once(content)).len() < 40_000);
    }
}
