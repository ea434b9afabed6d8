//! What the matches of an expression have in common, read off it without running it: a run of bytes that each holds, or all
//! that they are. `rules/build.rs` reads this file too.
//!
//! Nothing here need be found, but what is said must hold for every match: a text without the run is not looked at.

use std::borrow::Cow;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use crate::rules::{Bytes, Kind, Shape, Step, Stretch};

/// How many neighbouring parts of an expression are taken together at most.
const MOST_PARTS: usize = 64;
/// At how many of its parts a run may begin; a longer expression is looked at no further.
const MOST_STARTS: usize = 256;
/// How many rows of steps a value rule has at most.
const MOST_ROWS: usize = 12;
/// How many steps each has at most.
const MOST_STEPS: usize = 48;
/// A step of so many more lengths than one is made into rows, where another one in its row has several too.
const FEW_LENGTHS: usize = 2;
/// A run that tells less than so many bits stands in most texts.
const FEWEST_BITS: f32 = 5.0;

/// What is known of what a rule matches, whose text is looked at where one of `keywords` stands.
pub fn outline(kind: Kind, pattern: &str, keywords: &[Cow<'static, str>]) -> Shape {
    match kind {
        Kind::Pattern => holds(pattern, keywords),
        Kind::Value => is(pattern),
        Kind::Check(_) | Kind::Tree(_) => Shape::Unknown,
    }
}

fn holds(pattern: &str, keywords: &[Cow<'static, str>]) -> Shape {
    let Ok(hir) = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern) else { return Shape::Unknown };
    let tells = |stretch: &Stretch| {
        // What a keyword holds of it stands near each keyword.
        let known = keywords.iter().map(|word| held(word.as_bytes(), &stretch.bytes)).max().unwrap_or(0);
        bits(stretch, stretch.least.saturating_sub(known))
    };
    stretch(&hir, &tells).filter(|stretch| tells(stretch) >= FEWEST_BITS).map_or(Shape::Unknown, Shape::Holds)
}

/// The expression that matches where `pattern` matches a whole value.
pub(super) fn whole(pattern: &str) -> String {
    format!("(?s-m:\\A(?:{pattern})\\z)")
}

fn is(pattern: &str) -> Shape {
    let Ok(hir) = ParserBuilder::new().unicode(false).utf8(false).build().parse(&whole(pattern)) else { return Shape::Unknown };
    let HirKind::Concat(parts) = hir.kind() else { return Shape::Unknown };
    let [first, inner @ .., last] = parts.as_slice() else { return Shape::Unknown };
    let ends = (first.kind(), last.kind());
    if !matches!(ends, (HirKind::Look(Look::Start), HirKind::Look(Look::End))) {
        return Shape::Unknown;
    }
    let rows = in_a_row(inner).and_then(|rows| {
        let rows: Vec<Vec<Step>> = rows.into_iter().map(expand).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
        (rows.len() <= MOST_ROWS).then_some(rows)
    });
    rows.map_or(Shape::Unknown, Shape::Is)
}

/// The most telling run that each match of `hir` holds.
fn stretch(hir: &Hir, tells: &impl Fn(&Stretch) -> f32) -> Option<Stretch> {
    let mut parts = Vec::new();
    flatten(hir, &mut parts);
    let mut all = Vec::new();
    let mut before = Some(0_usize);
    for (at, part) in parts.iter().enumerate().take(MOST_STARTS) {
        let (mut bytes, mut least) = (Bytes::default(), 0_usize);
        for next in parts.iter().skip(at).take(MOST_PARTS) {
            (bytes, least) = (bytes.or(next.bytes), least.saturating_add(next.least));
            all.extend((least > 0).then_some(Stretch { bytes, least, before }));
        }
        let inner = part.hir.and_then(|hir| within(hir, tells));
        all.extend(inner.map(|inner| Stretch { before: sum(before, inner.before), ..inner }));
        before = sum(before, part.most);
    }
    let all = all.into_iter().map(|stretch| (tells(&stretch), stretch));
    all.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, stretch)| stretch)
}

/// The most telling run within a part that is no concatenation.
fn within(hir: &Hir, tells: &impl Fn(&Stretch) -> f32) -> Option<Stretch> {
    match hir.kind() {
        HirKind::Repetition(Repetition { min: 1.., sub, .. }) => stretch(sub, tells),
        HirKind::Alternation(branches) => {
            let branches = branches.iter().map(|branch| stretch(branch, tells)).collect::<Option<Vec<_>>>()?;
            branches.into_iter().reduce(|one, other| Stretch {
                bytes: one.bytes.or(other.bytes),
                least: one.least.min(other.least),
                before: one.before.zip(other.before).map(|(one, other)| one.max(other)),
            })
        }
        _ => None,
    }
}

/// A part of an expression: of which bytes it is, and how many.
struct Part<'h> {
    bytes: Bytes,
    least: usize,
    most: Option<usize>,
    /// Where it is more than a byte.
    hir: Option<&'h Hir>,
}

/// The parts of an expression that stand one behind the other.
fn flatten<'h>(hir: &'h Hir, parts: &mut Vec<Part<'h>>) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Concat(inner) => inner.iter().for_each(|hir| flatten(hir, parts)),
        HirKind::Capture(capture) => flatten(&capture.sub, parts),
        HirKind::Literal(literal) => {
            let part = |&byte: &u8| Part { bytes: Bytes::range(byte, byte), least: 1, most: Some(1), hir: None };
            parts.extend(literal.0.iter().map(part));
        }
        HirKind::Class(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => {
            let lengths = hir.properties();
            let (least, most) = (lengths.minimum_len().unwrap_or(0), lengths.maximum_len());
            parts.push(Part { bytes: bytes(hir), least, most, hir: Some(hir) });
        }
    }
}

/// The bytes of which matches of `hir` are.
fn bytes(hir: &Hir) -> Bytes {
    let of_all = |parts: &[Hir]| parts.iter().fold(Bytes::default(), |all, part| all.or(bytes(part)));
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Bytes::default(),
        HirKind::Literal(literal) => literal.0.iter().fold(Bytes::default(), |all, &byte| all.or(Bytes::range(byte, byte))),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().fold(Bytes::default(), |all, range| all.or(Bytes::range(range.start(), range.end())))
        }
        HirKind::Class(Class::Unicode(_)) => Bytes::ALL,
        HirKind::Repetition(repetition) => bytes(&repetition.sub),
        HirKind::Capture(capture) => bytes(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => of_all(parts),
    }
}

/// The rows of steps that an expression is, if it is such.
fn rows(hir: &Hir) -> Option<Vec<Vec<Step>>> {
    let byte = |bytes| Step { bytes, least: 1, most: 1 };
    match hir.kind() {
        HirKind::Empty => Some(vec![Vec::new()]),
        // Looks at its surroundings.
        HirKind::Look(_) | HirKind::Class(Class::Unicode(_)) => None,
        HirKind::Literal(literal) => Some(vec![literal.0.iter().map(|&one| byte(Bytes::range(one, one))).collect()]),
        HirKind::Class(Class::Bytes(_)) => Some(vec![vec![byte(bytes(hir))]]),
        HirKind::Capture(capture) => rows(&capture.sub),
        HirKind::Concat(parts) => in_a_row(parts),
        HirKind::Alternation(branches) => {
            let all: Vec<Vec<Step>> = branches.iter().map(rows).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
            (all.len() <= MOST_ROWS).then_some(all)
        }
        HirKind::Repetition(repetition) => repeated(repetition),
    }
}

fn repeated(repetition: &Repetition) -> Option<Vec<Vec<Step>>> {
    let (least, most) = (repetition.min as usize, repetition.max.map_or(usize::MAX, |max| max as usize));
    if let HirKind::Class(Class::Bytes(_)) = repetition.sub.kind() {
        return Some(vec![vec![Step { bytes: bytes(&repetition.sub), least, most }]]);
    }
    if let HirKind::Literal(literal) = repetition.sub.kind()
        && let [one] = *literal.0
    {
        return Some(vec![vec![Step { bytes: Bytes::range(one, one), least, most }]]);
    }
    if most > MOST_ROWS {
        return None;
    }
    let sub = rows(&repetition.sub)?;
    let times = |times: usize| (0..times).try_fold(vec![Vec::new()], |all, _| product(&all, &sub));
    let all: Vec<Vec<Step>> = (least..=most).map(times).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    (all.len() <= MOST_ROWS).then_some(all)
}

fn in_a_row(parts: &[Hir]) -> Option<Vec<Vec<Step>>> {
    parts.iter().try_fold(vec![Vec::new()], |all, part| product(&all, &rows(part)?))
}

/// Each of `some` with each of `others` behind it.
fn product(some: &[Vec<Step>], others: &[Vec<Step>]) -> Option<Vec<Vec<Step>>> {
    let pairs = some.iter().flat_map(|one| others.iter().map(move |other| joined(one, other)));
    let all: Vec<Vec<Step>> = pairs.take(MOST_ROWS + 1).collect();
    (all.len() <= MOST_ROWS && all.iter().all(|row| row.len() <= MOST_STEPS)).then_some(all)
}

/// One row behind the other; steps of the same bytes that meet are one.
fn joined(one: &[Step], other: &[Step]) -> Vec<Step> {
    let mut row = one.to_vec();
    for step in other {
        match row.last_mut() {
            Some(last) if last.bytes == step.bytes => {
                (last.least, last.most) = (last.least.saturating_add(step.least), last.most.saturating_add(step.most));
            }
            _ => row.push(*step),
        }
    }
    row
}

/// A row made into rows in which one step at most has several lengths.
fn expand(row: Vec<Step>) -> Option<Vec<Vec<Step>>> {
    if row.iter().filter(|step| step.least != step.most).count() < 2 {
        return Some(vec![row]);
    }
    let few = |step: &Step| step.least != step.most && step.most - step.least <= FEW_LENGTHS;
    let (at, step) = row.iter().enumerate().find(|(_, step)| few(step))?;
    let one = |count: usize| {
        let mut row = row.clone();
        row.splice(at..=at, (count > 0).then_some(Step { least: count, most: count, ..*step }));
        expand(joined(&[], &row))
    };
    let all: Vec<Vec<Step>> = (step.least..=step.most).map(one).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    (all.len() <= MOST_ROWS).then_some(all)
}

fn sum(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one?.checked_add(other?)
}

/// How many such bytes stand one behind the other in a keyword, written in some case.
fn held(keyword: &[u8], bytes: &Bytes) -> usize {
    let is_other = |byte: &u8| !bytes.has(byte.to_ascii_lowercase()) && !bytes.has(byte.to_ascii_uppercase());
    keyword.split(is_other).map(<[u8]>::len).max().unwrap_or(0)
}

/// How much `count` bytes of a run tell: by how many bits they are rarer than any text.
fn bits(stretch: &Stretch, count: usize) -> f32 {
    let sum = |bytes: &Bytes| (0..=u8::MAX).filter(|&byte| bytes.has(byte)).map(commonness).sum::<usize>();
    let rarity = -share(sum(&stretch.bytes), sum(&Bytes::ALL)).log2();
    rarity.max(0.0) * f32::from(u8::try_from(count).unwrap_or(u8::MAX))
}

fn share(part: usize, of: usize) -> f32 {
    let small = |number: usize| f32::from(u16::try_from(number).unwrap_or(u16::MAX));
    small(part) / small(of.max(1))
}

/// How many of ten thousand bytes of source text are this one, about; a wrong guess costs time alone.
fn commonness(byte: u8) -> usize {
    match byte {
        b' ' => 2100,
        b'a'..=b'z' => 240,
        b'\n' | b'_' | b'"' | b'.' => 200,
        b',' | b'=' | b'(' | b')' | b':' => 80,
        b'[' | b']' | b'{' | b'}' | b'-' | b'/' | b'\'' | b'#' => 30,
        b'A'..=b'Z' | b'0'..=b'9' => 20,
        b'!'..=b'~' => 8,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The run that each match of a pattern holds: one that stands in for its bytes, how many, and how many before it.
    fn run(pattern: &str) -> Option<(Vec<u8>, usize, Option<usize>)> {
        let Shape::Holds(Stretch { bytes, least, before }) = holds(pattern, &["acme".into()]) else { return None };
        Some(((0..=u8::MAX).filter(|&byte| bytes.has(byte)).collect(), least, before))
    }

    const HEX: &[u8] = b"0123456789abcdef";

    #[test]
    fn the_run_is_the_rarest_part_that_no_match_is_without() {
        assert_eq!(run("x?[0-9a-f]{32}"), Some((HEX.to_vec(), 32, Some(1))));
        assert_eq!(run("(?:^|[^0-9a-z])([0-9a-f]{32,40})(?:[^0-9a-z]|$)"), Some((HEX.to_vec(), 32, Some(1))));
        assert_eq!(run("[a-z ]+([0-9a-f]{8}){4}"), Some((HEX.to_vec(), 32, None)));
        assert_eq!(run("[a-z]{2,9}(?:[0-9a-f]{16}[0-9]{16})?@[a-z]+"), Some((b"@".to_vec(), 1, Some(41))));
        assert_eq!(run("[0-9a-f]{20}[0-9]{5}[0-9a-f]*"), Some((HEX.to_vec(), 25, Some(0))));
    }

    #[test]
    fn what_need_not_be_there_tells_nothing() {
        for pattern in
            ["", "a?", "(?:[0-9a-f]{32})?", "(?:[0-9a-f]{32})*", "(?:[0-9a-f]{32}|)", "(?:[0-9a-f]{32}|.{0,9})", r"\b^$", "(", "acme"]
        {
            assert_eq!(run(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn branches_have_in_common_what_the_weaker_one_holds() {
        assert_eq!(run("(?:xy[0-9]{40}|[a-f]{32}z)"), Some((HEX.to_vec(), 32, Some(2))));
        assert_eq!(run("(?:(?:ab)+[0-9]{40}|[a-f]{32})"), Some((HEX.to_vec(), 32, None)));
    }

    #[test]
    fn case_is_unfolded_and_look_arounds_have_no_width() {
        assert_eq!(run("(?i:[a-f]{32})"), Some((b"ABCDEFabcdef".to_vec(), 32, Some(0))));
        assert_eq!(run(r"\b[0-9a-f]{16}\b[0-9a-f]{16}$"), Some((HEX.to_vec(), 32, Some(0))));
    }

    #[test]
    fn what_a_keyword_holds_tells_nothing() {
        let keywords = ["acme".into(), "$krb5asrep$".into()];
        assert_eq!(holds("acme", &keywords), Shape::Unknown);
        assert_eq!(holds(r"\$krb5[a-z]{5}\$", &keywords), Shape::Unknown);
        assert_ne!(holds(r"\$krb5[a-z]{5}\$", &["acme".into()]), Shape::Unknown);
    }

    #[test]
    fn a_plain_shape_takes_what_its_expression_takes() {
        let values: Vec<String> =
            ["", "a", "1", "=", "-", "ab", "a=", "1=", "a-1", "aa-11", "aa11", "live_a", "live_", "a1a1", "aaa===", "A", "é", "\n", "a\n"]
                .iter()
                .flat_map(|&value| [value.to_owned(), format!("{value}{value}"), format!("{value}a1")])
                .collect();
        for pattern in [
            "[a-z]{3}",
            "[a-z]{2,}",
            "[a-z]{1,3}={0,2}",
            "(?:live_)?[a-z0-9]{1,4}",
            "[a-z]{2}-[0-9]{2}|[a-z]{1,9}",
            "(?i)[a-z]{1,3}",
            "(?:[a-z][0-9]){1,2}",
            "a{1,2}[a-c]{1,9}=?",
            "",
            "(?:)|a",
            "a?b?=?",
            ".{1,3}",
            "[a-z]{1,2}?[a-z0-9]{2}",
        ] {
            let shape = is(pattern);
            let expression = regex::bytes::RegexBuilder::new(&whole(pattern)).unicode(false).build().expect("because it is one");
            assert_ne!(shape, Shape::Unknown, "{pattern}");
            for value in &values {
                assert_eq!(shape.is_whole(value.as_bytes()), Some(expression.is_match(value.as_bytes())), "{pattern} of {value:?}");
            }
        }
    }

    #[test]
    fn what_is_no_row_of_steps_is_left_to_the_expression() {
        for pattern in
            [r"[a-z]+\b", "^a", "a$", "[a-z]+[0-9a-z]+", "(?:ab)+", "(?u:é)[α-ω]", "(?:[a-z]-){1,40}", "(", "a)|(?:b", r"(?m:^a)"]
        {
            assert_eq!(is(pattern), Shape::Unknown, "{pattern}");
        }
    }
}
