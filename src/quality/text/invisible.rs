//! Characters that are not seen, or that turn the order of others: what a reviewer reads is not what a compiler reads
//! (CVE-2021-42574, <https://trojansource.codes>).
//!
//! Program text is read strictly. Prose and data, told by a file's name, have uses for some of them: a line with letters
//! that are written from right to left may hold marks and closed embeddings, and words may be joined or broken. Everywhere
//! emoji may be joined, and so may letters of scripts that need it.

use bstr::ByteSlice as _;

use super::{Line, extension_of, lines, name_of, text_of};
use crate::model::Span;
use crate::quality::{Defect, File};

/// What ends the names of files that hold prose or data.
const PROSE: [&str; 40] = [
    "adoc",
    "arb",
    "asciidoc",
    "csv",
    "eml",
    "ftl",
    "geojson",
    "htm",
    "html",
    "ipynb",
    "json",
    "jsonl",
    "log",
    "markdown",
    "md",
    "mdx",
    "org",
    "po",
    "pot",
    "properties",
    "resx",
    "rst",
    "rtf",
    "srt",
    "strings",
    "stringsdict",
    "svg",
    "tex",
    "text",
    "tmx",
    "toml",
    "tsv",
    "txt",
    "vtt",
    "xlf",
    "xliff",
    "xml",
    "yaml",
    "yml",
    "xhtml",
];

/// How many invisible characters may stand between one of them and its neighbour.
const MOST_SKIPPED: usize = 16;

/// A character with its place.
#[derive(Clone, Copy)]
struct Placed {
    span: Span,
    sign: char,
}

/// What an invisible character is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Turns the order of what follows, until its end.
    Turn,
    /// Has a direction and no form.
    Mark,
    /// Joins or parts the characters beside it, or fills a place.
    Joiner,
    /// A soft hyphen, or an end of a line that editors do not show.
    Layout,
    /// Chooses the form of the character before it.
    Selector,
    /// A letter of a hidden alphabet, for the flags of regions.
    Tag,
}

/// The characters that deceive; those in a row are one defect.
pub(in crate::quality) fn invisible_characters(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file).filter(|text| !text.is_ascii()) else { return Vec::new() };
    let prose = is_prose(file.path);
    let mut defects: Vec<Defect> = Vec::new();
    for line in lines(text).filter(|line| !line.text.is_ascii()) {
        let signs = signs_of(&line);
        let leftward = signs.iter().any(|placed| is_leftward(placed.sign));
        let closed = prose && leftward && is_closed(&signs);
        for (at, placed) in signs.iter().enumerate() {
            let Some(kind) = kind_of(placed.sign) else { continue };
            let deceives = match kind {
                Kind::Turn => !closed,
                Kind::Mark => !leftward && joins_nothing(&signs, at, prose),
                Kind::Joiner => placed.span.start > 0 && joins_nothing(&signs, at, prose),
                Kind::Layout => !prose && joins_nothing(&signs, at, prose),
                Kind::Selector => chooses_nothing(&signs, at),
                Kind::Tag => !follows_flag(&signs, at),
            };
            if deceives {
                match defects.last_mut() {
                    Some(last) if last.span.end == placed.span.start => last.span = last.span.cover(&placed.span),
                    _ => defects.push(Defect { span: placed.span, detail: Some(name_of_sign(placed.sign)) }),
                }
            }
        }
    }
    defects
}

/// Whether a file's name promises prose or data, and not program text.
fn is_prose(path: &[u8]) -> bool {
    let extension = extension_of(path);
    let bare = [&b"README"[..], b"LICENSE", b"COPYING", b"CHANGELOG", b"CHANGES", b"AUTHORS", b"CONTRIBUTORS", b"NEWS", b"THANKS"];
    PROSE.iter().any(|known| known.as_bytes() == extension) || bare.contains(&name_of(path))
}

fn signs_of(line: &Line<'_>) -> Vec<Placed> {
    let place = |(start, end, sign)| Placed { span: Span { start: line.start + start, end: line.start + end }, sign };
    line.text.char_indices().map(place).collect()
}

fn kind_of(sign: char) -> Option<Kind> {
    Some(match sign {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Kind::Turn,
        '\u{61C}' | '\u{200E}' | '\u{200F}' => Kind::Mark,
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => Kind::Joiner,
        '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' => Kind::Joiner,
        '\u{AD}' | '\u{2028}' | '\u{2029}' => Kind::Layout,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Kind::Selector,
        '\u{E0000}'..='\u{E007F}' => Kind::Tag,
        _ => return None,
    })
}

/// Whether it is of a script that is written from right to left.
fn is_leftward(sign: char) -> bool {
    let letter = matches!(sign, '\u{5BE}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}');
    letter && kind_of(sign).is_none()
}

/// Whether each turn of a line ends on that line, and none turns letters by force.
fn is_closed(signs: &[Placed]) -> bool {
    let mut open = Vec::new();
    for placed in signs {
        match placed.sign {
            '\u{202D}' | '\u{202E}' => return false,
            '\u{202A}' | '\u{202B}' => open.push('\u{202C}'),
            '\u{2066}'..='\u{2068}' => open.push('\u{2069}'),
            end @ ('\u{202C}' | '\u{2069}') if open.pop() != Some(end) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// Whether there is no reason for the character at `at`: in program text, neither neighbour is an emoji or of a script whose
/// words are joined or parted by signs; in prose, it stands within a word of ASCII.
fn joins_nothing(signs: &[Placed], at: usize, prose: bool) -> bool {
    let seen = |placed: &&Placed| kind_of(placed.sign).is_none();
    let before = signs.get(..at).unwrap_or_default().iter().rev().take(MOST_SKIPPED).find(seen).map(|placed| placed.sign);
    let after = signs.get(at + 1..).unwrap_or_default().iter().take(MOST_SKIPPED).find(seen).map(|placed| placed.sign);
    let of_word = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_alphanumeric() || sign == '_');
    let joined = |sign: Option<char>| sign.is_some_and(|sign| sign >= '\u{590}' && !matches!(sign, '\u{2000}'..='\u{206F}'));
    if prose { of_word(before) && of_word(after) } else { !joined(before) && !joined(after) }
}

/// Whether the selector at `at` stands behind another one, at the beginning of a line, or behind a letter of ASCII.
fn chooses_nothing(signs: &[Placed], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| signs.get(before));
    before.is_none_or(|before| kind_of(before.sign) == Some(Kind::Selector) || before.sign.is_ascii_alphabetic() || before.sign == '_')
}

/// Whether the tag at `at` is of a row that begins behind a black flag, as the flag of Scotland is written.
fn follows_flag(signs: &[Placed], at: usize) -> bool {
    /// The most tags of a flag: `gb` and three letters, and the end.
    const MOST: usize = 8;
    let before = signs.get(at.saturating_sub(MOST)..at).unwrap_or_default();
    before.iter().rev().find(|placed| kind_of(placed.sign) != Some(Kind::Tag)).is_some_and(|placed| placed.sign == '\u{1F3F4}')
}

fn name_of_sign(sign: char) -> String {
    let name = match sign {
        '\u{AD}' => "soft hyphen",
        '\u{61C}' => "Arabic letter mark",
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => "Hangul filler",
        '\u{200B}' => "zero width space",
        '\u{200C}' => "zero width non-joiner",
        '\u{200D}' => "zero width joiner",
        '\u{200E}' => "left-to-right mark",
        '\u{200F}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202A}' => "left-to-right embedding",
        '\u{202B}' => "right-to-left embedding",
        '\u{202C}' => "end of an embedding",
        '\u{202D}' => "left-to-right override",
        '\u{202E}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "end of an isolate",
        '\u{FEFF}' => "byte order mark within the text",
        _ => match kind_of(sign) {
            Some(Kind::Selector) => "variation selector",
            Some(Kind::Tag) => "tag character",
            _ => "invisible character",
        },
    };
    format!("U+{:04X}, {name}", u32::from(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.as_bytes(), bytes: text.as_bytes(), ..File::default() };
        let defects = invisible_characters(&file);
        assert!(defects.iter().all(|defect| text.is_char_boundary(defect.span.start) && text.is_char_boundary(defect.span.end)));
        defects.into_iter().map(|defect| text.get(defect.span.start..defect.span.end).unwrap().escape_unicode().to_string()).collect()
    }

    #[test]
    fn what_turns_the_order_of_program_text_is_found() {
        let trojan = "/*\u{202E} } \u{2066}if (isAdmin)\u{2069} \u{2066} begin admins only */\r\n";
        assert_eq!(found("a.c", trojan), [r"\u{202e}", r"\u{2066}", r"\u{2069}", r"\u{2066}"]);
        assert_eq!(found("a.py", "x = 'ש\u{2067}ל\u{2069}'"), [r"\u{2067}", r"\u{2069}"], "closed or not");
        assert_eq!(found("README.md", "see \u{202E}txt.exe"), [r"\u{202e}"]);
        assert_eq!(found("he.po", "msgstr \"שלום \u{202E}cba\u{202C}\""), [r"\u{202e}", r"\u{202c}"], "an override is no embedding");
        assert_eq!(found("he.po", "msgstr \"שלום \u{2068}x\""), [r"\u{2068}"], "it does not end");
    }

    #[test]
    fn prose_from_right_to_left_may_hold_marks_and_closed_embeddings() {
        assert_eq!(found("he.po", "msgstr \"שלום \u{2068}%(name)s\u{2069} \u{202A}x\u{202C}\u{200F}\""), [""; 0]);
        assert_eq!(found("ar.json", "{\"a\": \"مرحبا\u{200F} a\"}"), [""; 0]);
        assert_eq!(found("fa.js", "t('می\u{200C}خواهم')"), [""; 0], "Persian is joined and parted by signs");
    }

    #[test]
    fn what_hides_between_letters_is_found() {
        assert_eq!(found("a.js", "const admin\u{200B} = 1; x\u{3164}"), [r"\u{200b}", r"\u{3164}"]);
        assert_eq!(found("a.js", "if (user === \"ad\u{200B}\u{2060}min\")"), [r"\u{200b}\u{2060}"], "a row is one defect");
        assert_eq!(found("a.go", "\u{430}\u{200B}\u{431}"), [r"\u{200b}"]);
        assert_eq!(found("a.yml", "na\u{200B}me: 1"), [r"\u{200b}"]);
        assert_eq!(found("a.sql", "a;\n\u{FEFF}select 1"), [r"\u{feff}"]);
        assert_eq!(found("a.ts", "// a\u{2028}evil()"), [r"\u{2028}"]);
        assert_eq!(found("a.js", "eval(decode('\u{FE0F}\u{FE00}\u{E0100}x'))"), [r"\u{fe00}\u{e0100}"], "text in selectors");
        assert_eq!(found("a.md", "read this\u{E0041}\u{E0042}"), [r"\u{e0041}\u{e0042}"], "text in tags");
    }

    #[test]
    fn emoji_words_and_the_mark_at_the_beginning_are_left_alone() {
        let flag = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}";
        for text in [
            "",
            "\u{FEFF}a",
            "print('\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F466} \u{2764}\u{FE0F}\u{200D}\u{1F525} 1\u{FE0F}\u{20E3} \u{A9}\u{FE0F}')",
            flag,
            "葛\u{E0100}",
            "naïve café",
            "क\u{94D}\u{200D}ष",
        ] {
            assert_eq!(found("a.py", text), [""; 0], "{text}");
        }
        assert_eq!(found("a.md", "Donau\u{AD}dampf ภาษา\u{200B}ไทย and/\u{200B}or"), [""; 0]);
        assert_eq!(found("a.py", "a\u{202E}\0"), [""; 0], "a binary file");
    }

    #[test]
    fn a_character_is_named() {
        let file = File { path: b"a.c", bytes: "a\u{202E}".as_bytes(), ..File::default() };
        let details: Vec<_> = invisible_characters(&file).into_iter().filter_map(|defect| defect.detail).collect();
        assert_eq!(details, ["U+202E, right-to-left override"]);
    }
}
