//! The objects of a pack (`gitformat-pack(5)`), one at a time: nothing is written and no repository is asked.

use std::io::{self, Read};
use std::rc::Rc;

use flate2::bufread::ZlibDecoder;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::Why;
use super::meter::Meter;

/// How long a chain of deltas may be: git's own bound.
const MAX_CHAIN: usize = 4095;
/// How many bytes of objects are kept that others may be made from.
const KEPT_BYTES: usize = 32 << 20;
/// The largest object that is made whole, in bytes.
pub(super) const MAX_OBJECT_BYTES: u64 = 16 << 20;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Commit,
    Tree,
    Blob,
    Tag,
}

impl Object {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }
}

/// How an entry is stored.
#[derive(Clone, Copy, Debug)]
enum Stored<'p> {
    Whole(Object),
    /// Made from the entry at this place.
    From(usize),
    /// Made from the object with this id.
    FromId(&'p [u8]),
}

#[derive(Clone, Copy, Debug)]
struct Entry<'p> {
    stored: Stored<'p>,
    /// Its size unpacked, in bytes; of a delta, that of the delta.
    size: u64,
    /// Where its packed bytes begin.
    at: usize,
}

/// A pack.
pub(super) struct Pack<'p> {
    bytes: &'p [u8],
    meter: &'p Meter,
    id_bytes: usize,
    /// Where entries begin, ascending.
    starts: Vec<usize>,
    /// Objects that were made whole, newest last.
    kept: Vec<(usize, Object, Rc<Vec<u8>>)>,
    /// Where objects with an id stand, as far as they are known.
    ids: std::collections::BTreeMap<Vec<u8>, usize>,
}

impl<'p> Pack<'p> {
    /// Reads where the entries of a pack are, as far as they read; `false` if that is not all of it.
    pub(super) fn read(bytes: &'p [u8], is_sha256: bool, meter: &'p Meter) -> (Self, bool) {
        let id_bytes = if is_sha256 { 32 } else { 20 };
        let mut pack = Self { bytes, meter, id_bytes, starts: Vec::new(), kept: Vec::new(), ids: std::collections::BTreeMap::new() };
        let number = |at: usize| bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
        let Some(count) = number(8).filter(|_| bytes.starts_with(b"PACK") && matches!(number(4), Some(2 | 3))) else {
            return (pack, false);
        };
        let (mut at, mut out) = (12, 0);
        for _ in 0..count {
            let Some(ended) = pack.entry(at).and_then(|entry| pack.end_of(&entry, out)) else { return (pack, false) };
            pack.starts.push(at);
            (at, out) = ended;
        }
        let is_whole = at + id_bytes == bytes.len();
        (pack, is_whole)
    }

    /// Where entries begin.
    pub(super) fn starts(&self) -> Vec<usize> {
        self.starts.clone()
    }

    /// Makes the object at `start` whole.
    pub(super) fn object(&mut self, start: usize) -> Result<(Object, Rc<Vec<u8>>), Why> {
        let mut deltas = Vec::new();
        let mut at = start;
        let (kind, mut content) = loop {
            if let Some((_, kind, content)) = self.kept.iter().find(|(kept, ..)| *kept == at) {
                break (*kind, Rc::clone(content));
            }
            let entry = self.entry(at).ok_or(Why::Broken)?;
            let base = match entry.stored {
                Stored::Whole(kind) => break (kind, Rc::new(self.inflate(&entry)?)),
                Stored::From(base) => base,
                Stored::FromId(id) => *self.ids.get(id).ok_or(Why::Thin)?,
            };
            deltas.push(entry);
            if deltas.len() > MAX_CHAIN {
                return Err(Why::Broken);
            }
            at = base;
        };
        while let Some(delta) = deltas.pop() {
            let delta = self.inflate(&delta)?;
            content = Rc::new(self.apply(&content, &delta)?);
        }
        self.keep(start, kind, &content);
        Ok((kind, content))
    }

    /// The bytes of an object that is too large to be made whole, if it is made from no other.
    pub(super) fn stream(&self, start: usize) -> Option<impl Read + use<'p>> {
        let entry = self.entry(start).filter(|entry| matches!(entry.stored, Stored::Whole(_)))?;
        self.bytes.get(entry.at..).map(ZlibDecoder::new)
    }

    /// The id of an object, which others may name from now on.
    pub(super) fn name(&mut self, start: usize, kind: Object, content: &[u8]) -> Vec<u8> {
        let head = format!("{} {}\0", kind.name(), content.len());
        let id = if self.id_bytes == 32 {
            Sha256::new().chain_update(head).chain_update(content).finalize().to_vec()
        } else {
            Sha1::new().chain_update(head).chain_update(content).finalize().to_vec()
        };
        self.ids.insert(id.clone(), start);
        id
    }

    fn keep(&mut self, start: usize, kind: Object, content: &Rc<Vec<u8>>) {
        self.kept.push((start, kind, Rc::clone(content)));
        while self.kept.iter().map(|(.., content)| content.len() + 64).sum::<usize>() > KEPT_BYTES || self.kept.len() > 256 {
            self.kept.remove(0);
        }
    }

    fn entry(&self, start: usize) -> Option<Entry<'p>> {
        let mut at = start;
        let mut next = || {
            let byte = self.bytes.get(at).copied();
            at += 1;
            byte.map(u64::from)
        };
        let mut byte = next()?;
        let kind = byte >> 4 & 7;
        let mut size = byte & 15;
        let mut shift = 4;
        while byte & 0x80 != 0 {
            byte = next()?;
            size |= (byte & 0x7F).checked_shl(shift).filter(|_| shift < 57)?;
            shift += 7;
        }
        let stored = match kind {
            1 => Stored::Whole(Object::Commit),
            2 => Stored::Whole(Object::Tree),
            3 => Stored::Whole(Object::Blob),
            4 => Stored::Whole(Object::Tag),
            6 => {
                byte = next()?;
                let mut back = byte & 0x7F;
                while byte & 0x80 != 0 {
                    byte = next()?;
                    back = back.checked_add(1)?.checked_mul(128)? | byte & 0x7F;
                }
                Stored::From(start.checked_sub(usize::try_from(back).ok()?).filter(|_| back > 0)?)
            }
            7 => {
                let id = self.bytes.get(at..at + self.id_bytes)?;
                at += self.id_bytes;
                Stored::FromId(id)
            }
            _ => return None,
        };
        Some(Entry { stored, size, at })
    }

    /// Where the packed bytes of an entry end, and how many came out of it and those before.
    fn end_of(&self, entry: &Entry<'_>, before: u64) -> Option<(usize, u64)> {
        let mut decoder = ZlibDecoder::new(self.bytes.get(entry.at..)?);
        let mut some = [0; 8192];
        let mut out = 0;
        loop {
            let read = decoder.read(&mut some).ok()?;
            if read == 0 {
                break;
            }
            out += read as u64;
            if out > entry.size {
                return None;
            }
            // All of it is unpacked once more when objects are made, and counted then.
            self.meter.check(before + out).ok()?;
        }
        let end = usize::try_from(decoder.total_in()).ok()?.checked_add(entry.at)?;
        (out == entry.size).then_some((end, before + out))
    }

    fn inflate(&self, entry: &Entry<'_>) -> Result<Vec<u8>, Why> {
        if entry.size > MAX_OBJECT_BYTES {
            return Err(Why::Held);
        }
        let mut content = Vec::new();
        let packed = self.bytes.get(entry.at..).unwrap_or_default();
        let read = ZlibDecoder::new(packed).take(entry.size + 1).read_to_end(&mut content);
        let is_whole = read.is_ok() && content.len() as u64 == entry.size;
        self.meter.count(content.len()).map_err(|_| Why::Broken)?;
        if is_whole { Ok(content) } else { Err(Why::Broken) }
    }

    fn apply(&self, base: &[u8], delta: &[u8]) -> Result<Vec<u8>, Why> {
        let mut delta = delta;
        let from = length(&mut delta).ok_or(Why::Broken)?;
        let size = length(&mut delta).ok_or(Why::Broken)?;
        if from != base.len() as u64 {
            return Err(Why::Broken);
        }
        if size > MAX_OBJECT_BYTES {
            return Err(Why::Held);
        }
        let mut content = Vec::new();
        while let Some(part) = instruction(base, &mut delta) {
            self.meter.count(part.len()).map_err(|_: io::Error| Why::Broken)?;
            content.extend_from_slice(part);
            if content.len() as u64 > size {
                return Err(Why::Broken);
            }
        }
        if delta.is_empty() && content.len() as u64 == size { Ok(content) } else { Err(Why::Broken) }
    }
}

/// A length at the start of a delta.
fn length(delta: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    let mut shift = 0;
    loop {
        let (&byte, rest) = delta.split_first()?;
        *delta = rest;
        value |= u64::from(byte & 0x7F).checked_shl(shift).filter(|_| shift < 57)?;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
}

/// What the next instruction of a delta adds: a part of the base, or of the delta itself.
fn instruction<'d>(base: &'d [u8], delta: &mut &'d [u8]) -> Option<&'d [u8]> {
    let (&code, mut rest) = delta.split_first()?;
    let part = if code & 0x80 != 0 {
        let mut number = |bits: std::ops::Range<u8>| {
            let mut value = 0;
            for (place, bit) in bits.enumerate() {
                if code & 1 << bit != 0 {
                    let (&byte, after) = rest.split_first()?;
                    rest = after;
                    value |= usize::from(byte) << (place * 8);
                }
            }
            Some(value)
        };
        let offset = number(0..4)?;
        let size = number(4..7)?;
        base.get(offset..offset.checked_add(if size == 0 { 0x1_0000 } else { size })?)?
    } else {
        let (part, after) = rest.split_at_checked(usize::from(code)).filter(|_| code > 0)?;
        rest = after;
        part
    };
    *delta = rest;
    Some(part)
}
