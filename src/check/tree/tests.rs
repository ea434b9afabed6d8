use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::model::{Language, Languages};

const PYTHON: Grammar = Grammar::Of(Language::Python);

fn find(grammar: Grammar, query: &str, text: &str) -> Vec<String> {
    let query = TreeQuery::new(query, grammar).unwrap_or_else(|fault| panic!("{fault}"));
    let spans = Parsed::new(grammar, text.as_bytes()).and_then(|parsed| parsed.find(&query));
    let spans = spans.unwrap_or_else(|why| panic!("{why}"));
    spans.into_iter().map(|span| String::from_utf8_lossy(span.of(text.as_bytes())).into_owned()).collect()
}

fn all() -> impl Iterator<Item = Grammar> {
    Language::ALL.iter().flat_map(|&language| Grammar::all_of(language)).filter(|grammar| grammar.is_built_in())
}

#[test]
fn a_place_is_told_once_and_several_captures_of_a_match_are_one_place() {
    let text = "f(a, b)\nf(\n  c)\n";
    assert_eq!(find(PYTHON, "(call (argument_list (identifier))) @match", text), ["f(a, b)", "f(\n  c)"]);
    assert_eq!(find(PYTHON, "(argument_list . (_) @match . (_) @match)", text), ["a, b"]);
    assert_eq!(find(PYTHON, "(argument_list (_)? @match (#eq? @match \"d\"))", text), [""; 0]);
}

#[test]
fn what_stands_above_a_node_can_be_asked_for_and_ruled_out() {
    let text = "class A:\n    def f(self): g(1)\ndef h(): g(2)\ng(3)\n";
    let calls = |predicate: &str| find(PYTHON, &format!("((call (argument_list (integer) @match)) {predicate})"), text);
    assert_eq!(calls("(#has-ancestor? @match class_definition)"), ["1"]);
    assert_eq!(calls("(#not-has-ancestor? @match class_definition)"), ["2", "3"]);
    assert_eq!(calls("(#not-has-ancestor? @match class_definition function_definition)"), ["3"]);
    assert_eq!(calls("(#has-ancestor? @match function_definition) (#has-ancestor? @match class_definition)"), ["1"]);
}

#[test]
fn what_no_one_answers_is_a_fault_of_the_query_at_its_place() {
    for (query, offset, what) in [
        ("(call) @found", 0, "no node is captured as `@match`"),
        ("((call) @match (#nope? @match))", 0, "the predicate `#nope?` is not known"),
        ("(call) @match\n\n((list) @match (#has-ancestor? @match no_node))", 15, "there is no node `no_node`"),
        ("((list) @match (#has-ancestor? @match))", 0, "`#has-ancestor?` has other arguments"),
        ("((list) @match (#has-ancestor? \"a\" list))", 0, "`#has-ancestor?` has other arguments"),
        ("((list) @match (#set! a b))", 0, "`#is?` and `#set!` say nothing here"),
        ("((list) @match (#eq? @match))", 0, "a predicate is wrong"),
        ("(call (no_node)) @match", 7, "Python has no node `no_node`"),
        ("(call", 5, "this is no query"),
        ("", 0, "no node is captured as `@match`"),
    ] {
        let fault = TreeQuery::new(query, PYTHON).map(drop).unwrap_err();
        assert!(fault.what.starts_with(what) && fault.offset == offset && !fault.hint.is_empty(), "{query}: {fault:?}");
    }
    let deep = format!("{}call{}", "(".repeat(100), ")".repeat(100));
    assert!(TreeQuery::new(&deep, PYTHON).map(drop).unwrap_err().what.contains("nests deeper"));
    assert!(TreeQuery::new(&"; a\n".repeat(1 << 14), PYTHON).map(drop).unwrap_err().what.contains("longer than"));
    let both = Languages::of([Language::JavaScript, Language::TypeScript]);
    assert_eq!(check_query("(jsx_attribute) @match", both), Ok(()), "TSX has it, though TypeScript has not");
    assert!(check_query("(public_field_definition) @match", both).unwrap_err().what.starts_with("JavaScript has no node"));
}

#[test]
fn text_that_is_made_to_cost_much_is_given_up_and_told() {
    for (grammar, piece) in [(Grammar::Of(Language::Java), "a<"), (Grammar::Of(Language::Shell), "<<A\n")] {
        let text = piece.repeat(60_000);
        let started = std::time::Instant::now();
        let parsed = Parsed::new(grammar, text.as_bytes());
        assert!(parsed.is_err_and(|why| why == Unread::Slow), "{piece}");
        assert!(started.elapsed().as_secs() < 20, "{piece}");
    }
    assert!(Parsed::new(PYTHON, &vec![b'\n'; MAX_TREE_BYTES + 1]).is_err_and(|why| why == Unread::Large));
    // Each of many arguments with each of the others.
    let query = TreeQuery::new("(argument_list (_) @match (_)* (_) @match (_)* (_) @match)", PYTHON).unwrap();
    let text = format!("f({})", "a, ".repeat(20_000));
    assert_eq!(Parsed::new(PYTHON, text.as_bytes()).unwrap().find(&query), Err(Unread::Busy));
    // Each predicate reads nearly all of the text.
    let query = TreeQuery::new("((call arguments: (argument_list) @_of) @match (#not-match? @_of \"zz$\"))", PYTHON).unwrap();
    let text = format!("{}{}", "f(a_long_name, another, ".repeat(3_000), ")".repeat(3_000));
    assert_eq!(Parsed::new(PYTHON, text.as_bytes()).unwrap().find(&query), Err(Unread::Busy));
}

#[test]
fn what_nests_deep_takes_no_stack() {
    for grammar in all() {
        for piece in ["(", "a(", "- ", "`${", "<a>", "if a: ", "$("] {
            let text = piece.repeat(10_000);
            let query = TreeQuery::new("((_) @match (#has-ancestor? @match ERROR))", grammar);
            if let (Ok(parsed), Ok(query)) = (Parsed::new(grammar, text.as_bytes()), query) {
                drop(parsed.find(&query));
            }
        }
    }
}

proptest! {
    #[test]
    fn no_text_and_no_query_make_it_panic_and_what_is_found_lies_in_the_text(
        pieces in vec(prop_oneof![
            4 => proptest::sample::select(vec![
                "(", ")", "[", "]", "{", "}", "\"", "'", "`", "${", "#{", "<<A\n", "A\n", "\n", "  ", "\\", "%w(", "//", "/*", "*/", "\"\"\"",
                "f'{", "<a", "</a>", "=>", "::", ";", "\0", "é", "if ", "def f", "do ", "end", "then", "case ", "a", "1", "=", ",", ":", "r#\"",
            ]).prop_map(|piece| piece.as_bytes().to_vec()),
            1 => vec(any::<u8>(), 0..4),
        ], 0..60),
        words in vec(proptest::sample::select(vec![
            "(", ")", "[", "]", "_", "call", "identifier", "@match", "@a", "#eq?", "#match?", "#any-of?", "\"a\"", "\"", "\\", "*", "+", "?", ".",
            "!", "name:", "é", ";", "\n", "ERROR", "MISSING", "/", "(#not-eq? @match \"a\")", "(identifier) @match", "(call) @match",
        ]), 0..12),
    ) {
        let (text, query) = (pieces.concat(), words.join(" "));
        for grammar in all() {
            let Ok(parsed) = Parsed::new(grammar, &text) else { continue };
            let any = TreeQuery::new("(_) @match", grammar).unwrap();
            for query in [Ok(any), TreeQuery::new(&query, grammar)].into_iter().flatten() {
                for span in parsed.find(&query).unwrap_or_default() {
                    prop_assert!(span.start <= span.end && span.end <= text.len());
                }
            }
        }
    }
}
