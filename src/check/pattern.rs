//! The kind `pattern`: a regular expression near a keyword.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use super::entropy::shannon;
use super::placeholder::is_placeholder;
use crate::model::{Match, Span};
use crate::rules::Rule;

/// How far a match that runs out of its neighbourhood is followed, in bytes.
const MAX_MATCH_BYTES: usize = 1 << 20;
/// The most memory a compiled expression may take, in bytes; the default of the regex crate.
const MAX_COMPILED_BYTES: usize = 10 * (1 << 20);

/// A rule's expression does not compile.
#[derive(Debug, thiserror::Error)]
#[error("the pattern of rule `{rule}` does not compile")]
pub struct PatternError {
    /// The rule.
    pub rule: String,
    /// Why.
    pub source: Box<regex::Error>,
}

/// A rule's expression, compiled when it is first needed.
#[derive(Debug, Default)]
pub struct Pattern {
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Compiles the expression now.
    ///
    /// # Errors
    /// If it is no expression, or one too large.
    pub fn compile(rule: &Rule) -> Result<Regex, PatternError> {
        RegexBuilder::new(&rule.pattern)
            .unicode(false)
            .size_limit(MAX_COMPILED_BYTES)
            .build()
            .map_err(|source| PatternError { rule: rule.info.id.to_string(), source: Box::new(source) })
    }

    /// Finds the rule's secrets in `text`, in the neighbourhood `window` of its keywords.
    ///
    /// # Errors
    /// If the expression does not compile: a rule that cannot run must not pass for one that found nothing.
    pub fn scan(&self, rule: &Rule, text: &[u8], window: Span, found: &mut Vec<Match>) -> Result<(), PatternError> {
        let Some(regex) = self.regex.get_or_init(|| Self::compile(rule).ok()) else {
            return Self::compile(rule).map(drop);
        };
        let mut at = window.start;
        let mut end = window.end.saturating_add(rule.after).min(text.len());
        while at < window.end {
            // The text is cut at its end only: what stands before `at` still counts for `\b` and `^`.
            let Some(near) = text.get(..end) else { break };
            let Some(captures) = regex.captures_at(near, at) else { break };
            let Some(whole) = captures.get(0) else { break };
            if whole.start() >= window.end {
                break;
            }
            if whole.end() == end && end < text.len() && end - whole.start() < MAX_MATCH_BYTES {
                end = end.saturating_add(end - whole.start()).saturating_add(rule.after).min(text.len());
                at = whole.start();
                continue;
            }
            let secret = captures.get(1).unwrap_or(whole);
            if is_secret(rule, secret.as_bytes()) {
                let span = Span { start: secret.start(), end: secret.end() };
                found.push(Match {
                    span: Span { start: whole.start(), end: whole.end() },
                    secret: span,
                    hidden: span,
                    prefix_bytes: prefix_bytes(rule, secret.as_bytes()),
                });
            }
            at = secret.end().max(whole.start() + 1);
        }
        Ok(())
    }
}

fn is_secret(rule: &Rule, value: &[u8]) -> bool {
    !value.is_empty() && (rule.entropy <= 0.0 || shannon(value) >= rule.entropy) && !is_placeholder(value)
}

/// How many of the secret's first bytes are a keyword of its rule.
fn prefix_bytes(rule: &Rule, secret: &[u8]) -> usize {
    let leads = |word: &str| secret.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()));
    rule.keywords.iter().filter(|word| leads(word)).map(|word| word.len()).max().unwrap_or(0)
}
