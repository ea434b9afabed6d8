//! The rules over one text. Pure: bytes in, matches out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::settle::{raise_pairs, surest, weigh};
use crate::check::{Aside, KeywordIndex, Layer, Pattern, PatternError, Reach, Values, layers, may_lead_to_value};
use crate::model::{Ground, Match, Secret, Span, Text};
use crate::rules::{Kind, Rule};

/// How many encodings within each other are undone.
const MAX_DEPTH: usize = 5;
/// How many times the size of a text the decoded bytes of one level may have: three kinds of escape may stand on one line.
const LAYER_SHARE: usize = 3;

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

    /// The rules whose finding nearby makes one of `rule` sure.
    pub fn companions(&self, rule: &str) -> &[Text] {
        self.rules().find(|known| known.info.id == rule).map_or(&[], |known| known.companions.as_ref())
    }

    /// Finds secrets in `text`, which stands in the file `path`, sorted by place; where rules meet on the same bytes, the
    /// surest one speaks. What the text holds in another encoding is undone and looked at too.
    ///
    /// # Errors
    /// If a rule's expression does not compile.
    pub fn scan(&self, path: &[u8], text: &[u8]) -> Result<Scanned<'_>, PatternError> {
        let mut matches = self.look(path, text)?;
        let reach = self.look_deeper(path, text, MAX_DEPTH, &mut matches)?;
        let mut matches = surest(matches);
        raise_pairs(text, &mut matches);
        Ok(Scanned { matches, reach })
    }

    /// What the rules find in the bytes as they are.
    fn look(&self, path: &[u8], text: &[u8]) -> Result<Vec<(&Rule, Match)>, PatternError> {
        let hits = self.hits(text, |at| may_lead_to_value(text, at));
        let in_path = self.hits(path, |_| true).words;
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
        let aside = Some(path).filter(|_| !found.is_empty()).and_then(Aside::of);
        for (rule, found) in &mut found {
            weigh(rule, aside, text, found);
        }
        Ok(found)
    }

    /// What they find in its encoded stretches, `depth` levels down.
    fn look_deeper<'e>(
        &'e self,
        path: &[u8],
        text: &[u8],
        depth: usize,
        found: &mut Vec<(&'e Rule, Match)>,
    ) -> Result<Reach, PatternError> {
        let mut all = Vec::new();
        let mut reach = layers(text, text.len().saturating_mul(LAYER_SHARE), &mut |layer| all.push(layer));
        if depth == 0 {
            return Ok(if all.is_empty() { reach } else { Reach::Bounded });
        }
        for layer in all {
            let mut inner = self.look(path, &layer.bytes)?;
            reach = reach.max(self.look_deeper(path, &layer.bytes, depth - 1, &mut inner)?);
            found.extend(inner.into_iter().map(|(rule, one)| (rule, lift(&layer, one))));
        }
        Ok(reach)
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
    fn hits(&self, text: &[u8], leads: impl Fn(usize) -> bool) -> Hits {
        let mut windows: Vec<(usize, Span)> = Vec::new();
        let mut words: Vec<(usize, Span)> = Vec::new();
        self.index.scan(text, |keyword, at, length| {
            for &number in self.rules_of.get(keyword).into_iter().flatten() {
                let Some(rule) = self.rules.get(number) else { continue };
                if rule.kind == Kind::Value {
                    if !rule.near.is_empty() || leads(at) {
                        words.push((number, Span { start: at, end: at + length }));
                    }
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

/// What was found in a text.
#[derive(Debug)]
pub struct Scanned<'e> {
    /// The matches, sorted by place.
    pub matches: Vec<(&'e Rule, Match)>,
    /// Whether all encoded stretches were undone.
    pub reach: Reach,
}

/// A match in what a layer says, as a match in the text around the layer.
fn lift(layer: &Layer, found: Match) -> Match {
    let decoded = found.decoded.unwrap_or_else(|| Secret::new(found.secret.of(&layer.bytes), found.prefix_bytes));
    let mut grounds = found.grounds;
    grounds.push(Ground { what: format!("encoded as {}", layer.code.name()).into(), points: 0 });
    Match {
        span: layer.origin(found.span),
        secret: layer.origin(found.secret),
        hidden: layer.origin(found.hidden),
        // The text shows no prefix that anybody would know.
        prefix_bytes: 0,
        confidence: found.confidence,
        grounds,
        decoded: Some(decoded),
        beside: None,
    }
}

/// Where rules could match in a text, each with the number of the rule.
struct Hits {
    windows: Vec<(usize, Span)>,
    words: Vec<(usize, Span)>,
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
            lengths: (0, usize::MAX),
            shape: crate::rules::Shape::Unknown,
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
        let found = engine.scan(b"", text).unwrap().matches;
        let [(rule, found)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(rule.info.id, "exact");
        assert_eq!(found.secret.of(text), b"acme1234");
        assert_eq!(found.hidden.of(text), b"xxacme1234yy");
    }
}
