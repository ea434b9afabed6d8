//! A place in a text that is moved back from a value to its key.

use bstr::ByteSlice as _;

use super::around::name_after;
use super::bytes::{is_name, quote_kind};
use super::pair::{EMPTY_KEYS, Link, MAX_KEY_BYTES, is_one_of};
use crate::model::Span;

/// A place in a text that moves back, to `floor` at most.
#[derive(Clone)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    pub(super) floor: usize,
    pub(super) at: usize,
}

impl Cursor<'_> {
    /// The byte before this place.
    pub(super) fn before(&self) -> Option<u8> {
        if self.at > self.floor { self.text.get(self.at - 1).copied() } else { None }
    }

    /// Moves back over bytes of a kind, and answers over how many.
    pub(super) fn skip(&mut self, is: impl Fn(u8) -> bool) -> usize {
        let from = self.at;
        while self.before().is_some_and(&is) {
            self.at -= 1;
        }
        from - self.at
    }

    /// Moves back over white space within a line.
    pub(super) fn skip_space(&mut self) -> usize {
        self.skip(|byte| byte == b' ' || byte == b'\t')
    }

    /// Takes the operator before, if there is one. `None` where what stands there joins nothing.
    pub(super) fn operator(&mut self, opened: bool) -> Option<Link> {
        let spaced = self.text.get(self.at).is_some_and(|&byte| byte == b' ' || byte == b'\t');
        let head = self.text.get(self.floor..self.at).unwrap_or_default();
        let joined = |operator: &&&str| head.ends_with(operator.as_bytes());
        // What `::` joins is one name; in LDIF white space stands behind it.
        if head.ends_with(b"::") && !spaced {
            return None;
        }
        if let Some(operator) = ["=>", "->", ":=", "==", "!=", "+=", ".=", "?=", "=", ":", "||", "??"].iter().find(joined) {
            self.at -= operator.len();
            self.skip(|byte| matches!(byte, b'=' | b'!' | b'<' | b'|' | b'?' | b':'));
            return Some(Link::Assigned);
        }
        // `getenv("TOKEN") or "value"`.
        if spaced && (head.ends_with(b") or") || head.ends_with(b"] or")) {
            self.at -= 2;
            return Some(Link::Assigned);
        }
        match self.before() {
            Some(b'>') => {
                self.at -= 1;
                Some(Link::Tag)
            }
            Some(b'-') if spaced && self.text.get(self.at.wrapping_sub(2)) == Some(&b' ') => {
                self.at -= 1;
                Some(Link::Assigned)
            }
            Some(b',') => {
                self.at -= 1;
                Some(Link::Argument)
            }
            Some(byte) if opened => is_name(byte).then_some(Link::Argument),
            Some(byte) => (spaced && (is_name(byte) || quote_kind(byte).is_some())).then_some(Link::Beside),
            None => Some(Link::Beside),
        }
    }

    /// Skips what stands before a string within its literal: a second and third quote, `r#`, `b`, `f`, `@`.
    pub(super) fn skip_opening(&mut self, quote: u8) {
        if self.text.get(self.floor..self.at).is_some_and(|head| head.ends_with(&[quote, quote])) {
            self.at -= 2;
        }
        self.skip(|byte| byte == b'\\');
        let mut raw = self.clone();
        if raw.skip(|byte| byte == b'#') > 0 && raw.before() == Some(b'r') {
            *self = raw;
        }
        let prefix = self.clone();
        self.skip(|byte| matches!(byte, b'r' | b'R' | b'b' | b'B' | b'f' | b'F' | b'u' | b'U' | b'L' | b'@' | b'$'));
        if prefix.at - self.at > 2 || self.before().is_some_and(is_name) {
            *self = prefix;
        }
    }

    /// Skips a tag or an anchor of YAML: `key: !!str value`, `key: &name value`.
    pub(super) fn skip_properties(&mut self) {
        let mut cursor = self.clone();
        let is_named = cursor.skip(|byte| is_name(byte) || byte == b'/') > 0 && cursor.skip(|byte| matches!(byte, b'!' | b'&')) > 0;
        if is_named && cursor.skip_space() > 0 && matches!(cursor.before(), Some(b':' | b'-')) {
            *self = cursor;
        }
    }

    /// The name that ends here, with up to `words` words of prose.
    pub(super) fn name(&mut self, words: usize) -> Option<Span> {
        let end = self.at;
        for word in 0..words {
            let back = self.at;
            // A flag is a key alone.
            if word > 0 && self.text.get(self.at) == Some(&b'-') {
                break;
            }
            if word > 0 {
                // Further words are letters alone, one space apart.
                if self.skip_space() != 1 || !self.before().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
                    self.at = back;
                    break;
                }
                let before = self.at;
                self.skip(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
                if self
                    .before()
                    .is_some_and(|byte| !matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'#' | b'*' | b'>' | b'[' | b',' | b'(' | b'.'))
                    || before == self.at
                {
                    self.at = back;
                    break;
                }
            } else if self.skip(is_name) == 0 {
                return None;
            }
        }
        // `/etc/passwd` is no key.
        (self.before() != Some(b'/')).then_some(Span { start: self.at, end })
    }

    /// The name of the tag that ends before here, or that of its attribute that names what is in it.
    pub(super) fn tag(&mut self) -> Option<Span> {
        let head = self.text.get(self.floor..self.at)?;
        let open = head.rfind_byte(b'<')?;
        // `:<password>@` is a stand-in in an address and no tag.
        if open > 0 && head.get(open - 1).is_some_and(|&byte| is_name(byte) || byte == b':' || byte == b'/') {
            return None;
        }
        let inner = Span { start: self.floor + open + 1, end: self.at };
        let bytes = inner.of(self.text);
        // `ns:name` stands in another name space.
        let length = bytes.iter().take_while(|&&byte| is_name(byte) || byte == b':').count();
        let attribute = ["name=", "key=", "id="].iter().find_map(|word| {
            let at = bytes.find(word)?;
            name_after(self.text, Span { start: inner.start + at + word.len() - 1, end: inner.end })
        });
        if let Some(name) = attribute {
            return Some(name);
        }
        if is_one_of(bytes.get(..length)?, EMPTY_KEYS) {
            // `<key>NAME</key><string>value`, `<name>NAME</name><value>value`.
            let before = self.text.get(self.floor.saturating_sub(MAX_KEY_BYTES)..inner.start - 1)?;
            let offset = self.floor.saturating_sub(MAX_KEY_BYTES);
            let close = before.rfind("</")?;
            let open = before.get(..close)?.rfind_byte(b'>')?;
            return Some(Span { start: offset + open + 1, end: offset + close });
        }
        (length > 0).then_some(Span { start: inner.start, end: inner.start + length })
    }
}
