//! What is read off a rule's expression changes nothing that the rule finds.

use stanch::check::Pattern;
use stanch::model::{Match, Span};
use stanch::rules::{Kind, RULES, Rule, Shape};

use super::drawn::{NUMBERS, drawn, texts};

/// The rule as it is without anything that was read off its expression.
pub(crate) fn bare(rule: &Rule) -> Rule {
    let lengths = if rule.kind == Kind::Value { rule.lengths } else { (0, usize::MAX) };
    Rule { shape: Shape::Unknown, lengths, ..rule.clone() }
}

/// A text whole, cut short at either end, broken in its middle, twice, and written small.
fn variants(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let half = bytes.len() / 2;
    let (head, tail) = bytes.split_at(half);
    vec![
        bytes.to_vec(),
        bytes.get(..bytes.len().saturating_sub(3)).unwrap_or_default().to_vec(),
        bytes.get(2..).unwrap_or_default().to_vec(),
        [head, b"!", tail].concat(),
        [head, tail.get(1..).unwrap_or_default()].concat(),
        [bytes, b" ", bytes].concat(),
        bytes.to_ascii_lowercase(),
    ]
}

/// The windows in which a rule is tried: the whole text, and some of its parts.
fn windows(rule: &Rule, text: &[u8]) -> Vec<Span> {
    let parts = (0..text.len()).step_by(if rule.leads { 1 } else { 7 });
    let part = |start: usize| Span { start, end: if rule.leads { start + 1 } else { (start + 40).min(text.len()) } };
    parts.map(part).chain([Span { start: 0, end: text.len() }]).collect()
}

/// What a rule finds in a text, from any of the places in which it is tried.
fn found(rule: &Rule, text: &[u8]) -> Vec<Match> {
    // A short reach makes matches run out of their window.
    let rule = Rule { after: rule.after.min(24), ..rule.clone() };
    let pattern = Pattern::default();
    let mut found = Vec::new();
    for window in windows(&rule, text) {
        pattern.scan(&rule, text, window, &mut found).unwrap();
    }
    found
}

#[test]
fn a_pattern_finds_the_same_where_the_run_that_it_holds_is_not_looked_for() {
    let (mut tried, mut all) = (0, 0);
    for rule in RULES.iter().filter(|rule| matches!(rule.shape, Shape::Holds(_))) {
        let bare = bare(rule);
        for drawn in (0..NUMBERS).step_by(3).filter_map(|number| drawn(rule, number, 0)) {
            for text in texts(rule, &drawn).take(3).chain([drawn.text()]).flat_map(|text| variants(&text)) {
                let found = found(rule, &text);
                let what = format!("{} in {:?}", rule.info.id, String::from_utf8_lossy(&text));
                assert_eq!(found, self::found(&bare, &text), "{what}");
                (tried, all) = (tried + 1, all + found.len());
            }
        }
    }
    assert!(tried > RULES.len() * 10 && all > tried / 4, "{all} in {tried}");
}

#[test]
fn a_value_is_one_of_its_rule_as_its_expression_says() {
    let (mut whole, mut other) = (0, 0);
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| matches!(rule.shape, Shape::Is(_))).collect();
    for rule in &rules {
        let (pattern, bare) = (Pattern::default(), bare(rule));
        let drawn = |rule: &Rule| (0..NUMBERS).filter_map(|number| drawn(rule, number, 1)).map(|drawn| drawn.text()).collect::<Vec<_>>();
        // Values of other rules come close.
        for value in rules.iter().step_by(9).copied().chain([*rule]).flat_map(drawn).flat_map(|value| variants(&value)) {
            let is_whole = pattern.is_whole(rule, &value).unwrap();
            assert_eq!(is_whole, pattern.is_whole(&bare, &value).unwrap(), "{} of {:?}", rule.info.id, String::from_utf8_lossy(&value));
            *(if is_whole { &mut whole } else { &mut other }) += 1;
        }
    }
    assert!(rules.len() > 250 && whole > rules.len() && other > rules.len(), "{whole} and {other} of {}", rules.len());
}

#[test]
fn most_patterns_hold_a_run() {
    let patterns = || RULES.iter().filter(|rule| rule.kind == Kind::Pattern);
    let unknown = patterns().filter(|rule| rule.shape == Shape::Unknown).count();
    // Passwords of any bytes hold none.
    assert!(unknown * 16 < patterns().count(), "{unknown}");
}
