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
use stanch::rules::RULES;
use stanch::scan::Engine;

#[derive(Clone, Copy, Default)]
struct Score {
    secrets: usize,
    found: usize,
    others: usize,
    alarms: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let file = arguments.first().expect("give a corpus file");
    let has = |flag: &str| arguments.iter().any(|word| word == flag);
    let text = std::fs::read_to_string(file).unwrap();
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let engine = Engine::new(RULES.iter().map(Cow::Borrowed).collect());
    let line = Threshold::default();
    let blocks = |info: &RuleInfo, confidence: Confidence| info.severity >= line.severity && confidence >= line.confidence;

    for (name, counts) in [("blocking or warning", false), ("blocking", true)] {
        let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
        for case in cases.iter().filter(|case| case["flags"].as_array().unwrap().is_empty()) {
            let text = case["text"].as_str().unwrap();
            let path = case["path"].as_str().unwrap_or_default();
            let found = engine.scan(path.as_bytes(), text.as_bytes()).unwrap().matches;
            let found: Vec<(&str, Match)> = found
                .into_iter()
                .filter(|(rule, found)| found.confidence > Confidence::Low && (!counts || blocks(&rule.info, found.confidence)))
                .map(|(rule, found)| (rule.info.id.as_ref(), found))
                .collect();
            let score = scores.entry(case["source"].as_str().unwrap()).or_default();
            let label = |mark: &str| {
                if has(mark) && !counts {
                    let ids: Vec<&str> = found.iter().map(|(id, _)| *id).collect();
                    let (source, rule) = (case["source"].as_str().unwrap(), case["rule"].as_str().unwrap_or("-"));
                    println!("{mark} {source} {rule} {} [{}] {:?} secret {:?}", case["id"], ids.join(" "), text, case["secret"].as_str());
                }
            };
            if case["kind"] == "secret" {
                score.secrets += 1;
                if is_found(text, case["secret"].as_str(), &found) {
                    score.found += 1;
                } else {
                    label("--misses");
                }
            } else {
                score.others += 1;
                if !found.is_empty() {
                    score.alarms += 1;
                    label("--alarms");
                }
            }
        }
        print(name, &scores);
    }
}

fn is_found(text: &str, secret: Option<&str>, found: &[(&str, Match)]) -> bool {
    let Some(secret) = secret.filter(|secret| !secret.is_empty() && text.contains(secret)) else { return !found.is_empty() };
    let mut at = 0;
    while let Some(start) = text[at..].find(secret).map(|start| start + at) {
        let end = start + secret.len();
        if found
            .iter()
            .any(|(_, found)| [Some(found.secret), found.beside].into_iter().flatten().any(|span| span.start < end && start < span.end))
        {
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
        total = Score {
            secrets: total.secrets + score.secrets,
            found: total.found + score.found,
            others: total.others + score.others,
            alarms: total.alarms + score.alarms,
        };
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
