//! Rules proved by their own examples.

use std::borrow::Cow;

use super::Engine;
use crate::check::Pattern;
use crate::rules::{Rule, fill};

/// What is wrong with a rule, in sentences; nothing when it is proved. It must find exactly one secret in each of its
/// matches and none in each of its misses.
pub fn prove(rule: &Rule) -> Vec<String> {
    if let Err(error) = Pattern::check(rule) {
        return vec![format!("{error}: {}", error.source)];
    }
    // An example stands in no file.
    let anywhere = Rule { paths: Cow::default(), except: Cow::default(), ..rule.clone() };
    let engine = Engine::new(vec![Cow::Owned(anywhere)]);
    let mut faults = Vec::new();
    let count = |example: &str| match fill(example) {
        Ok(text) => {
            engine.scan(b"", text.as_bytes()).map_err(|error| error.to_string()).map(|found| found.matches.len() + found.shown.len())
        }
        Err(error) => Err(error.to_string()),
    };
    for example in rule.matches.iter() {
        match count(example) {
            Ok(1) => {}
            Ok(found) => faults.push(format!("finds {found} in the match `{example}`")),
            Err(error) => faults.push(format!("{error} in the match `{example}`")),
        }
    }
    for example in rule.misses.iter() {
        match count(example) {
            Ok(0) => {}
            Ok(found) => faults.push(format!("finds {found} in the miss `{example}`")),
            Err(error) => faults.push(format!("{error} in the miss `{example}`")),
        }
    }
    faults
}
