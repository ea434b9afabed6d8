//! Escapes, undone together with what stands around them, so that a secret of which only some characters are escaped
//! comes out whole.

use memchr::{memchr, memchr_iter, memchr3_iter, memrchr};

use super::spelling::{Escape, Spelling};
use super::way::{Ratio, Way};
use super::{Bounded, Layer};
use crate::model::Span;

/// How far on its line the neighbourhood of an escape reaches to either side, in bytes.
const REACH_BYTES: usize = 512;
/// So many bytes of a token beside an escape make it worth undoing: about the shortest password that a rule would name.
const MIN_TOKEN: usize = 8;

/// Finds the neighbourhoods of escapes that matter, and undoes all escapes in them, spelling by spelling.
pub(super) fn find(text: &[u8], spellings: &[Spelling; 3], out: &mut Bounded<impl FnMut(Layer)>) {
    let [one, two, three] = spellings;
    let mut searches = [Search::default(), Search::default(), Search::default()];
    for at in memchr3_iter(one.introducer, two.introducer, three.introducer, text) {
        let byte = text.get(at).copied();
        let mut search = spellings.iter().zip(&mut searches).filter(|(spelling, _)| byte == Some(spelling.introducer));
        if let Some((spelling, search)) = search.next() {
            search.step(text, at, spelling);
        }
    }
    for (spelling, search) in spellings.iter().zip(searches) {
        search.spans.into_iter().for_each(|span| undo(text, span, spelling, out));
    }
}

/// The neighbourhoods of one spelling, in order.
#[derive(Default)]
struct Search {
    spans: Vec<Span>,
    /// Where the last escape ends.
    read: usize,
}

impl Search {
    fn step(&mut self, text: &[u8], at: usize, spelling: &Spelling) {
        let Some(escape) = rest(text, at).filter(|_| at >= self.read).and_then(spelling.read) else { return };
        self.read = at + escape.length;
        let pending = self.spans.last_mut();
        // Well inside of what is undone anyway it would add but a little context.
        if pending.as_ref().is_some_and(|span| at + REACH_BYTES / 2 < span.end) || !matters(text, at, &escape) {
            return;
        }
        let end = end_of(text, self.read);
        match pending {
            // Lines that follow each other are told together.
            Some(span) if at <= span.end || start_of(text, at) <= span.end + 1 => span.end = span.end.max(end),
            _ => self.spans.push(Span { start: start_of(text, at), end }),
        }
    }
}

fn undo(text: &[u8], span: Span, spelling: &Spelling, out: &mut Bounded<impl FnMut(Layer)>) {
    // No escape is shorter than what it says.
    if !out.admits(span.len()) {
        return;
    }
    let within = text.get(..span.end).unwrap_or_default();
    let mut bytes = Vec::with_capacity(span.len());
    let mut way = Way::default();
    let mut add = |text: usize, length: usize, said: &[u8]| {
        if !said.is_empty() {
            way.step(bytes.len(), text, Ratio::of(length, said.len()));
            bytes.extend_from_slice(said);
        }
    };
    let mut done = span.start;
    for offset in memchr_iter(spelling.introducer, span.of(text)) {
        let at = span.start + offset;
        let Some(escape) = rest(within, at).filter(|_| at >= done).and_then(spelling.read) else { continue };
        add(done, at - done, Span { start: done, end: at }.of(text));
        add(at, escape.length, escape.bytes());
        done = at + escape.length;
    }
    add(done, span.end - done, Span { start: done, end: span.end }.of(text));
    out.emit(Layer { span, code: spelling.code, bytes, ways: vec![way] });
}

/// Whether an escape can stand in or beside a secret.
fn matters(text: &[u8], at: usize, escape: &Escape) -> bool {
    let after = || rest(text, at + escape.length).into_iter().flatten().take(MIN_TOKEN).take_while(|byte| is_of_token(**byte)).count();
    let before = || text.iter().take(at).rev().take(MIN_TOKEN).take_while(|byte| is_of_token(**byte)).count();
    match *escape.bytes() {
        // What ends a token also hides where the next begins.
        [b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\'] => after() == MIN_TOKEN,
        [byte] if byte.is_ascii_graphic() => escape.is_numeric || before() + after() >= MIN_TOKEN,
        // Other languages and colours are no part of secrets.
        _ => false,
    }
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b'(' | b')' | b'{' | b'}' | b'[' | b']' | b',' | b';' | b'&' | b'|')
}

/// Where the neighbourhood of `at` begins: with its line, or within reach where no token is cut, as a part of one
/// could pass for another.
fn start_of(text: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(REACH_BYTES);
    let before = Span { start: floor, end: at }.of(text);
    if let Some(line_end) = memrchr(b'\n', before) {
        return floor + line_end + 1;
    }
    let border = before.iter().position(|byte| is_border(*byte)).filter(|_| floor > 0);
    floor + border.map_or(0, |border| border + 1)
}

fn end_of(text: &[u8], at: usize) -> usize {
    let ceiling = at.saturating_add(REACH_BYTES).min(text.len());
    let after = Span { start: at, end: ceiling }.of(text);
    let border = || after.iter().rposition(|byte| is_border(*byte)).filter(|_| ceiling < text.len());
    at + memchr(b'\n', after).or_else(border).unwrap_or(after.len())
}

fn is_border(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'(' | b')' | b'{' | b'}' | b'[' | b']' | b',')
}

fn rest(text: &[u8], at: usize) -> Option<&[u8]> {
    text.get(at..)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{all, only};
    use super::*;
    use crate::check::Code;

    fn says(text: &str) -> String {
        String::from_utf8(only(text.as_bytes()).bytes).unwrap()
    }

    #[test]
    fn a_token_that_is_partly_escaped_comes_out_whole() {
        let cases = [
            ("db = postgres://user:p%40ss@host/x%3Fy", "db = postgres://user:p@ss@host/x?y"),
            (r#"a: "{\"password\":\"something\"}""#, r#"a: "{"password":"something"}""#),
            ("<a b='{&quot;password&quot;:&#39;some&#x74;hing&#39;}'>", "<a b='{\"password\":'something'}'>"),
            (r#"{"key": "\u0073omething\u003d\u00e9\ud83d\ude00"}"#, "{\"key\": \"something=\u{e9}\u{1F600}\"}"),
            (r#"x = "first\nPASSWORD=second""#, "x = \"first\nPASSWORD=second\""),
            (r#"x = "\x73\x65\x63\x6f\x6e\x64""#, "x = \"second\""),
            (r"https:\/\/user:word@host\/", "https://user:word@host/"),
            ("%73%65%63", "sec"),
        ];
        for (text, expected) in cases {
            assert_eq!(says(text), expected, "{text}");
        }
    }

    #[test]
    fn an_escaped_backslash_hides_what_follows() {
        assert_eq!(says(r#""\\nothing\u0041\\u0042" "#), r#""\nothingA\u0042" "#);
    }

    #[test]
    fn the_way_back_leads_to_the_escapes() {
        let text = "see https://user:p%40ss%2Fword@host";
        let layer = only(text.as_bytes());
        let span = |text: &str, part: &str| text.find(part).map(|start| Span { start, end: start + part.len() }).unwrap();
        let said = str::from_utf8(&layer.bytes).unwrap();
        assert_eq!(layer.origin(span(said, "p@ss/word")), span(text, "p%40ss%2Fword"));
        assert_eq!(layer.origin(span(said, "@ss/")), span(text, "%40ss%2F"));
        assert_eq!(layer.origin(span(said, "host")), span(text, "host"));
    }

    #[test]
    fn lines_that_follow_each_other_are_one_layer_and_others_are_apart() {
        let line = "a: p%40ss\n";
        assert_eq!(only(line.repeat(5).as_bytes()).bytes, "a: p@ss\n".repeat(5).trim_end().as_bytes());
        let apart: Vec<_> = all([line, "plain\n", line].concat().as_bytes()).iter().map(|layer| layer.span).collect();
        assert_eq!(apart, [Span { start: 0, end: 9 }, Span { start: 16, end: 25 }]);
    }

    #[test]
    fn a_long_line_is_undone_near_its_escapes_and_no_token_is_cut() {
        let words = "word+and+word ".repeat(100);
        let text = [words.as_str(), "p%40ss ", &words].concat();
        let layer = only(text.as_bytes());
        assert!(layer.bytes.len() < 2 * REACH_BYTES && layer.bytes.starts_with(b"word+") && layer.bytes.ends_with(b"+word"));
        assert_eq!(layer.code, Code::Percent);
    }

    #[test]
    fn everyday_escapes_are_left_alone() {
        for text in [
            r#"println!("hello\n");"#,
            r#"say("he said \"no\" to me")"#,
            "Tom &amp; Jerry don&#39;t &lt;br&gt; &nbsp;",
            "100%, %d of %s; 50%20",
            r"^\d+\.\w{2}\\$",
            r"\u00e9t\u00e9 \u4e2d\u6587",
            "\\x1b[31mred\\x1b[0m",
            "caf%C3%A9",
        ] {
            assert!(all(text.as_bytes()).is_empty(), "{text}");
        }
    }
}
