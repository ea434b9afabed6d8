//! How JSON stands on its lines: each key and item on one of its own, some blanks deeper than what holds it.

use super::{Dialect, Event, Kind, Reader};
use crate::model::{Edit, Span};
use crate::quality::text::{end_of, is_regular};
use crate::quality::{Defect, File};

/// At so many places a file is mended; one with more is told alone. It is data that a program wrote on one line.
const MAX_EDITS: usize = 100_000;

/// Where a file stands otherwise, at the first such place; none where all is in order, or it does not parse.
///
/// As `pretty-format-json` of pre-commit-hooks with `--no-sort-keys --no-ensure-ascii`, but numbers and escapes stay as they
/// are written.
pub(in crate::quality) fn find(file: &File<'_>) -> Vec<Defect> {
    let layout = lay_out(file, 1);
    layout.edits.first().map(|edit| Defect { span: edit.span, detail: None }).into_iter().collect()
}

/// The blanks and line ends that stand otherwise, each with those that should stand there.
pub(in crate::quality) fn edits(file: &File<'_>) -> Vec<Edit> {
    let layout = lay_out(file, MAX_EDITS);
    if layout.count > MAX_EDITS { Vec::new() } else { layout.edits }
}

/// Reads a file, and keeps the first `most` edits.
fn lay_out<'f>(file: &File<'f>, most: usize) -> Layout<'f> {
    let mut layout = Layout {
        bytes: file.bytes,
        end: end_of(file).bytes(),
        indent: file.wants.json_indent,
        depth: 0,
        at: 0,
        most,
        count: 0,
        edits: Vec::new(),
    };
    let Some(text) = super::text(file).ok().filter(|_| is_regular(file)) else { return layout };
    let mut before = Before::Nothing;
    for step in Reader::new(text, Dialect::Json) {
        let Ok((event, span)) = step else {
            layout.edits.clear();
            return layout;
        };
        layout.depth = layout.depth.saturating_sub(usize::from(matches!(event, Event::Close(_))));
        layout.gap(before, &event, span);
        layout.depth += usize::from(matches!(event, Event::Open(_)));
        before = Before::of(&event);
    }
    layout.replace(file.bytes.len(), layout.end.to_vec());
    layout
}

/// What stood before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Open,
    Key,
    /// A value, or the end of one.
    Value,
}

impl Before {
    fn of(event: &Event<'_>) -> Self {
        match event {
            Event::Open(Kind::Array | Kind::Object) => Self::Open,
            Event::Key(_) => Self::Key,
            Event::Close(_) | Event::Scalar => Self::Value,
        }
    }
}

/// What is being laid out.
struct Layout<'t> {
    bytes: &'t [u8],
    end: &'t [u8],
    /// How many blanks deeper each level stands.
    indent: usize,
    depth: usize,
    /// One past what was read last.
    at: usize,
    /// How many edits are kept, and how many there were.
    most: usize,
    count: usize,
    edits: Vec<Edit>,
}

impl Layout<'_> {
    /// Sees to what stands between two tokens.
    fn gap(&mut self, before: Before, event: &Event<'_>, span: Span) {
        let wanted = match (before, event) {
            (Before::Nothing, _) | (Before::Open, Event::Close(_)) => Vec::new(),
            (Before::Key, _) => b": ".to_vec(),
            (Before::Value, Event::Close(_)) | (Before::Open, _) => self.line(b""),
            (Before::Value, _) => self.line(b","),
        };
        self.replace(span.start, wanted);
        self.at = span.end;
    }

    /// A new line.
    fn line(&self, sign: &[u8]) -> Vec<u8> {
        [sign, self.end, &b" ".repeat(self.depth * self.indent)].concat()
    }

    fn replace(&mut self, end: usize, replacement: Vec<u8>) {
        let span = Span { start: self.at, end };
        if span.of(self.bytes) != replacement {
            self.count += 1;
            if self.count <= self.most {
                self.edits.push(Edit { span, replacement });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::quality::Wants;

    fn mended(text: &str) -> String {
        let file = File { path: b"a.json", bytes: text.as_bytes(), ..File::default() };
        let mut mended = text.to_owned();
        for edit in edits(&file).iter().rev() {
            mended.replace_range(edit.span.start..edit.span.end, std::str::from_utf8(&edit.replacement).unwrap());
        }
        mended
    }

    #[test]
    fn each_key_and_item_has_a_line_and_what_they_say_stays() {
        assert_eq!(
            mended(r#" {"b":[1.0,  1e5, {}, [ ]] , "a" : {"é":"\u00e9" }}"#),
            "{\n  \"b\": [\n    1.0,\n    1e5,\n    {},\n    []\n  ],\n  \"a\": {\n    \"é\": \"\\u00e9\"\n  }\n}\n"
        );
        assert_eq!(mended("{\r\n\"a\": 1}\r\n"), "{\r\n  \"a\": 1\r\n}\r\n");
        assert_eq!(mended("1"), "1\n");
        for clean in ["{}\n", "{\n  \"a\": [\n    null\n  ]\n}\n", "{\"a\": 1,}", "", "[1] 2"] {
            assert_eq!(mended(clean), clean);
        }
    }

    #[test]
    fn a_file_that_stands_otherwise_is_told_once() {
        let spans = |text: &str| {
            let file = File { path: b"a.json", bytes: text.as_bytes(), ..File::default() };
            find(&file).iter().map(|defect| (defect.span.start, defect.span.end)).collect::<Vec<_>>()
        };
        assert_eq!(spans("[1]\n"), [(1, 1)]);
        assert_eq!(spans("[\n  1 ,\n  2]\n"), [(5, 10)]);
        let wants = Wants { json_indent: 4, ..Wants::default() };
        assert_eq!(find(&File { path: b"a.json", bytes: b"[\n    1\n]\n", wants, ..File::default() }), []);
    }

    proptest! {
        #[test]
        fn what_is_laid_out_says_the_same_as_another_writer(text in "[\\[{]{0,2}(\"a\": ?)?[-\\[\\]{}:,\"0-2 \ntrue]{0,12}[\\]}]{0,2}") {
            if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) {
                let once = mended(&text);
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&once).unwrap(), value);
                prop_assert_eq!(mended(&once), once);
            }
        }
    }
}
