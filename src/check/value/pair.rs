//! Keys and values: what a line assigns to what, in any of the common syntaxes, read once.
//!
//! This is no parser of any one language. It cuts a line into quoted and bare values and looks, for each, at what
//! stands before it: an operator and a name (`key = value`, `"key": "value"`, `key => 'value'`, `--key value`), a tag
//! (`<key>value</key>`), a call (`key("value")`, `define('key', 'value')`), or a pair of fields whose names say nothing
//! (`name: key` and `value: …`, in either order).

use std::cell::OnceCell;

use bstr::ByteSlice as _;
use memchr::memrchr2;

use super::bytes::{ENDS, PLAIN, QUERY, SIGN, SLASH, class, is_name, quote_kind};
use super::key::{Key, Promise};
use crate::model::Span;

/// A value, and what joins it to the key it stands under.
#[derive(Debug)]
pub(super) struct Value {
    /// The value, without its quotes.
    pub(super) span: Span,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
    /// The line it was read from.
    line: Span,
    /// Read when a rule first asks: most values are too short or too long for all of them.
    join: OnceCell<Option<Join>>,
}

impl Value {
    fn new(span: Span, line: Span, quoted: bool) -> Self {
        Self { span, quoted, line, join: OnceCell::new() }
    }

    /// A value without quotes whose key is known.
    fn joined(span: Span, line: Span, key: Option<Span>) -> Self {
        let link = if key.is_some() { Link::Assigned } else { Link::Nothing };
        Self { span, quoted: false, line, join: OnceCell::from(Some(Join { key, link, read: OnceCell::new() })) }
    }

    /// What joins it to its key; nothing where a template puts something in, which is no value of the file.
    pub(super) fn join(&self, text: &[u8]) -> Option<&Join> {
        self.join.get_or_init(|| join(text, self)).as_ref()
    }
}

/// What joins a value to its key.
#[derive(Debug)]
pub(super) struct Join {
    /// The key, as written.
    pub(super) key: Option<Span>,
    /// How the two are joined.
    pub(super) link: Link,
    /// The key, read when a rule first asks.
    read: OnceCell<Key>,
}

impl Join {
    /// What the key says; nothing where there is none.
    pub(super) fn read_key(&self, text: &[u8]) -> &Key {
        self.read.get_or_init(|| Key::new(self.key.map_or(&[], |key| key.of(text))))
    }

    /// Whether a word stands in the key.
    pub(super) fn holds(&self, word: Span) -> bool {
        self.key.is_some_and(|key| key.start < word.end && word.start <= key.end)
    }
}

/// How a value is joined to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// By an operator: `=`, `:`, `=>`, `:=`, ` - `.
    Assigned,
    /// By a tag: `<key>value`.
    Tag,
    /// As the argument of a call, or beside the key in a list of arguments.
    Argument,
    /// By nothing but white space.
    Beside,
    /// It has a line for itself, below one that says what it is.
    Heading,
    /// It has no key.
    Nothing,
}

/// How far back a key is looked for, in bytes.
const MAX_KEY_BYTES: usize = 160;
/// How many words that say nothing may stand between a key and its value.
const MAX_BESIDE: usize = 3;
/// The fewest bytes of a value.
const MIN_VALUE_BYTES: usize = 5;
/// Letters alone are a word up to here.
const LONG_WORD_BYTES: usize = 20;
/// How long a value may be, in bytes.
const MAX_VALUE_BYTES: usize = 8 << 10;
/// How many words of prose a key may have.
const MAX_KEY_WORDS: usize = 4;
/// The fewest bytes of a value that has its line for itself.
const MIN_LONE_BYTES: usize = 16;
/// How many lines above a value its key may stand.
const MAX_LINES_ABOVE: usize = 2;
/// Names of fields that hold a value and do not say of what.
const EMPTY_KEYS: &[&str] = &["value", "val", "default", "content", "data", "string", "text", "literal", "defaultvalue", "default_value"];
/// Names of fields that say what the value beside them is.
const NAMING_KEYS: &[&str] = &["name", "key", "id", "variable", "property", "env", "envvar", "label", "option"];
/// Types that stand between a name and `=`.
const TYPES: &[&str] = &["string", "str", "char", "text", "any", "bytes", "final", "const", "option", "secretstring", "u8", "byte"];

/// Reads the values of `line`, which is a line of `text` or a part of one, in the order in which they begin.
pub(super) fn values(text: &[u8], line: Span, found: &mut Vec<Value>) {
    let mut closed = [false; 3];
    let mut closers: Vec<usize> = Vec::new();
    let mut at = line.start;
    while at < line.end {
        let byte = text.get(at).copied().unwrap_or(0);
        if let Some(kind) = quote_kind(byte) {
            if let Some(place) = closers.iter().position(|&closer| closer == at) {
                closers.swap_remove(place);
            } else if !closed.get(kind).copied().unwrap_or(true) && opens(text, line, at) {
                match closer(text, line, at) {
                    Some(end) => {
                        closers.push(end);
                        add(text, Value::new(Span { start: at + 1, end }, line, true), found);
                    }
                    None => {
                        if let Some(flag) = closed.get_mut(kind) {
                            *flag = true;
                        }
                    }
                }
            }
            at += 1;
        } else if class(byte) & ENDS != 0 {
            at += 1;
        } else {
            let rest = Span { start: at, end: line.end }.of(text);
            let mut seen = 0;
            let ends = |&byte: &u8| {
                let class = class(byte);
                seen |= class;
                class & ENDS != 0
            };
            let length = rest.iter().position(ends).unwrap_or(rest.len());
            // No part of what is very short, or of a plain word, is more.
            let is_plain = length < LONG_WORD_BYTES && seen & SIGN == 0;
            if length >= MIN_VALUE_BYTES && !is_plain {
                bare(text, line, Span { start: at, end: at + length }, (seen, found));
            }
            at += length;
        }
    }
}

/// Cuts a run without white space into values: the whole, what stands behind its first operator, the fields of a query.
/// `seen` says which classes of bytes it holds.
fn bare(text: &[u8], line: Span, run: Span, (seen, found): (u8, &mut Vec<Value>)) {
    let bytes = run.of(text);
    // `\n` and its like at the start belong to the text around, not to the value.
    let escape = usize::from(matches!(bytes, [b'\\', b'n' | b't' | b'r', ..])) * 2;
    let run = Span { start: run.start + escape, end: run.end };
    let bytes = run.of(text);
    // `prefix${NAME}` ends with what is put in later.
    if matches!(bytes.last(), Some(b'$' | b'#' | b'%' | b'@')) && text.get(run.end) == Some(&b'{') {
        return;
    }
    let is_key = matches!(bytes.last(), Some(b':')) || matches!(bytes.last(), Some(b'=')) && bytes.find_byte(b'=') == Some(bytes.len() - 1);
    if bytes.is_empty() || is_key && (bytes.len() < 40 || bytes.iter().rev().skip(1).all(|&byte| is_name(byte))) {
        return;
    }
    add(text, Value::new(run, line, false), found);
    let is_address = seen & SLASH != 0 && bytes.windows(3).any(|three| three == b"://");
    if let Some((key, value)) = split(bytes).filter(|_| !is_address) {
        let end = run.start + key;
        let span = Span { start: run.start + value, end: run.end };
        let key = Cursor { text, floor: line.start.max(end.saturating_sub(MAX_KEY_BYTES)), at: end }.name(MAX_KEY_WORDS);
        add(text, Value::joined(span, line, key), found);
    }
    if seen & QUERY != 0 {
        let mut from = run.start;
        for piece in bytes.split(|&byte| matches!(byte, b'&' | b'?' | b'#')) {
            if let Some((key, value)) = split(piece) {
                let (key, span) = (Span { start: from, end: from + key }, Span { start: from + value, end: from + piece.len() });
                add(text, Value::joined(span, line, Some(key)), found);
            }
            from += piece.len() + 1;
        }
    }
    if is_address {
        let mut from = run.start;
        for piece in bytes.split(|&byte| matches!(byte, b'/' | b'?' | b'#')) {
            if piece.len() >= 12 && from > run.start {
                add(text, Value::joined(Span { start: from, end: from + piece.len() }, line, None), found);
            }
            from += piece.len() + 1;
        }
    }
}

/// Where the key of `key=value` or `key:value` ends, and where the value begins.
fn split(bytes: &[u8]) -> Option<(usize, usize)> {
    let key = bytes.iter().position(|&byte| !is_name(byte))?;
    let operator = bytes.get(key..)?.iter().take_while(|&&byte| matches!(byte, b'=' | b':' | b'>')).count();
    let value = key + operator;
    // What `::` joins is one name.
    let joins = bytes.get(key..value) == Some(b"::");
    (key > 0 && operator > 0 && operator < 4 && !joins && value < bytes.len()).then_some((key, value))
}

fn add(text: &[u8], value: Value, found: &mut Vec<Value>) {
    if is_candidate(value.span.of(text)) {
        found.push(value);
    }
}

/// What joins a value to its key, by what stands before it and around it.
fn join(text: &[u8], value: &Value) -> Option<Join> {
    let (span, line, quoted) = (value.span, value.line, value.quoted);
    // What a template puts in is no value of the file.
    let head = text.get(line.start.max(span.start.saturating_sub(MAX_KEY_BYTES))..span.start).unwrap_or_default();
    let brace = memrchr2(b'{', b'}', head).and_then(|last| {
        let head = head.get(..=last).unwrap_or_default();
        head.windows(2).rev().find(|two| matches!(**two, [b'{', b'{'] | [b'}', b'}']))
    });
    if brace == Some(b"{{".as_slice()) {
        return None;
    }
    let mut joined = key_before(text, line.start, span.start, quoted);
    // `<secret>{AQAA value}`, `token: Basic value`: what stands right before may be a part of the value's place.
    let mut read = None;
    for _ in 0..MAX_BESIDE {
        let Some((key, Link::Beside)) = joined else { break };
        let says = Key::new(key.of(text));
        if says.promise() != Promise::Nothing {
            read = Some((key, says));
            break;
        }
        joined = key_before(text, line.start, key.start, false).or(joined);
    }
    let is_empty = |key: Span| is_one_of(key.of(text), EMPTY_KEYS);
    let joined = joined.map(|(key, link)| (if is_empty(key) { naming(text, line, span).unwrap_or(key) } else { key }, link));
    let (key, link) = joined.map_or((None, Link::Nothing), |(key, link)| (Some(key), link));
    let read = read.filter(|(of, _)| key == Some(*of)).map_or_else(OnceCell::new, |(_, read)| OnceCell::from(read));
    Some(Join { key, link, read })
}

/// Whether a value could be a secret at all, wherever it stands: a plain word is none, nor is what is very short.
fn is_candidate(value: &[u8]) -> bool {
    value.len() <= MAX_VALUE_BYTES && !is_too_plain(value) && !value.iter().any(u8::is_ascii_control)
}

/// Whether a value is very short, or a plain word, and so is each part of it.
fn is_too_plain(value: &[u8]) -> bool {
    value.len() < MIN_VALUE_BYTES || value.len() < LONG_WORD_BYTES && value.iter().all(|&byte| class(byte) & PLAIN != 0)
}

/// The key of the value that begins at `at`, and how it is joined.
fn key_before(text: &[u8], line_start: usize, at: usize, quoted: bool) -> Option<(Span, Link)> {
    let floor = line_start.max(at.saturating_sub(MAX_KEY_BYTES));
    let mut cursor = Cursor { text, floor, at };
    // A bare value behind a quote that nothing closes on this line.
    let quoted = quoted || cursor.before().is_some_and(|byte| quote_kind(byte).is_some());
    if quoted {
        cursor.at = cursor.at.saturating_sub(1);
        cursor.skip(|byte| byte == b'\\');
        // Prefixes of strings: `r"`, `b'`, `f"`, `L"`, `@"`, `$"`.
        let prefix = cursor.clone();
        cursor.skip(|byte| matches!(byte, b'r' | b'R' | b'b' | b'B' | b'f' | b'F' | b'u' | b'U' | b'L' | b'@' | b'$'));
        if prefix.at - cursor.at > 2 || cursor.before().is_some_and(is_name) {
            cursor = prefix;
        }
    }
    cursor.skip_space();
    let opened = cursor.skip(|byte| matches!(byte, b'(' | b'[' | b'{'));
    if opened > 0 {
        cursor.skip_space();
    }
    let link = cursor.operator(opened > 0)?;
    if link == Link::Tag {
        return cursor.tag().map(|key| (key, Link::Tag));
    }
    cursor.skip_space();
    if link == Link::Assigned || link == Link::Argument {
        cursor.skip(|byte| quote_kind(byte).is_some() || matches!(byte, b'\\' | b']' | b')' | b'}' | b'>'));
    }
    let words = if link == Link::Argument { 1 } else { MAX_KEY_WORDS };
    if cursor.at == cursor.floor && cursor.floor == line_start {
        return above(text, line_start, link).or_else(|| heading(text, line_start, at).filter(|_| link == Link::Beside));
    }
    let mut key = cursor.name(words)?;
    if link == Link::Assigned && is_one_of(last_word(key.of(text)), TYPES) {
        // `name: type = value` and `name type = value`.
        let mut before = Cursor { text, floor, at: key.end - last_word(key.of(text)).len() };
        before.skip(|byte| matches!(byte, b' ' | b':' | b'&' | b'<' | b'[' | b']' | b'*' | b'?'));
        key = before.name(1).unwrap_or(key);
    }
    Some((key, link))
}

/// The key of a value that begins its line: the line above ends with an operator or opens a list.
fn above(text: &[u8], line_start: usize, link: Link) -> Option<(Span, Link)> {
    let mut end = line_start;
    for _ in 0..MAX_LINES_ABOVE {
        end = text.get(..end)?.trim_end().len();
        let start = text.get(..end)?.rfind_byte(b'\n').map_or(0, |at| at + 1).max(end.saturating_sub(MAX_KEY_BYTES));
        let line = text.get(start..end)?.trim_end_with(|c| matches!(c, '\\' | ' ' | '"' | '\'' | '+' | '|' | '(' | '[' | '{' | '\r' | '`'));
        if line.ends_with(b">") {
            return Cursor { text, floor: start, at: start + line.len() - 1 }.tag().map(|key| (key, Link::Tag));
        }
        if line.ends_with(b"=") || line.ends_with(b":") {
            let mut cursor = Cursor { text, floor: start, at: start + line.len() };
            cursor.skip(|byte| matches!(byte, b'=' | b':' | b' ' | b'"' | b'\''));
            return cursor.name(MAX_KEY_WORDS).map(|key| (key, Link::Assigned));
        }
        if link == Link::Assigned || link == Link::Argument || line.trim_start().is_empty() {
            return None;
        }
        end = start;
    }
    None
}

/// The key of a value that has its line for itself: a few words on the line above that say no more than what it is.
fn heading(text: &[u8], line_start: usize, at: usize) -> Option<(Span, Link)> {
    let line = text.get(line_start..)?.lines().next()?.trim_ascii();
    let is_alone = text.get(at..)?.starts_with(line) && line.len() >= MIN_LONE_BYTES && !line.iter().any(u8::is_ascii_whitespace);
    let end = text.get(..line_start)?.strip_suffix(b"\n")?.trim_ascii_end().len();
    let start = text.get(..end)?.rfind_byte(b'\n').map_or(0, |newline| newline + 1).max(end.saturating_sub(MAX_KEY_BYTES));
    let is_word = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-' | b'_');
    let words = text.get(start..end)?.trim_ascii_start().trim_start_with(|c| matches!(c, '#' | '/' | ';' | '%' | '*' | '-' | ' '));
    let is_heading = words.iter().all(is_word) && words.split(|&byte| byte == b' ').count() <= MAX_KEY_WORDS;
    let key = Cursor { text, floor: end - words.len(), at: end }.name(MAX_KEY_WORDS)?;
    (is_alone && is_heading).then_some((key, Link::Heading))
}

/// Of `name: key` beside `value: …`, the key; in either order, in the same line or those next to it.
fn naming(text: &[u8], line: Span, value: Span) -> Option<Span> {
    let start = before_lines(text, line.start, 1);
    let end = after_lines(text, line.end, 1);
    let mut names = Vec::new();
    for part in [Span { start, end: value.start }, Span { start: value.end, end }] {
        let bytes = part.of(text);
        for word in NAMING_KEYS {
            for at in bytes.find_iter(word).take(8) {
                let (from, to) = (part.start + at, part.start + at + word.len());
                let alone = !text.get(from.wrapping_sub(1)).is_some_and(|&b| is_name(b)) && !text.get(to).is_some_and(|&b| is_name(b));
                if alone && let Some(name) = name_after(text, Span { start: to, end: part.end }) {
                    let distance = if name.end <= value.start { value.start - name.end } else { name.start.saturating_sub(value.end) };
                    names.push((distance, name));
                }
            }
        }
    }
    names.into_iter().min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// The name that an operator or the end of a tag joins to what stands before `part`.
fn name_after(text: &[u8], part: Span) -> Option<Span> {
    let bytes = part.of(text);
    let lead = bytes.iter().take(6).take_while(|&&b| matches!(b, b' ' | b'=' | b':' | b'>' | b'"' | b'\'' | b'\\')).count();
    let joined = bytes.get(..lead)?.iter().any(|&b| matches!(b, b'=' | b':' | b'>'));
    let name = bytes.get(lead..)?.iter().take_while(|&&b| is_name(b)).count();
    (joined && name > 1).then_some(Span { start: part.start + lead, end: part.start + lead + name })
}

fn before_lines(text: &[u8], at: usize, lines: usize) -> usize {
    let floor = at.saturating_sub(MAX_KEY_BYTES * 2);
    let mut start = at;
    for _ in 0..lines {
        let end = start.saturating_sub(1).max(floor);
        start = text.get(floor..end).and_then(|part| part.rfind_byte(b'\n')).map_or(floor, |newline| floor + newline + 1);
    }
    start
}

fn after_lines(text: &[u8], at: usize, lines: usize) -> usize {
    let ceiling = text.len().min(at.saturating_add(MAX_KEY_BYTES * 2));
    let mut end = at;
    for _ in 0..lines {
        let from = (end + 1).min(ceiling);
        end = text.get(from..ceiling).and_then(|part| part.find_byte(b'\n')).map_or(ceiling, |newline| from + newline);
    }
    end
}

/// A place in a text that moves back, to `floor` at most.
#[derive(Clone)]
struct Cursor<'t> {
    text: &'t [u8],
    floor: usize,
    at: usize,
}

impl Cursor<'_> {
    fn before(&self) -> Option<u8> {
        if self.at > self.floor { self.text.get(self.at - 1).copied() } else { None }
    }

    fn skip(&mut self, is: impl Fn(u8) -> bool) -> usize {
        let from = self.at;
        while self.before().is_some_and(&is) {
            self.at -= 1;
        }
        from - self.at
    }

    fn skip_space(&mut self) -> usize {
        self.skip(|byte| byte == b' ' || byte == b'\t')
    }

    /// Takes the operator before, if there is one. `None` where what stands there joins nothing.
    fn operator(&mut self, opened: bool) -> Option<Link> {
        let spaced = self.text.get(self.at).is_some_and(|&byte| byte == b' ' || byte == b'\t');
        let head = self.text.get(self.floor..self.at).unwrap_or_default();
        let joined = |operator: &&&str| head.ends_with(operator.as_bytes());
        // What `::` joins is one name; in LDIF white space stands behind it.
        if head.ends_with(b"::") && !spaced {
            return None;
        }
        if let Some(operator) = ["=>", "->", ":=", "==", "!=", "+=", ".=", "?=", "=", ":"].iter().find(joined) {
            self.at -= operator.len();
            self.skip(|byte| matches!(byte, b'=' | b'!' | b'<' | b'|' | b'?' | b':'));
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

    /// The name that ends here, with up to `words` words of prose.
    fn name(&mut self, words: usize) -> Option<Span> {
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
    fn tag(&mut self) -> Option<Span> {
        let head = self.text.get(self.floor..self.at)?;
        let open = head.rfind_byte(b'<')?;
        // `:<password>@` is a stand-in in an address and no tag.
        if open > 0 && head.get(open - 1).is_some_and(|&byte| is_name(byte) || byte == b':' || byte == b'/') {
            return None;
        }
        let inner = Span { start: self.floor + open + 1, end: self.at };
        let bytes = inner.of(self.text);
        let length = bytes.iter().take_while(|&&byte| is_name(byte)).count();
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

/// Whether a quote at `at` opens a string: an apostrophe within a word does not.
fn opens(text: &[u8], line: Span, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).filter(|&before| before >= line.start).and_then(|before| text.get(before)) else { return true };
    let is_prefix = matches!(before, b'r' | b'b' | b'f' | b'u' | b'L' | b'R' | b'B' | b'F' | b'U');
    let alone = at < line.start + 2 || text.get(at - 2).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    !before.is_ascii_alphanumeric() || is_prefix && alone
}

/// Where the string that opens at `at` closes. One that opens with `\"` closes with `\"`.
fn closer(text: &[u8], line: Span, at: usize) -> Option<usize> {
    let quote = text.get(at).copied()?;
    let escaped = at > line.start && text.get(at - 1) == Some(&b'\\');
    let rest = text.get(at + 1..line.end)?;
    let mut from = 0;
    while let Some(found) = rest.get(from..)?.find_byte(quote) {
        let end = from + found;
        let slashes = rest.get(..end)?.iter().rev().take_while(|&&byte| byte == b'\\').count();
        if escaped && slashes > 0 {
            return Some(at + 1 + end - 1);
        }
        if !escaped && slashes.is_multiple_of(2) {
            return Some(at + 1 + end);
        }
        if escaped && slashes == 0 {
            return None;
        }
        from = end + 1;
    }
    None
}

fn is_one_of(word: &[u8], words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

fn last_word(name: &[u8]) -> &[u8] {
    name.rsplit(|&byte| byte == b' ').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each value of the last line of `text` with its key, as `key|value`.
    fn read(text: &str) -> Vec<String> {
        let bytes = text.as_bytes();
        let start = bytes.rfind_byte(b'\n').map_or(0, |at| at + 1);
        let mut found = Vec::new();
        values(bytes, Span { start, end: bytes.len() }, &mut found);
        let show = |span: Span| String::from_utf8_lossy(span.of(bytes)).into_owned();
        let pair = |value: &Value| Some(format!("{}|{}", value.join(bytes)?.key.map(show).unwrap_or_default(), show(value.span)));
        found.iter().filter_map(pair).collect()
    }

    #[test]
    fn values_are_read_with_their_keys_in_the_common_syntaxes() {
        for (text, pair) in [
            ("api_key = \"v4lue\"", "api_key|v4lue"),
            ("\"apiKey\": \"v4lue\",", "apiKey|v4lue"),
            ("  'api_key' => 'v4lue',", "api_key|v4lue"),
            ("apiKey := `v4lue`", "apiKey|v4lue"),
            ("API_KEY=v4lue", "API_KEY|v4lue"),
            ("export API_KEY=\"v4lue\"", "API_KEY|v4lue"),
            ("api.key: v4lue", "api.key|v4lue"),
            ("String apiKey = \"v4lue\";", "apiKey|v4lue"),
            ("let api_key: &str = \"v4lue\";", "api_key|v4lue"),
            ("var apiKey string = \"v4lue\"", "apiKey|v4lue"),
            ("--api-key v4lue", "--api-key|v4lue"),
            ("--api-key=v4lue", "--api-key|v4lue"),
            ("define('API_KEY', 'v4lue');", "API_KEY|v4lue"),
            ("setApiKey(\"v4lue\")", "setApiKey|v4lue"),
            ("config[\"api_key\"] = \"v4lue\"", "api_key|v4lue"),
            ("<apiKey>v4lue</apiKey>", "apiKey|v4lue"),
            ("<add key=\"ApiKey\" value=\"v4lue\" />", "ApiKey|v4lue"),
            ("<string name=\"api_key\">v4lue</string>", "api_key|v4lue"),
            ("{\"name\": \"API_KEY\", \"value\": \"v4lue\"}", "API_KEY|v4lue"),
            ("- name: API_KEY\n  value: v4lue", "API_KEY|v4lue"),
            ("https://host/path?a=b&api_key=v4lue&c=d", "api_key|v4lue"),
            ("\"Password=v4lue;User Id=sa\"", "Password|v4lue"),
            ("X-Api-Key: v4lue", "X-Api-Key|v4lue"),
            ("new relic user key = 'v4lue'", "new relic user key|v4lue"),
            ("acme token - 'v4lue'", "acme token|v4lue"),
            ("acme token v4lue", "acme token|v4lue"),
            ("{\\\"api_key\\\": \\\"v4lue\\\"}", "api_key|v4lue"),
            ("API_KEY = \\\n  \"v4lue\"", "API_KEY|v4lue"),
            ("<apiKey>\n  v4lue", "apiKey|v4lue"),
            ("api_key: r\"v4lue\"", "api_key|v4lue"),
            ("key = (\"v4lue\"", "key|v4lue"),
        ] {
            // Words before the key, as `export` and `String`, may be part of it.
            assert!(read(text).iter().any(|found| found.ends_with(pair)), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn a_value_before_its_name_is_read_too() {
        let text = b"  value: v4lue\n  name: API_KEY\n";
        let mut found = Vec::new();
        values(text, Span { start: 0, end: 14 }, &mut found);
        let value = found.iter().find(|value| value.span.of(text) == b"v4lue").unwrap();
        assert_eq!(value.join(text).unwrap().key.unwrap().of(text), b"API_KEY");
    }

    #[test]
    fn apostrophes_within_words_open_nothing() {
        assert!(read("don't use it, it isn't safe").iter().all(|found| !found.contains("t use it")));
    }
}
