//! The rules over one text. Pure: bytes in, matches out.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::settle::{raise_pairs, surest, weigh};
use crate::check::{Aside, Ask, KEYWORDS, KeywordIndex, Layer, Pattern, PatternError, Place, Reach, Values, layers, may_lead_to_value};
use crate::model::{Ground, Match, Secret, Span, Text};
use crate::rules::{RULES, Rule};

/// How many encodings within each other are undone.
const MAX_DEPTH: usize = 5;
/// How many times the size of a text the decoded bytes of one level may have: three kinds of escape may stand on one line.
const LAYER_SHARE: usize = 3;

/// Rules, ready to run.
#[derive(Debug)]
pub struct Engine {
    /// How many of [`RULES`] are known, all or none; they have the first numbers.
    builtin: usize,
    /// Those of them that do not run, in order.
    disabled: Vec<usize>,
    /// The rules that follow them.
    own: Vec<Cow<'static, Rule>>,
    /// By the number of the rule; made when its keyword first occurs.
    patterns: Vec<OnceLock<Box<Pattern>>>,
    index: Cow<'static, KeywordIndex>,
}

impl Engine {
    /// Makes rules ready. No expression is compiled until its keyword occurs.
    pub fn new(rules: Vec<Cow<'static, Rule>>) -> Self {
        let index = KeywordIndex::new(rules.iter().enumerate().flat_map(|(number, rule)| asks(number, rule)));
        Self { builtin: 0, disabled: Vec::new(), patterns: patterns(rules.len()), own: rules, index: Cow::Owned(index) }
    }

    /// Makes the rules of the binary ready, but for those with an id of `disabled`, and more rules. Where there are none, no
    /// rule is even unpacked until its keyword occurs.
    pub fn builtin(disabled: &[&str], own: Vec<Cow<'static, Rule>>) -> Self {
        let builtin = RULES.len();
        let mut disabled: Vec<usize> = disabled.iter().filter_map(|id| RULES.find(id)).collect();
        disabled.sort_unstable();
        disabled.dedup();
        let index = if own.is_empty() {
            Cow::Borrowed(&KEYWORDS)
        } else {
            let more = own.iter().enumerate().flat_map(|(number, rule)| asks(builtin + number, rule));
            Cow::Owned(KEYWORDS.and(more))
        };
        Self { builtin, disabled, patterns: patterns(builtin + own.len()), own, index }
    }

    /// How many rules run.
    pub fn count(&self) -> usize {
        self.builtin - self.disabled.len() + self.own.len()
    }

    /// The rules that run.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        (0..self.patterns.len()).filter(|&number| self.runs(number)).filter_map(|number| self.rule(number))
    }

    /// Those of them that the binary does not carry.
    pub fn own(&self) -> impl Iterator<Item = &Rule> {
        self.own.iter().map(AsRef::as_ref)
    }

    /// The rule with this id, if it runs.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        let builtin = RULES.find(id).filter(|&number| number < self.builtin && self.runs(number));
        let own = || self.own.iter().find(|rule| rule.info.id == id).map(AsRef::as_ref);
        builtin.and_then(|number| self.rule(number)).or_else(own)
    }

    /// The rules whose finding nearby makes one of `rule` sure.
    pub fn companions(&self, rule: &str) -> &[Text] {
        self.find(rule).map_or(&[], |known| known.companions.as_ref())
    }

    fn runs(&self, number: usize) -> bool {
        self.disabled.binary_search(&number).is_err()
    }

    fn rule(&self, number: usize) -> Option<&Rule> {
        if number < self.builtin { RULES.get(number) } else { self.own.get(number - self.builtin).map(AsRef::as_ref) }
    }

    fn ready(&self, number: usize) -> Option<(&Rule, &Pattern)> {
        Some((self.rule(number)?, self.patterns.get(number)?.get_or_init(Box::default)))
    }

    /// Finds secrets in `text`, which stands in the file `path`, sorted by place; where rules meet on the same bytes, the
    /// surest one speaks. What the text holds in another encoding is undone and looked at too.
    ///
    /// # Errors
    /// If a rule's expression does not compile.
    pub fn scan(&self, path: &[u8], text: &[u8]) -> Result<Scanned<'_>, PatternError> {
        let file = Named { path, words: self.hits(path, |_| true).words };
        let mut matches = self.look(&file, text)?;
        let reach = self.look_deeper(&file, text, MAX_DEPTH, &mut matches)?;
        let mut matches = surest(matches);
        raise_pairs(text, &mut matches);
        Ok(Scanned { matches, reach })
    }

    /// What the rules find in the bytes as they are.
    fn look(&self, file: &Named<'_>, text: &[u8]) -> Result<Vec<(&Rule, Match)>, PatternError> {
        let &Named { path, words: ref in_path } = file;
        let hits = self.hits(text, |at| may_lead_to_value(text, at));
        let mut found = Vec::new();
        let mut matches = Vec::new();
        for (number, window) in hits.windows {
            let Some((rule, pattern)) = self.ready(number) else { continue };
            pattern.scan(rule, text, window, &mut matches)?;
            found.extend(matches.drain(..).map(|found| (rule, found)));
        }
        if !hits.words.is_empty() || !in_path.is_empty() {
            let mut values = Values::new(path, text);
            self.scan_values(&mut values, &hits.words, in_path, &mut found)?;
            self.scan_whole(&mut values, path, in_path, &mut found)?;
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
        file: &Named<'_>,
        text: &[u8],
        depth: usize,
        found: &mut Vec<(&'e Rule, Match)>,
    ) -> Result<Reach, PatternError> {
        let mut inner = Ok(Reach::Whole);
        // Each is looked at as soon as it is undone: while it is near, and before there is another.
        let reach = layers(text, text.len().saturating_mul(LAYER_SHARE), &mut |layer| {
            if let Ok(reach) = inner {
                inner = self.look_into(file, &layer, depth, found).map(|further| reach.max(further));
            }
        });
        Ok(reach.max(inner?))
    }

    /// What they find in one of them.
    fn look_into<'e>(
        &'e self,
        file: &Named<'_>,
        layer: &Layer,
        depth: usize,
        found: &mut Vec<(&'e Rule, Match)>,
    ) -> Result<Reach, PatternError> {
        let Some(depth) = depth.checked_sub(1) else { return Ok(Reach::Bounded) };
        let mut inner = self.look(file, &layer.bytes)?;
        let reach = self.look_deeper(file, &layer.bytes, depth, &mut inner)?;
        found.extend(inner.into_iter().map(|(rule, one)| (rule, lift(layer, one))));
        Ok(reach)
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
            let Some((rule, pattern)) = self.ready(number) else { continue };
            values.scan(rule, pattern, word, &mut matches)?;
            let own = rule.near.is_empty();
            found.extend(matches.drain(..).filter(|found| seen.insert((number, found.secret))).map(|found| (rule, found)));
            for &(number, _) in in_path.iter().filter(|_| own) {
                let Some((rule, pattern)) = self.ready(number).filter(|(rule, _)| !rule.near.is_empty()) else { continue };
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
        let own = in_path.iter().filter_map(|&(number, _)| self.ready(number)).find(|(rule, _)| rule.near.is_empty());
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
        self.index.scan(text, |asks, at, length| {
            for ask in asks {
                let number = ask.rule as usize;
                let (word, reach) = (Span { start: at, end: at + length }, |bytes: u32| bytes as usize);
                match ask.place {
                    _ if !self.disabled.is_empty() && !self.runs(number) => {}
                    Place::Key if !leads(at) => {}
                    Place::Key | Place::Near => words.push((number, word)),
                    Place::Line => {}
                    Place::Here => windows.push((number, Span { start: at, end: at + 1 })),
                    Place::Around(before, after) => {
                        let end = at.saturating_add(reach(after)).min(text.len());
                        windows.push((number, Span { start: at.saturating_sub(reach(before)), end }));
                    }
                }
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

fn asks(number: usize, rule: &Rule) -> impl Iterator<Item = (&str, Ask)> {
    let ask = Ask::of(number, rule);
    rule.keywords.iter().map(move |word| (word.as_ref(), ask))
}

fn patterns(count: usize) -> Vec<OnceLock<Box<Pattern>>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
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

/// A file's path, and the words in it that rules for values ask for.
struct Named<'p> {
    path: &'p [u8],
    words: Vec<(usize, Span)>,
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
    use crate::model::{Confidence, Pack, RuleInfo, Severity};
    use crate::rules::Kind;

    fn rule(id: &'static str, pattern: &'static str, confidence: Confidence) -> Cow<'static, Rule> {
        let none = Cow::Borrowed("");
        let info = RuleInfo {
            pack: Pack::Secrets,
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
            paths: examples.clone(),
            except: examples.clone(),
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
