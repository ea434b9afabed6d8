//! Every rule that the binary carries, proved by its own examples.

use std::borrow::Cow;

use stanch::rules::{RULES, fill};
use stanch::scan::{Engine, prove};

/// Rules whose examples another rule speaks for, and which one: where the other is surer of the same value.
const SPOKEN_FOR: &[(&str, &str)] = &[];

/// Rules whose examples hold another value too, and the rule that finds that one: a key beside its id.
const BESIDE: &[(&str, &str)] = &[("aws-secret-access-key", "aws-access-key-id"), ("google-storage-hmac-secret", "google-storage-hmac-id")];

#[test]
fn every_rule_finds_its_examples_and_spares_its_counter_examples() {
    let faults: Vec<String> =
        RULES.iter().flat_map(|rule| prove(rule).into_iter().map(move |fault| format!("{}: {fault}", rule.info.id))).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn with_all_rules_running_each_example_is_found_by_its_own_rule_and_no_other() {
    let engine = Engine::new(RULES.iter().map(Cow::Borrowed).collect());
    let mut faults = Vec::new();
    for rule in RULES.iter() {
        for example in rule.matches.iter() {
            let text = fill(example).unwrap();
            let found = engine.scan(text.as_bytes()).unwrap();
            let names = found.iter().map(|(rule, _)| &*rule.info.id);
            let names: Vec<&str> = names.filter(|name| !BESIDE.contains(&(&*rule.info.id, *name))).collect();
            let spoken_for = |name: &str| SPOKEN_FOR.contains(&(&*rule.info.id, name));
            if !matches!(names.as_slice(), [name] if *name == rule.info.id || spoken_for(name)) {
                faults.push(format!("{}: `{example}` is found by {names:?}", rule.info.id));
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
        assert!(info.references.iter().all(|page| page.starts_with("https://")), "{id}: references are pages");
        assert!(rule.matches.iter().all(|example| example.contains("${") || prove(rule).is_empty()), "{id}");
    }
    assert!(RULES.iter().map(|rule| &rule.info.id).is_sorted());
}

#[test]
fn no_example_is_stored_whole() {
    let engine = Engine::new(RULES.iter().map(Cow::Borrowed).collect());
    let unfilled = RULES.iter().flat_map(|rule| rule.matches.iter().map(move |example| (&rule.info.id, example)));
    let whole: Vec<_> = unfilled
        .filter(|(_, example)| {
            engine.scan(example.as_bytes()).unwrap().iter().any(|(rule, _)| rule.info.confidence >= stanch::model::Confidence::High)
        })
        .collect();
    assert!(whole.is_empty(), "{whole:?}");
}
