//! Lists of words, written as one text and cut when first asked for.

use std::sync::LazyLock;

/// A list of words.
pub(super) type Words = LazyLock<Vec<&'static str>>;

/// The words of a text, which are parted by white space.
macro_rules! words {
    ($text:literal) => {
        std::sync::LazyLock::new(|| $text.split_ascii_whitespace().collect())
    };
}

/// The pieces of a text, which are parted by white space.
macro_rules! pieces {
    ($text:literal) => {
        std::sync::LazyLock::new(|| $crate::check::words::Pieces::new($text.split_ascii_whitespace()))
    };
}

pub(super) use {pieces, words};

/// Pieces of texts, by their first bytes: one pass over a short text asks for all of them.
#[derive(Debug)]
pub(super) struct Pieces(Vec<Vec<&'static [u8]>>);

impl Pieces {
    /// Files pieces.
    pub(super) fn new(pieces: impl IntoIterator<Item = &'static str>) -> Self {
        let mut by_first = vec![Vec::new(); 256];
        for piece in pieces.into_iter().map(str::as_bytes) {
            if let Some(list) = piece.first().and_then(|&first| by_first.get_mut(usize::from(first))) {
                list.push(piece);
            }
        }
        Self(by_first)
    }

    /// Those that a text begins with.
    pub(super) fn leading<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = &'static [u8]> + 't {
        let known = text.first().and_then(|&first| self.0.get(usize::from(first)));
        known.into_iter().flatten().copied().filter(|piece| text.starts_with(piece))
    }

    /// Whether a text begins with one of them.
    pub(super) fn lead(&self, text: &[u8]) -> bool {
        self.leading(text).next().is_some()
    }

    /// Whether a text holds one of them.
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        (0..text.len()).any(|at| text.get(at..).is_some_and(|rest| self.lead(rest)))
    }
}

#[cfg(test)]
mod tests {
    use super::Pieces;

    #[test]
    fn pieces_are_found_at_any_place_and_no_others() {
        let pieces = Pieces::new(["ab", "abc", "bcd", "...", "x"]);
        for text in ["ab", "zab", "zzbcd", "a....", "aax"] {
            assert!(pieces.are_in(text.as_bytes()), "{text}");
        }
        for text in ["", "a", "bc", "..", "ba", "AB"] {
            assert!(!pieces.are_in(text.as_bytes()), "{text}");
        }
        assert!(pieces.lead(b"abz") && !pieces.lead(b"zab"));
    }
}
