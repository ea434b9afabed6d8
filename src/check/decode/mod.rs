//! Encoded stretches of a text, undone: one level of base64, hexadecimal, escapes or UTF-16, with the way back.
//!
//! What decodes to no text is left alone: hashes, keys, images and names that happen to be of the alphabet. So is a
//! text whose first bytes are mostly not ASCII.

mod base;
mod escape;
mod list;
mod readable;
mod run;
mod spelling;
mod way;
mod wide;

use spelling::SPELLINGS;
use way::Way;

use crate::model::Span;

/// How something is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// Base64 of either alphabet, with or without padding (RFC 4648, sections 4 and 5), on one line or several.
    Base64,
    /// Hexadecimal digits.
    Hex,
    /// Hexadecimal numbers of a byte each, as in `0x41, 0x42`.
    ByteList,
    /// Percent escapes of addresses (RFC 3986, section 2.1).
    Percent,
    /// Character references of HTML and XML.
    Html,
    /// Backslash escapes of quoted strings.
    Backslash,
    /// UTF-16 in the midst of other bytes.
    Utf16,
}

impl Code {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::ByteList => "byte list",
            Self::Percent => "percent",
            Self::Html => "html",
            Self::Backslash => "backslash",
            Self::Utf16 => "utf-16",
        }
    }
}

/// An encoded stretch of a text, and what it says.
#[derive(Debug)]
pub struct Layer {
    /// Where it stands in the text.
    pub span: Span,
    /// How it is encoded.
    pub code: Code,
    /// What it says; UTF-8 where it was encoded as UTF-16 or UTF-32.
    pub bytes: Vec<u8>,
    /// From these bytes to the text, one after the other.
    ways: Vec<Way>,
}

impl Layer {
    /// The smallest span of the text that says what stands in `decoded`, a span of the bytes.
    pub fn origin(&self, decoded: Span) -> Span {
        let within = |at: usize| at.min(self.bytes.len());
        let decoded = Span { start: within(decoded.start), end: within(decoded.end) };
        let origin = self.ways.iter().fold(decoded, |span, way| way.back(span));
        let within = |at: usize| at.clamp(self.span.start, self.span.end);
        Span { start: within(origin.start), end: within(origin.end) }
    }
}

/// Whether all layers of a text were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// All that were found.
    Whole,
    /// Some were left out, as the bound was reached.
    Bounded,
}

/// Calls `found` with each encoded stretch of `text`, undone by one level, code by code. Layers of different codes can
/// overlap; of one code they do not, so that each code decodes a text once at most. No layer is begun that could bring
/// the decoded bytes, counted before UTF-16 becomes UTF-8, over `max_bytes`; three times the text is beyond what texts
/// of people need.
pub fn layers(text: &[u8], max_bytes: usize, found: &mut impl FnMut(Layer)) -> Reach {
    let mut out = Bounded { found, bytes_left: max_bytes, reach: Reach::Whole };
    base::find(text, &mut out);
    escape::find(text, &SPELLINGS, &mut out);
    list::find(text, &mut out);
    wide::find(text, &mut out);
    out.reach
}

/// Takes layers until a bound is reached.
struct Bounded<'f, F> {
    found: &'f mut F,
    bytes_left: usize,
    reach: Reach,
}

impl<F: FnMut(Layer)> Bounded<'_, F> {
    /// Whether a layer of so many bytes may still be made.
    fn admits(&mut self, bytes: usize) -> bool {
        let admits = bytes <= self.bytes_left;
        if !admits {
            self.reach = Reach::Bounded;
        }
        admits
    }

    fn emit(&mut self, layer: Layer) {
        self.bytes_left = self.bytes_left.saturating_sub(layer.bytes.len());
        (self.found)(layer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All layers of a text.
    pub(super) fn all(text: &[u8]) -> Vec<Layer> {
        let mut all = Vec::new();
        assert_eq!(layers(text, usize::MAX, &mut |layer| all.push(layer)), Reach::Whole);
        all
    }

    /// The one layer of a text.
    pub(super) fn only(text: &[u8]) -> Layer {
        let mut all = all(text);
        assert_eq!(all.len(), 1, "{:?}", String::from_utf8_lossy(text));
        all.remove(0)
    }

    #[test]
    fn what_is_beyond_the_bound_is_left_out_and_told() {
        let text = data_encoding::BASE64.encode("something to be read, and more of it".as_bytes());
        let mut bytes = 0;
        assert_eq!(layers(text.as_bytes(), 10, &mut |layer| bytes += layer.bytes.len()), Reach::Bounded);
        assert_eq!(bytes, 0);
    }
}
