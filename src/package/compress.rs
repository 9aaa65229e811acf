//! An archive is compressed on all cores while it is written. The result depends on nothing but the
//! input.

use std::io::{self, Write};

use zstd::stream::raw::CParameter;
use zstd::stream::write::Encoder;

use super::gzip::Gzip;
use crate::plan::Compression;

/// Between the size of a release and the time of packing it: PHP sources are as small as with gzip's
/// best, at half the time of gzip's usual level.
const LEVEL: i32 = 6;

/// How much each core takes at once, in bytes: with what zstd would choose, packing takes 100 MB of memory.
const JOB: u32 = 2 << 20;

/// A writer that compresses. Without [`Compress::finish`] the result has no end.
pub(super) enum Compress<W: Write> {
    /// As one gzip member.
    Gzip(Gzip<W>),
    /// As one Zstandard frame.
    Zstd(Encoder<'static, W>),
}

impl<W: Write> Compress<W> {
    /// Starts a file.
    pub fn new(compression: Compression, sink: W) -> io::Result<Self> {
        match compression {
            Compression::Gzip => Gzip::new(sink).map(Self::Gzip),
            Compression::Zstd => {
                let mut encoder = Encoder::new(sink, LEVEL)?;
                // One worker gives the bytes that many give; none would give others.
                let workers = u32::try_from(rayon::current_num_threads()).unwrap_or(1).max(1);
                encoder.set_parameter(CParameter::NbWorkers(workers))?;
                encoder.set_parameter(CParameter::JobSize(JOB))?;
                encoder.include_checksum(true)?;
                Ok(Self::Zstd(encoder))
            }
        }
    }

    /// Writes what is left, and returns what was written to.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Gzip(gzip) => gzip.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Compress<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(gzip) => gzip.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        // What is ready leaves by itself: flushing earlier would make the result depend on it.
        Ok(())
    }
}
