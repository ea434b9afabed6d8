//! What a rule may cost, without a clock: the size of its expression, and how many bytes it is run over in hostile text.

use bstr::ByteSlice as _;
use regex_automata::nfa::thompson::NFA;
use regex_automata::util::syntax;
use stanch::check::Pattern;
use stanch::model::Span;
use stanch::rules::{Kind, RULES, Rule};

use super::drawn::drawn;

/// How many bytes a rule is run over in the smaller of two texts.
const BYTES: usize = 4 << 10;
/// The most states that an expression compiles to.
const MOST_STATES: usize = 12_000;
/// The one that has more: up to 24 fields of 200 characters may stand before the password.
const LARGEST: &str = "maven-server-password";
/// How often each byte may be looked at where keywords stand one behind the other and every match begins with one.
const MOST_REACH: usize = 1_500;
/// How many bytes an expression may be run over before it is compiled to automata, with the run that goes beyond.
const SETTLING_BYTES: usize = 64 << 10;

/// The bytes that a rule's expression is run over in `text`: around each of its keywords, as the engine calls it.
fn looked_at(rule: &Rule, text: &[u8]) -> usize {
    let pattern = Pattern::default();
    let mut found = Vec::new();
    let lower = text.to_ascii_lowercase();
    let mut windows: Vec<Span> = Vec::new();
    for word in rule.keywords.iter() {
        for at in lower.find_iter(word.as_bytes()) {
            let start = if rule.leads { at } else { at.saturating_sub(rule.before) };
            let end = if rule.leads { at + 1 } else { (at + rule.after).min(text.len()) };
            windows.push(Span { start, end });
        }
    }
    windows.sort_unstable();
    windows.dedup_by(|next, kept| {
        let joins = next.start < kept.end;
        if joins {
            kept.end = kept.end.max(next.end);
        }
        joins
    });
    for window in windows {
        pattern.scan(rule, text, window, &mut found).unwrap();
    }
    pattern.looked_at()
}

#[test]
fn no_expression_is_large() {
    let states = |rule: &Rule| {
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        NFA::compiler().syntax(syntax).build(&rule.pattern).unwrap().states().len()
    };
    let expressions = RULES.iter().filter(|rule| !matches!(rule.kind, Kind::Tree(_)));
    let large = expressions.map(|rule| (&*rule.info.id, states(rule))).filter(|(id, states)| *states > MOST_STATES && *id != LARGEST);
    assert_eq!(large.collect::<Vec<_>>(), []);
}

/// Texts that keep a rule busy: its keyword, what it looks for, and half of that, over and over.
fn hostile(rule: &Rule) -> Vec<String> {
    let mut units = vec![rule.keywords[0].to_string()];
    if let Some(drawn) = drawn(rule, 0, 0) {
        let whole = drawn.text();
        units.push(whole.chars().take(whole.chars().count() / 2).collect());
        units.push(whole);
    }
    units.retain(|unit| !unit.is_empty());
    units
}

#[test]
fn no_rule_reaches_far_from_a_keyword_that_stands_close_to_the_next() {
    let reach = |rule: &Rule| rule.after / rule.keywords.iter().map(|word| word.len()).min().unwrap_or(1);
    let far = RULES.iter().filter(|rule| rule.leads && reach(rule) > MOST_REACH).map(|rule| (&*rule.info.id, reach(rule)));
    assert_eq!(far.collect::<Vec<_>>(), []);
}

#[test]
fn a_text_of_twice_the_length_costs_no_rule_more_than_twice_the_work() {
    let mut faults = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.kind == Kind::Pattern) {
        for unit in hostile(rule) {
            let text = |bytes: usize| unit.repeat(bytes / unit.len() + 1);
            let (one, two) = (text(BYTES), text(2 * BYTES));
            let (least, most) = (looked_at(rule, one.as_bytes()), looked_at(rule, two.as_bytes()));
            // A few runs over the whole text, some of them before the expression is compiled to automata, are linear too.
            // So is what stands within reach of each keyword, though the reach may be longer than these texts.
            let lower = two.to_ascii_lowercase();
            let hits: usize = rule.keywords.iter().map(|word| lower.matches(&**word).count()).sum();
            let linear = 4 * two.len() + SETTLING_BYTES + hits * (rule.after + 1);
            if most * 2 > least * 5 && most > linear {
                faults.push(format!("{}: {least} bytes, then {most} of `{}`", rule.info.id, unit.chars().take(40).collect::<String>()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
