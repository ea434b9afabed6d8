//! Blanks at the end of lines and newlines at the end of files.

use super::ends::end_of;
use super::{extension_of, lines, text_of};
use crate::model::{Edit, Span};
use crate::quality::{Defect, File};

/// What ends the names of Markdown files, in which two blanks behind text break the line (`CommonMark`, section 6.7).
const MARKDOWN: [&[u8]; 6] = [b"md", b"markdown", b"mdown", b"mdx", b"qmd", b"rmd"];

/// The blanks at the end of each line. Two of them behind text stay in Markdown, unless nobody wants them there; a form feed alone on its line is a page
/// break and stays everywhere.
pub(in crate::quality) fn trailing_whitespace(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file) else { return Vec::new() };
    let markdown = file.wants.markdown_breaks && MARKDOWN.contains(&&*extension_of(file.path));
    let mut defects = Vec::new();
    for line in lines(text) {
        let said = line.text.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
        let breaks = markdown && said > 0 && line.text.ends_with(b"  ");
        let stop = if breaks { line.stop() - 2 } else { line.stop() };
        let span = Span { start: line.start + said, end: stop };
        if !span.is_empty() && line.text != b"\x0C" {
            defects.push(Defect { span, detail: None });
        }
    }
    defects
}

/// Blanks of ASCII that a line can hold.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0B | 0x0C)
}

/// The place where the last newline is missing, or the newlines that are too many. An empty file needs none.
pub(in crate::quality) fn final_newline(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file).filter(|text| !text.is_empty()) else { return Vec::new() };
    let said = text.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
    let mut ends = lines(text.get(said..).unwrap_or_default());
    // Nothing but newlines is an empty file, written at length.
    let kept = if said == 0 { Some(0) } else { ends.next().map(|line| line.next()) };
    let Some(kept) = kept else {
        return vec![Defect { span: Span { start: said, end: said }, detail: Some("there is none".to_owned()) }];
    };
    match ends.count() {
        0 => Vec::new(),
        1 => vec![Defect { span: Span { start: said + kept, end: text.len() }, detail: Some("an empty line stands there".to_owned()) }],
        many => {
            vec![Defect { span: Span { start: said + kept, end: text.len() }, detail: Some(format!("{many} empty lines stand there")) }]
        }
    }
}

/// Writes the last newline as the other lines end, or takes out those that are too many.
pub(in crate::quality) fn mend_final_newline(file: &File<'_>, defect: &Defect) -> Edit {
    let missing = defect.span.is_empty();
    Edit { span: defect.span, replacement: if missing { end_of(file).bytes().to_vec() } else { Vec::new() } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Wants;

    fn blanks(path: &str, text: &str) -> Vec<(usize, usize)> {
        let file = File { path: path.as_bytes(), bytes: text.as_bytes(), ..File::default() };
        trailing_whitespace(&file).into_iter().map(|defect| (defect.span.start, defect.span.end)).collect()
    }

    #[test]
    fn blanks_are_found_before_every_kind_of_line_end() {
        assert_eq!(blanks("a.py", "a \nb\t\r\n  \rc"), [(1, 2), (4, 5), (7, 9)]);
        assert_eq!(blanks("a.py", "a \x0B\x0C"), [(1, 4)]);
        for clean in ["", "a", "a\r\nb\n", "\n\n", "a b", "\x0C\nclass A:\n", "a\u{A0}"] {
            assert_eq!(blanks("a.py", clean), [], "{clean:?}");
        }
        assert_eq!(blanks("a.py", "a  \0"), [], "a binary file");
    }

    #[test]
    fn a_line_break_of_markdown_stays_and_what_is_more_does_not() {
        assert_eq!(blanks("A.MD", "a  \nb\r\n"), []);
        assert_eq!(blanks("a.md", "a \n"), [(1, 2)]);
        assert_eq!(blanks("a.md", "a    \n"), [(1, 3)]);
        assert_eq!(blanks("a.md", "a\t  \r\n"), [(1, 2)]);
        assert_eq!(blanks("a.md", "  \n"), [(0, 2)], "a line of blanks breaks nothing");
        assert_eq!(blanks("a.rs", "a  \n"), [(1, 3)]);
        let wants = Wants { markdown_breaks: false, ..Wants::default() };
        let found = trailing_whitespace(&File { path: b"a.md", bytes: b"a  \n", wants, ..File::default() });
        assert_eq!(found.first().map(|defect| defect.span), Some(Span { start: 1, end: 3 }));
    }

    #[test]
    fn a_text_ends_with_one_newline() {
        let ends = |text: &str| {
            let defects = final_newline(&File { path: b"a", bytes: text.as_bytes(), ..File::default() });
            defects.into_iter().map(|defect| (defect.span.start, defect.span.end)).collect::<Vec<_>>()
        };
        for clean in ["", "a\n", "a\r\n", "a\r", "\n\na\n", "a\0"] {
            assert_eq!(ends(clean), [], "{clean:?}");
        }
        assert_eq!(ends("a"), [(1, 1)]);
        assert_eq!(ends("a\nb "), [(4, 4)]);
        assert_eq!(ends("a\n\n"), [(2, 3)]);
        assert_eq!(ends("a\r\n\r\n\r\n"), [(3, 7)]);
        assert_eq!(ends("\n"), [(0, 1)]);
        assert_eq!(ends("\r\n\n"), [(0, 3)]);
    }

    #[test]
    fn the_newline_that_is_missing_is_of_the_kind_that_the_file_has() {
        let edit = |text: &str| {
            let file = File { path: b"a", bytes: text.as_bytes(), ..File::default() };
            final_newline(&file).iter().map(|defect| mend_final_newline(&file, defect)).next().unwrap()
        };
        let end = |at: usize| Span { start: at, end: at };
        assert_eq!(edit("a\r\nb"), Edit { span: end(4), replacement: b"\r\n".to_vec() });
        assert_eq!(edit("a"), Edit { span: end(1), replacement: b"\n".to_vec() });
        assert_eq!(edit("a\n\n\n"), Edit::remove(Span { start: 2, end: 4 }));
    }
}
