//! Scores the rules on labelled texts, one JSON object a line: `source`, `kind` (`secret` or `not-secret`), `text`,
//! `secret`, `path`, `flags`. Cases with flags are ones that fair people could judge either way; they are left out.
//!
//! A secret counts as found when a finding shares a byte with it, or, where the corpus does not say which part of the
//! text it is, when there is any finding. Any finding on a text without a secret is a false alarm.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::use_debug,
    reason = "a bench reads a file and prints"
)]
#![allow(clippy::cast_precision_loss, reason = "counts of cases are small")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use stanch::model::{Confidence, Match, RuleInfo};
use stanch::policy::Threshold;
use stanch::rules::{Choice, Kind, RULES, Rule};
use stanch::scan::Engine;

#[derive(Clone, Copy, Default)]
struct Score {
    secrets: usize,
    found: usize,
    others: usize,
    alarms: usize,
}

/// A labelled text.
struct Case<'c> {
    source: &'c str,
    rule: &'c str,
    id: &'c str,
    is_secret: bool,
    text: &'c str,
    secret: Option<&'c str>,
    path: &'c str,
}

/// At which line a finding counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// What blocks or warns without settings.
    Told,
    /// What blocks.
    Blocking,
}

impl Line {
    fn holds(self, info: &RuleInfo, confidence: Confidence) -> bool {
        let block = Threshold::default();
        match self {
            Self::Told => confidence > Confidence::Low,
            Self::Blocking => info.severity >= block.severity && confidence >= block.confidence,
        }
    }
}

/// Parts of the engine that can be taken away, and what is left of a rule without each; `None` where the rule goes.
type Without = (&'static str, fn(Rule) -> Option<Rule>);
const MECHANISMS: [Without; 8] = [
    ("everything", Some),
    ("value rules", |rule| (rule.kind == Kind::Pattern).then_some(rule)),
    ("generic rules", |rule| (!rule.info.id.starts_with("generic-")).then_some(rule)),
    ("providers' words", |rule| rule.near.is_empty().then_some(rule)),
    ("the score of values", |rule| Some(Rule { score: rule.score.min(1), ..rule })),
    ("proofs", |rule| Some(Rule { proof: None, ..rule })),
    ("companions", |rule| Some(Rule { companions: Cow::Borrowed(&[]), ..rule })),
    ("entropy of patterns", |rule| Some(Rule { entropy: 0.0, ..rule })),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let file = arguments.first().expect("give a corpus file");
    let has = |flag: &str| arguments.iter().any(|word| word == flag);
    let text = std::fs::read_to_string(file).unwrap();
    let values: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let scored = |value: &&Value| has("--flagged") || value["flags"].as_array().unwrap().is_empty();
    let cases: Vec<Case<'_>> = values.iter().filter(scored).map(read).collect();
    if has("--mechanisms") {
        return mechanisms(&cases);
    }
    let engine = Engine::builtin(&[&Choice::default()], Vec::new());
    for (name, line) in [("blocking or warning", Line::Told), ("blocking", Line::Blocking)] {
        let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
        for case in &cases {
            let all = engine.scan(case.path.as_bytes(), case.text.as_bytes()).unwrap().matches;
            let told: Vec<&(&Rule, Match)> = all.iter().filter(|(rule, found)| line.holds(&rule.info, found.confidence)).collect();
            let score = scores.entry(case.source).or_default();
            let is_right = score.count(case, &told);
            let mark = if case.is_secret { "--misses" } else { "--alarms" };
            if !is_right && line == Line::Told && has(mark) {
                explain(mark, case, &all);
            }
        }
        print(name, &scores);
    }
}

fn read(value: &Value) -> Case<'_> {
    let text = |key: &str| value[key].as_str();
    Case {
        source: text("source").unwrap(),
        rule: text("rule").unwrap_or("-"),
        id: text("id").unwrap_or("-"),
        is_secret: text("kind") == Some("secret"),
        text: text("text").unwrap(),
        secret: text("secret"),
        path: text("path").unwrap_or_default(),
    }
}

impl Score {
    /// Counts a case, and says whether it came out as labelled.
    fn count(&mut self, case: &Case<'_>, told: &[&(&Rule, Match)]) -> bool {
        if case.is_secret {
            self.secrets += 1;
            let is_found = is_found(case.text, case.secret, told);
            self.found += usize::from(is_found);
            is_found
        } else {
            self.others += 1;
            self.alarms += usize::from(!told.is_empty());
            told.is_empty()
        }
    }

    fn add(self, other: Self) -> Self {
        Self {
            secrets: self.secrets + other.secrets,
            found: self.found + other.found,
            others: self.others + other.others,
            alarms: self.alarms + other.alarms,
        }
    }
}

/// Prints a case that came out otherwise than labelled, and what the engine says of it, with its grounds.
fn explain(mark: &str, case: &Case<'_>, all: &[(&Rule, Match)]) {
    let said: Vec<String> = all
        .iter()
        .map(|(rule, found)| {
            let grounds: Vec<String> = found.grounds.iter().map(|ground| format!("{} {:+}", ground.what, ground.points)).collect();
            format!("{} {} ({})", rule.info.id, found.confidence.name(), grounds.join(", "))
        })
        .collect();
    println!("{mark} {} {} {:?} [{}] {:?} secret {:?}", case.source, case.rule, case.id, said.join("; "), case.text, case.secret);
}

/// What each part of the engine brings: the figures without it.
fn mechanisms(cases: &[Case<'_>]) {
    println!("{:<22} {:>8} {:>8} {:>10} {:>10} {:>8}", "without", "recall", "alarms", "precision", "blocking", "its prec.");
    for (name, left) in MECHANISMS {
        let rules = RULES.iter().filter_map(|rule| left(rule.clone())).map(Cow::Owned).collect();
        figures(if name == "everything" { "nothing" } else { name }, &Engine::new(rules), cases, |_| true);
    }
    let engine = Engine::builtin(&[&Choice::default()], Vec::new());
    figures("decoding", &engine, cases, |found| found.decoded.is_none());
}

fn figures(name: &str, engine: &Engine, cases: &[Case<'_>], counts: fn(&Match) -> bool) {
    let score = |line: Line| {
        let mut score = Score::default();
        for case in cases {
            let all = engine.scan(case.path.as_bytes(), case.text.as_bytes()).unwrap().matches;
            let told: Vec<&(&Rule, Match)> =
                all.iter().filter(|(rule, found)| counts(found) && line.holds(&rule.info, found.confidence)).collect();
            score.count(case, &told);
        }
        score
    };
    let (told, blocking) = (score(Line::Told), score(Line::Blocking));
    println!(
        "{name:<22} {:>7.1}% {:>7.1}% {:>9.1}% {:>9.1}% {:>7.1}%",
        100.0 * share(told.found, told.secrets),
        100.0 * share(told.alarms, told.others),
        100.0 * share(told.found, told.found + told.alarms),
        100.0 * share(blocking.found, blocking.secrets),
        100.0 * share(blocking.found, blocking.found + blocking.alarms),
    );
}

fn is_found(text: &str, secret: Option<&str>, told: &[&(&Rule, Match)]) -> bool {
    let Some(secret) = secret.filter(|secret| !secret.is_empty() && text.contains(secret)) else { return !told.is_empty() };
    let mut at = 0;
    while let Some(start) = text[at..].find(secret).map(|start| start + at) {
        let end = start + secret.len();
        let meets = |(_, found): &&(&Rule, Match)| {
            // A pair is one finding with two places.
            [Some(found.secret), found.beside].into_iter().flatten().any(|span| span.start < end && start < span.end)
        };
        if told.iter().any(meets) {
            return true;
        }
        at = end;
    }
    false
}

fn print(name: &str, scores: &BTreeMap<&str, Score>) {
    println!("\nat the line: {name}");
    println!("{:<20} {:>8} {:>8} {:>8} {:>8} {:>8}", "source", "secrets", "recall", "others", "alarms", "F1");
    let mut total = Score::default();
    let mut recalls = Vec::new();
    for (source, score) in scores {
        row(source, *score);
        total = total.add(*score);
        if score.secrets > 0 {
            recalls.push(share(score.found, score.secrets));
        }
    }
    row("total", total);
    let precision = share(total.found, total.found + total.alarms);
    let mean = recalls.iter().sum::<f64>() / recalls.len().max(1) as f64;
    println!(
        "false-alarm rate {:.1} %, precision {:.1} %, mean of sources {:.1} %",
        100.0 * share(total.alarms, total.others),
        100.0 * precision,
        100.0 * mean
    );
}

fn row(name: &str, score: Score) {
    let recall = share(score.found, score.secrets);
    let precision = share(score.found, score.found + score.alarms);
    let f1 = if recall + precision > 0.0 { 2.0 * recall * precision / (recall + precision) } else { 0.0 };
    println!("{name:<20} {:>8} {:>7.1}% {:>8} {:>8} {f1:>8.3}", score.secrets, 100.0 * recall, score.others, score.alarms);
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
