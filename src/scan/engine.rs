//! The rules over one text. Pure: bytes in, matches out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::check::{KeywordIndex, Pattern, PatternError, Values};
use crate::model::{Confidence, Ground, Match, Span, Text};
use crate::rules::{Kind, Rule};

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

    /// Finds secrets in `text`, which stands in the file `path`, sorted by place; where rules meet on the same bytes, the
    /// surest one speaks.
    ///
    /// # Errors
    /// If a rule's expression does not compile.
    pub fn scan(&self, path: &[u8], text: &[u8]) -> Result<Vec<(&Rule, Match)>, PatternError> {
        let hits = self.hits(text);
        let in_path = self.hits(path).words;
        if hits.windows.is_empty() && hits.words.is_empty() && in_path.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        let mut matches = Vec::new();
        for (number, window) in hits.windows {
            let Some((rule, pattern)) = self.rule(number) else { continue };
            pattern.scan(rule, text, window, &mut matches)?;
            found.extend(matches.drain(..).map(|found| (rule, found)));
        }
        if !hits.words.is_empty() || !in_path.is_empty() {
            let mut values = Values::new(path, text);
            self.scan_values(&mut values, &hits.words, &in_path, &mut found)?;
            self.scan_whole(&mut values, path, &in_path, &mut found)?;
        }
        let mut found = surest(found);
        raise_pairs(text, &mut found);
        Ok(found)
    }

    fn rule(&self, number: usize) -> Option<(&Rule, &Pattern)> {
        Some((self.rules.get(number)?.as_ref(), self.patterns.get(number)?))
    }

    fn scan_values<'e>(
        &'e self,
        values: &mut Values<'_>,
        words: &[(usize, Span)],
        in_path: &[(usize, Span)],
        found: &mut Vec<(&'e Rule, Match)>,
    ) -> Result<(), PatternError> {
        let mut matches = Vec::new();
        let mut seen: BTreeSet<(usize, Span)> = BTreeSet::new();
        for &(number, word) in words {
            let Some((rule, pattern)) = self.rule(number) else { continue };
            values.scan(rule, pattern, word, &mut matches)?;
            let own = rule.near.is_empty();
            found.extend(matches.drain(..).filter(|found| seen.insert((number, found.secret))).map(|found| (rule, found)));
            for &(number, _) in in_path.iter().filter(|_| own) {
                let Some((rule, pattern)) = self.rule(number).filter(|(rule, _)| !rule.near.is_empty()) else { continue };
                values.scan_named_by_file(rule, pattern, word, &mut matches)?;
                found.extend(matches.drain(..).filter(|found| seen.insert((number, found.secret))).map(|found| (rule, found)));
            }
        }
        Ok(())
    }

    /// Looks at a file whose name says that it holds a secret.
    fn scan_whole<'e>(
        &'e self,
        values: &mut Values<'_>,
        path: &[u8],
        in_path: &[(usize, Span)],
        found: &mut Vec<(&'e Rule, Match)>,
    ) -> Result<(), PatternError> {
        let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        let own = in_path.iter().filter_map(|&(number, _)| self.rule(number)).find(|(rule, _)| rule.near.is_empty());
        if let Some((rule, pattern)) = own {
            let mut matches = Vec::new();
            values.scan_whole(rule, pattern, name, &mut matches)?;
            found.extend(matches.into_iter().map(|found| (rule, found)));
        }
        Ok(())
    }

    /// Where each rule could match: of patterns the neighbourhoods of their keywords, joined where they touch; of value
    /// rules the words themselves.
    fn hits(&self, text: &[u8]) -> Hits {
        let mut windows: Vec<(usize, Span)> = Vec::new();
        let mut words: Vec<(usize, Span)> = Vec::new();
        self.index.scan(text, |keyword, at, length| {
            for &number in self.rules_of.get(keyword).into_iter().flatten() {
                let Some(rule) = self.rules.get(number) else { continue };
                if rule.kind == Kind::Value {
                    words.push((number, Span { start: at, end: at + length }));
                    continue;
                }
                let start = if rule.leads { at } else { at.saturating_sub(rule.before) };
                let end = if rule.leads { at + 1 } else { at.saturating_add(rule.after).min(text.len()) };
                windows.push((number, Span { start, end }));
            }
        });
        words.sort_unstable();
        windows.sort_unstable();
        windows.dedup_by(|next, kept| {
            // A rule that begins with its keyword is tried at each, so its places stay apart.
            let joins = next.0 == kept.0 && next.1.start < kept.1.end;
            if joins {
                kept.1.end = kept.1.end.max(next.1.end);
            }
            joins
        });
        Hits { windows, words }
    }
}

/// Where rules could match in a text, each with the number of the rule.
struct Hits {
    windows: Vec<(usize, Span)>,
    words: Vec<(usize, Span)>,
}

/// Of matches whose secrets overlap, keeps the surest; what the others took for a secret stays hidden with it.
fn surest(mut found: Vec<(&Rule, Match)>) -> Vec<(&Rule, Match)> {
    found.sort_by(|(rule, one), (other, two)| {
        // Of two that see the same value, the rule that knows its mark says more than one that knows its surroundings, and
        // one that knows the provider more than one that knows none.
        let rank = |rule: &Rule, found: &Match| {
            let knows = (rule.kind == Kind::Pattern, !rule.near.is_empty());
            (found.confidence, knows, rule.info.severity, found.secret.len(), found.prefix_bytes > 0)
        };
        let place = |found: &Match| (found.span, found.secret);
        rank(other, two).cmp(&rank(rule, one)).then_with(|| rule.info.id.cmp(&other.info.id)).then_with(|| place(one).cmp(&place(two)))
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

/// Makes a match sure beside which a companion of its rule stands.
fn raise_pairs(text: &[u8], found: &mut [(&Rule, Match)]) {
    let paired: Vec<(usize, Span)> = found
        .iter()
        .enumerate()
        .filter(|(_, (rule, _))| !rule.companions.is_empty())
        .filter_map(|(number, (rule, one))| {
            let mut others: Vec<Span> = found
                .iter()
                .filter(|(other, two)| {
                    rule.companions.iter().any(|id| *id == other.info.id)
                        && lines_between(text, one.secret, two.secret, rule.companion_lines)
                })
                .map(|(_, two)| two.secret)
                .collect();
            others.sort_by_key(|other| other.start.abs_diff(one.secret.start));
            others.first().map(|other| (number, *other))
        })
        .collect();
    for (number, other) in paired {
        if let Some((_, one)) = found.get_mut(number) {
            one.beside = Some(other);
            one.confidence = one.confidence.max(Confidence::High);
            one.grounds.push(Ground { what: "its other half stands beside it".into(), points: 0 });
        }
    }
}

/// Whether two places are at most `lines` lines apart.
fn lines_between(text: &[u8], one: Span, two: Span, lines: usize) -> bool {
    let between = Span { start: one.end.min(two.end), end: one.start.max(two.start) };
    // So many lines have hardly more bytes than this; a file on one line has no neighbours.
    between.len() <= lines.saturating_mul(200) && between.of(text).iter().filter(|&&byte| byte == b'\n').count() <= lines
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
            kind: Kind::Pattern,
            pattern,
            near: examples.clone(),
            keys: examples.clone(),
            proof: None,
            companions: examples.clone(),
            companion_lines: 20,
            leads: false,
            before: 64,
            after: 64,
            entropy: 0.0,
            score: 50,
            matches: examples.clone(),
            misses: examples,
        })
    }

    #[test]
    fn the_surest_of_overlapping_matches_speaks_and_all_they_took_for_a_secret_is_hidden() {
        let engine = Engine::new(vec![rule("wide", "key=([a-z0-9]+)", Confidence::Low), rule("exact", "acme[0-9]{4}", Confidence::High)]);
        let text = b"key=xxacme1234yy";
        let found = engine.scan(b"", text).unwrap();
        let [(rule, found)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(rule.info.id, "exact");
        assert_eq!(found.secret.of(text), b"acme1234");
        assert_eq!(found.hidden.of(text), b"xxacme1234yy");
    }
}
