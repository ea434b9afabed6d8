//! Hostile text made safe to show: file names, lines and messages may hold anything.
//!
//! A character that moves the cursor, colours, hides or turns round text is shown as an escape: `\n`, `\x1b`,
//! `\u{202e}`; a byte that is no UTF-8 as `\xff`. Nothing is dropped, so two paths that differ look different. It
//! cannot tell look-alike letters apart (Cyrillic `а`, Latin `a`).

use std::ascii;

use crate::model::Excerpt;

/// Makes a text safe for a terminal, on one line.
pub fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut safe, c));
    safe
}

/// Makes bytes, of a path as a rule, safe for a terminal, on one line.
pub fn bytes(bytes: &[u8]) -> String {
    escape_invalid(bytes, text)
}

/// Makes bytes a text without a loss; control characters stay, so this is for formats that escape them themselves.
pub(super) fn utf8(bytes: &[u8]) -> String {
    escape_invalid(bytes, str::to_owned)
}

/// A line of a file, safe to show, and the columns of the mark below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What to show.
    pub(super) text: String,
    /// How many columns stand before the mark.
    pub(super) before: usize,
    /// How many columns the mark takes; 1 at least.
    pub(super) mark: usize,
}

/// Makes an excerpt safe and counts where its mark comes to stand. A tab becomes one space, since how wide a tab is
/// depends on what shows it.
pub(super) fn excerpt(excerpt: &Excerpt) -> Line {
    let mut line = Line { text: String::with_capacity(excerpt.text.len()), before: 0, mark: 0 };
    let mark = excerpt.mark_start..excerpt.mark_start.saturating_add(excerpt.mark_length);
    for (at, c) in excerpt.text.chars().enumerate() {
        let from = line.text.len();
        push(&mut line.text, if c == '\t' { ' ' } else { c });
        let width = line.text.get(from..).unwrap_or_default().chars().map(columns).sum::<usize>();
        if at < mark.start {
            line.before += width;
        } else if at < mark.end {
            line.mark += width;
        }
    }
    line.mark = line.mark.max(1);
    line
}

fn escape_invalid(bytes: &[u8], valid: fn(&str) -> String) -> String {
    bytes.utf8_chunks().fold(String::with_capacity(bytes.len()), |mut safe, chunk| {
        safe.push_str(&valid(chunk.valid()));
        safe.extend(chunk.invalid().iter().copied().flat_map(ascii::escape_default).map(char::from));
        safe
    })
}

fn push(safe: &mut String, c: char) {
    match c {
        _ if is_deceptive(c) => safe.extend(c.escape_unicode()),
        _ => match u8::try_from(c) {
            Ok(byte) if byte.is_ascii_control() => safe.extend(ascii::escape_default(byte).map(char::from)),
            _ => safe.push(c),
        },
    }
}

/// Whether a character has no look of its own and changes that of others: C1 controls, all that Unicode calls
/// `Default_Ignorable_Code_Point` or `Bidi_Control`, and its line ends (`DerivedCoreProperties.txt`, `PropList.txt`).
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// How many columns of a terminal a character takes: 0 for common accents that join the letter before, 2 for the wide
/// blocks of East Asia and for emoji, 1 for the rest (Unicode Annex 11, by blocks rather than by character: a mark one
/// column off under a rare letter is no harm).
fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' => 0,
        '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}' => 0,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}' => 2,
        '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}' => 2,
        '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}' | '\u{1f900}'..='\u{1faff}' => 2,
        '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_on_a_terminal_is_shown_and_the_rest_kept() {
        assert_eq!(text("a\x1b[31mb\u{202e}c\u{200b}\n\r\t\u{9b}\0\x7f"), r"a\x1b[31mb\u{202e}c\u{200b}\n\r\t\u{9b}\x00\x7f");
        assert_eq!(text("zażółć 漢字 \u{1F600}"), "zażółć 漢字 \u{1F600}");
    }

    #[test]
    fn bytes_that_are_no_text_are_told_from_each_other() {
        assert_eq!(bytes(b"a\xff\xfe\x1b/b"), r"a\xff\xfe\x1b/b");
        assert_eq!(utf8(b"a\xff\x1b"), "a\\xff\x1b");
    }

    #[test]
    fn the_mark_follows_wide_joined_and_escaped_characters() {
        let line = |text: &str, mark_start, mark_length| excerpt(&Excerpt { text: text.to_owned(), mark_start, mark_length });
        assert_eq!(line("\tab", 1, 2), Line { text: " ab".to_owned(), before: 1, mark: 2 });
        assert_eq!(line("漢x", 1, 1), Line { text: "漢x".to_owned(), before: 2, mark: 1 });
        assert_eq!(line("e\u{301}x", 2, 1).before, 1);
        assert_eq!(line("\x1bx", 1, 1), Line { text: r"\x1bx".to_owned(), before: 4, mark: 1 });
        assert_eq!(line("ab", 9, 0), Line { text: "ab".to_owned(), before: 2, mark: 1 });
        assert_eq!(line("ab", usize::MAX, usize::MAX).mark, 1);
    }
}
