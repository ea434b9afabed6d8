//! Every rule that the binary carries, proved by its own examples.

mod cost;
mod drawn;
mod keywords;
mod proofs;
pub(crate) mod shapes;

use std::borrow::Cow;

use stanch::check::Grammar;
use stanch::model::Confidence;
use stanch::policy::PathGlob;
use stanch::rules::{Choice, Kind, RULES, Rule, fill};
use stanch::scan::{Engine, prove};

/// Whether the program was built with all grammars that a rule asks for.
fn is_built_in(rule: &Rule) -> bool {
    let Kind::Tree(languages) = rule.kind else { return true };
    languages.iter().flat_map(Grammar::all_of).all(Grammar::is_built_in)
}

#[test]
fn every_rule_finds_its_examples_and_spares_its_counter_examples() {
    let faults: Vec<String> = RULES
        .iter()
        .filter(|rule| is_built_in(rule))
        .flat_map(|rule| prove(rule).into_iter().map(move |fault| format!("{}: {fault}", rule.info.id)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn with_all_rules_running_each_example_is_found_by_its_own_rule_and_no_other() {
    // No filler holds a checksum, and a wrong one makes a rule less sure; `proofs` has right ones.
    let engine = Engine::new(RULES.iter().map(|rule| Cow::Owned(Rule { proof: None, ..rule.clone() })).collect());
    let mut faults = Vec::new();
    for rule in RULES.iter() {
        for example in rule.matches.iter() {
            let text = fill(example).unwrap();
            let found = engine.scan(b"", text.as_bytes()).unwrap().matches;
            if !rule.is_secret() {
                // Its own find may be shown and depends on the path; no rule for secrets may speak.
                faults.extend(found.first().map(|(other, _)| format!("{}: `{example}` is found by {}", rule.info.id, other.info.id)));
                continue;
            }
            // The other half of a pair may stand beside it.
            let told: Vec<(&str, Confidence)> = found
                .iter()
                .filter(|(other, _)| !rule.companions.contains(&other.info.id))
                .map(|(rule, found)| (&*rule.info.id, found.confidence))
                .collect();
            let speaks =
                |(id, confidence): (&str, Confidence)| id == rule.info.id && confidence >= rule.info.confidence.min(Confidence::Medium);
            if !matches!(told.as_slice(), [one] if speaks(*one)) {
                faults.push(format!("{}: `{example}` is found by {told:?}", rule.info.id));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_rule_says_what_it_is_and_what_to_do() {
    for rule in RULES.iter() {
        let info = &rule.info;
        let id = &info.id;
        assert!(!info.title.is_empty() && info.why.ends_with('.') && info.fix.ends_with('.'), "{id}: title, why and fix are sentences");
        assert!(info.rotate.is_empty() || info.rotate.starts_with("https://"), "{id}: `rotate` is a page");
        let known = |id: &stanch::model::Text| RULES.iter().any(|other| other.info.id == *id);
        assert!(rule.companions.iter().all(known), "{id}: companions are rules");
        assert!(info.references.iter().all(|page| page.starts_with("https://")), "{id}: references are pages");
    }
    assert!(RULES.iter().map(|rule| &rule.info.id).is_sorted());
}

#[test]
fn no_example_is_stored_whole() {
    let engine = Engine::builtin(&[&Choice::default()], Vec::new());
    for rule in RULES.iter() {
        for example in rule.matches.iter() {
            for (found_by, found) in engine.scan(b"", example.as_bytes()).unwrap().matches {
                // What reaches to a filler is no value yet.
                let near = example.as_bytes().get(found.span.start..(found.span.end + 2).min(example.len())).unwrap();
                let unfilled = bstr::ByteSlice::contains_str(near, "${");
                assert!(unfilled || found_by.info.confidence < Confidence::High, "{}: `{example}`", rule.info.id);
            }
        }
    }
}

#[test]
fn the_globs_of_every_rule_read() {
    let mut globs = 0;
    for rule in RULES.iter() {
        for glob in rule.paths.iter().chain(rule.except.iter()) {
            globs += 1;
            assert!(PathGlob::parse(glob).is_ok(), "{}: {glob}", rule.info.id);
        }
    }
    assert!(globs > 100, "{globs}");
}
