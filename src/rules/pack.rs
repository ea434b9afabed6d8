//! One `[[rule]]` table to one [`Rule`]. `rules/build.rs` reads this file too.

use std::borrow::Cow;

use super::fields::Fields;
use super::rule::{MIN_KEYWORD_BYTES, Rule};
use crate::model::{Confidence, RuleInfo, Severity, Text};

/// How far a rule may look before or after a keyword, in bytes.
const MAX_REACH_BYTES: usize = 65_536;
/// How far it looks before a keyword unless it says otherwise.
const DEFAULT_BEFORE_BYTES: usize = 64;
/// How far it looks after a keyword's start unless it says otherwise.
const DEFAULT_AFTER_BYTES: usize = 256;

/// Reads one rule. Faults are noted in the document of `fields`; a rule with faults must not run.
pub fn read_rule(mut fields: Fields<'_, '_>) -> Rule {
    let severities: Vec<&str> = Severity::ALL.iter().map(|value| value.name()).collect();
    let confidences: Vec<&str> = Confidence::ALL.iter().map(|value| value.name()).collect();
    let id = read_id(&mut fields);
    let info = RuleInfo {
        title: Text::Owned(fields.required("title")),
        severity: fields.word("severity", &severities, Severity::parse).unwrap_or(Severity::High),
        confidence: fields.word("confidence", &confidences, Confidence::parse).unwrap_or(Confidence::Medium),
        why: Text::Owned(fields.required("why")),
        fix: Text::Owned(fields.required("fix")),
        rotate: Text::Owned(fields.text("rotate").unwrap_or_default()),
        references: owned(fields.texts("references").unwrap_or_default()),
        id,
    };
    let keywords = read_keywords(&mut fields);
    let pattern = Text::Owned(fields.required("pattern"));
    let before = fields.count("before", MAX_REACH_BYTES).unwrap_or(DEFAULT_BEFORE_BYTES);
    let after = fields.count("after", MAX_REACH_BYTES).unwrap_or(DEFAULT_AFTER_BYTES);
    let entropy = fields.number("entropy").unwrap_or(0.0);
    let (mut matches, mut misses) = (Vec::new(), Vec::new());
    if let Some(mut examples) = fields.table("examples") {
        matches = examples.texts("match").unwrap_or_default();
        misses = examples.texts("miss").unwrap_or_default();
        examples.finish();
    }
    if matches.is_empty() || misses.is_empty() {
        fields.fault("a rule needs `examples.match` and `examples.miss`".to_owned(), "give a text it must find and one it must not");
    }
    fields.finish();
    Rule { info, keywords, pattern, leads: false, before, after, entropy, matches: owned(matches), misses: owned(misses) }
}

fn read_id(fields: &mut Fields<'_, '_>) -> Text {
    let Some((id, at)) = fields.text_at("id") else {
        fields.fault("`id` is missing".to_owned(), "add `id = \"vendor-thing\"` to this table");
        return Text::Borrowed("");
    };
    let kebab = id.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if !kebab {
        fields.fault_at(at, format!("`id` cannot be `{id}`"), "use lower-case letters, digits and single hyphens: `vendor-thing`");
    }
    Text::Owned(id.into_owned())
}

fn read_keywords(fields: &mut Fields<'_, '_>) -> Cow<'static, [Text]> {
    let keywords = fields.texts_at("keywords").unwrap_or_default();
    if keywords.is_empty() {
        fields.fault("`keywords` is missing".to_owned(), "name a word that every match holds: `keywords = [\"acme_\"]`");
    }
    for (word, at) in &keywords {
        if word.len() < MIN_KEYWORD_BYTES || word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let hint = format!("write it in lower case, with at least {MIN_KEYWORD_BYTES} bytes");
            fields.fault_at(*at, format!("`keywords` cannot hold `{word}`"), hint);
        }
    }
    owned(keywords.into_iter().map(|(word, _)| word).collect())
}

fn owned(texts: Vec<String>) -> Cow<'static, [Text]> {
    Cow::Owned(texts.into_iter().map(Text::Owned).collect())
}
