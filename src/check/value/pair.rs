//! Keys and values: what a line assigns to what, in any of the common syntaxes, read once.
//!
//! This is no parser of any one language. It cuts a line into quoted and bare values and looks, for each, at what
//! stands before it: an operator and a name (`key = value`, `"key": "value"`, `key => 'value'`, `--key value`), a tag
//! (`<key>value</key>`), a call (`key("value")`, `define('key', 'value')`), or a pair of fields whose names say nothing
//! (`name: key` and `value: …`, in either order).

use std::cell::OnceCell;

use bstr::ByteSlice as _;
use memchr::memrchr2;

use super::around::{above, enclosing, heading, naming};
use super::bytes::{ENDS, PLAIN, QUERY, SIGN, SLASH, class, is_name, quote_kind};
use super::cursor::Cursor;
use super::joined::{goes_on, joined};
use super::key::{Key, Promise};
use super::whole::{Settings, of_element};
use crate::model::Span;

/// A value, and what joins it to the key it stands under.
#[derive(Debug)]
pub(super) struct Value {
    /// The value, without its quotes.
    pub(super) span: Span,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
    /// Whether it goes to the end of its line or its element, whatever it holds.
    pub(super) whole: bool,
    /// What it says, where it is several strings that are joined.
    pub(super) joined: Option<Vec<u8>>,
    /// The line it was read from.
    pub(super) line: Span,
    /// Read when a rule first asks: most values are too short or too long for all of them.
    join: OnceCell<Option<Join>>,
}

impl Value {
    fn new(span: Span, line: Span, quoted: bool) -> Self {
        Self { span, quoted, whole: false, joined: None, line, join: OnceCell::new() }
    }

    /// A value without quotes whose key is known.
    fn joined(span: Span, line: Span, key: Option<Span>) -> Self {
        let link = if key.is_some() { Link::Assigned } else { Link::Nothing };
        Self {
            span,
            quoted: false,
            whole: false,
            joined: None,
            line,
            join: OnceCell::from(Some(Join { key, link, read: OnceCell::new() })),
        }
    }

    /// A string, with those that are joined to it.
    fn string(text: &[u8], span: Span, line: Span) -> Self {
        match joined(text, span) {
            Some((span, bytes)) => Self { joined: Some(bytes), ..Self::new(span, line, true) },
            None => Self::new(span, line, true),
        }
    }

    /// What it says.
    pub(super) fn bytes<'v>(&'v self, text: &'v [u8]) -> &'v [u8] {
        self.joined.as_deref().unwrap_or_else(|| self.span.of(text))
    }

    fn whole(self) -> Self {
        Self { whole: true, ..self }
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
    /// It is the text below: a heredoc, a string of several lines.
    Text,
    /// It has a line for itself, below one that says what it is.
    Heading,
    /// It has no key.
    Nothing,
}

/// How far back a key is looked for, in bytes.
pub(super) const MAX_KEY_BYTES: usize = 160;
/// How many words that say nothing may stand between a key and its value.
const MAX_BESIDE: usize = 3;
/// The fewest bytes of a value.
const MIN_VALUE_BYTES: usize = 5;
/// Letters alone are a word up to here.
const LONG_WORD_BYTES: usize = 20;
/// How long a value may be, in bytes.
const MAX_VALUE_BYTES: usize = 8 << 10;
/// How many words of prose a key may have.
pub(super) const MAX_KEY_WORDS: usize = 4;
/// Names of fields that hold a value and do not say of what.
pub(super) const EMPTY_KEYS: &[&str] =
    &["value", "val", "default", "content", "data", "string", "text", "literal", "defaultvalue", "default_value"];
/// How text begins in which no markup is read.
const CDATA: &[u8] = b"<![CDATA[";
/// Types that stand between a name and `=`.
const TYPES: &[&str] = &["string", "str", "char", "text", "any", "bytes", "final", "const", "option", "secretstring", "u8", "byte"];

/// Reads the values of `line`, which is a line of `text` or a part of one, in the order in which they begin.
pub(super) fn values(text: &[u8], line: Span, settings: Settings, found: &mut Vec<Value>) {
    if settings != Settings::None
        && let Some((key, span)) = settings.read(text, line)
    {
        add(text, Value::joined(span, line, Some(key)).whole(), found);
    }
    let mut closed = [false; 3];
    let mut closers: Vec<usize> = Vec::new();
    // The last string that is a part of a value.
    let mut joined_part = Span { start: 0, end: 0 };
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
                        let part = Span { start: at + 1, end };
                        let goes_on = goes_on(text, part.start);
                        let string = (!goes_on).then(|| Value::string(text, part, line));
                        if goes_on || string.as_ref().is_some_and(|string| string.joined.is_some()) {
                            joined_part = part;
                        }
                        if let Some(string) = string {
                            add(text, string, found);
                        }
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
            if let Some(span) = of_element(text, line, Span { start: at, end: at + length }) {
                add(text, Value::new(span, line, false).whole(), found);
            }
            let is_part = joined_part == Span { start: at, end: at + length };
            if length >= MIN_VALUE_BYTES && !is_plain && !is_part {
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
    // `prefix${NAME}` and `prefix{{ name }}` end with what is put in later.
    let is_template = matches!(bytes.last(), Some(b'$' | b'#' | b'%' | b'@')) && text.get(run.end) == Some(&b'{');
    if is_template || text.get(run.end..).is_some_and(|rest| rest.starts_with(b"{{")) {
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
        // `--from-literal=key=value`.
        if let Some((inner, value)) = split(span.of(text)).filter(|_| bytes.starts_with(b"--")) {
            let key = Span { start: span.start, end: span.start + inner };
            add(text, Value::joined(Span { start: span.start + value, end: run.end }, line, Some(key)), found);
        }
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
    // `${NAME:-value}`.
    let value = value + usize::from(bytes.get(key..)?.starts_with(b":-") && bytes.iter().take(key).all(|&byte| is_of_variable(byte)));
    // What `::` joins is one name.
    let joins = bytes.get(key..value) == Some(b"::");
    (key > 0 && operator > 0 && operator < 4 && !joins && value < bytes.len()).then_some((key, value))
}

fn is_of_variable(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

fn add(text: &[u8], value: Value, found: &mut Vec<Value>) {
    if is_candidate(value.bytes(text)) {
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
    let joined = joined.map(|(key, link)| {
        (if is_empty(key) { naming(text, line, span).or_else(|| enclosing(text, key)).unwrap_or(key) } else { key }, link)
    });
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
        let quote = cursor.before().unwrap_or_default();
        cursor.at = cursor.at.saturating_sub(1);
        cursor.skip_opening(quote);
    }
    if cursor.skip_space() > 0 {
        cursor.skip_properties();
    }
    if text.get(floor..cursor.at).is_some_and(|head| head.ends_with(CDATA)) {
        cursor.at -= CDATA.len();
    }
    if text.get(line_start..cursor.at).is_some_and(|head| head.trim_ascii() == b"-") {
        cursor.at = line_start;
    }
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

/// Whether a word is one of some, in whichever case.
pub(super) fn is_one_of(word: &[u8], words: &[&str]) -> bool {
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
        values(bytes, Span { start, end: bytes.len() }, Settings::None, &mut found);
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
            ("api_key = \"\"\"v4lue\"\"\"", "api_key|v4lue"),
            ("let api_key = r#\"v4lue\"#;", "api_key|v4lue"),
            ("api_key = <<-EOT\n  v4lue", "api_key|v4lue"),
            ("$api_key = <<<'EOT'\nv4lue", "api_key|v4lue"),
            ("API_KEY=\"$(cat <<EOF\nv4lue", "API_KEY|v4lue"),
            ("api_key: >-\n  v4lue", "api_key|v4lue"),
            ("api_key: |2\n    v4lue", "api_key|v4lue"),
            ("api_key: !!str v4lue", "api_key|v4lue"),
            ("api_key: &anchor v4lue", "api_key|v4lue"),
            ("<apiKey><![CDATA[v4lue]]></apiKey>", "apiKey|v4lue"),
            ("<ns:apiKey>v4lue</ns:apiKey>", "ns:apiKey|v4lue"),
            ("variable \"api_key\" { default = \"v4lue\" }", "api_key|v4lue"),
            ("variable \"api_key\" {\n  type = string\n  default = \"v4lue\"", "api_key|v4lue"),
            ("\"apiKey\": {\n  \"value\": \"v4lue\"", "apiKey|v4lue"),
            ("  ApiKey:\n    Type: String\n    Default: v4lue", "ApiKey|v4lue"),
            ("- --api-key\n- v4lue", "--api-key|v4lue"),
            ("  \"--api-key\",\n  \"v4lue\"", "--api-key|v4lue"),
            ("process.env.API_KEY ?? \"v4lue\"", "process.env.API_KEY|v4lue"),
            ("kubectl --from-literal=api_key=v4lue", "api_key|v4lue"),
            ("KEY=${API_KEY:-v4lue}", "API_KEY|v4lue"),
            ("ENV['API_KEY'] || 'v4lue'", "API_KEY|v4lue"),
            ("os.getenv('API_KEY') or 'v4lue'", "API_KEY|v4lue"),
        ] {
            // Words before the key, as `export` and `String`, may be part of it.
            assert!(read(text).iter().any(|found| found.ends_with(pair)), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn a_value_before_its_name_is_read_too() {
        for text in ["  value: v4lue\n  name: API_KEY\n", "\"Value\": \"v4lue\",\n\"Name\": \"API_KEY\"\n"] {
            let text = text.as_bytes();
            let mut found = Vec::new();
            values(text, Span { start: 0, end: text.find_byte(b'\n').unwrap() }, Settings::None, &mut found);
            let value = found.iter().find(|value| value.span.of(text) == b"v4lue").unwrap();
            assert_eq!(value.join(text).unwrap().key.unwrap().of(text), b"API_KEY");
        }
    }

    #[test]
    fn the_name_of_the_next_item_is_none_of_this_one() {
        assert!(read("- name: OTHER\n- name: API_KEY\n  value: v4lue").contains(&"API_KEY|v4lue".to_owned()));
        let text = b"- name: API_KEY\n  value: v4lue\n- name: X\n";
        let mut found = Vec::new();
        values(text, Span { start: 16, end: 30 }, Settings::None, &mut found);
        assert_eq!(found[0].join(text).unwrap().key.unwrap().of(text), b"API_KEY");
    }

    #[test]
    fn the_parts_of_what_is_joined_are_no_values() {
        let text = b"api_key = \"v4lue-v4lue\" +\n  \"w0rd-w0rd\"";
        let mut found = Vec::new();
        values(text, Span { start: 0, end: 25 }, Settings::None, &mut found);
        values(text, Span { start: 26, end: text.len() }, Settings::None, &mut found);
        let [value] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(value.bytes(text), b"v4lue-v4luew0rd-w0rd");
    }

    #[test]
    fn what_a_template_goes_on_with_is_no_value() {
        assert!(read("key: &anchor v4lue-v4lue-{{ checksum }}").iter().all(|found| !found.contains("v4lue")));
    }

    #[test]
    fn apostrophes_within_words_open_nothing() {
        assert!(read("don't use it, it isn't safe").iter().all(|found| !found.contains("t use it")));
    }
}
