//! Bytes as text: which encoding a blob is in, and its text in UTF-8.

use std::borrow::Cow;

/// How many bytes are looked at to tell text from binary; git looks at as many (`buffer_is_binary`).
const SNIFF_BYTES: usize = 8000;

/// How a blob writes its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, ASCII, or any other superset of ASCII that is read byte by byte (Latin-1 among them).
    Bytes,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// UTF-32, little-endian.
    Utf32Le,
    /// UTF-32, big-endian.
    Utf32Be,
}

impl Encoding {
    /// Tells the encoding by its byte order mark, or by where the zero bytes of its first characters stand.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xFF, 0xFE, 0, 0, ..] => return Self::Utf32Le,
            [0, 0, 0xFE, 0xFF, ..] => return Self::Utf32Be,
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        let head = bytes.get(..bytes.len().min(SNIFF_BYTES)).unwrap_or_default();
        if head.len() < 4 || !head.contains(&0) {
            return Self::Bytes;
        }
        // Mostly-ASCII text in a wide encoding has its zeros in fixed columns and hardly any elsewhere.
        let mut zeros = [0_usize; 4];
        for group in head.chunks_exact(4) {
            zeros.iter_mut().zip(group).for_each(|(count, &byte)| *count += usize::from(byte == 0));
        }
        let groups = head.len() / 4;
        let full = |column: usize| zeros.get(column).is_some_and(|&count| count * 10 >= groups * 7);
        let bare = |column: usize| zeros.get(column).is_some_and(|&count| count * 20 <= groups);
        match () {
            () if bare(0) && full(1) && full(2) && full(3) => Self::Utf32Le,
            () if full(0) && full(1) && full(2) && bare(3) => Self::Utf32Be,
            () if bare(0) && full(1) && bare(2) && full(3) => Self::Utf16Le,
            () if full(0) && bare(1) && full(2) && bare(3) => Self::Utf16Be,
            () => Self::Bytes,
        }
    }

    /// How many bytes a code unit takes.
    pub fn unit_bytes(self) -> usize {
        match self {
            Self::Bytes => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf32Le | Self::Utf32Be => 4,
        }
    }
}

/// The text of a blob, or of a window of it.
#[derive(Debug)]
pub struct Decoded<'b> {
    /// The text; UTF-8 unless the blob is [`Encoding::Bytes`] and something else.
    pub text: Cow<'b, [u8]>,
}

impl<'b> Decoded<'b> {
    /// Reads `bytes` as `encoding` says. Never fails: what is no character becomes U+FFFD.
    pub fn new(bytes: &'b [u8], encoding: Encoding) -> Self {
        let text = match encoding {
            Encoding::Bytes => Cow::Borrowed(bytes),
            Encoding::Utf16Le => Cow::Owned(utf16(bytes, u16::from_le_bytes)),
            Encoding::Utf16Be => Cow::Owned(utf16(bytes, u16::from_be_bytes)),
            Encoding::Utf32Le => Cow::Owned(utf32(bytes, u32::from_le_bytes)),
            Encoding::Utf32Be => Cow::Owned(utf32(bytes, u32::from_be_bytes)),
        };
        Self { text }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    without_mark(text)
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Vec<u8> {
    let units = bytes.chunks_exact(4).map(|four| unit([four[0], four[1], four[2], four[3]]));
    let text: String = units.map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    without_mark(text)
}

fn without_mark(text: String) -> Vec<u8> {
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.as_bytes().to_vec(),
        None => text.into_bytes(),
    }
}

/// Whether bytes that are not UTF-16 or UTF-32 are no text, by git's own test: a NUL near the start.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(SNIFF_BYTES).any(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, unit: usize, big: bool, mark: bool) -> Vec<u8> {
        let marked = if mark { format!("\u{FEFF}{text}") } else { text.to_owned() };
        let codes = marked.chars().map(u32::from);
        codes
            .flat_map(|code| {
                let four = code.to_be_bytes();
                let mut bytes: Vec<u8> = four.into_iter().skip(4 - unit).collect();
                if !big {
                    bytes.reverse();
                }
                bytes
            })
            .collect()
    }

    #[test]
    fn wide_encodings_are_told_with_and_without_a_mark() {
        for unit in [2, 4] {
            for big in [false, true] {
                for mark in [false, true] {
                    let bytes = wide("password = value\n", unit, big, mark);
                    let encoding = Encoding::of(&bytes);
                    assert_eq!(encoding.unit_bytes(), unit, "big {big} mark {mark}");
                    assert_eq!(&*Decoded::new(&bytes, encoding).text, b"password = value\n");
                }
            }
        }
        assert_eq!(Encoding::of(b"plain"), Encoding::Bytes);
        assert_eq!(Encoding::of(&[0; 64]), Encoding::Bytes);
        assert!(is_binary(b"a\0b") && !is_binary(b"ab"));
    }
}
