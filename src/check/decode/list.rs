//! Lists of bytes in source text: `0x41, 0x42`.

use std::mem::take;

use memchr::memmem;

use super::readable::is_readable;
use super::way::{Ratio, Way};
use super::{Bounded, Code, Layer};
use crate::model::Span;

/// The shortest list worth decoding, in bytes said.
const MIN_BYTES: usize = 16;
/// How far from its neighbour a byte of a list stands: line ends and how far the next line is indented.
const MAX_GAP: usize = 80;
/// What a byte takes: `0x41`.
const WIDTH: usize = 4;

/// Finds lists of bytes that are a text. What leads back to a byte leads to the comma behind it as well.
pub(super) fn find(text: &[u8], out: &mut Bounded<impl FnMut(Layer)>) {
    let mut done = 0;
    let (mut places, mut bytes) = (Vec::new(), Vec::new());
    for at in memmem::find_iter(text, b"0x") {
        if at < done {
            continue;
        }
        places.clear();
        bytes.clear();
        done = read(text, at, |place, byte| {
            places.push(place);
            bytes.push(byte);
        });
        if bytes.len() < MIN_BYTES || !is_readable(&bytes) || !out.admits(bytes.len()) {
            continue;
        }
        let mut way = Way::default();
        let next = places.iter().skip(1).copied().chain([done]);
        for (number, (place, next)) in places.iter().zip(next).enumerate() {
            way.step(number, *place, Ratio::of(next - place, 1));
        }
        out.emit(Layer { span: Span { start: at, end: done }, code: Code::ByteList, bytes: take(&mut bytes), ways: vec![way] });
    }
}

/// Tells each byte of a list that begins at `at` with its place, and answers where the list ends.
fn read(text: &[u8], at: usize, mut found: impl FnMut(usize, u8)) -> usize {
    let (mut place, mut end) = (at, at);
    while let Some(byte) = byte_at(text, place) {
        found(place, byte);
        end = place + WIDTH;
        let gap = text.iter().skip(end).take(MAX_GAP).take_while(|byte| b", \t\r\n".contains(byte)).count();
        if gap == 0 {
            break;
        }
        place = end + gap;
    }
    end
}

fn byte_at(text: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    let is_byte = Span { start: at, end: at + 2 }.of(text).eq_ignore_ascii_case(b"0x") && digit(at + WIDTH).is_none();
    u8::try_from(digit(at + 2)? * 16 + digit(at + 3)?).ok().filter(|_| is_byte)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{all, only};
    use super::*;

    #[test]
    fn a_list_of_bytes_is_read_over_several_lines() {
        let says = "word: something to be read";
        for between in [", ", ",", " ", ",\n    "] {
            let items: Vec<String> = says.bytes().map(|byte| format!("0x{byte:02X}")).collect();
            let text = format!("char a[] = {{ {} }};", items.join(between));
            let layer = only(text.as_bytes());
            assert_eq!((layer.code, layer.bytes.as_slice()), (Code::ByteList, says.as_bytes()));
            let origin = layer.origin(Span { start: 6, end: says.len() });
            assert_eq!(origin, Span { start: 13 + 6 * (4 + between.len()), end: text.len() - 3 });
        }
    }

    #[test]
    fn numbers_are_no_text() {
        assert!(all("0x00, 0x9c, 0x1b, 0xff, ".repeat(20).as_bytes()).is_empty());
        assert!(all("0x4142, 0x4344, ".repeat(20).as_bytes()).is_empty());
    }
}
