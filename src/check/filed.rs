//! The keywords of the rules in the binary, as `rules/build.rs` filed them.

use std::borrow::Cow;

#[allow(unused_imports, reason = "which of them there are is up to the rules")]
use super::keyword::Place::{Around, Here, Key, Line, Near, Tree};
use super::keyword::{Ask, Entry, Keyword, KeywordIndex};

/// Each who asks is a rule by its number in [`RULES`](crate::rules::RULES).
#[allow(clippy::unreadable_literal, reason = "a program wrote it")]
pub static KEYWORDS: KeywordIndex = include!(concat!(env!("OUT_DIR"), "/rules.keywords"));

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::RULES;

    fn hits(index: &KeywordIndex, text: &str) -> BTreeSet<(u32, usize, usize)> {
        let mut hits = BTreeSet::new();
        index.scan(text.as_bytes(), |asks, at, length| hits.extend(asks.iter().map(|ask| (ask.rule, at, length))));
        hits
    }

    #[test]
    fn what_the_build_filed_and_what_is_filed_later_is_found_the_same() {
        let words: Vec<&str> = RULES.iter().flat_map(|rule| rule.keywords.iter().map(AsRef::as_ref)).collect();
        let text = words.join("\n");
        let all = KeywordIndex::new(RULES.iter().enumerate().flat_map(|(number, rule)| Ask::words(number, rule)));
        let expected = hits(&all, &text);
        assert!(expected.len() > RULES.len());
        assert_eq!(hits(&KEYWORDS, &text), expected);

        let more = RULES.iter().enumerate().flat_map(|(number, rule)| Ask::words(RULES.len() + number, rule));
        let twice = expected.iter().map(|&(rule, at, length)| (rule as usize + RULES.len(), at, length));
        let twice: BTreeSet<_> =
            twice.map(|(rule, at, length)| (u32::try_from(rule).unwrap(), at, length)).chain(expected.clone()).collect();
        assert_eq!(hits(&KEYWORDS.and(more), &text), twice);
    }
}
