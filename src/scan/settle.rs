//! Of what the rules of a text found, what is told: the surest of those that overlap, each as sure as its proof and its
//! other half make it.

use std::collections::BTreeMap;

use bstr::ByteSlice as _;

use crate::check::{Aside, Proven, is_password, prove, published};
use crate::model::{ASIDE, Confidence, Ground, Match, Proof, Severity, Span};
use crate::rules::{Kind, Rule};

/// The most bytes that a line has on average where companions are looked for by lines.
const MEAN_LINE_BYTES: usize = 200;
/// So many points above its rule's line, a password looks drawn.
const DRAWN_POINTS: usize = 40;
/// The longest name of a host, in bytes.
const MAX_HOST_BYTES: usize = 253;
/// Names of hosts that documents use and no one can own.
const RESERVED_HOSTS: &[&str] = &["example.com", "example.org", "example.net", "example", "test", "invalid"];

/// Makes a match as sure as what can be computed about it says.
pub(super) fn weigh(rule: &Rule, aside: Option<Aside>, text: &[u8], found: &mut Match) {
    if let Some(aside) = aside {
        set_aside(rule, aside, text, found);
    }
    if rule.kind == Kind::Pattern && is_at_reserved_host(text, found) {
        found.confidence = if aside.is_some() { Confidence::Low } else { found.confidence.min(Confidence::Medium) };
        found.grounds.push(Ground { what: "its host is one that documents use".into(), points: 0 });
    }
    let value = found.decoded.as_ref().map_or_else(|| found.secret.of(text), |secret| secret.reveal());
    if let Some(place) = published(value) {
        found.confidence = Confidence::Low;
        found.grounds.push(Ground { what: format!("it is the key of {place}").into(), points: 0 });
        return;
    }
    let Some(proof) = rule.proof else { return };
    let proven = prove(proof, value, None);
    let what = match &proven {
        Proven::Passed(note) => {
            found.confidence = Confidence::Proved;
            match (note, proof) {
                (Some(note), _) => note.clone(),
                (None, Proof::BasicAuth) => "it reads as a user and a password".to_owned(),
                (None, _) => "its checksum agrees".to_owned(),
            }
        }
        Proven::Fits(Some(note)) => note.clone(),
        Proven::Failed(reason) => {
            // Made up, most likely; in a place where people make things up, surely.
            found.confidence = if aside.is_some() { Confidence::Low } else { found.confidence.min(Confidence::Medium) };
            (*reason).to_owned()
        }
        Proven::Void(reason) => {
            found.confidence = Confidence::Low;
            (*reason).to_owned()
        }
        Proven::Fits(None) | Proven::Silent => return,
    };
    found.grounds.push(Ground { what: what.into(), points: 0 });
}

/// What tests, examples and documents show is made up, nearly always. An exact shape still speaks there, and so does a
/// password that looks drawn; surroundings alone do not. The hash of a password does in data, which some program takes for an
/// account, and not in program text, which most often compares it with what a function gave.
fn set_aside(rule: &Rule, aside: Aside, text: &[u8], found: &mut Match) {
    let is_exact = rule.info.confidence > Confidence::Medium && (rule.info.severity > Severity::Low || aside == Aside::Data);
    let is_drawn = rule.kind == Kind::Pattern && rule.score > 0 && is_password(found.secret.of(text), rule.score + DRAWN_POINTS);
    if !is_exact && !is_drawn && !found.is_aside() {
        found.confidence = Confidence::Low;
        found.grounds.push(Ground { what: ASIDE.into(), points: 0 });
    }
}

/// Whether a password stands in an address whose host no one can own (RFC 2606, RFC 6761).
fn is_at_reserved_host(text: &[u8], found: &Match) -> bool {
    let host = text.get(found.secret.end..).and_then(|rest| rest.strip_prefix(b"@")).unwrap_or_default();
    let length = host.iter().take(MAX_HOST_BYTES).take_while(|&&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).count();
    let host = host.get(..length).unwrap_or_default().to_ascii_lowercase();
    let is_below = |name: &str| host.strip_suffix(name.as_bytes()).is_some_and(|head| head.is_empty() || head.ends_with(b"."));
    RESERVED_HOSTS.iter().any(|name| is_below(name))
}

/// Of matches whose secrets overlap, keeps the surest; what the others took for a secret stays hidden with it.
pub(super) fn surest(mut found: Vec<(&Rule, Match)>) -> Vec<(&Rule, Match)> {
    found.sort_by(|(rule, one), (other, two)| {
        // Of two that see the same value, the rule that knows its mark says more than one that knows its surroundings, and
        // one that knows the provider more than one that knows none.
        let rank = |rule: &Rule, found: &Match| {
            let knows = (rule.kind == Kind::Pattern, !rule.near.is_empty(), found.decoded.is_none());
            // `api_key` says more of a value than `key`.
            let key = rule.keys.iter().map(|word| word.len()).max();
            (found.confidence, knows, rule.info.severity, found.secret.len(), found.prefix_bytes > 0, key)
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
pub(super) fn raise_pairs(text: &[u8], found: &mut [(&Rule, Match)]) {
    if !found.iter().any(|(rule, _)| !rule.companions.is_empty()) {
        return;
    }
    // By rule, where its secrets stand, in order.
    let mut places: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for (rule, one) in found.iter() {
        places.entry(&rule.info.id).or_default().push(one.secret);
    }
    let nearest = |rule: &Rule, secret: Span| {
        let others = rule.companions.iter().filter_map(|id| places.get(&**id));
        let around = others.flat_map(|spans| {
            let after = spans.partition_point(|span| span.start < secret.start);
            [after.checked_sub(1), Some(after)].into_iter().flatten().filter_map(|at| spans.get(at).copied())
        });
        around.filter(|other| are_near(text, secret, *other, rule.companion_lines)).min_by_key(|other| other.start.abs_diff(secret.start))
    };
    let paired: Vec<Option<Span>> = found.iter().map(|(rule, one)| nearest(rule, one.secret)).collect();
    for ((_, one), other) in found.iter_mut().zip(paired) {
        if other.is_some() {
            one.beside = other;
            // What a test or a document shows may be made up, both halves of it.
            let most = if one.is_aside() { Confidence::Medium } else { Confidence::High };
            one.confidence = one.confidence.max(most);
            one.grounds.push(Ground { what: "its other half stands beside it".into(), points: 0 });
        }
    }
}

/// Whether two places are at most `lines` lines apart.
fn are_near(text: &[u8], one: Span, two: Span, lines: usize) -> bool {
    let between = Span { start: one.end.min(two.end), end: one.start.max(two.start) };
    // A file on one line has no neighbours.
    between.len() <= lines.saturating_mul(MEAN_LINE_BYTES) && between.of(text).lines().count() <= lines + 1
}
