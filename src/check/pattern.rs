//! The kind `pattern`: a regular expression near a keyword.
//!
//! It is compiled when its keyword first occurs, and lightly: a backtracker whose program is made in a fraction of
//! the time that the automata of a whole regex take. A pattern that goes on to look at much text gets those too.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex_automata::meta;
use regex_automata::nfa::thompson::{self, NFA, backtrack};
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use super::entropy::shannon;
use super::outline::whole;
use super::stand_in::is_stand_in;
use super::value::is_password;
use super::value::reads_like_words;
use crate::model::{Match, Span};
use crate::rules::{Kind, Rule, Shape, Stretch};

/// How far a match that runs out of its neighbourhood is followed, in bytes.
const MAX_MATCH_BYTES: usize = 1 << 20;
/// The most memory a compiled expression may take, in bytes; the default of the regex crate.
const MAX_COMPILED_BYTES: usize = 10 * (1 << 20);
/// After so many bytes a pattern is compiled to automata: about where their compilation pays.
const LIGHT_BYTES: usize = 32 << 10;

thread_local! {
    /// The memory of a thread's backtrackers, one after the other: most look at a few bytes, and memory is dear beside that.
    static SCRATCH: RefCell<Option<backtrack::Cache>> = const { RefCell::new(None) };
}

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
    light: OnceLock<Option<backtrack::BoundedBacktracker>>,
    full: OnceLock<Option<meta::Regex>>,
    looked_at: AtomicUsize,
}

/// Where a pattern matched, and group 1 of it.
struct Captured {
    whole: Span,
    group: Option<Span>,
}

impl Pattern {
    /// Says whether a rule's expression compiles, in the words of the regex crate.
    ///
    /// # Errors
    /// If it is no expression, or one too large.
    pub fn check(rule: &Rule) -> Result<(), PatternError> {
        regex::bytes::RegexBuilder::new(&expression(rule))
            .unicode(false)
            .size_limit(MAX_COMPILED_BYTES)
            .build()
            .map(drop)
            .map_err(|source| PatternError { rule: rule.info.id.to_string(), source: Box::new(source) })
    }

    /// Finds the rule's secrets in `text`, in the neighbourhood `window` of its keywords: anywhere in it, or, for a
    /// rule whose matches begin with a keyword, at its start.
    ///
    /// # Errors
    /// If the expression does not compile: a rule that cannot run must not pass for one that found nothing.
    pub fn scan(&self, rule: &Rule, text: &[u8], window: Span, found: &mut Vec<Match>) -> Result<(), PatternError> {
        let anchored = if rule.leads { Anchored::Yes } else { Anchored::No };
        let mut at = window.start;
        let mut end = window.end.saturating_add(rule.after).min(text.len());
        while at < window.end {
            // No match that begins in the window goes beyond.
            let area = Span { start: at, end: end.min((window.end - 1).saturating_add(rule.lengths.1)) };
            let Some(start) = first_start(rule, text, area).filter(|&start| start < window.end) else { break };
            let input = Input::new(text).span(start..area.end).anchored(anchored);
            let Some(Captured { whole, group }) = self.find(rule, &input)? else { break };
            if whole.start >= window.end {
                break;
            }
            if whole.end == end && end < text.len() && end - whole.start < MAX_MATCH_BYTES {
                end = end.saturating_add(end - whole.start).saturating_add(rule.after).min(text.len());
                at = whole.start;
                continue;
            }
            let secret = group.unwrap_or(whole);
            if is_secret(rule, secret.of(text))
                && !is_doubled(text, secret)
                && !is_called(text, secret)
                && (rule.score == 0 || is_password(secret.of(text), rule.score))
            {
                let prefix_bytes = prefix_bytes(rule, secret.of(text));
                found.push(Match {
                    span: whole,
                    secret,
                    hidden: secret,
                    prefix_bytes,
                    confidence: rule.info.confidence,
                    ..Match::default()
                });
            }
            if rule.leads {
                break;
            }
            at = secret.end.max(whole.start + 1);
        }
        Ok(())
    }

    /// Finds what the rule looks for on a line: what it finds may be shown.
    ///
    /// # Errors
    /// If the expression does not compile.
    pub fn scan_line(&self, rule: &Rule, text: &[u8], line: Span, found: &mut Vec<Match>) -> Result<(), PatternError> {
        let mut at = line.start;
        while at <= line.end {
            let input = Input::new(text).span(at..line.end).anchored(Anchored::No);
            let Some(Captured { whole, group }) = self.find(rule, &input)? else { break };
            let marked = group.unwrap_or(whole);
            let nothing = Span { start: marked.start, end: marked.start };
            found.push(Match { span: whole, secret: marked, hidden: nothing, confidence: rule.info.confidence, ..Match::default() });
            at = whole.end.max(whole.start + 1);
        }
        Ok(())
    }

    /// Whether the rule's expression matches somewhere in `text`.
    ///
    /// # Errors
    /// If the expression does not compile.
    pub fn is_in(&self, rule: &Rule, text: &[u8]) -> Result<bool, PatternError> {
        Ok(self.find(rule, &Input::new(text).anchored(Anchored::No))?.is_some())
    }

    /// Whether the rule's expression matches all of `value`.
    ///
    /// # Errors
    /// If the expression does not compile.
    pub fn is_whole(&self, rule: &Rule, value: &[u8]) -> Result<bool, PatternError> {
        if let Some(is_whole) = rule.shape.is_whole(value) {
            return Ok(is_whole);
        }
        Ok(self.find(rule, &Input::new(value).anchored(Anchored::Yes))?.is_some_and(|found| found.whole.end == value.len()))
    }

    /// How many bytes the expression was run over so far: the work it did, without a clock.
    pub fn looked_at(&self) -> usize {
        self.looked_at.load(Ordering::Relaxed)
    }

    fn find(&self, rule: &Rule, input: &Input<'_>) -> Result<Option<Captured>, PatternError> {
        let area = input.get_span();
        if rule.leads || self.looked_at() < LIGHT_BYTES {
            self.looked_at.fetch_add(area.len(), Ordering::Relaxed);
            let light = self.light.get_or_init(|| light(rule)).as_ref().ok_or_else(|| broken(rule))?;
            let mut slots: [Option<NonMaxUsize>; 4] = [None; 4];
            let searched = SCRATCH.with_borrow_mut(|scratch| {
                let cache = scratch.get_or_insert_with(|| light.create_cache());
                cache.reset(light);
                light.try_search_slots(cache, input, &mut slots)
            });
            // It gives up on what is too long for its memory; then the automata take over.
            if let Ok(matched) = searched {
                return Ok(matched.and_then(|_| captured(slots.map(|slot| slot.map(NonMaxUsize::get)))));
            }
        }
        let full = self.full.get_or_init(|| full(rule)).as_ref().ok_or_else(|| broken(rule))?;
        let mut captures = full.create_captures();
        full.search_captures(input, &mut captures);
        let span = |group| captures.get_group(group).map(|span| Span { start: span.start, end: span.end });
        // The automata stop where the match ends.
        self.looked_at.fetch_add(span(0).map_or(area.len(), |whole| whole.end.saturating_sub(area.start)), Ordering::Relaxed);
        Ok(span(0).map(|whole| Captured { whole, group: span(1) }))
    }
}

/// Where a match in `window` may begin at the earliest, as far as bytes alone tell; nowhere if it holds no run that each match
/// holds.
fn first_start(rule: &Rule, text: &[u8], window: Span) -> Option<usize> {
    let Shape::Holds(Stretch { bytes, least, before }) = rule.shape else { return Some(window.start) };
    let latest = before.filter(|_| rule.leads).map_or(window.end, |before| window.start.saturating_add(before).saturating_add(least));
    let area = Span { start: window.start, end: latest.min(window.end) };
    let run = match bytes.only() {
        Some(byte) if least == 1 => memchr::memchr(byte, area.of(text)),
        _ => bytes.first_run(area.of(text), least),
    };
    let run = window.start + run?;
    let earliest = before.filter(|_| !rule.leads).map_or(window.start, |before| run.saturating_sub(before));
    Some(earliest.max(window.start))
}

fn captured(slots: [Option<usize>; 4]) -> Option<Captured> {
    let [start, end, group_start, group_end] = slots;
    let span = |start: Option<usize>, end: Option<usize>| Some(Span { start: start?, end: end? });
    Some(Captured { whole: span(start, end)?, group: span(group_start, group_end) })
}

fn light(rule: &Rule) -> Option<backtrack::BoundedBacktracker> {
    let config = thompson::Config::new().utf8(false).shrink(false).nfa_size_limit(Some(MAX_COMPILED_BYTES));
    let nfa = NFA::compiler().syntax(syntax()).configure(config).build(&expression(rule)).ok()?;
    backtrack::BoundedBacktracker::builder().build_from_nfa(nfa).ok()
}

fn full(rule: &Rule) -> Option<meta::Regex> {
    let config = meta::Config::new().utf8_empty(false).nfa_size_limit(Some(MAX_COMPILED_BYTES));
    meta::Regex::builder().syntax(syntax()).configure(config).build(&expression(rule)).ok()
}

/// The expression that is compiled: of a value rule, one that takes whole values.
fn expression(rule: &Rule) -> Cow<'_, str> {
    match rule.kind {
        Kind::Pattern | Kind::Check(_) | Kind::Tree(_) => Cow::Borrowed(&rule.pattern),
        Kind::Value => Cow::Owned(whole(&rule.pattern)),
    }
}

fn syntax() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}

fn broken(rule: &Rule) -> PatternError {
    let unknown = || regex::Error::CompiledTooBig(MAX_COMPILED_BYTES);
    Pattern::check(rule).err().unwrap_or_else(|| PatternError { rule: rule.info.id.to_string(), source: Box::new(unknown()) })
}

fn is_secret(rule: &Rule, value: &[u8]) -> bool {
    !value.is_empty() && (rule.entropy <= 0.0 || shannon(value) >= rule.entropy) && !is_stand_in(value)
}

/// Whether a password is its user's name, as in `user:user@host`: one for development, known to all.
fn is_doubled(text: &[u8], secret: Span) -> bool {
    let before = text.get(..secret.start).and_then(|head| head.strip_suffix(b":")).unwrap_or_default();
    let user = before.strip_suffix(secret.of(text));
    user.is_some_and(|head| head.last().is_some_and(|&byte| byte == b'/' || byte == b'"' || byte == b'\'' || byte == b' '))
}

/// Whether what looks like a token is the name of what is called: `secret: flattenItsConsumerSecret(raw)`.
fn is_called(text: &[u8], secret: Span) -> bool {
    text.get(secret.end) == Some(&b'(') && secret.of(text).first().is_some_and(u8::is_ascii_alphabetic) && reads_like_words(secret.of(text))
}

/// How many of the secret's first bytes are a keyword of its rule.
fn prefix_bytes(rule: &Rule, secret: &[u8]) -> usize {
    let leads = |word: &str| secret.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()));
    rule.keywords.iter().filter(|word| leads(word)).map(|word| word.len()).max().unwrap_or(0)
}
