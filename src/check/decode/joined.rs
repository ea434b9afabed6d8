//! Strings that a program joins: `"one" + "two"`, `"one" . "two"`, `"one" "two"`, on one line or several.

use memchr::{memchr, memrchr};

use super::escape::is_of_token;
use super::way::{Ratio, Way};
use super::{Bounded, Code, Layer};
use crate::model::Span;

/// How many bytes are asked at once.
const BLOCK: usize = 64;
/// How far two strings stand apart at most, in bytes: line ends and how far the next line is indented.
const MAX_GAP: usize = 80;
/// How far on its line the neighbourhood of what is joined reaches to either side, in bytes.
const REACH_BYTES: usize = 512;
/// The fewest bytes of a token on each side of where it is joined.
const MIN_PART: usize = 2;
/// The fewest bytes of both parts: about the shortest value that a rule would name.
const MIN_BYTES: usize = 12;
/// No more of a part is asked about.
const MAX_PART: usize = 24;

/// Finds tokens that are written as several strings, with what stands around them on their lines.
pub(super) fn find(text: &[u8], out: &mut Bounded<impl FnMut(Layer)>) {
    let mut pending: Option<(Span, Vec<Span>)> = None;
    candidates(text, |at| {
        let Some(joint) = joint(text, at) else { return };
        let (start, end) = (start_of(text, joint.start), end_of(text, joint.end));
        match &mut pending {
            Some((span, joints)) if start <= span.end => {
                if joints.last().is_none_or(|last| last.end <= joint.start) {
                    joints.push(joint);
                    span.end = span.end.max(end);
                }
            }
            _ => {
                if let Some((span, joints)) = pending.replace((Span { start, end }, vec![joint])) {
                    join(text, span, &joints, out);
                }
            }
        }
    });
    if let Some((span, joints)) = pending {
        join(text, span, &joints, out);
    }
}

/// Whether a string, told without its quotes, is joined to another one: what it is a part of is read as a whole.
pub(in crate::check) fn is_joined(text: &[u8], string: Span) -> bool {
    let before = Span { start: string.start.saturating_sub(MAX_GAP), end: string.start.saturating_sub(1) }.of(text);
    let gap = before.iter().rev().take_while(|&&byte| is_between(byte)).count();
    let close = string.start.checked_sub(gap + 2);
    joint(text, string.end).is_some() || close.and_then(|close| joint(text, close)).is_some_and(|joint| joint.end == string.start)
}

/// Calls `found` with each quote behind which another string may be joined.
fn candidates(text: &[u8], mut found: impl FnMut(usize)) {
    let next = text.get(1..).unwrap_or_default();
    for (number, (block, next)) in text.chunks(BLOCK).zip(next.chunks(BLOCK)).enumerate() {
        // The compiler makes this loop one over many bytes at once.
        let is_any = block.iter().zip(next).fold(0, |any, (&byte, &next)| any | may_join(byte, next));
        if is_any != 0 {
            let places = block.iter().zip(next).enumerate().filter(|&(_, (&byte, &next))| may_join(byte, next) != 0);
            places.for_each(|(at, _)| found(number * BLOCK + at));
        }
    }
}

/// Whether a byte may close a string behind which stands what joins it to another; without a branch.
#[inline]
fn may_join(byte: u8, next: u8) -> u8 {
    let is_quote = u8::from(byte == b'"') | u8::from(byte == b'\'');
    is_quote & (u8::from(next <= b' ') | u8::from(next == b'+') | u8::from(next == b'.') | u8::from(next == b'\\'))
}

/// What stands between two parts of a token of which the first is closed by the quote at `close`: both quotes, and what is
/// between them.
fn joint(text: &[u8], close: usize) -> Option<Span> {
    let &quote = text.get(close).filter(|&&byte| byte == b'"' || byte == b'\'')?;
    let rest = text.get(close + 1..text.len().min(close + MAX_GAP))?;
    let gap = rest.iter().take_while(|&&byte| is_between(byte)).count();
    let mut signs = rest.iter().take(gap).filter(|byte| !byte.is_ascii_whitespace());
    let is_operator = match (signs.next(), signs.next()) {
        (None, None) | (Some(b'\\'), None) => false,
        (Some(b'+' | b'.' | b'&'), None) | (Some(b'+'), Some(b'\\')) | (Some(b'.'), Some(b'.')) => true,
        _ => return None,
    };
    let prefix = usize::from(matches!(rest.get(gap), Some(b'r' | b'b' | b'f' | b'u')));
    let &opening = rest.get(gap + prefix)?;
    // Without an operator two strings are alike, and apart.
    let opens = if is_operator { matches!(opening, b'"' | b'\'') } else { opening == quote && gap > 0 };
    let end = close + 1 + gap + prefix + 1;
    (opens && is_token(text, close, end)).then_some(Span { start: close, end })
}

fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'+' | b'.' | b'&' | b'\\')
}

/// Whether what ends at `end` and goes on at `start` is one token, and none that is made of words.
fn is_token(text: &[u8], end: usize, start: usize) -> bool {
    let before = text.iter().take(end).rev().take(MAX_PART).take_while(|byte| is_of_token(**byte));
    let after = text.iter().skip(start).take(MAX_PART).take_while(|byte| is_of_token(**byte));
    let (ahead, behind) = (before.clone().count(), after.clone().count());
    ahead >= MIN_PART && behind >= MIN_PART && ahead + behind >= MIN_BYTES && before.chain(after).any(u8::is_ascii_digit)
}

/// Undoes all joints of a neighbourhood.
fn join(text: &[u8], span: Span, joints: &[Span], out: &mut Bounded<impl FnMut(Layer)>) {
    if !out.admits(span.len()) {
        return;
    }
    let mut bytes = Vec::with_capacity(span.len());
    let mut way = Way::default();
    let mut done = span.start;
    let parts = joints.iter().map(|joint| (joint.start, joint.end)).chain([(span.end, span.end)]);
    for (end, next) in parts {
        if done < end {
            way.step(bytes.len(), done, Ratio::PLAIN);
            bytes.extend_from_slice(Span { start: done, end }.of(text));
        }
        done = next;
    }
    out.emit(Layer { span, code: Code::Joined, bytes, ways: vec![way] });
}

/// Where the neighbourhood of `at` begins: with its line, or where no token is cut.
fn start_of(text: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(REACH_BYTES);
    let before = Span { start: floor, end: at }.of(text);
    let border = || before.iter().position(|byte| !is_of_token(*byte)).filter(|_| floor > 0);
    floor + memrchr(b'\n', before).or_else(border).map_or(0, |border| border + 1)
}

/// Where the neighbourhood of `at` ends.
fn end_of(text: &[u8], at: usize) -> usize {
    let after = Span { start: at, end: text.len().min(at.saturating_add(REACH_BYTES)) }.of(text);
    let border = || after.iter().rposition(|byte| !is_of_token(*byte)).filter(|_| at + after.len() < text.len());
    at + memchr(b'\n', after).or_else(border).unwrap_or(after.len())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{all, only};
    use super::*;

    #[test]
    fn strings_that_are_joined_are_one_and_lead_back_to_all_their_parts() {
        for (text, says) in [
            ("a = \"w0rd-w0rd\" + \"more-w0rds\";", "a = \"w0rd-w0rdmore-w0rds\";"),
            ("$a = 'w0rd-w0rd'.'more-w0rds';", "$a = 'w0rd-w0rdmore-w0rds';"),
            ("a = (\"w0rd-w0rd\"\n  \"more-w0rds\")", "a = (\"w0rd-w0rdmore-w0rds\")"),
            ("a = \"w0rd-w0rd\" \\\n  \"more-w0rds\"", "a = \"w0rd-w0rdmore-w0rds\""),
            ("x\na = \"w0rd-w0rd\" +\n  'more-w0rds' +\n  \"end\"\ny", "a = \"w0rd-w0rdmore-w0rdsend\""),
            ("a = \"w0rd-w0rd\"\n  + \"more-w0rds\"\n", "a = \"w0rd-w0rdmore-w0rds\""),
        ] {
            let layer = only(text.as_bytes());
            assert_eq!((layer.code, str::from_utf8(&layer.bytes).unwrap()), (Code::Joined, says));
            let at = says.find("w0rd-w0rdmore-w0rds").unwrap();
            let origin = layer.origin(Span { start: at, end: at + 19 });
            let (start, end) = (text.find("w0rd-").unwrap(), text.find("more-w0rds").unwrap() + 10);
            assert_eq!(origin, Span { start, end }, "{text}");
            assert!(
                is_joined(text.as_bytes(), Span { start, end: start + 9 }) && is_joined(text.as_bytes(), Span { start: end - 10, end })
            );
        }
    }

    #[test]
    fn words_and_what_is_not_joined_stay_apart() {
        for text in [
            "say(\"hello there \" + \"you 1234567\")",
            "\"first-words\" + \"more-words\"",
            "[\"w0rd-w0rd\", \"more-w0rds\"]",
            "a = \"w0rd-w0rd\" + name + \"more-w0rds\"",
            "- \"w0rd-w0rd\"\n- \"more-w0rds\"",
            "'w0rd-w0rd''more-w0rds'",
            "\"w0rd-w0rd\" 'more-w0rds'",
        ] {
            assert!(all(text.as_bytes()).is_empty(), "{text}");
        }
    }
}
