//! Queries: compiled, and refused where they ask for what nobody answers.

use std::sync::OnceLock;

use tree_sitter::{Node, Query, QueryError, QueryErrorKind, QueryMatch, QueryPredicate, QueryPredicateArg, Tree};

use super::bounds::Metered;
use super::grammar::Grammar;
use crate::model::Languages;

/// The capture whose node is told.
const TOLD: &str = "match";
/// The most bytes of a query.
const MAX_QUERY_BYTES: usize = 16 << 10;
/// How deep it may nest: the library reads it by a function that calls itself.
const MAX_QUERY_DEPTH: usize = 64;

/// What is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct QueryFault {
    /// In a sentence.
    pub what: String,
    /// At which byte of it.
    pub offset: usize,
    /// How to mend it.
    pub hint: String,
}

/// A query, compiled for one grammar.
#[derive(Debug)]
pub struct TreeQuery {
    pub(super) query: Query,
    /// The number of the capture [`TOLD`].
    pub(super) told: u32,
    /// By the number of the pattern.
    ancestors: Vec<Vec<Ancestors>>,
}

/// A predicate `#has-ancestor?` or `#not-has-ancestor?`.
#[derive(Debug)]
struct Ancestors {
    /// The number of the capture.
    of: u32,
    /// Kinds of nodes.
    kinds: Vec<u16>,
    /// Whether one of them must stand above, or none.
    is_wanted: bool,
}

/// A rule's query for each grammar, compiled when a file of it is first looked at.
#[derive(Debug, Default)]
pub struct TreeQueries([OnceLock<Result<TreeQuery, QueryFault>>; Grammar::COUNT]);

impl TreeQueries {
    /// The query `text` for a grammar; it must be the same text each time. None where it asks for what only another grammar of
    /// the language has.
    ///
    /// # Errors
    /// If it does not compile for any grammar of the language.
    pub fn get(&self, text: &str, grammar: Grammar) -> Result<Option<&TreeQuery>, QueryFault> {
        let compiled = |grammar: Grammar| {
            let query = self.0.get(grammar.number()).expect("because there is one for each number");
            query.get_or_init(|| TreeQuery::new(text, grammar)).as_ref()
        };
        match compiled(grammar) {
            Ok(query) => Ok(Some(query)),
            Err(_) if Grammar::all_of(grammar.language()).any(|grammar| compiled(grammar).is_ok()) => Ok(None),
            Err(fault) => Err(fault.clone()),
        }
    }
}

/// Whether a query compiles for these languages, as far as they are built in: for one grammar of each.
///
/// # Errors
/// If it does not.
pub fn check_query(query: &str, languages: Languages) -> Result<(), QueryFault> {
    languages.iter().try_for_each(|language| {
        // What asks for elements is of TSX alone.
        let compiled = Grammar::all_of(language).filter(|grammar| grammar.is_built_in()).map(|grammar| TreeQuery::new(query, grammar));
        let mut faults = Vec::new();
        for compiled in compiled {
            match compiled {
                Ok(_) => return Ok(()),
                Err(fault) => faults.push(fault),
            }
        }
        faults.into_iter().next().map_or(Ok(()), Err)
    })
}

impl TreeQuery {
    /// Compiles a query.
    ///
    /// # Errors
    /// If it is none for this grammar, or asks for a predicate that is not known.
    pub fn new(text: &str, grammar: Grammar) -> Result<Self, QueryFault> {
        let fault = |what: String, offset, hint: &str| QueryFault { what, offset, hint: hint.to_owned() };
        let Some(language) = grammar.load() else {
            return Err(fault(format!("{} is not built in", grammar.name()), 0, "build with the grammar's feature"));
        };
        if text.len() > MAX_QUERY_BYTES {
            return Err(fault(format!("the query is longer than {MAX_QUERY_BYTES} bytes"), 0, "make several rules of it"));
        }
        if let Some(at) = too_deep(text) {
            return Err(fault(format!("the query nests deeper than {MAX_QUERY_DEPTH} levels"), at, "make it flatter"));
        }
        let query = Query::new(&language, text).map_err(|error| explain(&error, text, grammar))?;
        let hint = "name the node that is to be told: `(call) @match`";
        let told = query.capture_index_for_name(TOLD).ok_or_else(|| fault("no node is captured as `@match`".to_owned(), 0, hint))?;
        let mut ancestors = Vec::new();
        for pattern in 0..query.pattern_count() {
            let at = query.start_byte_for_pattern(pattern);
            let read = |predicate: &QueryPredicate| read_ancestors(predicate, &language).map_err(|(what, hint)| fault(what, at, hint));
            ancestors.push(query.general_predicates(pattern).iter().map(read).collect::<Result<Vec<_>, _>>()?);
            if !query.property_predicates(pattern).is_empty() || !query.property_settings(pattern).is_empty() {
                return Err(fault("`#is?` and `#set!` say nothing here".to_owned(), at, PREDICATES));
            }
        }
        Ok(Self { query, told, ancestors })
    }

    /// Whether the predicates hold that the library leaves to its user.
    pub(super) fn holds(&self, matched: &QueryMatch<'_, '_>, tree: &Tree, texts: &Metered<'_>) -> bool {
        let asked = self.ancestors.get(matched.pattern_index).map(Vec::as_slice).unwrap_or_default();
        asked.iter().all(|ancestors| {
            let stands = |node: Node<'_>| stands_below(tree, node, &ancestors.kinds, texts);
            matched.nodes_for_capture_index(ancestors.of).all(|node| stands(node) == ancestors.is_wanted)
        })
    }
}

/// The predicates that there are.
const PREDICATES: &str = "the predicates are `#eq?`, `#match?` and `#any-of?` with `not-` and `any-` before them, `#has-ancestor?` and \
                          `#not-has-ancestor?`";

/// Whether a node stands below one of these kinds, on the way down to it from the root.
fn stands_below(tree: &Tree, node: Node<'_>, kinds: &[u16], texts: &Metered<'_>) -> bool {
    let mut above = tree.root_node();
    while above != node {
        texts.take(above.child_count() + 1);
        if kinds.contains(&above.kind_id()) {
            return true;
        }
        let Some(below) = above.child_with_descendant(node).filter(|_| !texts.is_spent()) else { return false };
        above = below;
    }
    false
}

fn read_ancestors(predicate: &QueryPredicate, language: &tree_sitter::Language) -> Result<Ancestors, (String, &'static str)> {
    let is_wanted = match &*predicate.operator {
        "has-ancestor?" => true,
        "not-has-ancestor?" => false,
        other => return Err((format!("the predicate `#{other}` is not known"), PREDICATES)),
    };
    let hint = "give it a capture and kinds of nodes: `(#has-ancestor? @match class_definition)`";
    let Some((QueryPredicateArg::Capture(of), names)) = predicate.args.split_first().filter(|(_, names)| !names.is_empty()) else {
        return Err((format!("`#{}` has other arguments", predicate.operator), hint));
    };
    let mut kinds = Vec::new();
    for name in names {
        let QueryPredicateArg::String(name) = name else { return Err((format!("`#{}` has other arguments", predicate.operator), hint)) };
        match language.id_for_node_kind(name, true) {
            0 => return Err((format!("there is no node `{name}`"), "see `node-types.json` of the grammar")),
            kind => kinds.push(kind),
        }
    }
    Ok(Ancestors { of: *of, kinds, is_wanted })
}

/// At which byte of a query its brackets nest too deep.
fn too_deep(query: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut in_comment, mut is_escaped) = (0_usize, false, false, false);
    for (at, byte) in query.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'\n' => (in_string, in_comment) = (false, false),
            _ if in_comment => {}
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b';' => in_comment = true,
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_QUERY_DEPTH {
            return Some(at);
        }
    }
    None
}

fn explain(error: &QueryError, text: &str, grammar: Grammar) -> QueryFault {
    let name = error.message.trim_matches('"');
    let of = grammar.name();
    let (what, hint) = match error.kind {
        QueryErrorKind::NodeType => (format!("{of} has no node `{name}`"), "see `node-types.json` of the grammar, or parse an example"),
        QueryErrorKind::Field => (format!("{of} has no field `{name}`"), "see `node-types.json` of the grammar, or parse an example"),
        QueryErrorKind::Capture => (format!("nothing is captured as `@{name}`"), "capture a node before a predicate asks about it"),
        QueryErrorKind::Structure => (format!("no tree of {of} looks like this"), "see which children the node has in the grammar"),
        QueryErrorKind::Predicate => (format!("a predicate is wrong: {}", error.message), PREDICATES),
        QueryErrorKind::Syntax => {
            ("this is no query".to_owned(), "see https://tree-sitter.github.io/tree-sitter/using-parsers/queries/1-syntax.html")
        }
        QueryErrorKind::Language => (format!("the grammar of {of} is of another version"), "report it"),
    };
    // The errors of predicates tell a line and no byte.
    let line_start = text.split_inclusive('\n').take(error.row).map(str::len).sum::<usize>();
    let offset = if error.offset == 0 { line_start } else { error.offset };
    QueryFault { what, offset, hint: hint.to_owned() }
}
