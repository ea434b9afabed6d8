//! The kind `tree`: a query of tree-sitter over the syntax tree of a file.
//!
//! A file is parsed when a keyword of a rule stands in it, once for all rules. What does not parse is matched as far as the
//! parser makes sense of it. Work is counted, so that a file that is too much here is too much everywhere, and a clock is the last
//! resort; what was not looked at to its end is told, and is no pass.

mod bounds;
mod grammar;
mod query;

#[cfg(all(
    test,
    feature = "tree-python",
    feature = "tree-java",
    feature = "tree-rust",
    feature = "tree-shell",
    feature = "tree-typescript"
))]
mod tests;

use std::collections::BTreeSet;

use tree_sitter::{ParseOptions, ParseState, Parser, QueryCursor, QueryCursorOptions, QueryCursorState, StreamingIterator as _};

pub use self::bounds::MAX_TREE_BYTES;
use self::bounds::{MAX_TEXT_BYTES, MAX_UNFINISHED, Metered, Steps, has_open_angles};
pub use self::grammar::Grammar;
pub use self::query::{QueryFault, TreeQueries, TreeQuery, check_query};
use crate::model::{Language, Span};

/// Why a syntax tree was not looked at to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Unread {
    /// The program was built without the grammar.
    #[error("it is {}, which this program was built without (feature `{}`)", .0.name(), .0.feature())]
    NotBuilt(Grammar),
    /// It is larger than [`MAX_TREE_BYTES`].
    #[error("it is larger than {MAX_TREE_BYTES} bytes")]
    Large,
    /// To parse it takes more than text of its size may.
    #[error("to parse it takes too long")]
    Slow,
    /// The query makes more work than a text of its size may.
    #[error("to look through it takes too long")]
    Busy,
}

/// A text and its syntax tree.
#[derive(Debug)]
pub struct Parsed<'t> {
    tree: tree_sitter::Tree,
    text: &'t [u8],
}

impl<'t> Parsed<'t> {
    /// Parses a text.
    ///
    /// # Errors
    /// If it is too much, or the grammar is not built in.
    pub fn new(grammar: Grammar, text: &'t [u8]) -> Result<Self, Unread> {
        let language = grammar.load().ok_or(Unread::NotBuilt(grammar))?;
        if text.len() > MAX_TREE_BYTES {
            return Err(Unread::Large);
        }
        if grammar == Grammar::Of(Language::Java) && has_open_angles(text) {
            return Err(Unread::Slow);
        }
        let mut parser = Parser::new();
        parser.set_language(&language).map_err(|_| Unread::NotBuilt(grammar))?;
        let mut steps = Steps::of(text);
        let mut count = |_: &ParseState| steps.go_on();
        let options = ParseOptions::new().progress_callback(&mut count);
        let tree = parser.parse_with_options(&mut |at, _| text.get(at..).unwrap_or_default(), None, Some(options)).ok_or(Unread::Slow)?;
        Ok(Self { tree, text })
    }

    /// Finds what a query captures as `@match`, in order of places, each once.
    ///
    /// # Errors
    /// If that is too much work.
    pub fn find(&self, query: &TreeQuery) -> Result<Vec<Span>, Unread> {
        let mut steps = Steps::of(self.text);
        let mut count = |_: &QueryCursorState| steps.go_on();
        let texts = Metered::new(self.text, MAX_TEXT_BYTES);
        let mut cursor = QueryCursor::new();
        cursor.set_match_limit(MAX_UNFINISHED);
        let mut found = BTreeSet::new();
        let options = QueryCursorOptions::new().progress_callback(&mut count);
        let mut matches = cursor.matches_with_options(&query.query, self.tree.root_node(), &texts, options);
        while let Some(matched) = matches.next() {
            if texts.is_spent() {
                break;
            }
            let nodes = matched.nodes_for_capture_index(query.told);
            let spans = nodes.map(|node| Span { start: node.start_byte(), end: node.end_byte() });
            let Some(span) = spans.reduce(|one, two| one.cover(&two)) else { continue };
            if query.holds(matched, &self.tree, &texts) {
                found.insert(span);
            }
        }
        drop(matches);
        if steps.is_spent() || texts.is_spent() || cursor.did_exceed_match_limit() {
            return Err(Unread::Busy);
        }
        Ok(found.into_iter().collect())
    }
}
