//! What could tell a random value from a name, each by itself: for measuring (`tests/bench/signals`), and for nothing else.

use super::entropy::shannon;
use super::stand_in::is_stand_in;
use super::value::{all_values, surprise};
use crate::model::Span;

/// A value that was read from a text.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Where it stands, without its quotes.
    pub span: Span,
    /// Whether it is a stand-in by its form, which no signal is asked about.
    pub is_stand_in: bool,
}

/// Every value of a text, read as the rules read it.
pub fn readings(text: &[u8]) -> Vec<Reading> {
    all_values(text).into_iter().map(|span| Reading { span, is_stand_in: is_stand_in(span.of(text)) }).collect()
}

/// Shannon entropy, in bits a byte.
pub fn entropy(value: &[u8]) -> f32 {
    shannon(value)
}

/// What the letter pairs of a value cost, in bits a byte.
pub fn pairs(value: &[u8]) -> f32 {
    surprise(value)
}
