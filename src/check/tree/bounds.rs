//! How much a syntax tree may cost.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{Node, TextProvider};

/// The most bytes of a text that is parsed. What people write is smaller; what programs write is larger and is not meant.
pub const MAX_TREE_BYTES: usize = 2 << 20;
/// How often the parser or a query may say that it goes on, and so many times more for each KiB of text. They say so after a
/// hundred steps. Files that people wrote take about 6 for a KiB, and 12 at most; text made of the shortest ones some 50.
const MAX_STEPS: usize = 500;
/// See [`MAX_STEPS`].
const STEPS_A_KIB: usize = 60;
/// After this time both stop, whatever they have done: in a text made for it a step takes a thousand times as long as in others.
const MAX_TIME: Duration = Duration::from_secs(3);
/// By so many more `<` than `>` the parser of Java takes memory by the gigabyte, at its end and without asking.
const MAX_OPEN_ANGLES: usize = 4_000;
/// The most matches of a query that are begun and not ended.
pub(super) const MAX_UNFINISHED: u32 = 4_096;
/// The most bytes of nodes that the predicates of a query are asked about.
pub(super) const MAX_TEXT_BYTES: usize = 64 << 20;
/// A step from a node to one below counts as so many of them.
pub(super) const DESCENT_BYTES: usize = 256;

/// Whether a text has more `<` that are not closed than the parser of Java bears.
pub(super) fn has_open_angles(text: &[u8]) -> bool {
    let count = |sign| memchr::memchr_iter(sign, text).count();
    count(b'<').saturating_sub(count(b'>')) > MAX_OPEN_ANGLES
}

/// What is left of the steps that a text may cost.
#[derive(Debug)]
pub(super) struct Steps {
    left: usize,
    began: Instant,
}

impl Steps {
    pub(super) fn of(text: &[u8]) -> Self {
        Self { left: MAX_STEPS + STEPS_A_KIB * (text.len() >> 10), began: Instant::now() }
    }

    /// Takes one, and says whether there are more.
    pub(super) fn go_on(&mut self) -> ControlFlow<()> {
        self.left = if self.began.elapsed() > MAX_TIME { 0 } else { self.left.saturating_sub(1) };
        if self.is_spent() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }
}

/// A text whose nodes are read by the predicates of a query, up to so many bytes.
#[derive(Debug)]
pub(super) struct Metered<'t> {
    text: &'t [u8],
    left: Cell<usize>,
}

impl<'t> Metered<'t> {
    pub(super) fn new(text: &'t [u8], bytes: usize) -> Self {
        Self { text, left: Cell::new(bytes) }
    }

    /// Takes so much of what is left.
    pub(super) fn take(&self, bytes: usize) {
        self.left.set(self.left.get().saturating_sub(bytes));
    }

    /// Whether nothing is left: then no answer counts.
    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    fn read(&self, node: Node<'_>) -> &'t [u8] {
        let bytes = self.text.get(node.byte_range()).unwrap_or_default();
        self.take(bytes.len() + 1);
        if self.is_spent() { b"" } else { bytes }
    }
}

impl<'t> TextProvider<&'t [u8]> for &Metered<'t> {
    type I = std::iter::Once<&'t [u8]>;

    fn text(&mut self, node: Node<'_>) -> Self::I {
        std::iter::once(self.read(node))
    }
}
