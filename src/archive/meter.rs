//! What came out of an archive, counted while it comes.

use std::cell::Cell;
use std::io::{self, Read};

use super::{Limits, Why};

/// How much may come out before the ratio counts, in bytes: small files pack well.
const RATIO_FREE_BYTES: u64 = 1 << 20;

/// Counts what comes out of one archive, at every depth.
#[derive(Debug)]
pub(super) struct Meter {
    limits: Limits,
    /// The size of the archive, in bytes.
    packed: u64,
    out: Cell<u64>,
    members: Cell<u64>,
    tripped: Cell<Option<Why>>,
}

impl Meter {
    pub(super) fn new(limits: Limits, packed: usize) -> Self {
        Self { limits, packed: packed as u64, out: Cell::new(0), members: Cell::new(0), tripped: Cell::new(None) }
    }

    /// The limit that ended it, if one did.
    pub(super) fn tripped(&self) -> Option<Why> {
        self.tripped.get()
    }

    /// Counts one more member; whether it may be opened.
    pub(super) fn member(&self) -> bool {
        self.members.set(self.members.get() + 1);
        if self.members.get() > self.limits.members {
            self.tripped.set(self.tripped.get().or(Some(Why::Members)));
        }
        self.tripped.get().is_none()
    }

    /// Counts bytes that came out.
    ///
    /// # Errors
    /// If that is more than may.
    pub(super) fn count(&self, bytes: usize) -> io::Result<()> {
        self.out.set(self.out.get().saturating_add(bytes as u64));
        self.check(self.out.get())
    }

    /// Checks a count that somebody else keeps against the same limits.
    ///
    /// # Errors
    /// If that is more than may come out.
    pub(super) fn check(&self, out: u64) -> io::Result<()> {
        let over = if out > self.limits.total_bytes {
            Some(Why::Total)
        } else if out > RATIO_FREE_BYTES && out > self.packed.saturating_mul(self.limits.ratio) {
            Some(Why::Ratio)
        } else {
            None
        };
        self.tripped.set(self.tripped.get().or(over));
        if self.tripped.get().is_some() { Err(io::ErrorKind::QuotaExceeded.into()) } else { Ok(()) }
    }
}

/// A decoder of which each byte is counted.
pub(super) struct Metered<'m, R> {
    pub(super) from: R,
    pub(super) meter: &'m Meter,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Nothing is asked of a decoder after a limit was hit.
        self.meter.count(0)?;
        let read = self.from.read(buffer)?;
        self.meter.count(read)?;
        Ok(read)
    }
}

/// A reader that ends where it fails, and keeps that it did.
pub(super) struct Lenient<'r> {
    pub(super) from: &'r mut dyn Read,
    pub(super) failed: bool,
}

impl Read for Lenient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(0);
        }
        match self.from.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(_) => {
                self.failed = true;
                Ok(0)
            }
            read => read,
        }
    }
}
