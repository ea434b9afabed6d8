//! What can be told of a pattern without compiling it: whether it can only match where one of its keywords begins, and how
//! long its matches are. `rules/build.rs` reads this file too.

use std::borrow::Cow;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::Extractor;

/// Whether each match of `pattern` begins with one of `keywords`, in whichever case: then it is tried at the keyword
/// and nowhere else. A pattern that does not parse leads with nothing.
pub fn leads(pattern: &str, keywords: &[Cow<'static, str>]) -> bool {
    let Ok(hir) = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern) else { return false };
    let prefixes = Extractor::new().extract(&hir);
    let begins = |literal: &[u8]| {
        let folded = literal.to_ascii_lowercase();
        keywords.iter().any(|keyword| folded.starts_with(keyword.as_bytes()))
    };
    prefixes.literals().is_some_and(|literals| !literals.is_empty() && literals.iter().all(|literal| begins(literal.as_bytes())))
}

/// The fewest and the most bytes that a match of `pattern` has; any number for a pattern that does not parse or has no bound.
pub fn lengths(pattern: &str) -> (usize, usize) {
    let Ok(hir) = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern) else { return (0, usize::MAX) };
    let properties = hir.properties();
    (properties.minimum_len().unwrap_or(0), properties.maximum_len().unwrap_or(usize::MAX))
}
