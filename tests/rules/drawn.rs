//! Texts drawn from each rule's own expression: it finds them where people write them, and nothing that only comes close.

use std::borrow::Cow;
use std::collections::BTreeSet;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};
use stanch::check::{Pattern, sample};
use stanch::model::Confidence;
use stanch::rules::{Kind, RULES, Rule, fill};
use stanch::scan::Engine;

/// How many texts are drawn from an expression: other branches are taken, and more or fewer of what may repeat.
pub(super) const NUMBERS: usize = 8;
/// How many times each is filled.
const SEEDS: usize = 3;
/// An expression of more lengths than these has no near miss by its length.
const MAX_LENGTHS: usize = 12;

/// A text of an expression, filled.
pub(super) struct Drawn {
    pub(super) before: String,
    pub(super) secret: String,
    pub(super) after: String,
}

impl Drawn {
    pub(super) fn text(&self) -> String {
        self.with(&self.secret)
    }

    fn with(&self, secret: &str) -> String {
        format!("{}{secret}{}", self.before, self.after)
    }
}

/// What is drawn from a rule, as far as something can be.
pub(super) fn drawn(rule: &Rule, number: usize, seed: usize) -> Option<Drawn> {
    let sample = sample(&rule.pattern, number)?;
    // What fills is drawn by the whole text, so a number before it makes another.
    let filled = fill(&format!("{seed}\0{}\0{}\0{}", sample.before, sample.secret, sample.after)).ok()?;
    let mut parts = filled.split('\0').skip(1).map(str::to_owned);
    Some(Drawn { before: parts.next()?, secret: parts.next()?, after: parts.next()? })
}

pub(super) fn alone(rule: &Rule) -> Engine {
    Engine::new(vec![Cow::Owned(rule.clone())])
}

/// The places in which people write a value under a name.
fn places(name: &str, value: &str) -> [String; 8] {
    let capitals = name.to_ascii_uppercase();
    [
        format!("{name} = \"{value}\"\n"),
        format!("export {capitals}={value}\nOTHER=1\n"),
        format!("{{\"{name}\": \"{value}\", \"other\": 1}}"),
        format!("{name}:\n  value: {value}\n  other: 1\n"),
        format!("{name}: '{value}'\n"),
        format!("https://host.test/path?{name}={value}&other=1"),
        format!("# {name}\nAuthorization: Bearer {value}\r\n"),
        format!("{value}\n"),
    ]
}

/// Names that hold the words a rule looks for.
fn names(rule: &Rule) -> Vec<String> {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    if rule.kind == Kind::Pattern {
        return rule.keywords.iter().map(|word| plain(word)).collect();
    }
    let keys: Vec<String> = if rule.keys.is_empty() { vec!["key".to_owned()] } else { rule.keys.iter().map(|key| plain(key)).collect() };
    if rule.near.is_empty() {
        return keys;
    }
    rule.near.iter().flat_map(|word| keys.iter().map(move |key| format!("{}_{key}", plain(word)))).collect()
}

/// Whether the rule finds `secret` in `text`, with the confidence that it promises or the one that warns.
fn finds(engine: &Engine, rule: &Rule, text: &str, secret: &str) -> bool {
    let least = rule.info.confidence.min(Confidence::Medium);
    let found = engine.scan(b"", text.as_bytes()).unwrap().matches;
    found.iter().any(|(_, found)| found.secret.of(text.as_bytes()) == secret.as_bytes() && found.confidence >= least)
}

/// Rules of which this cannot draw a text that stands where it must, and why.
const UNDRAWN: &[(&str, &str)] = &[
    ("pgpass-password", "the fifth field of a line of its own"),
    ("pypi-password", "a line below the head of its section"),
    ("tor-onion-service-key", "bytes that are no text"),
];

/// Rules that look for a prefix too short for a keyword, so that in a branch of theirs a word nearby, or what stands right before,
/// is asked for; and one whose keywords say more of a key than its expression.
const NOT_IN_EACH_BRANCH: &[&str] = &["crypt-hash", "der-private-key", "devin-api-key", "dropbox-short-lived-token", "voiceflow-api-key"];

/// The places in which a value of the rule may stand.
pub(super) fn texts(rule: &Rule, drawn: &Drawn) -> impl Iterator<Item = String> {
    let values = [drawn.secret.clone(), drawn.text()];
    names(rule).into_iter().flat_map(move |name| values.clone().into_iter().flat_map(move |value| places(&name, &value)))
}

#[test]
fn what_is_drawn_from_a_rule_is_found_where_people_write_it() {
    let mut faults = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.is_secret() && !UNDRAWN.iter().any(|(id, _)| *id == rule.info.id)) {
        // What is drawn holds no checksum, and a wrong one makes a rule less sure; `proofs` has right ones.
        let engine = alone(&Rule { proof: None, ..rule.clone() });
        let all: Vec<Drawn> = (0..NUMBERS * SEEDS).filter_map(|turn| drawn(rule, turn / SEEDS, turn % SEEDS)).collect();
        let found = all.iter().filter(|drawn| texts(rule, drawn).any(|text| finds(&engine, rule, &text, &drawn.secret))).count();
        // Of passwords the shortest are passed over, and where a rule asks for a line around, that is not always drawn.
        if all.is_empty() || found * 4 < all.len() {
            faults.push(format!("{}: {found} of {} are found", rule.info.id, all.len()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_rule_that_begins_with_its_keyword_in_one_branch_does_so_in_all() {
    let mut faults = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.kind == Kind::Pattern) {
        if NOT_IN_EACH_BRANCH.contains(&&*rule.info.id) {
            continue;
        }
        let holds = |text: &str| rule.keywords.iter().any(|word| text.to_ascii_lowercase().starts_with(&**word));
        let all: Vec<Drawn> = (0..64).filter_map(|number| drawn(rule, number, 0)).collect();
        if all.iter().any(|drawn| holds(&drawn.secret))
            && let Some(other) =
                all.iter().find(|drawn| !rule.keywords.iter().any(|word| drawn.text().to_ascii_lowercase().contains(&**word)))
        {
            faults.push(format!("{}: no keyword in `{}`", rule.info.id, other.text()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The lengths that what an expression matches may have; none where they are many.
fn lengths(hir: &Hir) -> Option<BTreeSet<usize>> {
    let lengths = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => BTreeSet::from([0]),
        HirKind::Literal(literal) => BTreeSet::from([literal.0.len()]),
        HirKind::Class(_) => BTreeSet::from([1]),
        HirKind::Capture(capture) => lengths(&capture.sub)?,
        HirKind::Alternation(branches) => branches.iter().map(lengths).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect(),
        HirKind::Concat(parts) => parts.iter().try_fold(BTreeSet::from([0]), |sums, part| sum(&sums, &lengths(part)?))?,
        HirKind::Repetition(repetition) => {
            let (least, most) = (repetition.min as usize, repetition.max? as usize);
            let each = lengths(&repetition.sub)?;
            if most - least > MAX_LENGTHS || each.len() > 1 && most > 1 {
                return None;
            }
            each.iter().flat_map(|length| (least..=most).map(move |times| times * length)).collect()
        }
    };
    (lengths.len() <= MAX_LENGTHS).then_some(lengths)
}

fn sum(some: &BTreeSet<usize>, others: &BTreeSet<usize>) -> Option<BTreeSet<usize>> {
    let sums: BTreeSet<usize> = some.iter().flat_map(|one| others.iter().map(move |two| one + two)).collect();
    (sums.len() <= MAX_LENGTHS).then_some(sums)
}

/// The secret's part of an expression.
fn group(hir: &Hir) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(capture) => Some(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(group),
        HirKind::Repetition(repetition) => group(&repetition.sub),
        _ => None,
    }
}

/// The secret with a character less, one more at its end, and one that is of no alphabet.
fn near_misses(secret: &str, lengths: &BTreeSet<usize>) -> Vec<String> {
    let at = secret.len() * 2 / 3;
    let mut misses = Vec::new();
    if !lengths.contains(&(secret.len() - 1)) {
        misses.push(format!("{}{}", &secret[..at], &secret[at + 1..]));
    }
    if !lengths.contains(&(secret.len() + 1)) {
        // What pads base64 ends it, whatever follows.
        let body = secret.trim_end_matches('=');
        misses.push(format!("{body}{}{}", if body.ends_with('7') { '3' } else { '7' }, &secret[body.len()..]));
    }
    misses.push(format!("{}!{}", &secret[..at], &secret[at + 1..]));
    misses
}

#[test]
fn what_is_short_of_a_rule_or_beyond_it_is_not_found() {
    let mut faults = Vec::new();
    let mut tried = 0;
    for rule in RULES.iter().filter(|rule| !matches!(rule.kind, Kind::Tree(_))) {
        let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(&rule.pattern).unwrap();
        let secret = group(&hir).unwrap_or(&hir);
        let Some(lengths) = lengths(secret) else { continue };
        let engine = alone(rule);
        let whole = Rule { kind: Kind::Value, pattern: secret.to_string().into(), ..rule.clone() };
        let is_whole = |value: &str| Pattern::default().is_whole(&whole, value.as_bytes()).unwrap();
        for drawn in (0..NUMBERS).filter_map(|number| drawn(rule, number, 0)) {
            let Some((at, _)) = texts(rule, &drawn).enumerate().find(|(_, text)| finds(&engine, rule, text, &drawn.secret)) else {
                continue;
            };
            for miss in near_misses(&drawn.secret, &lengths).into_iter().filter(|miss| !is_whole(miss)) {
                tried += 1;
                let other = Drawn { before: drawn.before.clone(), secret: miss, after: drawn.after.clone() };
                let Some(text) = texts(rule, &other).nth(at) else { continue };
                for (_, found) in engine.scan(b"", text.as_bytes()).unwrap().matches {
                    // Of a value in two parts the first may be a value too.
                    let found = found.secret;
                    let ends = text.as_bytes().get(found.end).is_none_or(|byte| !byte.is_ascii_alphanumeric());
                    let value = String::from_utf8_lossy(found.of(text.as_bytes())).into_owned();
                    if !(ends && is_whole(&value)) {
                        faults.push(format!("{}: `{value}` in {text:?}", rule.info.id));
                    }
                }
            }
        }
    }
    assert!(tried > RULES.len() * 10, "{tried}");
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.join("\n"));
}
