//! From an archive to its members, level by level.

use std::io::{self, Cursor, Read};

use bstr::BString;
use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::kind::{HEAD_BYTES, Kind, kind};
use super::meter::{Lenient, Meter, Metered};
use super::place::Place;
use super::zstd::Frames;
use super::{Fault, Limits, Member, Summary, Why};

/// The most memory that unpacking xz may take, in KiB: what `xz -9` asks for, and a little.
const MAX_XZ_KIB: u32 = 80 << 10;

/// Opens the archive `bytes`, whose file is called `name`, and hands each member to `take`. What is no archive has
/// no members. An archive inside another that must be held whole is also handed out as the bytes it is.
///
/// # Errors
/// Those of `take` alone. What cannot be read is a fault of the summary.
pub fn open<E>(name: &[u8], bytes: &[u8], limits: Limits, take: &mut dyn FnMut(Member<'_>) -> Result<(), E>) -> Result<Summary, E> {
    let meter = Meter::new(limits, bytes.len());
    let mut opener = Opener { limits, meter: &meter, summary: Summary::default(), take };
    let place = Place::top(name);
    match kind(bytes) {
        None => {}
        Some(Kind::Foreign) => opener.summary.unopened = 1,
        Some(found) if limits.depth == 0 => drop((found, opener.note(Why::Depth, place.of_archive()))),
        Some(found) if is_held(found) => opener.held(found, bytes, &place, 1)?,
        Some(found) => opener.streamed(found, &mut Cursor::new(bytes), &place, 1)?,
    }
    Ok(opener.summary)
}

/// Whether an archive of this kind is read from its end, or from here and there.
fn is_held(kind: Kind) -> bool {
    matches!(kind, Kind::Zip | Kind::Sqlite | Kind::Bundle)
}

/// An archive being opened.
pub(super) struct Opener<'o, E> {
    limits: Limits,
    pub(super) meter: &'o Meter,
    summary: Summary,
    take: &'o mut dyn FnMut(Member<'_>) -> Result<(), E>,
}

impl<E> Opener<'_, E> {
    /// Looks what `from` is, and opens it or hands it out. `depth` is that of archives around it.
    pub(super) fn visit(&mut self, from: &mut dyn Read, place: &Place, depth: u32) -> Result<(), E> {
        let mut head = Vec::new();
        // What failed once is not asked again: the rest is what the reader says after its error.
        let mut from = Lenient { from, failed: false };
        from.by_ref().take(HEAD_BYTES).read_to_end(&mut head).ok();
        let found = kind(&head);
        let mut whole = Cursor::new(head).chain(&mut from);
        match found {
            Some(Kind::Foreign) => {
                self.summary.unopened += 1;
                self.hand_out(&mut whole, place)?;
            }
            Some(_) if depth >= self.limits.depth => {
                self.note(Why::Depth, place.of_archive());
                self.hand_out(&mut whole, place)?;
            }
            Some(found) if is_held(found) => self.hold(found, &mut whole, place, depth + 1)?,
            Some(found) => self.streamed(found, &mut whole, place, depth + 1)?,
            None => self.hand_out(&mut whole, place)?,
        }
        if from.failed {
            self.note(Why::Broken, if found.is_none() { place.of_file() } else { place.of_archive() });
        }
        Ok(())
    }

    /// Opens what can be read from its beginning to its end.
    fn streamed(&mut self, kind: Kind, from: &mut dyn Read, place: &Place, depth: u32) -> Result<(), E> {
        let meter = self.meter;
        match kind {
            Kind::Gzip => self.visit(&mut Metered { from: MultiGzDecoder::new(from), meter }, &place.unpacked(), depth),
            Kind::Bzip2 => self.visit(&mut Metered { from: MultiBzDecoder::new(from), meter }, &place.unpacked(), depth),
            Kind::Xz => {
                let unpacked = XzReader::new_mem_limit(from, true, MAX_XZ_KIB);
                self.visit(&mut Metered { from: unpacked, meter }, &place.unpacked(), depth)
            }
            Kind::Zstd => self.visit(&mut Metered { from: Frames::new(from), meter }, &place.unpacked(), depth),
            Kind::Tar => self.tar(from, place, depth),
            Kind::Zip | Kind::Sqlite | Kind::Bundle | Kind::Foreign => Ok(()),
        }
    }

    /// Holds an archive inside another, opens it, and hands out its bytes as well.
    fn hold(&mut self, kind: Kind, from: &mut dyn Read, place: &Place, depth: u32) -> Result<(), E> {
        let mut bytes = Vec::new();
        // A reader of ours fails leniently: what came before is kept.
        from.take(self.limits.held_bytes + 1).read_to_end(&mut bytes).ok();
        if bytes.len() as u64 > self.limits.held_bytes {
            self.note(Why::Held, place.of_archive());
            return self.hand_out(&mut Cursor::new(bytes).chain(from), place);
        }
        self.held(kind, &bytes, place, depth)?;
        self.hand_out(&mut bytes.as_slice(), place)
    }

    fn held(&mut self, kind: Kind, bytes: &[u8], place: &Place, depth: u32) -> Result<(), E> {
        match kind {
            Kind::Zip => self.zip(bytes, place, depth),
            Kind::Sqlite => self.sqlite(bytes, place, depth),
            Kind::Bundle => self.bundle(bytes, place, depth),
            _ => Ok(()),
        }
    }

    /// Hands out a member.
    pub(super) fn hand_out(&mut self, from: &mut dyn Read, place: &Place) -> Result<(), E> {
        let path = place.of_file();
        let mut content = Lenient { from, failed: false };
        self.summary.members += 1;
        (self.take)(Member { path: path.as_ref(), content: &mut content })?;
        // What was not taken is not skipped: a reader may tell only at its end that it is broken.
        let rest = io::copy(&mut content, &mut io::sink());
        if content.failed || rest.is_err() {
            self.note(Why::Broken, path);
        }
        Ok(())
    }

    /// Whether one more member may be opened.
    pub(super) fn may_go_on(&mut self, place: &Place) -> bool {
        let may = self.meter.member();
        if let (false, Some(why)) = (may, self.meter.tripped()) {
            self.note(why, place.of_archive());
        }
        may
    }

    /// Whether a limit was hit that ends it all.
    pub(super) fn is_over(&self) -> bool {
        self.meter.tripped().is_some()
    }

    /// Writes down what was not fully read.
    pub(super) fn note(&mut self, why: Why, member: BString) {
        // A reader fails when a limit is hit; the limit is what a person can mend.
        let why = if why == Why::Broken { self.meter.tripped().unwrap_or(why) } else { why };
        match self.summary.faults.iter_mut().find(|fault| fault.why == why) {
            // One cause is met again at each level above it.
            Some(fault) if fault.member.starts_with(&member) || self.meter.tripped() == Some(why) => {}
            Some(fault) => fault.more += 1,
            None => self.summary.faults.push(Fault { why, member, more: 0 }),
        }
    }
}
