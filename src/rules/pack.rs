//! One `[[rule]]` table to one [`Rule`]. `rules/build.rs` reads this file too.

use std::borrow::Cow;

use super::fields::{Fields, shown};
use super::rule::{Kind, MIN_KEYWORD_BYTES, Rule};
use super::shape::Shape;
use crate::model::{Check, Confidence, Language, Languages, Pack, Proof, RuleInfo, Severity, Text};

/// How far a rule may look before or after a keyword, in bytes.
const MAX_REACH_BYTES: usize = 65_536;
/// How far it looks before a keyword unless it says otherwise.
pub(super) const DEFAULT_BEFORE_BYTES: usize = 64;
/// How far it looks after a keyword's start unless it says otherwise.
pub(super) const DEFAULT_AFTER_BYTES: usize = 256;

/// The least score of a value unless the rule says otherwise.
const DEFAULT_SCORE: usize = 50;
/// How far away a companion may stand, in lines.
const MAX_COMPANION_LINES: usize = 1_000;
/// How far away it may stand unless the rule says otherwise.
const DEFAULT_COMPANION_LINES: usize = 20;

/// Reads one rule. Faults are noted in the document of `fields`; a rule with faults must not run.
pub fn read_rule(mut fields: Fields<'_, '_>) -> Rule {
    let severities: Vec<&str> = Severity::ALL.iter().map(|value| value.name()).collect();
    let confidences: Vec<&str> = Confidence::ALL.iter().map(|value| value.name()).collect();
    let id = read_id(&mut fields);
    let packs: Vec<&str> = Pack::ALL.iter().map(|value| value.name()).collect();
    let pack = fields.word("pack", &packs, Pack::parse);
    let info = RuleInfo {
        pack: Pack::default(),
        title: Text::Owned(fields.required("title")),
        severity: fields.word("severity", &severities, Severity::parse).unwrap_or(Severity::High),
        confidence: fields.word("confidence", &confidences, Confidence::parse).unwrap_or(Confidence::Medium),
        why: Text::Owned(fields.required("why")),
        fix: Text::Owned(fields.required("fix")),
        rotate: Text::Owned(fields.text("rotate").unwrap_or_default()),
        references: owned(fields.texts("references").unwrap_or_default()),
        id,
    };
    let (kind, pattern) = read_kind(&mut fields);
    let info = RuleInfo { pack: pack.unwrap_or(if matches!(kind, Kind::Tree(_)) { Pack::Quality } else { Pack::Secrets }), ..info };
    if matches!(kind, Kind::Tree(_)) && info.pack == Pack::Secrets {
        fields.fault("a rule with `query` finds no secrets".to_owned(), "give it `pack = \"quality\"`, or no `pack`");
    }
    let keys = read_words(&mut fields, "keys", 2);
    let near = read_words(&mut fields, "near", MIN_KEYWORD_BYTES);
    let keywords = match (kind, read_words(&mut fields, "keywords", MIN_KEYWORD_BYTES)) {
        // A value rule is looked for where its words are.
        (Kind::Value, keywords) if keywords.is_empty() => {
            if near.is_empty() {
                keys.clone()
            } else {
                near.clone()
            }
        }
        (_, keywords) => keywords,
    };
    let (paths, except) = (owned(fields.texts("paths").unwrap_or_default()), owned(fields.texts("except").unwrap_or_default()));
    if keywords.is_empty() && !matches!(kind, Kind::Check(_)) {
        let (key, hint) = match kind {
            Kind::Tree(_) => ("keywords", "name a word that stands in each file in which the query matches: `keywords = [\"eval(\"]`"),
            Kind::Pattern | Kind::Check(_) => ("keywords", "name a word that every match holds: `keywords = [\"acme_\"]`"),
            Kind::Value => ("near", "name the provider's word: `near = [\"acme\"]`"),
        };
        fields.fault(format!("`{key}` is missing"), hint);
    }
    let score = fields.count("score", 100).unwrap_or(if kind == Kind::Value { DEFAULT_SCORE } else { 0 });
    let proofs: Vec<&str> = Proof::ALL.iter().map(|value| value.name()).collect();
    let proof = fields.word("proof", &proofs, Proof::parse);
    let companions = owned(fields.texts("companions").unwrap_or_default());
    let companion_lines = fields.count("companion_lines", MAX_COMPANION_LINES).unwrap_or(DEFAULT_COMPANION_LINES);
    let before = fields.count("before", MAX_REACH_BYTES).unwrap_or(DEFAULT_BEFORE_BYTES);
    let after = fields.count("after", MAX_REACH_BYTES).unwrap_or(DEFAULT_AFTER_BYTES);
    let entropy = fields.number("entropy").unwrap_or(0.0);
    let (mut matches, mut misses) = (Vec::new(), Vec::new());
    if let Some(mut examples) = fields.table("examples") {
        matches = examples.texts("match").unwrap_or_default();
        misses = examples.texts("miss").unwrap_or_default();
        examples.finish();
    }
    if !matches!(kind, Kind::Check(_)) && (matches.is_empty() || misses.is_empty()) {
        fields.fault("a rule needs `examples.match` and `examples.miss`".to_owned(), "give a text it must find and one it must not");
    }
    fields.finish();
    let (matches, misses) = (owned(matches), owned(misses));
    let (leads, lengths) = (false, (0, usize::MAX));
    Rule {
        info,
        keywords,
        kind,
        paths,
        except,
        pattern,
        near,
        keys,
        proof,
        companions,
        companion_lines,
        leads,
        lengths,
        shape: Shape::Unknown,
        before,
        after,
        entropy,
        score,
        matches,
        misses,
    }
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

fn read_kind(fields: &mut Fields<'_, '_>) -> (Kind, Text) {
    let checks: Vec<&str> = Check::ALL.iter().map(|value| value.name()).collect();
    let is_tree = fields.word("kind", &["tree"], |word| (word == "tree").then_some(())).is_some();
    let (pattern, value, check) = (fields.text("pattern"), fields.text("value"), fields.word("check", &checks, Check::parse));
    let query = fields.text("query");
    let languages = read_languages(fields);
    match (pattern, value, check, query) {
        (Some(pattern), None, None, None) if !pattern.is_empty() && !is_tree => (Kind::Pattern, Text::Owned(pattern)),
        (None, Some(value), None, None) if !value.is_empty() && !is_tree => (Kind::Value, Text::Owned(value)),
        (Some(pattern), None, Some(check @ Check::Header), None) if !pattern.is_empty() && !is_tree => {
            (Kind::Check(check), Text::Owned(pattern))
        }
        (None, None, Some(check), None) if !is_tree => {
            if check == Check::Header {
                let what = "`header` needs a pattern that the beginning of each file holds";
                fields.fault(what.to_owned(), "add `pattern = '…'` to this table");
            }
            (Kind::Check(check), Text::Borrowed(""))
        }
        (None, None, None, Some(query)) if !query.is_empty() => {
            if languages == Languages::default() {
                fields.fault("`language` is missing".to_owned(), "name the language of the query: `language = \"python\"`");
            }
            (Kind::Tree(languages), Text::Owned(query))
        }
        _ => {
            let hint = if is_tree {
                "add `query = '…'` to this table, and nothing of the others"
            } else {
                "add `pattern = '…'` to this table"
            };
            fields.fault("a rule needs one of `pattern`, `value`, `check` and `query`".to_owned(), hint);
            (Kind::Pattern, Text::Borrowed(""))
        }
    }
}

fn read_languages(fields: &mut Fields<'_, '_>) -> Languages {
    let mut languages = Vec::new();
    for (word, at) in fields.one_or_more_at("language").unwrap_or_default() {
        let language = Language::parse(&word);
        if language.is_none() {
            let known: Vec<&str> = Language::ALL.iter().map(|value| value.name()).collect();
            fields.fault_at(at, format!("`language` cannot be `{}`", shown(&word)), format!("choose one of: {}", known.join(", ")));
        }
        languages.extend(language);
    }
    Languages::of(languages)
}

fn read_words(fields: &mut Fields<'_, '_>, key: &'static str, least: usize) -> Cow<'static, [Text]> {
    let words = fields.texts_at(key).unwrap_or_default();
    for (word, at) in &words {
        if word.len() < least || word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let hint = format!("write it in lower case, with at least {least} bytes");
            fields.fault_at(*at, format!("`{key}` cannot hold `{word}`"), hint);
        }
    }
    owned(words.into_iter().map(|(word, _)| word).collect())
}

fn owned(texts: Vec<String>) -> Cow<'static, [Text]> {
    Cow::Owned(texts.into_iter().map(Text::Owned).collect())
}
