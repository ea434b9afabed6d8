//! Strings that a program joins to one value: `"one" + "two"`, `"one" . "two"`, `"one" "two"`, on one line or several.

use bstr::ByteSlice as _;

use super::bytes::{ENDS, class};
use crate::model::Span;

/// How far two strings stand apart at most, in bytes: line ends and how far the next line is indented.
const MAX_GAP: usize = 80;
/// How many strings are joined at most.
const MAX_PARTS: usize = 64;
/// How long each of them may be, in bytes.
const MAX_PART_BYTES: usize = 4 << 10;

/// A string together with those that are joined to it: where all of them stand, and what they say; nothing where none is.
pub(super) fn joined(text: &[u8], first: Span) -> Option<(Span, Vec<u8>)> {
    let mut end = first.end;
    let mut bytes = Vec::new();
    for _ in 0..MAX_PARTS {
        let Some(start) = next(text, end) else { break };
        let quote = *text.get(start.checked_sub(1)?)?;
        let rest = text.get(start..text.len().min(start + MAX_PART_BYTES))?;
        let Some(length) = rest.find_byteset([quote, b'\n']).filter(|&at| rest.get(at) == Some(&quote)) else { break };
        if bytes.is_empty() {
            bytes.extend_from_slice(first.of(text));
        }
        bytes.extend_from_slice(rest.get(..length)?);
        end = start + length;
    }
    (end > first.end).then_some((Span { start: first.start, end }, bytes))
}

/// Whether a string that begins at `start` is joined to the one before.
pub(super) fn goes_on(text: &[u8], start: usize) -> bool {
    let before = Span { start: start.saturating_sub(MAX_GAP), end: start.saturating_sub(1) }.of(text);
    let gap = before.iter().rev().take_while(|&&byte| is_between(byte)).count();
    start.checked_sub(gap + 2).is_some_and(|close| next(text, close) == Some(start))
}

/// Where the string begins that is joined to the one that the quote at `close` ends, if both are of one token.
fn next(text: &[u8], close: usize) -> Option<usize> {
    let &quote = text.get(close).filter(|&&byte| byte == b'"' || byte == b'\'')?;
    let rest = text.get(close + 1..text.len().min(close + MAX_GAP))?;
    let gap = rest.iter().take_while(|&&byte| is_between(byte)).count();
    let mut signs = rest.iter().take(gap).filter(|byte| !byte.is_ascii_whitespace());
    let is_operator = match (signs.next(), signs.next(), signs.next()) {
        (None | Some(b'\\'), None, _) => false,
        (Some(b'+' | b'.' | b'&'), None, _) | (Some(b'+'), Some(b'\\'), None) | (Some(b'.'), Some(b'.'), None) => true,
        _ => return None,
    };
    let prefix = usize::from(matches!(rest.get(gap), Some(b'r' | b'b' | b'f' | b'u')));
    let &opening = rest.get(gap + prefix)?;
    // Without an operator two strings are alike, and apart, and no arguments of a command.
    let opens = if is_operator { matches!(opening, b'"' | b'\'') } else { opening == quote && gap > 0 && follows_sign(text, close) };
    let start = close + 1 + gap + prefix + 1;
    let is_token = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|&byte| is_of_token(byte));
    (opens && is_token(close.checked_sub(1)) && is_token(Some(start))).then_some(start)
}

/// Whether a sign stands before the string that the quote at `close` ends: what stands behind a word is an argument.
fn follows_sign(text: &[u8], close: usize) -> bool {
    let head = text.get(close.saturating_sub(MAX_PART_BYTES)..close).unwrap_or_default();
    let open = text.get(close).and_then(|&quote| head.rfind_byte(quote)).unwrap_or(0);
    let before = head.get(..open).unwrap_or_default().trim_ascii_end();
    before.last().is_none_or(|byte| b"=:([{,+.\\\"'".contains(byte))
}

fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'+' | b'.' | b'&' | b'\\')
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'\\' && class(byte) & ENDS == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_are_joined_are_one_value() {
        for text in [
            "a = \"v4l\" + \"ue-1\";",
            "$a = 'v4l'.'ue-1';",
            "a = (\"v4l\"\n  \"ue-1\")",
            "a = \"v4l\" \\\n  \"ue-1\"",
            "a = \"v4l\" +\n  'ue' +\n  \"-1\"",
            "a = \"v4l\"\n  + \"ue-1\"\n",
            "a = \"v4l\" & \"ue-1\"",
        ] {
            let start = text.find("v4l").unwrap();
            let (span, bytes) = joined(text.as_bytes(), Span { start, end: start + 3 }).unwrap();
            assert_eq!((bytes.as_bstr(), span), ("v4lue-1".into(), Span { start, end: text.find("-1").unwrap() + 2 }), "{text}");
            assert!(goes_on(text.as_bytes(), text.find("ue").unwrap()) && !goes_on(text.as_bytes(), start), "{text}");
        }
    }

    #[test]
    fn what_is_not_joined_stays_apart() {
        for text in [
            "\"v4l \" + \"ue\"",
            "\"v4l\", \"ue\"",
            "\"v4l\" + name + \"ue\"",
            "- \"v4l\"\n- \"ue\"",
            "'v4l''ue'",
            "\"v4l\" 'ue'",
            "\"v4l\"",
        ] {
            let start = text.find("v4l").unwrap();
            let end = start + text.bytes().skip(start).position(|byte| matches!(byte, b'"' | b'\'')).unwrap();
            assert_eq!(joined(text.as_bytes(), Span { start, end }), None, "{text}");
        }
    }
}
