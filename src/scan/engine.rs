//! The rules over one text. Pure: bytes in, matches out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::check::{KeywordIndex, Pattern, PatternError};
use crate::model::{Match, Span, Text};
use crate::rules::Rule;

/// Rules, ready to run.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Cow<'static, Rule>>,
    patterns: Vec<Pattern>,
    index: KeywordIndex,
    /// Which rules ask for a keyword, by the keyword's number in the index.
    rules_of: Vec<Vec<usize>>,
}

impl Engine {
    /// Makes rules ready. No expression is compiled until its keyword occurs.
    pub fn new(rules: Vec<Cow<'static, Rule>>) -> Self {
        let mut rules_by_keyword: BTreeMap<Text, Vec<usize>> = BTreeMap::new();
        for (number, rule) in rules.iter().enumerate() {
            for keyword in rule.keywords.iter() {
                rules_by_keyword.entry(keyword.clone()).or_default().push(number);
            }
        }
        let index = KeywordIndex::new(rules_by_keyword.keys().cloned().collect());
        let rules_of = rules_by_keyword.into_values().collect();
        let patterns = rules.iter().map(|_| Pattern::default()).collect();
        Self { rules, patterns, index, rules_of }
    }

    /// The rules.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(AsRef::as_ref)
    }

    /// Finds secrets in `text`, sorted by place; where rules meet on the same bytes, the surest one speaks.
    ///
    /// # Errors
    /// If a rule's expression does not compile.
    pub fn scan(&self, text: &[u8]) -> Result<Vec<(&Rule, Match)>, PatternError> {
        let mut found = Vec::new();
        let mut matches = Vec::new();
        for (number, window) in self.windows(text) {
            let (Some(rule), Some(pattern)) = (self.rules.get(number), self.patterns.get(number)) else { continue };
            pattern.scan(rule, text, window, &mut matches)?;
            found.extend(matches.drain(..).map(|found| (rule.as_ref(), found)));
        }
        Ok(surest(found))
    }

    /// Where each rule could match: the neighbourhoods of its keywords, joined where they touch.
    fn windows(&self, text: &[u8]) -> Vec<(usize, Span)> {
        let mut windows: Vec<(usize, Span)> = Vec::new();
        self.index.scan(text, |keyword, at| {
            for &number in self.rules_of.get(keyword).into_iter().flatten() {
                if let Some(rule) = self.rules.get(number) {
                    let start = if rule.leads { at } else { at.saturating_sub(rule.before) };
                    let end = if rule.leads { at + 1 } else { at.saturating_add(rule.after).min(text.len()) };
                    windows.push((number, Span { start, end }));
                }
            }
        });
        windows.sort_unstable();
        windows.dedup_by(|next, kept| {
            // A rule that begins with its keyword is tried at each, so its places stay apart.
            let joins = next.0 == kept.0 && next.1.start < kept.1.end;
            if joins {
                kept.1.end = kept.1.end.max(next.1.end);
            }
            joins
        });
        windows
    }
}

/// Of matches whose secrets overlap, keeps the surest; what the others took for a secret stays hidden with it.
fn surest(mut found: Vec<(&Rule, Match)>) -> Vec<(&Rule, Match)> {
    found.sort_by(|(rule, one), (other, two)| {
        // Of two that see the same value, the rule that knows its mark says more than one that knows its surroundings.
        let rank = |rule: &Rule, found: &Match| (rule.info.confidence, rule.info.severity, found.secret.len(), found.prefix_bytes > 0);
        rank(other, two).cmp(&rank(rule, one)).then_with(|| rule.info.id.cmp(&other.info.id)).then_with(|| one.cmp(two))
    });
    // Kept secrets do not overlap, so those that meet a span are neighbours in this order.
    let mut kept: BTreeMap<usize, (&Rule, Match)> = BTreeMap::new();
    for (rule, one) in found {
        let mut overlaps = false;
        for (_, (_, before)) in kept.range_mut(..one.secret.end).rev().take_while(|(_, (_, before))| before.secret.end > one.secret.start) {
            before.hidden = before.hidden.cover(&one.secret);
            overlaps = true;
        }
        if !overlaps {
            kept.insert(one.secret.start, (rule, one));
        }
    }
    kept.into_values().collect()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::model::{Confidence, RuleInfo, Severity};

    fn rule(id: &'static str, pattern: &'static str, confidence: Confidence) -> Cow<'static, Rule> {
        let none = Cow::Borrowed("");
        let info = RuleInfo {
            id: Cow::Borrowed(id),
            title: none.clone(),
            severity: Severity::High,
            confidence,
            why: none.clone(),
            fix: none.clone(),
            rotate: none,
            references: Cow::Borrowed(&[]),
        };
        let keywords = Cow::Owned(vec![Cow::Borrowed("acme")]);
        let examples = Cow::Borrowed(&[][..]);
        let pattern = Cow::Borrowed(pattern);
        Cow::Owned(Rule {
            info,
            keywords,
            kind: crate::rules::Kind::Pattern,
            pattern,
            keys: examples.clone(),
            proof: None,
            companions: examples.clone(),
            companion_lines: 20,
            leads: false,
            before: 64,
            after: 64,
            entropy: 0.0,
            matches: examples.clone(),
            misses: examples,
        })
    }

    #[test]
    fn the_surest_of_overlapping_matches_speaks_and_all_they_took_for_a_secret_is_hidden() {
        let engine = Engine::new(vec![rule("wide", "key=([a-z0-9]+)", Confidence::Low), rule("exact", "acme[0-9]{4}", Confidence::High)]);
        let text = b"key=xxacme1234yy";
        let found = engine.scan(text).unwrap();
        let [(rule, found)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(rule.info.id, "exact");
        assert_eq!(found.secret.of(text), b"acme1234");
        assert_eq!(found.hidden.of(text), b"xxacme1234yy");
    }
}
