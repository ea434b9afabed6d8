//! Keys that stand on other lines than their values, or in a field of their own.

use bstr::ByteSlice as _;

use super::bytes::{is_name, quote_kind};
use super::cursor::Cursor;
use super::pair::{Link, MAX_KEY_BYTES, MAX_KEY_WORDS, is_one_of};
use crate::model::Span;

/// The fewest bytes of a value that has its line for itself.
const MIN_LONE_BYTES: usize = 16;
/// How many lines above a value its key may stand.
const MAX_LINES_ABOVE: usize = 2;
/// How many lines above a field the name of what it stands in may stand.
pub(super) const MAX_LINES_AROUND: usize = 4;
/// Names of fields that say what the value beside them is.
const NAMING_KEYS: &[&str] = &["name", "key", "id", "variable", "property", "env", "envvar", "label", "option"];

/// The key of a value that begins its line: the line above ends with an operator or opens a list.
pub(super) fn above(text: &[u8], line_start: usize, link: Link) -> Option<(Span, Link)> {
    let mut end = line_start;
    for _ in 0..MAX_LINES_ABOVE {
        end = text.get(..end)?.trim_end().len();
        let start = text.get(..end)?.rfind_byte(b'\n').map_or(0, |at| at + 1).max(end.saturating_sub(MAX_KEY_BYTES));
        let whole = text.get(start..end)?;
        if let Some(key) = flag(text, Span { start, end }) {
            return Some((key, Link::Assigned));
        }
        let head = before_heredoc(whole);
        let line = head.unwrap_or_else(|| before_block(whole));
        let line = line.trim_end_with(|c| matches!(c, '\\' | ' ' | '"' | '\'' | '+' | '|' | '(' | '[' | '{' | '\r' | '`'));
        let is_text = head.is_some() || matches!(whole, [.., b'"', b'"', b'"'] | [.., b'\'', b'\'', b'\'']);
        if line.ends_with(b">") {
            return Cursor { text, floor: start, at: start + line.len() - 1 }.tag().map(|key| (key, Link::Tag));
        }
        if line.ends_with(b"=") || line.ends_with(b":") {
            let mut cursor = Cursor { text, floor: start, at: start + line.len() };
            cursor.skip(|byte| matches!(byte, b'=' | b':' | b' ' | b'"' | b'\''));
            return cursor.name(MAX_KEY_WORDS).map(|key| (key, if is_text { Link::Text } else { Link::Assigned }));
        }
        if link == Link::Assigned || link == Link::Argument || line.trim_start().is_empty() {
            return None;
        }
        end = start;
    }
    None
}

/// The key of a value that has its line for itself: a few words on the line above that say no more than what it is.
pub(super) fn heading(text: &[u8], line_start: usize, at: usize) -> Option<(Span, Link)> {
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
pub(super) fn naming(text: &[u8], line: Span, value: Span) -> Option<Span> {
    let start = before_lines(text, line.start, 1);
    let end = after_lines(text, line.end, 1);
    let mut names = Vec::new();
    for part in [Span { start, end: value.start }, Span { start: value.end, end }] {
        let bytes = part.of(text).to_ascii_lowercase();
        for word in NAMING_KEYS {
            for at in bytes.find_iter(word).take(8) {
                let (from, to) = (part.start + at, part.start + at + word.len());
                let alone = !text.get(from.wrapping_sub(1)).is_some_and(|&b| is_name(b)) && !text.get(to).is_some_and(|&b| is_name(b));
                if alone && let Some(name) = name_after(text, Span { start: to, end: part.end }) {
                    let between = if name.end <= value.start {
                        Span { start: name.end, end: value.start }
                    } else {
                        Span { start: value.end, end: from }
                    };
                    if !is_parted(between.of(text)) {
                        names.push((between.len(), name));
                    }
                }
            }
        }
    }
    names.into_iter().min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// Whether another item of a list, or another object, begins or ends between a name and a value.
fn is_parted(between: &[u8]) -> bool {
    let begins_item = |line: &[u8]| line.trim_ascii_start().starts_with(b"- ");
    between.contains(&b'}') || between.split(|&byte| byte == b'\n').skip(1).any(begins_item)
}

/// Whether a field that only names what its neighbour holds stands before `word`: `name: WORD`, `"Name": "MY_WORD"`.
pub(super) fn is_naming(text: &[u8], word: usize) -> bool {
    let mut cursor = Cursor { text, floor: word.saturating_sub(MAX_KEY_BYTES), at: word };
    cursor.skip(is_name);
    cursor.skip(|byte| quote_kind(byte).is_some() || matches!(byte, b'\\' | b' '));
    if cursor.skip(|byte| matches!(byte, b':' | b'=' | b'>')) == 0 {
        return false;
    }
    cursor.skip(|byte| quote_kind(byte).is_some() || matches!(byte, b'\\' | b' '));
    let end = cursor.at;
    cursor.skip(is_name);
    is_one_of(Span { start: cursor.at, end }.of(text), NAMING_KEYS)
}

/// The name of what a field without a name of its own stands in: `variable "name" { default = "value" }`,
/// `"name": {"value": "value"}`, and a key of YAML above it that is indented less.
pub(super) fn enclosing(text: &[u8], field: Span) -> Option<Span> {
    let floor = field.start.saturating_sub(MAX_KEY_BYTES * 2);
    let indent = |line: &[u8]| line.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    let mut end = field.start;
    // How far the field is indented, once its line was left.
    let mut own = None;
    for _ in 0..=MAX_LINES_AROUND {
        let start = text.get(floor..end)?.rfind_byte(b'\n').map_or(floor, |at| floor + at + 1);
        let line = text.get(start..end)?;
        let head = line.trim_ascii_end().trim_end_with(|c| matches!(c, '"' | '\'' | ' '));
        let opens = head.ends_with(b"{");
        let head = head.strip_suffix(b"{").unwrap_or(head).trim_ascii_end();
        let is_outer = own.is_some_and(|own| indent(head) < own);
        if opens || is_outer && head.ends_with(b":") {
            let mut cursor = Cursor { text, floor: start, at: start + head.len() };
            cursor.skip(|byte| quote_kind(byte).is_some() || matches!(byte, b'\\' | b' ' | b':' | b'='));
            return cursor.name(1);
        }
        // What is on its line, or further out, and opens nothing.
        if (own.is_none() || is_outer) && !head.is_empty() || start == floor {
            return None;
        }
        own.get_or_insert_with(|| indent(line));
        end = start - 1;
    }
    None
}

/// A flag that has a line for itself, as an item of a list: `- --name`, `"--name",`.
fn flag(text: &[u8], line: Span) -> Option<Span> {
    let is_around = |byte: u8| byte == b' ' || byte == b'\t' || byte == b',' || quote_kind(byte).is_some();
    let mut cursor = Cursor { text, floor: line.start, at: line.end };
    cursor.skip(is_around);
    let end = cursor.at;
    cursor.skip(is_name);
    let (flag, start) = (Span { start: cursor.at, end }, cursor.at);
    cursor.skip(|byte| is_around(byte) || byte == b'-');
    (cursor.at == line.start && text.get(start..end)?.starts_with(b"--")).then_some(flag)
}

/// What stands before the word with which a heredoc opens: `<<EOF`, `<<-'EOF'`, `<<~EOS`, `$(cat <<EOF`.
fn before_heredoc(line: &[u8]) -> Option<&[u8]> {
    let at = line.rfind("<<")?;
    let name = line.get(at + 2..)?.trim_start_with(|c| matches!(c, '<' | '-' | '~' | '"' | '\'' | ' ')).trim_ascii_end();
    let is_word = name.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'"' | b'\''));
    let head = line.get(..at)?.trim_end_with(|c| matches!(c, '<' | ' '));
    (!name.is_empty() && is_word).then(|| head.strip_suffix(b"cat").unwrap_or(head).trim_end_with(|c| matches!(c, ' ' | '(' | '$' | '"')))
}

/// What stands before the sign of a block of YAML: `key: |`, `key: >-`.
fn before_block(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_end();
    let head = line.trim_end_with(|c| matches!(c, '+' | '-' | '1'..='9'));
    let block = head.strip_suffix(b"|").or_else(|| head.strip_suffix(b">"));
    block.map(<[u8]>::trim_ascii_end).filter(|head| head.ends_with(b":")).unwrap_or(line)
}

/// The name that an operator or the end of a tag joins to what stands before `part`.
pub(super) fn name_after(text: &[u8], part: Span) -> Option<Span> {
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
