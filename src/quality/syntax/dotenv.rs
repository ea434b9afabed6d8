//! `.env` files: `NAME=value` on each line.

use std::borrow::Cow;

use super::{MAX_DEFECTS, Names, defect};
use crate::model::Span;
use crate::quality::{Defect, File};

/// Each line that is no assignment, each quote that does not end, and each name that is assigned twice.
///
/// A line is `NAME=value`, with `export` before it or without, a comment or empty. Blanks around `=` are taken. A name has
/// letters, digits, `_`, `.` and `-`, and begins with no digit. A value in `'`, `"` or `` ` `` goes on over lines; `\` before
/// a quote takes its meaning, except between `'`. A file that is not UTF-8 is read all the same.
pub(in crate::quality) fn find(file: &File<'_>) -> Vec<Defect> {
    let bytes = file.bytes;
    let mut names = Names::default();
    let mut defects = Vec::new();
    let mut at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    while at < bytes.len() && defects.len() < MAX_DEFECTS {
        let end = line_end(bytes, at);
        let (line, next) = (Span { start: at, end }, (end + 1).min(bytes.len()));
        at = match assignment(bytes, line) {
            Line::Empty => next,
            Line::Other(span, detail) => {
                defects.push(defect(span.start, span.end, detail));
                next
            }
            Line::Assignment { name, value } => {
                let text = String::from_utf8_lossy(name.of(bytes)).into_owned();
                defects.extend(names.add("name", Cow::Owned(text), name, bytes));
                match value_end(bytes, Span { start: value, end }) {
                    Ok(end) => (line_end(bytes, end) + 1).min(bytes.len()),
                    Err(fault) => {
                        defects.push(fault);
                        next
                    }
                }
            }
        };
    }
    defects
}

/// What a line is.
enum Line {
    /// Nothing, or a comment.
    Empty,
    /// An assignment to a name, with the place of its value.
    Assignment { name: Span, value: usize },
    /// Something else, and what.
    Other(Span, &'static str),
}

fn assignment(bytes: &[u8], line: Span) -> Line {
    let start = skip_blanks(bytes, line.start, line.end);
    let whole = Span { start, end: trimmed_end(bytes, start, line.end) };
    let text = whole.of(bytes);
    if text.is_empty() || text.starts_with(b"#") {
        return Line::Empty;
    }
    let mut start = start;
    if let Some(rest) = text.strip_prefix(b"export")
        && rest.first().is_some_and(|byte| is_blank(*byte))
        && !rest.trim_ascii_start().starts_with(b"=")
    {
        start = skip_blanks(bytes, start + b"export".len(), line.end);
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let rest = Span { start, end: line.end }.of(bytes);
    let name = Span { start, end: start + rest.iter().take_while(|byte| is_part(byte)).count() };
    let equals = skip_blanks(bytes, name.end, line.end);
    if bytes.get(equals) != Some(&b'=') || equals >= line.end {
        return Line::Other(whole, "no `NAME=value`");
    }
    match name.of(bytes).first() {
        None => Line::Other(whole, "no name before `=`"),
        Some(b'0'..=b'9' | b'-' | b'.') => Line::Other(name, "a name begins with a letter or `_`"),
        Some(_) => Line::Assignment { name, value: equals + 1 },
    }
}

/// The end of a value: after the last quote, or the end of the line.
fn value_end(bytes: &[u8], value: Span) -> Result<usize, Defect> {
    let start = skip_blanks(bytes, value.start, value.end);
    let Some(quote @ (b'"' | b'\'' | b'`')) = Span { start, end: value.end }.of(bytes).first().copied() else { return Ok(value.end) };
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match *byte {
            b'\\' if quote != b'\'' => at += 2,
            byte if byte == quote => return after_quote(bytes, at + 1),
            _ => at += 1,
        }
    }
    Err(defect(start, value.end, "a quote that does not end"))
}

/// After a quote a comment may stand. Other text is taken too: a shell joins it to the value.
fn after_quote(bytes: &[u8], at: usize) -> Result<usize, Defect> {
    let end = line_end(bytes, at);
    let rest = Span { start: at, end }.of(bytes);
    // `'a'\''b'` and `"a""b"` open more quotes; where they end is for a shell to know.
    if let Some(quote) = rest.first().filter(|byte| matches!(byte, b'"' | b'\'')) {
        return value_end(bytes, Span { start: at, end })
            .map_err(|fault| Defect { detail: Some(format!("a `{}` that does not end", char::from(*quote))), ..fault });
    }
    Ok(end)
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).position(|byte| *byte == b'\n').map_or(bytes.len(), |len| at + len)
}

fn skip_blanks(bytes: &[u8], at: usize, end: usize) -> usize {
    at + Span { start: at.min(end), end }.of(bytes).iter().take_while(|byte| is_blank(**byte)).count()
}

fn trimmed_end(bytes: &[u8], start: usize, end: usize) -> usize {
    start + Span { start, end }.of(bytes).trim_ascii_end().len()
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, of};
    use super::*;

    #[test]
    fn good_assignments_have_no_defects() {
        for good in [
            "",
            "\u{feff}# a\n\n  \t\nA=1\r\nexport B = two words # c\nexport\tc.d-e=\nexport=1\n_F=",
            "A='one\nB=2\nthree' # x\nB=\"a\\\"\nC=1\"\nC=`x\n`",
            "A=it's\nB=\"a\"'b'\nC='\\'\nD=1",
            "exported=1",
        ] {
            check(find, good, &[]);
        }
        assert_eq!(of(find, b"A=\xff\xfe\nB='\xff'"), []);
    }

    #[test]
    fn a_line_that_is_no_assignment_is_told() {
        check(find, "A=1\n  «oops» \r\nB=2", &["no `NAME=value`"]);
        check(
            find,
            "«export A»\n«A B=1»\n«=1»\n«1A»=2\n«é=1»",
            &["no `NAME=value`", "no `NAME=value`", "no name before `=`", "a name begins with a letter or `_`", "no `NAME=value`"],
        );
        check(find, "A=«\"one»\nB=2\n«C»", &["a quote that does not end", "no `NAME=value`"]);
        check(find, "A='x'«\"y»\nB=2\n", &["a `\"` that does not end"]);
    }

    #[test]
    fn a_name_that_is_assigned_twice_is_told() {
        check(find, "A=1\nB=\"\nA=2\"\nexport «A»=3\na=1", &["the name `A` is there twice, first on line 1"]);
    }

    #[test]
    fn quotes_that_do_not_end_take_no_time() {
        let many = "A=\"\n".repeat(20_001);
        assert!(!of(find, many.as_bytes()).is_empty());
    }
}
