//! What the tests of all readers share.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::{Defect, File, Span};

/// A check.
pub(super) type Find = fn(&File<'_>) -> Vec<Defect>;

/// What a check finds in bytes.
pub(super) fn of(find: Find, bytes: &[u8]) -> Vec<Defect> {
    find(&File { path: b"file", bytes, ..File::default() })
}

/// A text without its marks `«` and `»`, and the spans between them.
pub(super) fn marked(text: &str) -> (String, Vec<Span>) {
    let (mut plain, mut spans, mut start) = (String::new(), Vec::new(), 0);
    for char in text.chars() {
        match char {
            '«' => start = plain.len(),
            '»' => spans.push(Span { start, end: plain.len() }),
            _ => plain.push(char),
        }
    }
    (plain, spans)
}

/// Asserts that a check finds defects where the text has marks, in this order and with these details.
#[track_caller]
pub(super) fn check(find: Find, text: &str, details: &[&str]) {
    let (plain, spans) = marked(text);
    assert_eq!(spans.len(), details.len(), "each mark has its detail: {text}");
    let expected: Vec<Defect> =
        spans.into_iter().zip(details).map(|(span, detail)| Defect { span, detail: Some((*detail).to_owned()) }).collect();
    assert_eq!(of(find, plain.as_bytes()), expected, "{text}");
}

/// All readers.
const ALL: [Find; 8] = [
    super::json::find,
    super::json::find5,
    super::yaml::find,
    super::toml::find,
    super::xml::find,
    super::dotenv::find,
    super::python::find,
    super::notebook::find,
];

/// Documents to change: each is good for one reader.
const DOCUMENTS: [&str; 8] = [
    "{\"a\": [1, -2.5e3, \"x\\n\\u00e9\", null], \"b\": {\"c\": false}}",
    "{a: 'x', $b: [+.5, 0xF, NaN,], /* c */ \"d\": \"\\\n\"} // é",
    "%YAML 1.2\n---\na: &x [1, 'é', *x]\n? {b: c}\n: |\n  text\n---\n!t \"d\"\n",
    "a = 1\n[b.\"c\"]\nd = [1.5, 'é', {e = true}]\n[[f]]\ng = \"\"\"x\ny\"\"\"\n",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'x'>]><a b='1'>é&e;<![CDATA[]]><!-- c --><d:d xmlns:d='u'/></a>",
    "# a\nexport A=1\nB='x\ny' # é\nC=\"\\\"\"\n",
    "def f(a, *b, c=1):\n    return f'{a!r:>{c}} é' if b else [x for x in (1, 2)]\nclass A: x: int = lambda: 1\n",
    "{\"cells\": [{\"cell_type\": \"code\", \"execution_count\": 1, \"outputs\": [{}]}]}",
];

/// Asserts that no reader is upset by bytes, and that what each tells lies in them.
fn endures(bytes: &[u8]) -> Result<(), TestCaseError> {
    for find in ALL {
        let defects = of(find, bytes);
        prop_assert!(defects.len() <= super::MAX_DEFECTS);
        for defect in defects {
            prop_assert!(defect.span.start <= defect.span.end && defect.span.end <= bytes.len(), "{:?}", defect);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_bytes_upset_a_reader(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        endures(&bytes)?;
    }

    #[test]
    fn no_signs_upset_a_reader(text in "(\u{feff}|)[-\\[\\]{}()<>:;,.\"'`\\\\|&*!?%@#=/+~^ \t\r\n0-2a-fnurx_é😀]{0,60}") {
        endures(text.as_bytes())?;
    }

    #[test]
    fn no_change_of_a_document_upsets_a_reader(
        document in 0..DOCUMENTS.len(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), 0..3_usize, proptest::collection::vec(any::<u8>(), 0..3)), 1..4),
    ) {
        let mut bytes = DOCUMENTS.get(document).map(|document| document.as_bytes().to_vec()).unwrap_or_default();
        for (at, gone, new) in changes {
            let at = at.index(bytes.len() + 1);
            let end = (at + gone).min(bytes.len());
            drop(bytes.splice(at..end, new));
        }
        endures(&bytes)?;
    }
}

#[test]
fn each_document_is_good_for_its_reader() {
    for (document, find) in DOCUMENTS.iter().zip(ALL).take(7) {
        assert_eq!(of(find, document.as_bytes()), [], "{document}");
    }
}
