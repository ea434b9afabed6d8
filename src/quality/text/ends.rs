//! How lines end, and the mark at the beginning of a text.

use super::{Line, lines, text_of};
use crate::model::{Edit, Span};
use crate::quality::{Defect, File, LineEnd};

/// UTF-8's byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Line ends that are not the one that is wanted, or else the most frequent one. Lines in a row with the same wrong end are
/// one defect, from the first of these ends to the last.
pub(in crate::quality) fn mixed_line_endings(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file) else { return Vec::new() };
    let usual = end_of(file);
    let told = |line: &Line<'_>| {
        let found = LineEnd::ALL.iter().find(|end| end.bytes() == line.end).map_or("", |end| end.title());
        let among = if file.wants.line_end.is_some() { "where the settings ask for" } else { "among" };
        format!("{found} {among} {}", usual.title())
    };
    let mut defects: Vec<Defect> = Vec::new();
    let mut before: &[u8] = usual.bytes();
    for line in lines(text).filter(|line| !line.end.is_empty()) {
        let span = Span { start: line.stop(), end: line.next() };
        match defects.last_mut() {
            _ if line.end == usual.bytes() => {}
            Some(defect) if line.end == before => defect.span = defect.span.cover(&span),
            _ => defects.push(Defect { span, detail: Some(told(&line)) }),
        }
        before = line.end;
    }
    defects
}

/// How the lines of a file should end: as is wanted, or as most of them do; with `\n` where none does.
pub(in crate::quality) fn end_of(file: &File<'_>) -> LineEnd {
    file.wants.line_end.unwrap_or_else(|| usual(file.bytes))
}

fn usual(text: &[u8]) -> LineEnd {
    let mut counts = [0_usize; LineEnd::ALL.len()];
    for line in lines(text) {
        counts.iter_mut().zip(LineEnd::ALL).for_each(|(count, end)| *count += usize::from(line.end == end.bytes()));
    }
    let most = counts.into_iter().max().unwrap_or_default();
    counts.into_iter().zip(LineEnd::ALL).find(|(count, _)| *count == most).map_or(LineEnd::Lf, |(_, end)| *end)
}

/// Ends the lines of a defect as the others end, each by an edit of its own.
pub(in crate::quality) fn mend_line_endings(file: &File<'_>, defects: &[Defect]) -> Vec<Vec<Edit>> {
    let usual = end_of(file).bytes();
    let mut edits: Vec<Vec<Edit>> = vec![Vec::new(); defects.len()];
    let mut at = 0;
    for line in lines(file.bytes) {
        let end = Span { start: line.stop(), end: line.next() };
        while defects.get(at).is_some_and(|defect| defect.span.end <= end.start) {
            at += 1;
        }
        let within = defects.get(at).is_some_and(|defect| defect.span.start <= end.start);
        if within && !line.end.is_empty() && line.end != usual {
            edits.get_mut(at).into_iter().for_each(|edits| edits.push(Edit { span: end, replacement: usual.to_vec() }));
        }
    }
    edits
}

/// The mark, where the file begins with it.
pub(in crate::quality) fn byte_order_mark(file: &File<'_>) -> Vec<Defect> {
    let marked = text_of(file).is_some_and(|text| text.starts_with(MARK));
    if marked { vec![Defect { span: Span { start: 0, end: MARK.len() }, detail: None }] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Wants;

    fn mixed(text: &str) -> Vec<(usize, usize, String)> {
        let defects = mixed_line_endings(&File { path: b"a", bytes: text.as_bytes(), ..File::default() });
        defects.into_iter().map(|defect| (defect.span.start, defect.span.end, defect.detail.unwrap_or_default())).collect()
    }

    #[test]
    fn ends_of_one_kind_are_not_mixed() {
        for clean in ["", "a", "a\nb", "a\r\nb\r\n", "a\rb\r", "a\r\nb"] {
            assert_eq!(mixed(clean), [], "{clean:?}");
        }
    }

    #[test]
    fn the_rarer_ends_are_named_and_a_row_of_them_is_one_defect() {
        assert_eq!(mixed("a\nb\nc\r\n"), [(5, 7, "CRLF among LF".to_owned())]);
        assert_eq!(mixed("a\r\nb\n"), [(1, 3, "CRLF among LF".to_owned())], "of equals, LF stays");
        assert_eq!(mixed("a\r\nb\nc\nd\r\ne\r\n"), [(4, 7, "LF among CRLF".to_owned())]);
        let all = mixed("a\nb\nc\nd\re\r\nf\n");
        assert_eq!(all, [(7, 8, "CR among LF".to_owned()), (9, 11, "CRLF among LF".to_owned())]);
    }

    #[test]
    fn an_end_that_is_wanted_is_the_only_one() {
        let wants = Wants { line_end: Some(LineEnd::Lf), ..Wants::default() };
        let file = File { path: b"a", bytes: b"a\r\nb\r\nc\n", wants, ..File::default() };
        let defects = mixed_line_endings(&file);
        let told: Vec<_> = defects.iter().map(|defect| (defect.span.start, defect.span.end, defect.detail.as_deref())).collect();
        assert_eq!(told, [(1, 6, Some("CRLF where the settings ask for LF"))]);
        assert_eq!(mend_line_endings(&file, &defects).concat().len(), 2);
    }

    #[test]
    fn each_wrong_end_is_mended_by_itself() {
        let file = File { path: b"a", bytes: b"a\r\nb\nc\nd\re\r\nf\r\n", ..File::default() };
        let edits = mend_line_endings(&file, &mixed_line_endings(&file)).concat();
        let spans: Vec<(usize, usize)> = edits.iter().map(|edit| (edit.span.start, edit.span.end)).collect();
        assert_eq!(spans, [(4, 5), (6, 7), (8, 9)]);
        assert!(edits.iter().all(|edit| edit.replacement == b"\r\n"));
    }

    #[test]
    fn a_byte_order_mark_counts_at_the_beginning_alone() {
        let marked = |bytes: &[u8]| byte_order_mark(&File { path: b"a", bytes, ..File::default() }).len();
        assert_eq!([marked(b"\xEF\xBB\xBFa"), marked(b"\xEF\xBB\xBF")], [1, 1]);
        assert_eq!([marked(b""), marked(b"a\xEF\xBB\xBF"), marked(b"\xEF\xBB"), marked(b"\xEF\xBB\xBF\0")], [0; 4]);
    }
}
