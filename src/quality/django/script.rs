//! Variables of templates within scripts.

use bstr::ByteSlice as _;

use super::csrf::without_hidden;
use crate::model::Span;
use crate::quality::text::text_of;
use crate::quality::{Defect, File};

/// How many defects of one file are told.
const MOST: usize = 100;
/// Variables that hold no text of a user.
const KNOWN: [&[u8]; 4] = [b"csrf_token", b"block.super", b"super()", b"forloop."];

/// Each variable without a filter between `<script>` and its end. What a filter makes of one is not known, and it is let off.
pub(in crate::quality) fn variable(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file) else { return Vec::new() };
    let text = &*without_hidden(text);
    let lower = text.to_ascii_lowercase();
    let mut defects = Vec::new();
    let mut at = 0;
    while let Some(tag) = find(&lower, b"<script", at) {
        let Some(start) = end_of_tag(&lower, tag + b"<script".len()) else { break };
        let end = find(&lower, b"</script", start).unwrap_or(text.len());
        variables(text, Span { start, end }, &mut defects);
        if defects.len() >= MOST {
            defects.truncate(MOST);
            break;
        }
        at = end;
    }
    defects
}

/// Behind the `>` of a tag whose name ends at `at`; quotes may hold others.
fn end_of_tag(text: &[u8], at: usize) -> Option<usize> {
    let mut quote = None;
    for (length, byte) in text.get(at..)?.iter().enumerate() {
        match (quote, *byte) {
            (None, b'>') => return Some(at + length + 1),
            (None, byte @ (b'"' | b'\'')) => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn variables(text: &[u8], script: Span, defects: &mut Vec<Defect>) {
    let mut at = script.start;
    let mut is_verbatim = false;
    while let Some(open) = find(text, b"{", at).filter(|&open| open < script.end) {
        let (end, is_variable) = match text.get(open + 1) {
            Some(b'{') => (find(text, b"}}", open), true),
            Some(b'%') => (find(text, b"%}", open), false),
            _ => (None, false),
        };
        let Some(end) = end.filter(|&end| end < script.end) else {
            at = open + 1;
            continue;
        };
        let said = text.get(open + 2..end).unwrap_or_default();
        let word = said.trim_with(|sign| sign.is_ascii_whitespace() || sign == '-');
        if !is_variable {
            is_verbatim = word.starts_with(b"verbatim")
                || word.starts_with(b"raw")
                || is_verbatim && !word.starts_with(b"endverbatim") && word != b"endraw";
        } else if !is_verbatim && !word.is_empty() && !said.contains(&b'|') && !KNOWN.iter().any(|known| word.starts_with(known)) {
            defects.push(Defect { span: Span { start: open, end: end + 2 }, detail: None });
        }
        at = end + 2;
    }
}

fn find(text: &[u8], word: &[u8], from: usize) -> Option<usize> {
    text.get(from..)?.find(word).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_in_a_script_is_told_on_whichever_line() {
        let find = |text: &str| variable(&File { path: b"a.html", bytes: text.as_bytes(), ..File::default() }).len();
        for text in [
            "<script>const name = \"{{ user.name }}\";</script>",
            "<SCRIPT type=\"module\" data-x=\"a>b\">\n  const a = {b: 1};\n  f({{ x }})\n</SCRIPT>",
            "<script>{{ a|escapejs }}{{ b }}",
        ] {
            assert_eq!(find(text), 1, "{text}");
        }
        for text in [
            "<script src=\"{{ url }}\"></script>",
            "<script>\nconst x = \"{{ x|escapejs }}\";\nconst t = '{{ csrf_token }}';\n{{ block.super }}</script>",
            "<script>f()</script> {{ x }}",
            "{# <script>{{ x }}</script> #}<!-- <script>{{ x }}</script> -->",
            "<script>{% verbatim %}{{ x }}{% endverbatim %}</script>",
            "<script>const a = {b: {}};</script>",
            "<script",
        ] {
            assert_eq!(find(text), 0, "{text}");
        }
    }
}
