//! Words that stand in every match.

use bstr::ByteSlice as _;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind};

use crate::rules::MIN_KEYWORD_BYTES;

/// The most words that a rule is looked for by.
const MAX_WORDS: usize = 64;
/// How many parts of a sequence are joined to words.
const MAX_JOINED: usize = 12;
/// Words that stand in many files, without what is no letter around them: another is better.
const COMMON: &[&str] = &[
    "http",
    "https",
    "secret",
    "token",
    "password",
    "passwd",
    "pass",
    "user",
    "username",
    "name",
    "value",
    "auth",
    "login",
    "access",
    "private",
    "public",
    "client",
    "key",
    "api",
    "apikey",
    "api_key",
    "api-key",
    "bearer",
    "basic",
    "com",
    "www",
    "host",
    "server",
    "data",
    "type",
    "code",
    "email",
    "connection",
];

/// Words of which each match holds one.
pub(super) struct Found {
    /// In lower case.
    pub(super) words: Vec<String>,
    /// The most bytes before one; none where there is no bound.
    pub(super) before: Option<usize>,
}

/// Finds the best such words: of `theirs` where each match holds one of them, else out of the expression.
pub(super) fn required(hir: &Hir, theirs: &[String]) -> Option<Found> {
    let folded = fold(hir);
    let theirs: Vec<String> = theirs.iter().map(|word| word.to_ascii_lowercase()).collect();
    // Small classes first: `acme_[0-9]` is found by `acme_`, and only `a3[a-z]x` needs its class.
    for limit_class in [4, 40] {
        let mut extractor = Extractor::new();
        extractor.kind(ExtractKind::Prefix).limit_class(limit_class).limit_total(250);
        let mut all = Vec::new();
        collect(&folded, Some(0), &extractor, &mut all);
        let best = all.into_iter().map(|found| prefer(found, &theirs)).max_by_key(|(found, is_theirs)| (*is_theirs, worth(found)));
        if let Some((found, _)) = best {
            return Some(found);
        }
    }
    None
}

/// Takes their words where each of ours holds one of them.
fn prefer(found: Found, theirs: &[String]) -> (Found, bool) {
    let inside =
        |word: &String| theirs.iter().filter(|own| own.len() >= MIN_KEYWORD_BYTES).find(|own| word.contains(own.as_str())).cloned();
    let chosen: Option<Vec<String>> = found.words.iter().map(inside).collect();
    let Some(mut words) = chosen else { return (found, false) };
    let shift = found.words.iter().zip(&words).filter_map(|(word, own)| word.find(own.as_str())).max().unwrap_or(0);
    words.sort();
    words.dedup();
    (Found { words, before: found.before.map(|before| before + shift) }, true)
}

fn worth(found: &Found) -> (bool, bool, usize, usize) {
    let rare = !found.words.iter().any(|word| is_common(word.as_bytes()));
    let shortest = found.words.iter().map(String::len).min().unwrap_or(0);
    (rare, found.before.is_some(), shortest.min(8), MAX_WORDS - found.words.len().min(MAX_WORDS))
}

fn is_common(word: &[u8]) -> bool {
    let word = word.trim_with(|c| !c.is_ascii_alphanumeric());
    word.is_empty() || COMMON.iter().any(|common| common.as_bytes() == word)
}

/// Collects words that every match of `hir` holds, which begins at most `before` bytes into the match.
fn collect(hir: &Hir, before: Option<usize>, extractor: &Extractor, all: &mut Vec<Found>) {
    match hir.kind() {
        HirKind::Concat(parts) => {
            let mut at = before;
            for (number, part) in parts.iter().enumerate() {
                let tail = parts.iter().skip(number).take(MAX_JOINED).cloned().collect();
                all.extend(usable(extractor.extract(&Hir::concat(tail)), at));
                collect(part, at, extractor, all);
                at = at.zip(part.properties().maximum_len()).map(|(at, length)| at.saturating_add(length));
            }
        }
        HirKind::Capture(capture) => collect(&capture.sub, before, extractor, all),
        HirKind::Repetition(repetition) if repetition.min > 0 => collect(&repetition.sub, before, extractor, all),
        HirKind::Alternation(branches) => all.extend(branching(branches, before, extractor)),
        _ => all.extend(usable(extractor.extract(hir), before)),
    }
}

/// The best words of each branch together, when each has some.
fn branching(branches: &[Hir], before: Option<usize>, extractor: &Extractor) -> Option<Found> {
    let mut together = Found { words: Vec::new(), before };
    for branch in branches {
        let mut own = Vec::new();
        collect(branch, before, extractor, &mut own);
        let best = own.into_iter().max_by_key(worth)?;
        together.before = together.before.zip(best.before).map(|(one, other)| one.max(other));
        together.words.extend(best.words);
    }
    together.words.sort();
    together.words.dedup();
    (together.words.len() <= MAX_WORDS).then_some(together)
}

fn usable(mut seq: Seq, before: Option<usize>) -> Option<Found> {
    if seq.len().is_none_or(|count| count == 0) || seq.min_literal_len().is_none_or(|length| length < MIN_KEYWORD_BYTES) {
        return None;
    }
    // Many words of one beginning are that beginning; else they are cut until they are few.
    for length in (MIN_KEYWORD_BYTES..=8).rev() {
        if seq.len().is_some_and(|count| count <= MAX_WORDS / 4) {
            break;
        }
        let common = seq.longest_common_prefix().map_or(0, <[u8]>::len);
        seq.keep_first_bytes(if common >= MIN_KEYWORD_BYTES { common } else { length });
        seq.dedup();
    }
    let common = seq.longest_common_prefix().unwrap_or_default();
    if seq.len().is_some_and(|count| count > 1) && common.len() >= MIN_KEYWORD_BYTES && !is_common(common) {
        let length = common.len();
        seq.keep_first_bytes(length);
        seq.dedup();
    }
    let word = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_ascii_lowercase);
    let mut words: Vec<String> = seq.literals()?.iter().map(|literal| word(literal.as_bytes())).collect::<Option<_>>()?;
    words.sort();
    words.dedup();
    (words.len() <= MAX_WORDS).then_some(Found { words, before })
}

/// The expression in lower case: letters, and classes of one letter in either case.
fn fold(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Literal(literal) => Hir::literal(literal.0.to_ascii_lowercase()),
        HirKind::Class(Class::Bytes(class)) => {
            let lower = class.ranges().iter().flat_map(|range| range.start()..=range.end()).map(|byte| byte.to_ascii_lowercase());
            let class = ClassBytes::new(lower.map(|byte| ClassBytesRange::new(byte, byte)));
            Hir::class(Class::Bytes(class))
        }
        HirKind::Repetition(repetition) => {
            let sub = Box::new(fold(&repetition.sub));
            Hir::repetition(regex_syntax::hir::Repetition { sub, ..repetition.clone() })
        }
        HirKind::Capture(capture) => fold(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(fold).collect()),
        HirKind::Alternation(branches) => Hir::alternation(branches.iter().map(fold).collect()),
        _ => hir.clone(),
    }
}
