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

pub(super) use words;
