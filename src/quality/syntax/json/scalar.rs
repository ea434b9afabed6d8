//! Strings, numbers and words of JSON and JSON5.

use std::borrow::Cow;

use super::reader::{Dialect, Reader};
use crate::quality::Defect;
use crate::quality::syntax::{defect, shown};

impl<'t> Reader<'t> {
    /// A string, with its escapes undone. It begins with a quote.
    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, Defect> {
        let opening = self.at;
        let quote = self.rest().chars().next().unwrap_or('"');
        self.at += 1;
        let mut plain = self.at;
        let mut done = String::new();
        loop {
            let here = self.at;
            let Some(next) = self.rest().chars().next() else {
                return Err(defect(opening, self.text.len(), "a string that does not end"));
            };
            match next {
                _ if next == quote => {
                    let last = self.text.get(plain..here).unwrap_or_default();
                    self.at += 1;
                    return Ok(if done.is_empty() { Cow::Borrowed(last) } else { Cow::Owned(done + last) });
                }
                '\\' => {
                    done.push_str(self.text.get(plain..here).unwrap_or_default());
                    self.escape(&mut done)?;
                    plain = self.at;
                }
                '\n' | '\r' => return Err(defect(here, here + 1, "a line end in a string")),
                '\0'..'\u{20}' if self.dialect == Dialect::Json => {
                    return Err(defect(here, here + 1, "a control character in a string"));
                }
                _ => self.at += next.len_utf8(),
            }
        }
    }

    /// What a backslash and the characters after it stand for.
    fn escape(&mut self, done: &mut String) -> Result<(), Defect> {
        let start = self.at;
        let mut after = self.rest().chars().skip(1);
        let Some(next) = after.next() else {
            return Err(defect(start, self.text.len(), "a string that does not end"));
        };
        let then = after.next();
        self.at += 1 + next.len_utf8();
        let is_json5 = self.dialect == Dialect::Json5;
        match next {
            '"' | '\\' | '/' => done.push(next),
            'b' => done.push('\u{8}'),
            'f' => done.push('\u{c}'),
            'n' => done.push('\n'),
            'r' => done.push('\r'),
            't' => done.push('\t'),
            'u' => self.unicode(start, done)?,
            'v' if is_json5 => done.push('\u{b}'),
            'x' if is_json5 => {
                let Some(code) = self.hexadecimal(2) else {
                    return Err(defect(start, self.at, "expected two hexadecimal digits after `\\x`"));
                };
                done.extend(char::from_u32(code));
            }
            '0' if is_json5 && then.is_some_and(|char| char.is_ascii_digit()) => {
                return Err(defect(start, self.at, "`\\0` is no escape before a digit"));
            }
            '0' if is_json5 => done.push('\0'),
            // A line end after a backslash is not in the string.
            '\r' if is_json5 && then == Some('\n') => self.at += 1,
            '\n' | '\r' | '\u{2028}' | '\u{2029}' if is_json5 => {}
            _ if is_json5 && !next.is_ascii_digit() => done.push(next),
            _ => return Err(defect(start, self.at, format!("`\\{}` is no escape", shown(next.encode_utf8(&mut [0; 4]))))),
        }
        Ok(())
    }

    /// The four digits after `\u`, which begins at `start`, and the second half of a pair. A half alone stays as it is written:
    /// the RFC lets it stand.
    fn unicode(&mut self, start: usize, done: &mut String) -> Result<(), Defect> {
        let Some(first) = self.hexadecimal(4) else {
            return Err(defect(start, self.at, "expected four hexadecimal digits after `\\u`"));
        };
        if let Some(char) = char::from_u32(first) {
            done.push(char);
            return Ok(());
        }
        let after_first = self.at;
        if first < 0xdc00 && self.rest().starts_with("\\u") {
            self.at += 2;
            let second = self.hexadecimal(4).filter(|second| (0xdc00..0xe000).contains(second));
            if let Some(char) = second.and_then(|second| char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))) {
                done.push(char);
                return Ok(());
            }
        }
        self.at = after_first;
        done.push_str(&format!("\\u{first:04x}"));
        Ok(())
    }

    /// A number of so many digits; nothing is taken where there are fewer.
    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let text = self.rest().get(..digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.at += digits;
        u32::from_str_radix(text, 16).ok()
    }

    /// A number. It begins with a sign, a digit or a point.
    pub(super) fn number(&mut self) -> Result<(), Defect> {
        let is_json5 = self.dialect == Dialect::Json5;
        if matches!(self.peek(), Some(b'-' | b'+')) {
            self.at += 1;
        }
        let rest = self.rest();
        if is_json5 && let Some(word) = ["Infinity", "NaN"].into_iter().find(|word| rest.starts_with(word)) {
            self.at += word.len();
            return Ok(());
        }
        if is_json5 && (rest.starts_with("0x") || rest.starts_with("0X")) {
            self.at += 2;
            return self.digits(u8::is_ascii_hexdigit).then_some(()).ok_or_else(|| self.expected("a hexadecimal digit"));
        }
        let mut has_digits = true;
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            has_digits = self.digits(u8::is_ascii_digit);
        }
        if !has_digits && !(is_json5 && self.peek() == Some(b'.')) {
            return Err(self.expected("a digit"));
        }
        if self.peek() == Some(b'.') {
            let point = self.at;
            self.at += 1;
            if !self.digits(u8::is_ascii_digit) && !(is_json5 && has_digits) {
                // JSON5 takes a point with digits on one side; a point alone is told where it stands.
                self.at = if is_json5 { point } else { self.at };
                return Err(self.expected("a digit"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'-' | b'+')) {
                self.at += 1;
            }
            return self.digits(u8::is_ascii_digit).then_some(()).ok_or_else(|| self.expected("a digit"));
        }
        Ok(())
    }

    /// Takes digits; false where there are none.
    fn digits(&mut self, is_digit: fn(&u8) -> bool) -> bool {
        let count = self.rest().bytes().take_while(is_digit).count();
        self.at += count;
        count > 0
    }

    /// `true`, `false`, `null`, or what stands in its place.
    pub(super) fn word(&mut self, what: &str) -> Result<(), Defect> {
        let start = self.at;
        let word: String = self.rest().chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect();
        match word.as_str() {
            "true" | "false" | "null" => {}
            "NaN" | "Infinity" if self.dialect == Dialect::Json5 => {}
            "" => return Err(self.expected(what)),
            _ => return Err(defect(start, start + word.len(), format!("`{}` is no value", shown(&word)))),
        }
        self.at += word.len();
        Ok(())
    }

    /// A name of JSON5 without quotes; empty where there is none. Every character beyond ASCII that is no blank is taken for
    /// a letter.
    pub(super) fn identifier(&mut self) -> Result<Cow<'t, str>, Defect> {
        let start = self.at;
        let mut plain = start;
        let mut done = String::new();
        while let Some(next) = self.rest().chars().next() {
            let is_first = self.at == start;
            let here = self.at;
            if self.rest().starts_with("\\u") {
                done.push_str(self.text.get(plain..here).unwrap_or_default());
                self.at += 2;
                self.unicode(here, &mut done).map_err(|_| {
                    let end = here + 2 + self.rest().bytes().take_while(u8::is_ascii_alphanumeric).count();
                    defect(start, end, "expected four hexadecimal digits after `\\u`")
                })?;
                plain = self.at;
            } else if matches!(next, '$' | '_' | 'a'..='z' | 'A'..='Z')
                || !is_first && next.is_ascii_digit()
                || !next.is_ascii() && !next.is_whitespace() && next != '\u{feff}'
            {
                self.at += next.len_utf8();
            } else {
                break;
            }
        }
        let last = self.text.get(plain..self.at).unwrap_or_default();
        Ok(if done.is_empty() { Cow::Borrowed(last) } else { Cow::Owned(done + last) })
    }
}
