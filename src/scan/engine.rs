//! The rules over one text; `trees.rs` has those over its syntax tree. Pure: bytes in, matches out.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::settle::{raise_pairs, surest, weigh};
use super::version::{Selection, Versions};
use crate::check::{
    Aside, Ask, KEYWORDS, KeywordIndex, Layer, Pattern, PatternError, Place, Reach, TreeQueries, Values, layers, may_lead_to_value,
};
use crate::model::{Check, Ground, Match, Pack, Secret, Span, Text};
use crate::policy::{PathSet, Wanted};
use crate::rules::{Choice, Kind, RULES, Rule};

/// How many encodings within each other are undone.
const MAX_DEPTH: usize = 5;
/// How much of a very long line a rule for lines looks at to either side of its keyword, in bytes.
const MAX_LINE_BYTES: usize = 4 << 10;
/// How many times the size of a text the decoded bytes of one level may have: three kinds of escape may stand on one line.
const LAYER_SHARE: usize = 3;

/// Rules, ready to run.
#[derive(Debug)]
pub struct Engine {
    /// Which of [`RULES`] run; they have the first numbers. Empty where none is known.
    wants: Vec<bool>,
    /// The rules that follow them.
    own: Vec<Cow<'static, Rule>>,
    /// By the number of the rule; made when it is first looked for.
    ready: Vec<OnceLock<Box<Ready>>>,
    index: Cow<'static, KeywordIndex>,
    /// What runs in which part of the repository.
    versions: Versions,
    /// The rules for secrets that do not run everywhere, made ready when somebody asks what they would find; none where all do.
    unasked: OnceLock<Option<Box<Engine>>>,
}

/// What a rule looks with.
#[derive(Debug)]
pub(super) struct Ready {
    pattern: Pattern,
    /// Of a rule for trees.
    pub(super) queries: OnceLock<Box<TreeQueries>>,
    paths: PathSet,
    /// Read when a path is named by the others.
    except: OnceLock<PathSet>,
}

impl Ready {
    fn new(rule: &Rule) -> Self {
        Self { pattern: Pattern::default(), queries: OnceLock::new(), paths: path_set(&rule.paths), except: OnceLock::new() }
    }

    pub(super) fn is_for(&self, rule: &Rule, path: &[u8]) -> bool {
        let is_except = || self.except.get_or_init(|| path_set(&rule.except)).has(path);
        (self.paths.is_empty() || self.paths.has_file(path)) && (rule.except.is_empty() || !is_except())
    }
}

impl Engine {
    /// Makes rules ready. No expression is compiled until its keyword occurs.
    pub fn new(rules: Vec<Cow<'static, Rule>>) -> Self {
        let index = KeywordIndex::new(rules.iter().enumerate().flat_map(|(number, rule)| Ask::words(number, rule)));
        let (wants, versions, unasked) = (Vec::new(), Versions::default(), OnceLock::new());
        Self { wants, ready: empty(rules.len()), own: rules, index: Cow::Owned(index), versions, unasked }
    }

    /// Makes the rules of the binary ready that any of `choices` wants, and more rules. Where there are none, no rule is even
    /// unpacked until its keyword occurs.
    pub fn builtin(choices: &[&Choice], own: Vec<Cow<'static, Rule>>) -> Self {
        let mut wants = vec![false; RULES.len()];
        for choice in choices {
            wants.iter_mut().zip(choice.wants()).for_each(|(wants, more)| *wants |= more);
        }
        Self::of(wants, own, Versions::default())
    }

    /// The same for versions of a repository's settings, of which each may have parts with their own choices.
    pub fn of_versions(selections: &[Selection<'_>], own: Vec<Cow<'static, Rule>>) -> Self {
        let (versions, wants) = Versions::new(selections, &own);
        Self::of(wants, own, versions)
    }

    fn of(wants: Vec<bool>, own: Vec<Cow<'static, Rule>>, versions: Versions) -> Self {
        let index = if own.is_empty() {
            Cow::Borrowed(&KEYWORDS)
        } else {
            let more = own.iter().enumerate().flat_map(|(number, rule)| Ask::words(wants.len() + number, rule));
            Cow::Owned(KEYWORDS.and(more))
        };
        Self { ready: empty(wants.len() + own.len()), wants, own, index, versions, unasked: OnceLock::new() }
    }

    /// The secrets in `text` that only rules of the binary find which do not run everywhere. Nothing is told of them; what is
    /// shown of the text may not show them.
    ///
    /// # Errors
    /// If a rule's expression does not compile.
    pub fn unasked(&self, path: &[u8], text: &[u8]) -> Result<Vec<(&Rule, Match)>, PatternError> {
        let others = self.unasked.get_or_init(|| {
            let has_parts = self.versions.has_parts();
            let is_unasked = |(number, runs): (usize, &bool)| (!runs || has_parts) && RULES.pack(number) == Pack::Secrets;
            let wants: Vec<bool> = self.wants.iter().enumerate().map(is_unasked).collect();
            let index = Cow::Borrowed(&KEYWORDS);
            let (own, ready, versions) = (Vec::new(), empty(wants.len()), Versions::default());
            wants.contains(&true).then(|| Box::new(Self { wants, own, ready, index, versions, unasked: OnceLock::new() }))
        });
        others.as_ref().map_or_else(|| Ok(Vec::new()), |others| Ok(others.scan(path, text)?.matches))
    }

    /// How many rules run.
    pub fn count(&self) -> usize {
        self.wants.iter().filter(|wants| **wants).count() + self.own.len()
    }

    /// The rules that run.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        (0..self.ready.len()).filter(|&number| self.runs(number)).filter_map(|number| self.rule(number))
    }

    /// Those of them that the binary does not carry.
    pub fn own(&self) -> impl Iterator<Item = &Rule> {
        self.own.iter().map(AsRef::as_ref)
    }

    /// The rule with this id, if it runs.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        let builtin = RULES.find(id).filter(|&number| self.wants.get(number) == Some(&true));
        let own = || self.own.iter().find(|rule| rule.info.id == id).map(AsRef::as_ref);
        builtin.and_then(|number| self.rule(number)).or_else(own)
    }

    /// The rules whose finding nearby makes one of `rule` sure.
    pub fn companions(&self, rule: &str) -> &[Text] {
        self.find(rule).map_or(&[], |known| known.companions.as_ref())
    }

    /// Which versions of the settings would look for what the rule with this id finds in the file `path`.
    pub fn wanted(&self, id: &str, path: &[u8]) -> Wanted {
        let own = self.own.iter().enumerate().filter(|(_, rule)| rule.info.id == id).map(|(number, _)| RULES.len() + number);
        self.versions.wanted(&RULES.find(id).into_iter().chain(own).collect::<Vec<_>>(), path)
    }

    /// The checks that are for the file `path`, each with its rule.
    pub fn checks<'e>(&'e self, path: &[u8]) -> impl Iterator<Item = (&'e Rule, Check)> {
        let here = self.versions.at(&self.wants, path);
        let numbers = RULES.checks().iter().copied().filter(|_| !self.wants.is_empty());
        let numbers = numbers.chain(self.wants.len()..self.ready.len()).filter(move |&number| runs(&here, number));
        numbers.filter_map(move |number| {
            let Kind::Check(check) = self.rule(number)?.kind else { return None };
            if check.is_of_messages() || check.is_of_branches() {
                return None;
            }
            let (rule, _) = self.ready_for(number, path)?;
            Some((rule, check))
        })
    }

    /// The checks of messages and branches that run, each with its rule.
    pub fn checks_of_commits(&self) -> impl Iterator<Item = (&Rule, Check)> {
        let numbers = RULES.checks().iter().copied().filter(|&number| !self.wants.is_empty() && self.runs(number));
        numbers.filter_map(|number| {
            let rule = self.rule(number)?;
            let Kind::Check(check) = rule.kind else { return None };
            (check.is_of_messages() || check.is_of_branches()).then_some((rule, check))
        })
    }

    /// Whether the expression of a rule of these matches somewhere in `text`.
    ///
    /// # Errors
    /// If it does not compile.
    pub fn holds(&self, rule: &Rule, text: &[u8]) -> Result<bool, PatternError> {
        let own = self.own.iter().position(|own| own.info.id == rule.info.id).map(|at| self.wants.len() + at);
        let Some((rule, ready)) = own.or_else(|| RULES.find(&rule.info.id)).and_then(|number| self.ready(number)) else { return Ok(true) };
        ready.pattern.is_in(rule, text)
    }

    fn runs(&self, number: usize) -> bool {
        runs(&self.wants, number)
    }

    fn rule(&self, number: usize) -> Option<&Rule> {
        if number < self.wants.len() { RULES.get(number) } else { self.own.get(number - self.wants.len()).map(AsRef::as_ref) }
    }

    pub(super) fn ready(&self, number: usize) -> Option<(&Rule, &Ready)> {
        let rule = self.rule(number)?;
        Some((rule, self.ready.get(number)?.get_or_init(|| Box::new(Ready::new(rule)))))
    }

    /// The rule with this number, if it is for the file `path`.
    fn ready_for(&self, number: usize, path: &[u8]) -> Option<(&Rule, &Ready)> {
        self.ready(number).filter(|(rule, ready)| ready.is_for(rule, path))
    }

    /// Finds secrets in `text`, which stands in the file `path`, sorted by place; where rules meet on the same bytes, the
    /// surest one speaks. What the text holds in another encoding is undone and looked at too.
    ///
    /// # Errors
    /// If a rule's expression does not compile.
    pub fn scan(&self, path: &[u8], text: &[u8]) -> Result<Scanned<'_>, PatternError> {
        let here = self.versions.at(&self.wants, path);
        let file = Named { path, words: self.hits(&here, path, |_| true).words, here };
        let hits = self.hits(&file.here, text, |at| may_lead_to_value(text, at));
        let mut matches = self.look(&file, text, &hits)?;
        let reach = self.look_deeper(&file, text, MAX_DEPTH, &mut matches)?;
        let mut matches = surest(matches);
        raise_pairs(text, &mut matches);
        let shown = self.look_at_lines(&file, text, &hits.lines)?;
        Ok(Scanned { matches, shown, reach, trees: hits.trees })
    }

    /// What the rules find in the bytes as they are.
    fn look(&self, file: &Named<'_>, text: &[u8], hits: &Hits) -> Result<Vec<(&Rule, Match)>, PatternError> {
        let &Named { path, words: ref in_path, .. } = file;
        let mut found = Vec::new();
        let mut matches = Vec::new();
        for &(number, window) in &hits.windows {
            let Some((rule, ready)) = self.ready_for(number, path) else { continue };
            ready.pattern.scan(rule, text, window, &mut matches)?;
            found.extend(matches.drain(..).map(|found| (rule, found)));
        }
        if !hits.words.is_empty() || !in_path.is_empty() {
            let mut values = Values::new(path, text);
            self.scan_values(&mut values, &hits.words, file, &mut found)?;
            self.scan_whole(&mut values, file, &mut found)?;
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
        let hits = self.hits(&file.here, &layer.bytes, |at| may_lead_to_value(&layer.bytes, at));
        let mut inner = self.look(file, &layer.bytes, &hits)?;
        let reach = self.look_deeper(file, &layer.bytes, depth, &mut inner)?;
        found.extend(inner.into_iter().map(|(rule, one)| (rule, lift(layer, one))));
        Ok(reach)
    }

    /// What the rules find whose finds may be shown, in order of places.
    fn look_at_lines(&self, file: &Named<'_>, text: &[u8], lines: &[(usize, Span)]) -> Result<Vec<(&Rule, Match)>, PatternError> {
        let mut found = Vec::new();
        let mut matches = Vec::new();
        // Parts of one long line overlap; none is looked at twice.
        let mut last = (usize::MAX, 0);
        for &(number, mut line) in lines {
            if last.0 == number {
                line.start = line.start.max(last.1);
            }
            last = (number, line.end);
            let Some((rule, ready)) = self.ready_for(number, file.path) else { continue };
            ready.pattern.scan_line(rule, text, line, &mut matches)?;
            found.extend(matches.drain(..).map(|found| (rule, found)));
        }
        found.sort_by_key(|(_, found)| found.span.start);
        Ok(found)
    }

    fn scan_values<'e>(
        &'e self,
        values: &mut Values<'_>,
        words: &[(usize, Span)],
        file: &Named<'_>,
        found: &mut Vec<(&'e Rule, Match)>,
    ) -> Result<(), PatternError> {
        let mut matches = Vec::new();
        let mut seen: BTreeSet<(usize, Span)> = BTreeSet::new();
        for &(number, word) in words {
            let Some((rule, Ready { pattern, .. })) = self.ready_for(number, file.path) else { continue };
            values.scan(rule, pattern, word, &mut matches)?;
            let own = rule.near.is_empty();
            found.extend(matches.drain(..).filter(|found| seen.insert((number, found.secret))).map(|found| (rule, found)));
            for &(number, _) in file.words.iter().filter(|_| own) {
                let near = self.ready_for(number, file.path).filter(|(rule, _)| !rule.near.is_empty());
                let Some((rule, Ready { pattern, .. })) = near else { continue };
                values.scan_named_by_file(rule, pattern, word, &mut matches)?;
                found.extend(matches.drain(..).filter(|found| seen.insert((number, found.secret))).map(|found| (rule, found)));
            }
        }
        Ok(())
    }

    /// Looks at a file whose name says that it holds a secret.
    fn scan_whole<'e>(&'e self, values: &mut Values<'_>, file: &Named<'_>, found: &mut Vec<(&'e Rule, Match)>) -> Result<(), PatternError> {
        let name = file.path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        let own = file.words.iter().filter_map(|&(number, _)| self.ready_for(number, file.path)).find(|(rule, _)| rule.near.is_empty());
        if let Some((rule, Ready { pattern, .. })) = own {
            let mut matches = Vec::new();
            values.scan_whole(rule, pattern, name, &mut matches)?;
            found.extend(matches.into_iter().map(|found| (rule, found)));
        }
        Ok(())
    }

    /// Where each rule could match: of patterns the neighbourhoods of their keywords, joined where they touch; of value
    /// rules the words themselves.
    fn hits(&self, here: &[bool], text: &[u8], leads: impl Fn(usize) -> bool) -> Hits {
        let mut windows: Vec<(usize, Span)> = Vec::new();
        let mut words: Vec<(usize, Span)> = Vec::new();
        let mut lines: Vec<(usize, Span)> = Vec::new();
        let mut trees: BTreeSet<usize> = BTreeSet::new();
        self.index.scan(text, |asks, at, length| {
            for ask in asks {
                let number = ask.rule as usize;
                let (word, reach) = (Span { start: at, end: at + length }, |bytes: u32| bytes as usize);
                match ask.place {
                    _ if !runs(here, number) => {}
                    Place::Key if !leads(at) => {}
                    Place::Key | Place::Near => words.push((number, word)),
                    Place::Line => lines.push((number, line_of(text, at))),
                    Place::Tree => drop(trees.insert(number)),
                    Place::Here => windows.push((number, Span { start: at, end: at + 1 })),
                    Place::Around(before, after) => {
                        let end = at.saturating_add(reach(after)).min(text.len());
                        windows.push((number, Span { start: at.saturating_sub(reach(before)), end }));
                    }
                }
            }
        });
        words.sort_unstable();
        lines.sort_unstable();
        lines.dedup();
        windows.sort_unstable();
        windows.dedup_by(|next, kept| {
            // A rule that begins with its keyword is tried at each, so its places stay apart.
            let joins = next.0 == kept.0 && next.1.start < kept.1.end;
            if joins {
                kept.1.end = kept.1.end.max(next.1.end);
            }
            joins
        });
        Hits { windows, words, lines, trees: trees.into_iter().collect() }
    }
}

/// The globs of a rule; one with a glob that does not read was refused.
fn path_set(globs: &[Text]) -> PathSet {
    PathSet::parse(globs.iter().map(AsRef::as_ref)).unwrap_or_default()
}

/// The line on which `at` stands, without its end; of a very long one the part around it.
fn line_of(text: &[u8], at: usize) -> Span {
    let before = Span { start: at.saturating_sub(MAX_LINE_BYTES), end: at };
    let after = Span { start: at, end: at.saturating_add(MAX_LINE_BYTES).min(text.len()) };
    let start = memchr::memrchr(b'\n', before.of(text)).map_or(before.start, |newline| before.start + newline + 1);
    let end = memchr::memchr(b'\n', after.of(text)).map_or(after.end, |newline| at + newline);
    Span { start, end }
}

fn empty(count: usize) -> Vec<OnceLock<Box<Ready>>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}

/// What was found in a text.
#[derive(Debug)]
pub struct Scanned<'e> {
    /// The secrets, sorted by place.
    pub matches: Vec<(&'e Rule, Match)>,
    /// What is no secret, sorted by place.
    pub shown: Vec<(&'e Rule, Match)>,
    /// Whether all encoded stretches were undone.
    pub reach: Reach,
    /// The numbers of the rules for trees whose keywords stand in it, for [`Engine::look_at_tree`].
    pub trees: Vec<usize>,
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

/// A file's path, the words in it that rules for values ask for, and the rules that run for it.
struct Named<'p> {
    path: &'p [u8],
    words: Vec<(usize, Span)>,
    here: Cow<'p, [bool]>,
}

/// Whether the rule with this number runs; one that nothing is said of does.
fn runs(wants: &[bool], number: usize) -> bool {
    wants.get(number).is_none_or(|wants| *wants)
}

/// Where rules could match in a text, each with the number of the rule.
struct Hits {
    windows: Vec<(usize, Span)>,
    words: Vec<(usize, Span)>,
    lines: Vec<(usize, Span)>,
    trees: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::model::{Confidence, Pack, RuleInfo, Severity};

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
