//! The rules over the syntax tree of one file, which is parsed once for all of them.

use std::collections::BTreeMap;

use super::Engine;
use super::engine::Ready;
use crate::check::{Grammar, Parsed, QueryFault, Unread};
use crate::model::{Match, Span};
use crate::rules::{Kind, Rule};

/// A rule's query does not compile.
#[derive(Debug, thiserror::Error)]
#[error("the query of rule `{rule}` does not compile")]
pub struct TreeError {
    /// The rule.
    pub rule: String,
    /// Why.
    pub source: QueryFault,
}

/// What rules found in a tree.
#[derive(Debug, Default)]
pub struct Grown<'e> {
    /// What may be shown, in order of places.
    pub found: Vec<(&'e Rule, Match)>,
    /// What was not looked at to its end, each with the rules that asked for it.
    pub unread: Vec<(Unread, Vec<&'e str>)>,
}

impl Grown<'_> {
    /// What was not looked at, in sentences for people.
    pub fn gaps(&self) -> impl Iterator<Item = String> {
        self.unread.iter().map(|(why, rules)| {
            let rules: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
            let mend = match why {
                Unread::NotBuilt(_) => "build it in, or `disable` the rule",
                Unread::Large | Unread::Slow | Unread::Busy => "`exclude` the path, or `disable` the rule",
            };
            format!("its syntax tree was not looked at for {}: {why}; {mend}", rules.join(", "))
        })
    }
}

impl Engine {
    /// What the rules with these numbers find in the syntax tree of a text, which stands in the file `path`. A file of another
    /// language has nothing for them.
    ///
    /// # Errors
    /// If a query does not compile.
    pub fn look_at_tree(&self, path: &[u8], text: &[u8], numbers: &[usize]) -> Result<Grown<'_>, TreeError> {
        let Some(grammar) = numbers.first().and_then(|_| Grammar::of(path, text)) else { return Ok(Grown::default()) };
        self.look_as(grammar, text, self.asking(grammar, path, numbers))
    }

    /// The same of a text in one grammar, whatever its file.
    pub(super) fn look_at_tree_as(&self, grammar: Grammar, text: &[u8], numbers: &[usize]) -> Result<Grown<'_>, TreeError> {
        self.look_as(grammar, text, numbers.iter().filter_map(|&number| self.ready(number)).collect())
    }

    /// Tells of what is too large to hold that its tree was not looked at, where a rule asks for it.
    pub(super) fn pass_tree(&self, path: &[u8], head: &[u8], numbers: &[usize]) -> Grown<'_> {
        let asking = Grammar::of(path, head).map(|grammar| self.asking(grammar, path, numbers)).unwrap_or_default();
        unread(Unread::Large, &asking)
    }

    /// The rules of these that are for the file `path`.
    fn asking(&self, grammar: Grammar, path: &[u8], numbers: &[usize]) -> Vec<(&Rule, &Ready)> {
        let speaks = |rule: &Rule| matches!(rule.kind, Kind::Tree(languages) if languages.has(grammar.language()));
        numbers.iter().filter_map(|&number| self.ready(number)).filter(|(rule, ready)| speaks(rule) && ready.is_for(rule, path)).collect()
    }

    fn look_as<'e>(&'e self, grammar: Grammar, text: &[u8], asking: Vec<(&'e Rule, &'e Ready)>) -> Result<Grown<'e>, TreeError> {
        if asking.is_empty() {
            return Ok(Grown::default());
        }
        let parsed = match Parsed::new(grammar, text) {
            Ok(parsed) => parsed,
            Err(why) => return Ok(unread(why, &asking)),
        };
        let mut grown = Grown::default();
        let mut passed: BTreeMap<Unread, Vec<&str>> = BTreeMap::new();
        for (rule, ready) in asking {
            let queries = ready.queries.get_or_init(Box::default);
            let query = queries.get(&rule.pattern, grammar).map_err(|source| TreeError { rule: rule.info.id.to_string(), source })?;
            let Some(query) = query else { continue };
            match parsed.find(query) {
                Ok(spans) => grown.found.extend(spans.into_iter().map(|span| (rule, told(rule, span)))),
                Err(why) => passed.entry(why).or_default().push(&rule.info.id),
            }
        }
        grown.found.sort_by_key(|(_, found)| found.span.start);
        grown.unread = passed.into_iter().collect();
        Ok(grown)
    }
}

fn unread<'e>(why: Unread, asking: &[(&'e Rule, &'e Ready)]) -> Grown<'e> {
    let rules: Vec<&str> = asking.iter().map(|(rule, _)| &*rule.info.id).collect();
    Grown { found: Vec::new(), unread: if rules.is_empty() { Vec::new() } else { vec![(why, rules)] } }
}

fn told(rule: &Rule, span: Span) -> Match {
    let nothing = Span { start: span.start, end: span.start };
    Match { span, secret: span, hidden: nothing, confidence: rule.info.confidence, ..Match::default() }
}
