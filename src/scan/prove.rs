//! Rules proved by their own examples.

use std::borrow::Cow;

use super::Engine;
use crate::check::{Grammar, Pattern, check_query};
use crate::model::Languages;
use crate::rules::{Kind, Rule, fill};

/// What is wrong with a rule, in sentences; nothing when it is proved. It must find exactly one secret in each of its
/// matches and none in each of its misses. Of a rule for several languages it is enough that a match is one in any of them.
pub fn prove(rule: &Rule) -> Vec<String> {
    if let Kind::Tree(languages) = rule.kind {
        if let Err(fault) = check_query(&rule.pattern, languages) {
            return vec![format!("its query does not compile: {fault}; {}", fault.hint)];
        }
    } else if let Err(error) = Pattern::check(rule) {
        return vec![format!("{error}: {}", error.source)];
    }
    // An example stands in no file.
    let anywhere = Rule { paths: Cow::default(), except: Cow::default(), ..rule.clone() };
    let engine = Engine::new(vec![Cow::Owned(anywhere)]);
    let mut faults = Vec::new();
    let count = |example: &str| -> Result<usize, String> {
        let text = fill(example).map_err(|error| error.to_string())?;
        let found = engine.scan(b"", text.as_bytes()).map_err(|error| error.to_string())?;
        Ok(match rule.kind {
            Kind::Tree(languages) => count_trees(&engine, languages, &text, &found.trees)?,
            _ => found.matches.len() + found.shown.len(),
        })
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

/// How often the rules for trees find something in an example: the most of all grammars.
fn count_trees(engine: &Engine, languages: Languages, text: &str, numbers: &[usize]) -> Result<usize, String> {
    let mut most = 0;
    for grammar in languages.iter().flat_map(Grammar::all_of) {
        let grown = engine.look_at_tree_as(grammar, text.as_bytes(), numbers).map_err(|error| error.to_string())?;
        if let Some(gap) = grown.gaps().next() {
            return Err(gap);
        }
        most = most.max(grown.found.len());
    }
    Ok(most)
}
