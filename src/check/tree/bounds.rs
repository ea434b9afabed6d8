//! How much a syntax tree may cost.

use std::cell::Cell;

use tree_sitter::{Node, TextProvider};

/// The most bytes of a text that is parsed. What people write is smaller; what programs write is larger and is not meant.
pub const MAX_TREE_BYTES: usize = 2 << 20;
/// How often the parser may say that it goes on, and so many times more for each KiB of text. It says so after a hundred steps.
/// Files that people wrote take about 6 for a KiB, and 12 at most.
pub(super) const MAX_PARSE_STEPS: usize = 2_000;
/// See [`MAX_PARSE_STEPS`].
pub(super) const PARSE_STEPS_A_KIB: usize = 100;
/// The same of a query.
pub(super) const MAX_QUERY_STEPS: usize = 2_000;
/// See [`MAX_QUERY_STEPS`].
pub(super) const QUERY_STEPS_A_KIB: usize = 100;
/// The most matches of a query that are begun and not ended.
pub(super) const MAX_UNFINISHED: u32 = 4_096;
/// The most bytes of nodes that the predicates of a query are asked about.
pub(super) const MAX_TEXT_BYTES: usize = 64 << 20;

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
