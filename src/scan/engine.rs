//! The rules over one text. Pure: bytes in, matches out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::check::{KeywordIndex, Pattern, PatternError};
use crate::model::{Match, Span};
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
        let mut rules_by_keyword: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (number, rule) in rules.iter().enumerate() {
            for keyword in rule.keywords.iter() {
                rules_by_keyword.entry(keyword).or_default().push(number);
            }
        }
        let index = KeywordIndex::new(rules_by_keyword.keys().copied());
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
                    let end = at.saturating_add(rule.after).min(text.len());
                    windows.push((number, Span { start: at.saturating_sub(rule.before), end }));
                }
            }
        });
        windows.sort_unstable();
        windows.dedup_by(|next, kept| {
            let joins = next.0 == kept.0 && next.1.start <= kept.1.end;
            if joins {
                kept.1.end = kept.1.end.max(next.1.end);
            }
            joins
        });
        windows
    }
}

fn surest(mut found: Vec<(&Rule, Match)>) -> Vec<(&Rule, Match)> {
    found.sort_by(|(rule, one), (other, two)| {
        let rank = |rule: &Rule, found: &Match| (rule.info.confidence, rule.info.severity, found.secret.len());
        rank(other, two).cmp(&rank(rule, one)).then_with(|| rule.info.id.cmp(&other.info.id)).then_with(|| one.cmp(two))
    });
    let mut kept: Vec<(&Rule, Match)> = Vec::new();
    let mut ends: BTreeMap<usize, usize> = BTreeMap::new();
    for (rule, one) in found {
        // Kept spans do not overlap, so only the last that starts before this one's end can.
        let overlaps = ends.range(..one.secret.end).next_back().is_some_and(|(_, &end)| end > one.secret.start);
        if !overlaps {
            ends.insert(one.secret.start, one.secret.end);
            kept.push((rule, one));
        }
    }
    kept.sort_by_key(|(_, one)| one.secret);
    kept
}
