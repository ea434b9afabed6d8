//! How single characters are escaped.

use super::Code;

/// One way of writing escapes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelling {
    pub(super) code: Code,
    /// With which byte each escape begins.
    pub(super) introducer: u8,
    /// Reads the escape with which a text begins.
    pub(super) read: fn(&[u8]) -> Option<Escape>,
}

/// Percent, HTML and backslash.
pub(super) const SPELLINGS: [Spelling; 3] = [
    Spelling { code: Code::Percent, introducer: b'%', read: percent },
    Spelling { code: Code::Html, introducer: b'&', read: html },
    Spelling { code: Code::Backslash, introducer: b'\\', read: backslash },
];

/// The entities of HTML that stand for ASCII, and the blank that looks like one (HTML, section 13.5).
const ENTITIES: [(&str, char); 30] = [
    ("quot", '"'),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("QUOT", '"'),
    ("AMP", '&'),
    ("LT", '<'),
    ("GT", '>'),
    ("NewLine", '\n'),
    ("Tab", '\t'),
    ("colon", ':'),
    ("semi", ';'),
    ("comma", ','),
    ("period", '.'),
    ("equals", '='),
    ("commat", '@'),
    ("sol", '/'),
    ("bsol", '\\'),
    ("plus", '+'),
    ("lowbar", '_'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("excl", '!'),
    ("quest", '?'),
    ("ast", '*'),
    ("lbrace", '{'),
    ("rbrace", '}'),
];
/// The longest name of an entity that is known here.
const MAX_NAME: usize = 7;
/// So many digits a character reference has at most, zeros before it counted.
const MAX_DIGITS: usize = 8;

/// An escape, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Escape {
    /// How many bytes of text it takes.
    pub(super) length: usize,
    /// Whether its character is told by number, which nobody does without need.
    pub(super) is_numeric: bool,
    value: [u8; 4],
    value_bytes: usize,
}

impl Escape {
    /// What it stands for.
    pub(super) fn bytes(&self) -> &[u8] {
        self.value.get(..self.value_bytes).unwrap_or_default()
    }

    fn byte(length: usize, is_numeric: bool, byte: u8) -> Self {
        Self { length, is_numeric, value: [byte, 0, 0, 0], value_bytes: 1 }
    }

    fn character(length: usize, is_numeric: bool, character: char) -> Self {
        let mut value = [0; 4];
        let value_bytes = character.encode_utf8(&mut value).len();
        Self { length, is_numeric, value, value_bytes }
    }
}

/// `%41` (RFC 3986, section 2.1).
fn percent(text: &[u8]) -> Option<Escape> {
    let byte = u8::try_from(number(text.get(1..3)?, 16)?).ok()?;
    Some(Escape::byte(3, true, byte))
}

/// `&#65;`, `&#x41;` and `&quot;`.
fn html(text: &[u8]) -> Option<Escape> {
    match text {
        [b'&', b'#', b'x' | b'X', rest @ ..] => reference(rest, 3, 16),
        [b'&', b'#', rest @ ..] => reference(rest, 2, 10),
        [b'&', rest @ ..] => {
            let length = rest.iter().take(MAX_NAME).take_while(|byte| byte.is_ascii_alphabetic()).count();
            let name = rest.get(..length).filter(|_| rest.get(length) == Some(&b';'))?;
            let (_, character) = ENTITIES.iter().find(|(known, _)| known.as_bytes() == name)?;
            Some(Escape::character(length + 2, false, *character))
        }
        _ => None,
    }
}

fn reference(rest: &[u8], before: usize, radix: u32) -> Option<Escape> {
    let digits = rest.iter().take(MAX_DIGITS + 1).position(|&byte| byte == b';')?;
    let character = char::from_u32(number(rest.get(..digits)?, radix)?)?;
    Some(Escape::character(before + digits + 1, true, character))
}

/// What JSON, YAML, the C family, Python and shells write in quoted strings.
fn backslash(text: &[u8]) -> Option<Escape> {
    let after = *text.get(1)?;
    let named = |byte| Some(Escape::byte(2, false, byte));
    match after {
        b'n' => named(b'\n'),
        b't' => named(b'\t'),
        b'r' => named(b'\r'),
        b'"' | b'\'' | b'`' | b'\\' | b'/' | b'$' => named(after),
        b'x' => Some(Escape::byte(4, true, u8::try_from(number(text.get(2..4)?, 16)?).ok()?)),
        b'u' if text.get(2) == Some(&b'{') => braced(text),
        b'u' => utf16_units(text),
        b'U' => Some(Escape::character(10, true, char::from_u32(number(text.get(2..10)?, 16)?)?)),
        b'0'..=b'3' => Some(Escape::byte(4, true, u8::try_from(number(text.get(1..4)?, 8)?).ok()?)),
        _ => None,
    }
}

/// `\u{41}`.
fn braced(text: &[u8]) -> Option<Escape> {
    let rest = text.get(3..)?;
    let digits = rest.iter().take(MAX_DIGITS + 1).position(|&byte| byte == b'}')?;
    let character = char::from_u32(number(rest.get(..digits)?, 16)?)?;
    Some(Escape::character(digits + 4, true, character))
}

/// `\u0041`, or the two of a surrogate pair (RFC 8259, section 7).
fn utf16_units(text: &[u8]) -> Option<Escape> {
    let unit = |at: usize| u16::try_from(number(text.get(at..at + 4)?, 16)?).ok();
    let first = unit(2)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Some(Escape::character(6, true, character));
    }
    let second = text.get(6..8).filter(|mark| mark == b"\\u").and_then(|_| unit(8))?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some(Escape::character(12, true, character))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let add = |sum: u32, &digit: &u8| sum.checked_mul(radix)?.checked_add(char::from(digit).to_digit(radix)?);
    if digits.is_empty() { None } else { digits.iter().try_fold(0, add) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(read: fn(&[u8]) -> Option<Escape>, text: &str) -> Option<(usize, String)> {
        read(text.as_bytes()).map(|escape| (escape.length, String::from_utf8_lossy(escape.bytes()).into_owned()))
    }

    #[test]
    fn each_spelling_is_read() {
        let some = |length, says: &str| Some((length, says.to_owned()));
        assert_eq!(says(percent, "%41B"), some(3, "A"));
        assert_eq!(says(html, "&#65;B"), some(5, "A"));
        assert_eq!(says(html, "&#x0041;B"), some(8, "A"));
        assert_eq!(says(html, "&quot;B"), some(6, "\""));
        assert_eq!(says(backslash, r"\n"), some(2, "\n"));
        assert_eq!(says(backslash, r"\x41B"), some(4, "A"));
        assert_eq!(says(backslash, r"\101B"), some(4, "A"));
        assert_eq!(says(backslash, r"\u0041B"), some(6, "A"));
        assert_eq!(says(backslash, r"\u{41}B"), some(6, "A"));
        assert_eq!(says(backslash, r"\U00000041B"), some(10, "A"));
        assert_eq!(says(backslash, r"\uD83D\uDE00"), some(12, "\u{1F600}"));
        assert!(ENTITIES.iter().all(|(name, _)| name.len() <= MAX_NAME));
    }

    #[test]
    fn what_is_no_escape_is_none() {
        for text in ["%", "%4", "%4G", "%+4"] {
            assert_eq!(says(percent, text), None, "{text}");
        }
        for text in ["&", "&&", "& amp;", "&amp", "&unknown;", "&#;", "&#x;", "&#99999999;", "&#xD800;", "&#00000000065;"] {
            assert_eq!(says(html, text), None, "{text}");
        }
        for text in [r"\", r"\d", r"\x4", r"\u004", r"\uD83D", r"\uD83D\n", r"\uDE00\uD83D", r"\U00110000", r"\08", r"\u{}", r"\u{41"] {
            assert_eq!(says(backslash, text), None, "{text}");
        }
    }
}
