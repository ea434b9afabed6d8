//! JSON and JSON5.

pub(in crate::quality) mod layout;
mod reader;
mod scalar;

pub(in crate::quality::syntax) use reader::{Dialect, Event, Kind, Reader};

use std::borrow::Cow;

use super::{MAX_DEFECTS, Names, text};
use crate::model::Span;
use crate::quality::{Defect, File};

/// What is wrong with JSON (RFC 8259): where it does not parse, and each key that an object has twice.
///
/// As `check-json` of pre-commit-hooks, a byte order mark is a defect: the RFC forbids it and most readers stop at it.
/// Other than there, `NaN` and `Infinity` are defects too: only Python reads them.
pub(in crate::quality) fn find(file: &File<'_>) -> Vec<Defect> {
    look(file, Dialect::Json)
}

/// The same of JSON5: comments, single quotes, names without quotes, a comma at the end and more numbers are no defects.
pub(in crate::quality) fn find5(file: &File<'_>) -> Vec<Defect> {
    look(file, Dialect::Json5)
}

/// A key of an object with a scalar for its value, and where both stand.
pub(in crate::quality) struct Entry<'t> {
    pub(in crate::quality) key: Cow<'t, str>,
    pub(in crate::quality) key_span: Span,
    pub(in crate::quality) value: Span,
}

/// The scalars of those objects that stand in the outermost one under one of `names`; of a text that does not parse, those
/// before the fault.
pub(in crate::quality) fn entries<'t>(text: &'t str, names: &[&str]) -> Vec<Entry<'t>> {
    let mut path: Vec<Option<(Cow<'t, str>, Span)>> = Vec::new();
    let mut entries = Vec::new();
    for (event, span) in Reader::new(text, Dialect::Json).map_while(Result::ok) {
        match event {
            Event::Open(_) => path.push(None),
            Event::Close(_) => drop(path.pop()),
            Event::Key(key) => {
                if let Some(last) = path.last_mut() {
                    *last = Some((key, span));
                }
            }
            Event::Scalar => {
                if let [Some((object, _)), Some((key, key_span))] = path.as_slice()
                    && names.contains(&object.as_ref())
                {
                    entries.push(Entry { key: key.clone(), key_span: *key_span, value: span });
                }
            }
        }
    }
    entries
}

fn look(file: &File<'_>, dialect: Dialect) -> Vec<Defect> {
    let text = match text(file) {
        Ok(text) => text,
        Err(defect) => return vec![defect],
    };
    let mut defects = Vec::new();
    let mut open: Vec<Names<'_>> = Vec::new();
    for step in Reader::new(text, dialect) {
        match step {
            Ok((Event::Open(_), _)) => open.push(Names::default()),
            Ok((Event::Close(_), _)) => drop(open.pop()),
            Ok((Event::Key(key), span)) => {
                if let Some(names) = open.last_mut() {
                    defects.extend(names.add("key", key, span, file.bytes));
                }
            }
            Ok((Event::Scalar, _)) => {}
            Err(defect) => defects.push(defect),
        }
        if defects.len() >= MAX_DEFECTS {
            break;
        }
    }
    defects
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{check, marked};
    use super::*;

    #[test]
    fn good_json_has_no_defects() {
        for good in [
            "{}",
            "[]",
            " null\n",
            "-0.5e+10",
            "\"\\u00e9\\ud800\"",
            "{\"a\": [1, 2, {\"a\": true}], \"b\": {\"a\": 1}}",
            "[{\"a\": 1}, {\"a\": 2}]",
            "[\"\u{2028} \u{7f} é\"]\r\n\t ",
        ] {
            check(find, good, &[]);
            check(find5, good, &[]);
        }
    }

    #[test]
    fn a_fault_of_json_is_told_at_its_place() {
        for (bad, detail) in [
            ("«»", "the file ends; expected a value"),
            ("  \n«»", "the file ends; expected a value"),
            ("[1, 2«»", "the file ends; expected `,` or `]`"),
            ("[1 «2»]", "expected `,` or `]`"),
            ("{\"a\": 1 «\"»b\": 2}", "expected `,` or `}`"),
            ("{\"a\" «1»}", "expected `:`"),
            ("{«a»: 1}", "expected a key in double quotes, or `}`"),
            ("{\"a\": 1, «2»}", "expected a key in double quotes"),
            ("{\"a\": 1«,» }", "a `,` before `}`"),
            ("[1«,»]", "a `,` before `]`"),
            ("[«,»1]", "expected a value or `]`"),
            ("{\"a\": «}»", "expected a value"),
            ("[1«}»", "expected `,` or `]`"),
            ("[«'»a']", "expected a value or `]`"),
            ("[«True»]", "`True` is no value"),
            ("[«NaN»]", "`NaN` is no value"),
            ("[-«I»nfinity]", "expected a digit"),
            ("[0«1»]", "expected `,` or `]`"),
            ("[1.«]»", "expected a digit"),
            ("[1e«]»", "expected a digit"),
            ("«.»5", "expected a value"),
            ("«// no\n»1", "a comment, which JSON does not have"),
            ("[1, «/* no */» 2]", "a comment, which JSON does not have"),
            ("«\u{feff}»1", "a byte order mark, which JSON does not have"),
            ("[«\"abc»", "a string that does not end"),
            ("[\"a«\n»b\"]", "a line end in a string"),
            ("[\"a«\t»b\"]", "a control character in a string"),
            ("[\"«\\x»41\"]", "`\\x` is no escape"),
            ("[\"«\\u»00g0\"]", "expected four hexadecimal digits after `\\u`"),
            ("1 «2»", "expected the end of the file"),
            ("{\"é\": «é»}", "`é` is no value"),
        ] {
            check(find, bad, &[detail]);
        }
    }

    #[test]
    fn a_key_that_is_there_twice_is_told_however_it_is_written() {
        check(find, "{\"a\": 1,\n \"b\": 2,\n «\"a\"»: 3}", &["the key `a` is there twice, first on line 1"]);
        check(find, "{\"é\": 1, «\"\\u00e9\"»: 3}", &["the key `é` is there twice, first on line 1"]);
        check(find, "{\"😀\": 1, «\"\\ud83d\\uDE00\"»: 3}", &["the key `😀` is there twice, first on line 1"]);
        check(find, "{\"\\ud800A\": 1, «\"\\ud800\\u0041\"»: 3}", &["the key `\\ud800A` is there twice, first on line 1"]);
        check(
            find,
            "[\n{\"a\": {\"b\": 1,\n«\"b\"»: 2}, «\"a\"»: 3}, 4«»",
            &[
                "the key `b` is there twice, first on line 2",
                "the key `a` is there twice, first on line 2",
                "the file ends; expected `,` or `]`",
            ],
        );
        check(
            find5,
            "{a: 1, 'b': 2, «'\\x61'»: 3, «\"b\"»: 4, «\\u0061»: 5}",
            &[
                "the key `a` is there twice, first on line 1",
                "the key `b` is there twice, first on line 1",
                "the key `a` is there twice, first on line 1",
            ],
        );
        check(
            find,
            &format!("{{\"\": 0{}}}", ", «\"\"»: 0".repeat(MAX_DEFECTS)),
            &["the key `` is there twice, first on line 1"; MAX_DEFECTS],
        );
        let many = marked(&format!("{{\"\": 0{}}}", ", \"\": 0".repeat(MAX_DEFECTS * 2))).0;
        assert_eq!(super::super::tests::of(find, many.as_bytes()).len(), MAX_DEFECTS);
    }

    #[test]
    fn good_json5_has_no_defects() {
        for good in [
            "\u{feff}// a\n{/* b **/ a: 'it\\'s', $_b1: \"x\\\ny\", 'c': +.5, d: 5., e: -0xAf, f: -Infinity, é: NaN,}",
            "[1, 2,] // end",
            "'\\0\\v\\q\u{2028}\\\r\n\t'",
            "{true: 1, null: 2}",
        ] {
            check(find5, good, &[]);
        }
    }

    #[test]
    fn a_fault_of_json5_is_told_at_its_place() {
        for (bad, detail) in [
            ("[«,»]", "expected a value or `]`"),
            ("[1,«,»]", "expected a value or `]`"),
            ("{a«}»", "expected `:`"),
            ("{«1»: 2}", "expected a key or `}`"),
            ("[«/* a»", "a comment that does not end"),
            ("«undefined»", "`undefined` is no value"),
            ("0x«g»", "expected a hexadecimal digit"),
            ("0«1»", "expected the end of the file"),
            ("«.»", "expected a digit"),
            ("'a«\n»'", "a line end in a string"),
            ("'«\\1»'", "`\\1` is no escape"),
            ("'«\\0»1'", "`\\0` is no escape before a digit"),
            ("'«\\x»4'", "expected two hexadecimal digits after `\\x`"),
            ("{«a\\u12»: 1}", "expected four hexadecimal digits after `\\u`"),
            ("[1 «/» 2]", "expected `,` or `]`"),
        ] {
            check(find5, bad, &[detail]);
        }
    }

    #[test]
    fn what_nests_too_deep_is_a_defect_and_takes_no_stack() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        check(find, &deep(128), &[]);
        check(find, &format!("{}«[»{}", "[".repeat(128), "[".repeat(1_000_000)), &["nests more deeply than 128"]);
    }

    #[test]
    fn what_is_no_text_is_a_defect() {
        let defects = super::super::tests::of(find, b"[\"\xff\"]");
        assert_eq!(defects, [super::super::defect(2, 3, "not UTF-8")]);
    }

    /// Whether another reader takes it.
    fn is_json(text: &str) -> bool {
        serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
    }

    proptest! {
        #[test]
        fn agrees_with_another_reader_on_what_is_json(text in "[-\\[\\]{}:,\"\\\\0-2.eE+ua \n\tnulltrue/*]{0,14}") {
            let parses = super::super::tests::of(find, text.as_bytes())
                .iter()
                .all(|defect| defect.detail.as_deref().is_some_and(|detail| detail.contains("is there twice")));
            prop_assert_eq!(parses, is_json(&text), "{}", text);
            if parses {
                let five = super::super::tests::of(find5, text.as_bytes());
                prop_assert_eq!(five.len(), super::super::tests::of(find, text.as_bytes()).len(), "all JSON is JSON5");
            }
        }

        #[test]
        fn agrees_on_changed_documents(at in 0_usize..80, new in "[-\\[\\]{}:,\"\\\\019.eE+a é\n]{0,2}") {
            let good = r#"{"a": [1, -2.5e3, "x\n\u00e9", true, null, {}], "b": {"c": false, "d": [[], [0]]}} "#;
            let mut text: Vec<char> = good.chars().collect();
            let _ = text.splice(at.min(text.len())..(at + 1).min(text.len()), new.chars()).count();
            let text: String = text.into_iter().collect();
            let parses = super::super::tests::of(find, text.as_bytes())
                .iter()
                .all(|defect| defect.detail.as_deref().is_some_and(|detail| detail.contains("is there twice")));
            prop_assert_eq!(parses, is_json(&text), "{}", text);
        }
    }
}
