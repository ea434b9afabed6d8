//! Values that go to the end of their line or their element, whatever they hold: `DB_PASSWORD=a)b` in settings is `a)b`.

use bstr::ByteSlice as _;
use memchr::memchr_iter;

use super::bytes::{ENDS, class, is_name, quote_kind};
use super::pair::Value;
use crate::model::Span;

/// How long the text of an element may be, in bytes.
const MAX_ELEMENT_BYTES: usize = 512;
/// How far what is cut from a value is hidden, in bytes.
const MAX_HIDDEN_BYTES: usize = 1 << 10;

/// How a file writes down settings, if it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Settings {
    /// It is something else.
    #[default]
    None,
    /// `key=value` and `key: value`, each on its line.
    Plain,
    /// YAML.
    Yaml,
}

impl Settings {
    /// What a file is by its name, in lower case.
    pub(super) fn of(name: &[u8]) -> Self {
        let end = name.rfind_byte(b'.').and_then(|at| name.get(at + 1..)).unwrap_or_default();
        match end {
            b"yaml" | b"yml" => Self::Yaml,
            b"env" | b"properties" | b"ini" | b"cfg" | b"conf" => Self::Plain,
            _ if name.starts_with(b".env") => Self::Plain,
            _ => Self::None,
        }
    }

    /// The key and the value of a line, where the value holds what would end it elsewhere.
    pub(super) fn read(self, text: &[u8], line: Span) -> Option<(Span, Span)> {
        // Words in a row are prose.
        let is_cut = |value: &[u8]| value.iter().any(|&byte| class(byte) & ENDS != 0) && !value.iter().any(u8::is_ascii_whitespace);
        self.pair(text, line).filter(|(_, value)| is_cut(value.of(text)))
    }

    /// The key of a line and all behind it.
    fn pair(self, text: &[u8], line: Span) -> Option<(Span, Span)> {
        let bytes = line.of(text);
        let count = |from: usize, is: fn(u8) -> bool| bytes.iter().skip(from).take_while(|byte| is(**byte)).count();
        let mut at = count(0, |byte| byte.is_ascii_whitespace() || byte == b'-');
        at += if bytes.get(at..)?.starts_with(b"export ") { b"export ".len() } else { 0 };
        let key = Span { start: at, end: at + count(at, is_name) };
        let operator = key.end + count(key.end, |byte| byte == b' ');
        let joins = matches!((self, bytes.get(operator..)?), (Self::Yaml, [b':', b' ', ..]) | (Self::Plain, [b'=' | b':', ..]));
        if !joins || key.is_empty() {
            return None;
        }
        let start = operator + 1 + count(operator + 1, |byte| byte == b' ');
        let rest = bytes.get(start..)?;
        let comment = rest.find(" #").or_else(|| rest.find(" ;").filter(|_| self == Self::Plain));
        let value = rest.get(..comment.unwrap_or(rest.len()))?.trim_ascii_end().trim_end_with(|c| matches!(c, ',' | ';'));
        let &first = value.first()?;
        let is_other = quote_kind(first).is_some() || self == Self::Yaml && b"{[|>&*!%@".contains(&first);
        let place = |span: Span| Span { start: line.start + span.start, end: line.start + span.end };
        (!is_other).then(|| (place(key), place(Span { start, end: start + value.len() })))
    }
}

/// The text of an element that begins with `run`, where it goes on beyond: `<key>run;more</key>`.
pub(super) fn of_element(text: &[u8], line: Span, run: Span) -> Option<Span> {
    if run.start == line.start || text.get(run.start - 1) != Some(&b'>') {
        return None;
    }
    let rest = Span { start: run.start, end: line.end.min(run.start + MAX_ELEMENT_BYTES) }.of(text);
    let inner = rest.get(..rest.find_byte(b'<')?).filter(|inner| inner.len() > run.len())?;
    let is_whole = text.get(run.start + inner.len()..)?.starts_with(b"</") && !inner.iter().any(|&b| b.is_ascii_whitespace() || b == b'>');
    is_whole.then_some(Span { start: run.start, end: run.start + inner.len() })
}

/// All of a value that is not shown: what is cut from one without quotes may be a part of it.
pub(super) fn hidden(text: &[u8], value: &Value, settings: Settings) -> Span {
    let (span, line) = (value.span, value.line);
    if value.quoted {
        return span;
    }
    // In settings it may hold blanks.
    let setting = Some(settings).filter(|settings| *settings != Settings::None).and_then(|settings| settings.pair(text, line));
    if let Some((_, whole)) = setting.filter(|(_, whole)| whole.start == span.start && whole.end >= span.end) {
        return whole;
    }
    let before = Span { start: line.start, end: span.start }.of(text);
    // Within a string nothing behind it belongs to the value.
    let is_open = |quote: u8| !memchr_iter(quote, before).count().is_multiple_of(2);
    let rest = Span { start: span.end, end: line.end.min(span.end.saturating_add(MAX_HIDDEN_BYTES)) }.of(text);
    let ends = |at: usize, byte: u8| {
        byte.is_ascii_whitespace() || quote_kind(byte).is_some() && is_open(byte) || byte == b'<' && rest.get(at + 1) == Some(&b'/')
    };
    let length = rest.iter().enumerate().position(|(at, &byte)| ends(at, byte)).unwrap_or(rest.len());
    let is_more = rest.iter().take(length).any(u8::is_ascii_alphanumeric) && rest.first().is_some_and(|&byte| class(byte) & ENDS != 0);
    Span { start: span.start, end: span.end + if is_more { length } else { 0 } }
}

#[cfg(test)]
mod tests {
    use super::super::pair::values;
    use super::*;

    fn read(settings: Settings, text: &str) -> Option<&str> {
        let (_, value) = settings.read(text.as_bytes(), Span { start: 0, end: text.len() })?;
        text.get(value.start..value.end)
    }

    #[test]
    fn a_setting_goes_to_the_end_of_its_line() {
        for (text, value) in [
            ("DB_PASSWORD=a1)b2", "a1)b2"),
            ("export DB_PASSWORD=a1\"b2", "a1\"b2"),
            ("db.password = a1,b2 ; old", "a1,b2"),
            ("PASSWORD: a1(b2 # note", "a1(b2"),
            ("PASSWORD=a1;b2;", "a1;b2"),
        ] {
            assert_eq!(read(Settings::Plain, text), Some(value), "{text}");
        }
        assert_eq!(read(Settings::Yaml, "  - password: a1[b2"), Some("a1[b2"));
        for text in ["password: \"a1)b2\"", "password: {a: b}", "password: a1b2", "- {password: a1}", "url:a(b)", "access: to all, by all"]
        {
            assert_eq!(read(Settings::Yaml, text), None, "{text}");
        }
        assert_eq!(read(Settings::None, "PASSWORD=a1)b2"), None);
        assert_eq!(Settings::of(b".env.local"), Settings::Plain);
        assert_eq!(Settings::of(b"values.yaml"), Settings::Yaml);
        assert_eq!(Settings::of(b"main.rs"), Settings::None);
    }

    #[test]
    fn what_is_cut_from_a_value_is_hidden_with_it() {
        for (text, value, hidden) in [
            ("token=v4lue1)v4lue2 more", "v4lue1", "v4lue1)v4lue2"),
            ("f(token=v4lue1)", "v4lue1", "v4lue1"),
            ("f(\"token=v4lue1;v4lue2\", x)", "v4lue1", "v4lue1;v4lue2"),
            ("<token>v4lue1<v4lue2</token>", "v4lue1", "v4lue1<v4lue2"),
            ("token = \"v4lue1\")v4lue2", "v4lue1", "v4lue1"),
        ] {
            let mut found = Vec::new();
            values(text.as_bytes(), Span { start: 0, end: text.len() }, Settings::None, &mut found);
            let found = found.iter().find(|found| found.span.of(text.as_bytes()) == value.as_bytes()).unwrap();
            assert_eq!(super::hidden(text.as_bytes(), found, Settings::None).of(text.as_bytes()).as_bstr(), hidden, "{text}");
        }
    }

    #[test]
    fn all_of_a_setting_is_hidden_though_it_holds_blanks() {
        let text = b"password: v4lue1 v4,lue2 # note";
        let mut found = Vec::new();
        values(text, Span { start: 0, end: text.len() }, Settings::Yaml, &mut found);
        let found = found.iter().find(|found| found.span.of(text) == b"v4lue1").unwrap();
        assert_eq!(hidden(text, found, Settings::Yaml).of(text), b"v4lue1 v4,lue2");
    }

    #[test]
    fn the_text_of_an_element_goes_to_its_end() {
        let text = b"<token>v4lue1;v4lue2(x</token>";
        let mut found = Vec::new();
        values(text, Span { start: 0, end: text.len() }, Settings::None, &mut found);
        assert!(found.iter().any(|found| found.span.of(text) == b"v4lue1;v4lue2(x"));
    }
}
