//! Whether decoded bytes are a text, in UTF-8 or a wide encoding.

use bstr::ByteSlice;

use super::way::{Ratio, Way};
use crate::model::{Decoded, Encoding};

/// How many bytes at the start tell a text from other bytes.
const HEAD_BYTES: usize = 64;

/// Whether nearly all of the first bytes are characters that people read. One in eight may be others: a text can begin
/// with a length, a mark or a colour.
pub(super) fn is_readable(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(HEAD_BYTES)).unwrap_or_default();
    match Encoding::of(head) {
        Encoding::Bytes => is_text(head),
        encoding => is_text(&Decoded::new(head, encoding).text),
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let is_strange = |&c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let strange: usize = bytes.utf8_chunks().map(|chunk| chunk.valid().chars().filter(is_strange).count() + chunk.invalid().len()).sum();
    !bytes.is_empty() && strange * 8 <= bytes.len()
}

/// Brings a text to UTF-8, with the way back if that changed it.
pub(super) fn narrow(bytes: Vec<u8>) -> (Vec<u8>, Option<Way>) {
    let encoding = Encoding::of(&bytes);
    if encoding == Encoding::Bytes {
        return (bytes, None);
    }
    let text = Decoded::new(&bytes, encoding).text.into_owned();
    let unit = encoding.unit_bytes();
    let mut way = Way::default();
    // The byte order mark is no part of the text.
    let mut at = if is_marked(&bytes, encoding) { unit } else { 0 };
    for (start, end, c) in text.char_indices() {
        let length = if unit == 2 { c.len_utf16() * unit } else { unit };
        way.step(start, at, Ratio::of(length, end - start));
        at += length;
    }
    (text, Some(way))
}

fn is_marked(bytes: &[u8], encoding: Encoding) -> bool {
    let mark: &[u8] = match encoding {
        Encoding::Bytes => return false,
        Encoding::Utf16Le => &[0xFF, 0xFE],
        Encoding::Utf16Be => &[0xFE, 0xFF],
        Encoding::Utf32Le => &[0xFF, 0xFE, 0, 0],
        Encoding::Utf32Be => &[0, 0, 0xFE, 0xFF],
    };
    bytes.starts_with(mark)
}
