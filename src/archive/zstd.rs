//! Zstandard: one frame after another, as its format says a file may hold them.

use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The largest window of a frame, in bytes: four times what `zstd` writes unless it is asked for `--ultra` or `--long`.
const MAX_WINDOW_BYTES: u64 = 32 << 20;

/// Reads all frames.
pub(super) struct Frames<R: Read> {
    from: BufReader<R>,
    /// The frame that is being read.
    frame: Option<Box<FrameDecoder>>,
}

impl<R: Read> Frames<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from: BufReader::new(from), frame: None }
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            // A frame that fails is not put back.
            let Some(mut frame) = self.frame.take() else {
                if self.from.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.frame = next_frame(&mut self.from)?;
                continue;
            };
            while frame.can_collect() == 0 && !frame.is_finished() {
                frame.decode_blocks(&mut self.from, BlockDecodingStrategy::UptoBlocks(1)).map_err(invalid)?;
            }
            let read = frame.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                self.frame = Some(frame);
                return Ok(read);
            }
        }
    }
}

/// Begins a frame; none for one that says it is to be skipped, which holds no content.
fn next_frame(from: &mut impl Read) -> io::Result<Option<Box<FrameDecoder>>> {
    let mut frame = Box::new(FrameDecoder::new());
    frame.set_max_window_size(MAX_WINDOW_BYTES);
    match frame.init(&mut *from) {
        Ok(()) => Ok(Some(frame)),
        Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
            io::copy(&mut from.take(length.into()), &mut io::sink())?;
            Ok(None)
        }
        Err(error) => Err(invalid(error)),
    }
}

fn invalid(error: FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
