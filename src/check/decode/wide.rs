//! ASCII in UTF-16 in the midst of other bytes, as in programs and registry files.

use memchr::memchr;

use super::run::{BLOCK, bits};
use super::way::{Ratio, Way};
use super::{Bounded, Code, Layer};
use crate::model::Span;

/// The shortest text told, in characters.
const MIN_CHARACTERS: usize = 16;

/// How far before a block a stretch can begin that shows in it alone, in bytes.
const MAX_BEFORE: usize = 32;

/// Finds characters of ASCII with a zero between each and the next. Which of two byte orders it is makes no difference.
pub(super) fn find(text: &[u8], out: &mut Bounded<impl FnMut(Layer)>) {
    // What begins before `done` was told.
    let (mut at, mut done) = (0, 0);
    while let Some(rest) = text.get(at..) {
        let zeros = bits(rest, |byte| byte == 0);
        if zeros == 0 {
            // Most texts hold none.
            let Some(zero) = rest.get(BLOCK..).and_then(|rest| memchr(0, rest)) else { return };
            at += BLOCK + zero;
            continue;
        }
        let to = at + BLOCK;
        if alternates(zeros) {
            done = stretches(text, Span { start: done.max(at.saturating_sub(MAX_BEFORE)), end: to }, out);
        }
        at = to.max(done);
    }
}

/// Whether a block holds six zeros with a byte that is none between each and the next, and one behind: each long stretch has
/// as many in one of the blocks that it stands in.
fn alternates(zeros: u64) -> bool {
    let pairs = zeros & !zeros >> 1;
    let two = pairs & pairs >> 2;
    let four = two & two >> 4;
    four & four >> 4 != 0
}

/// Finds those that begin in a part of a text, and answers where the last one ends.
fn stretches(text: &[u8], part: Span, out: &mut Bounded<impl FnMut(Layer)>) -> usize {
    let mut at = part.start;
    while let Some(zero) = part.end.checked_sub(at).and_then(|_| memchr(0, text.get(at..part.end.min(text.len()))?)).map(|zero| at + zero) {
        let Some(start) = zero.checked_sub(1).filter(|&before| before >= at && is_readable(text, before)) else {
            at = zero + text.iter().skip(zero).take_while(|&&byte| byte == 0).count();
            continue;
        };
        let mut end = start;
        while is_readable(text, end) && text.get(end + 1) == Some(&0) {
            end += 2;
        }
        at = end;
        // With the zero before its character, the last has none behind it.
        let is_big = start.checked_sub(1).and_then(|before| text.get(before)) == Some(&0);
        if is_big && is_readable(text, end) {
            end += 1;
        }
        let characters = (end - start).div_ceil(2);
        if characters >= MIN_CHARACTERS && out.admits(characters) {
            let mut way = Way::default();
            way.step(0, start, Ratio::PAIR);
            let bytes = Span { start, end }.of(text).iter().step_by(2).copied().collect();
            out.emit(Layer { span: Span { start, end }, code: Code::Utf16, bytes, ways: vec![way] });
        }
    }
    at
}

fn is_readable(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{all, only};
    use super::*;

    #[test]
    fn wide_text_among_bytes_is_read_in_either_order() {
        let says = "word: something to be read";
        let orders: [fn(u16) -> [u8; 2]; 2] = [u16::to_le_bytes, u16::to_be_bytes];
        for order in orders {
            for (before, after) in [(&b""[..], &b""[..]), (b"\x01\x02\xff", b"\xfe\x01\0\0"), (b"\0\0\0", b"\0\0\0")] {
                let wide: Vec<u8> = says.encode_utf16().flat_map(order).collect();
                let text = [before, &wide, after].concat();
                let layer = only(&text);
                assert_eq!((layer.code, layer.bytes.as_slice()), (Code::Utf16, says.as_bytes()));
                let origin = layer.origin(Span { start: 6, end: 15 });
                assert!(origin.start - before.len() - 12 <= 1, "{origin:?}");
                assert_eq!(origin.len(), 18);
            }
        }
    }

    #[test]
    fn every_stretch_is_found_whatever_its_length_and_place() {
        for (before, length, is_big) in
            (0..140).flat_map(|before| (1..40).flat_map(move |length| [false, true].map(|is_big| (before, length, is_big))))
        {
            let order = if is_big { u16::to_be_bytes } else { u16::to_le_bytes };
            let says = "w".repeat(length);
            let wide: Vec<u8> = says.encode_utf16().flat_map(order).collect();
            let text = [b"\x01".repeat(before).as_slice(), &wide, b"\x01\x01"].concat();
            let layers: Vec<Vec<u8>> = all(&text).into_iter().filter(|layer| layer.code == Code::Utf16).map(|layer| layer.bytes).collect();
            let expected = (length >= MIN_CHARACTERS).then(|| says.into_bytes());
            assert_eq!(layers, Vec::from_iter(expected), "{length} after {before}, {is_big}");
        }
    }

    #[test]
    fn zeros_and_single_characters_are_no_text() {
        assert!(all(&[0; 4096]).is_empty());
        assert!(all(&b"ab\0c\0\0\0d".repeat(100)).is_empty());
    }
}
