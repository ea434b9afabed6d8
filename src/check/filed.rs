//! The keywords of the rules in the binary, as `rules/build.rs` filed them.

use std::borrow::Cow;

use super::keyword::Place::{Around, Here, Key, Near};
use super::keyword::{Ask, Entry, Keyword, KeywordIndex};

/// Each who asks is a rule by its number in [`RULES`](crate::rules::RULES).
#[allow(clippy::unreadable_literal, reason = "a program wrote it")]
pub static KEYWORDS: KeywordIndex = include!(concat!(env!("OUT_DIR"), "/rules.keywords"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    #[test]
    fn what_the_build_filed_is_what_a_run_would_file() {
        let asks = RULES.iter().enumerate().flat_map(|(number, rule)| {
            let ask = Ask::of(number, rule);
            rule.keywords.iter().map(move |word| (word.as_ref(), ask))
        });
        assert_eq!(KEYWORDS.to_source(), KeywordIndex::new(asks).to_source());
        assert_eq!(KEYWORDS.to_source(), KeywordIndex::new(KEYWORDS.words()).to_source());
    }
}
