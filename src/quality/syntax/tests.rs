//! What the tests of all readers share.

use super::{Defect, File, Span};

/// A check.
pub(super) type Find = fn(&File<'_>) -> Vec<Defect>;

/// What a check finds in bytes.
pub(super) fn of(find: Find, bytes: &[u8]) -> Vec<Defect> {
    find(&File { path: b"file", bytes, mode: None })
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
