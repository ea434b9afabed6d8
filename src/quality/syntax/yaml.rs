//! YAML.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::{MAX_DEFECTS, MAX_DEPTH, Names, defect, place_of_char, text, too_deep};
use crate::model::Span;
use crate::quality::{Defect, File};

/// For how many values aliases may stand: `billion laughs` has a thousand times more.
const MAX_ALIASED: u64 = 1_000_000;
/// A place is kept for each so many characters.
const CHARS_PER_STEP: usize = 256;

/// Where YAML 1.2 does not parse, each key that a mapping has twice, and aliases that stand for more than
/// [`MAX_ALIASED`] values together.
///
/// A file may hold several documents, and any tag: `check-yaml` of pre-commit-hooks wants a flag for either, which says
/// nothing of the file. A line within brackets that is not indented ends the reading and is no defect: YAML 1.2 forbids it, most
/// readers take it and many people write it. Aliases are counted and never put in place. A key that is a list, a mapping or an alias is not compared.
pub(in crate::quality) fn find(file: &File<'_>) -> Vec<Defect> {
    let text = match text(file) {
        Ok(text) => text,
        Err(defect) => return vec![defect],
    };
    // The reader takes the mark for a character of the first key.
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = text.get(start..).unwrap_or_default();
    let places = Places::of(text);
    let mut walk = Walk { text, open: Vec::new(), anchors: HashMap::new(), aliased: 0, defects: Vec::new() };
    for event in Parser::new_from_str(text) {
        let go_on = match event {
            Ok((event, span)) => {
                let span = Span { start: places.byte(text, span.start.index()), end: places.byte(text, span.end.index()) };
                walk.step(event, span)
            }
            Err(error) => {
                let span = place_of_char(text, places.byte(text, error.marker().index()));
                // The reader looks ahead, and has a bound of its own.
                let is_deep = error.info() == "recursion limit exceeded";
                if error.info().starts_with("invalid indentation") {
                    break;
                }
                walk.defects.push(if is_deep { too_deep(span.start, span.end) } else { defect(span.start, span.end, error.info()) });
                false
            }
        };
        if !go_on || walk.defects.len() >= MAX_DEFECTS {
            break;
        }
    }
    for defect in &mut walk.defects {
        defect.span = Span { start: defect.span.start + start, end: defect.span.end + start };
    }
    walk.defects
}

/// The bytes at which some characters begin: the reader counts characters.
struct Places(Vec<usize>);

impl Places {
    fn of(text: &str) -> Self {
        Self(text.char_indices().step_by(CHARS_PER_STEP).map(|(at, _)| at).collect())
    }

    /// The byte at which a character begins; the end where there is none.
    fn byte(&self, text: &str, char: usize) -> usize {
        let Some(start) = self.0.get(char / CHARS_PER_STEP) else { return text.len() };
        let rest = text.get(*start..).unwrap_or_default();
        rest.char_indices().nth(char % CHARS_PER_STEP).map_or(text.len(), |(at, _)| start + at)
    }
}

/// A list or a mapping that is being read.
struct Open<'t> {
    /// The keys of a mapping; none of a list.
    names: Option<Names<'t>>,
    /// Whether a key comes next.
    is_key: bool,
    anchor: usize,
    /// How many values are in it, with those that its aliases stand for.
    weight: u64,
}

struct Walk<'t> {
    text: &'t str,
    open: Vec<Open<'t>>,
    /// What the aliases of an anchor stand for, by its number. An alias within its own anchor stands for one value.
    anchors: HashMap<usize, u64>,
    aliased: u64,
    defects: Vec<Defect>,
}

impl<'t> Walk<'t> {
    /// Takes an event; false where nothing more is to be read.
    fn step(&mut self, event: Event<'t>, span: Span) -> bool {
        match event {
            Event::Alias(anchor) => return self.alias(anchor, span),
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, tag.as_deref(), span);
                self.done(anchor, 1);
            }
            Event::SequenceStart(anchor, _) => return self.enter(anchor, None, span),
            Event::MappingStart(anchor, _) => return self.enter(anchor, Some(Names::default()), span),
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.done(open.anchor, open.weight);
                }
            }
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        true
    }

    fn enter(&mut self, anchor: usize, names: Option<Names<'t>>, span: Span) -> bool {
        if self.open.len() == MAX_DEPTH {
            self.defects.push(too_deep(span.start, span.end));
            return false;
        }
        self.open.push(Open { names, is_key: true, anchor, weight: 1 });
        true
    }

    fn alias(&mut self, anchor: usize, span: Span) -> bool {
        let weight = self.anchors.get(&anchor).copied().unwrap_or(1);
        self.aliased = self.aliased.saturating_add(weight);
        if self.aliased > MAX_ALIASED {
            let told = format!("with this alias, aliases stand for more than {MAX_ALIASED} values");
            self.defects.push(defect(span.start, span.end, told));
            return false;
        }
        self.done(0, weight);
        true
    }

    /// A scalar is a key where one comes next.
    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) {
        let Some(Open { names: Some(names), is_key: true, .. }) = self.open.last_mut() else { return };
        // `1` and `"1"` are two keys, and so are `!a x` and `!b x`.
        let name = match tag {
            Some(tag) => Cow::Owned(format!("{tag} {text}")),
            None if style == ScalarStyle::Plain && !is_string(text) => Cow::Owned(format!("!!plain {text}")),
            None => Cow::Owned(text.to_owned()),
        };
        if let Some(mut twice) = names.add("key", name, span, self.text.as_bytes()) {
            twice.detail = twice.detail.map(|detail| detail.replacen("!!plain ", "", 1));
            self.defects.push(twice);
        }
    }

    /// A value is over.
    fn done(&mut self, anchor: usize, weight: u64) {
        if anchor != 0 {
            self.anchors.insert(anchor, weight);
        }
        if let Some(above) = self.open.last_mut() {
            above.is_key = !above.is_key;
            above.weight = above.weight.saturating_add(weight);
        }
    }
}

/// Whether a scalar without quotes is a string, in the core schema of YAML 1.2.
fn is_string(text: &str) -> bool {
    let is_number = || text.starts_with(|char: char| matches!(char, '+' | '-' | '.') || char.is_ascii_digit());
    !(matches!(text, "" | "~" | "null" | "Null" | "NULL" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || is_number() && (text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with("0o")))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, of};
    use super::*;

    #[test]
    fn good_yaml_has_no_defects() {
        for good in [
            "",
            "# a\n",
            "a: 1\nb:\n  - a: 1\n  - a: 2\nc: {a: 1, b: [x, y]}\n",
            "---\na: 1\n---\na: 2\n...\n",
            "a: !Ref x\nb: !vault |\n  text\nc: !<tag:x> {}\n",
            "1: a\n\"1\": b\n",
            "a: &a {x: 1}\nb:\n  <<: *a\n  x: 2\n",
            "? [a]\n: 1\n? [a]\n: 2\n",
            "&a [*a]",
            "a:\n  b: [\n    c\n  ]\n",
            "a:\n  b: [\n    c\n]\n",
            "a:\n  b: [\n  c\n  ]\n",
            "a:\n  b: [\nc]\n",
            "a:\n  b: {\n  c: d\n}\n",
            "\u{feff}a: 1\r\nb: 2\r\n",
        ] {
            check(find, good, &[]);
        }
    }

    #[test]
    fn a_key_that_is_there_twice_is_told_at_its_place() {
        check(find, "é: 1\n'b': 2\n«\"é\"»: 3\n", &["the key `é` is there twice, first on line 1"]);
        check(find, "\u{feff}a: 1\r\n«a»: 3\r\n", &["the key `a` is there twice, first on line 1"]);
        check(
            find,
            "a:\n  - {x: 1, «x»: 2}\n1: x\n«1»: y\n",
            &["the key `x` is there twice, first on line 2", "the key `1` is there twice, first on line 3"],
        );
        check(find, "a: {}\n---\nb: [[]]\n«b»:\n  c: d\n", &["the key `b` is there twice, first on line 3"]);
        let far = format!("{}\na: 1\n«a»: 2\n", "# é\n".repeat(1000));
        check(find, &far, &["the key `a` is there twice, first on line 1002"]);
    }

    #[test]
    fn a_fault_of_yaml_is_told_on_its_line() {
        for (text, line) in [
            ("a: 1\n  b: 2\n", 2),
            ("a: [1, 2\n", 2),
            ("a: 1\n\tb: 2\n", 1),
            ("a: 'x\n", 1),
            ("a: *b\n", 1),
            ("- a\nb: 1\n", 2),
            ("a: b: c\n", 1),
            ("a:\n  - b\n - c\n", 3),
            ("a:\n    b: 1\n  c: 2\n", 3),
            ("{{ x }}: y\nz: [}\n", 2),
        ] {
            let defects = of(find, text.as_bytes());
            let lines: Vec<usize> = defects.iter().map(|defect| super::super::line_of(text.as_bytes(), defect.span.start)).collect();
            assert_eq!(lines, [line], "{text}: {defects:?}");
        }
    }

    #[test]
    fn aliases_are_counted_and_never_put_in_place() {
        let mut laughs = "a0: &a0 lol\n".to_owned();
        for n in 1..10 {
            let aliases = vec![format!("*a{}", n - 1); 10].join(", ");
            laughs.push_str(&format!("a{n}: &a{n} [{aliases}]\n"));
        }
        let defects = of(find, laughs.as_bytes());
        let details: Vec<_> = defects.iter().filter_map(|defect| defect.detail.as_deref()).collect();
        assert_eq!(details, ["with this alias, aliases stand for more than 1000000 values"]);
        assert_eq!(defects.first().map(|defect| defect.span.of(laughs.as_bytes())), Some(b"*a5".as_slice()), "{defects:?}");
        check(find, &format!("a: &a x\nb: [{}]", "*a, ".repeat(1000)), &[]);
    }

    #[test]
    fn what_nests_too_deep_is_a_defect() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        check(find, &deep(128), &[]);
        for deep in ["[".repeat(200), "[".repeat(100_000), "- ".repeat(10_000), "? ".repeat(10_000)] {
            let defects = of(find, deep.as_bytes());
            assert_eq!(defects.first().and_then(|defect| defect.detail.as_deref()), Some("nests more deeply than 128"), "{defects:?}");
        }
    }
}
