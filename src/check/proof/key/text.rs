//! The body of armour, as it stands in files: whole, indented, in comments, on one line with `\n` between, or as strings that
//! are put together.

use bstr::ByteSlice as _;

/// The headers of PEM (RFC 1421) and of PGP (RFC 9580, section 6.2.2).
const HEADERS: [&str; 7] = ["Proc-Type: ", "DEK-Info: ", "Version: ", "Comment: ", "MessageID: ", "Hash: ", "Charset: "];

/// A body, taken apart into its runs of base 64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    runs: Vec<Vec<u8>>,
}

impl Text {
    /// The runs of base 64 in a body without quotes.
    pub(super) fn new(body: &[u8]) -> Self {
        Self { runs: lines(body).iter().filter(|line| !is_header(line)).flat_map(|line| runs(line)).collect() }
    }

    /// A body as a whole, whatever stands for its line ends.
    pub(super) fn whole(body: &[u8]) -> Self {
        Self::new(&unescape(body))
    }

    /// The other ways to read a body. Where it has quotes, only what they enclose, as the armour itself may stand within
    /// quotes or outside; where each line begins with `+`, as in a patch, without it; of each line the longest run, where a
    /// log has put times before them.
    pub(super) fn parts(body: &[u8]) -> Vec<Self> {
        let plain = unescape(body);
        let mut readings = Vec::new();
        if let Some(&quote) = plain.iter().find(|byte| matches!(byte, b'"' | b'\'' | b'`')) {
            readings.extend([true, false].map(|inside| Self::new(&quoted(&plain, quote, inside))));
        }
        let lines = lines(&plain);
        let mut full = lines.iter().filter(|line| !line.trim_ascii().is_empty()).peekable();
        if full.peek().is_some() && full.clone().all(|line| line.starts_with(b"+")) {
            let cut: Vec<&[u8]> = full.filter_map(|line| line.get(1..)).collect();
            readings.push(Self::new(&cut.join(&b'\n')));
        }
        let longest = lines
            .iter()
            .filter(|line| !is_header(line))
            .filter_map(|line| runs(line).into_iter().max_by_key(Vec::len))
            .filter(|run| run.len() > 3);
        readings.push(Self { runs: longest.collect() });
        readings
    }

    /// All of it in one; what stands behind the padding is left out.
    pub(super) fn joined(&self) -> Vec<u8> {
        let mut joined = self.runs.concat();
        let body = joined.iter().position(|&byte| byte == b'=').unwrap_or(joined.len());
        let padding = joined.iter().skip(body).take_while(|&&byte| byte == b'=').count().min(2);
        joined.truncate(body + padding);
        joined
    }

    /// The runs, where the last one is a checksum of PGP: what stands before it, and the four characters behind its `=`.
    pub(super) fn split_checksum(&self) -> (Self, Option<&[u8]>) {
        match self.runs.split_last() {
            Some((last, before)) if last.len() == 5 && last.starts_with(b"=") => (Self { runs: before.to_vec() }, last.get(1..)),
            _ => (self.clone(), None),
        }
    }
}

/// Puts what stands for a line's end, a slash, a plus or an equals sign in its place.
pub(super) fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        let (put, used) = match first {
            b'\\' => {
                let slashes = tail.iter().take_while(|&&byte| byte == b'\\').count();
                match tail.get(slashes) {
                    Some(b'n' | b'r' | b't') => (b'\n', slashes + 1),
                    Some(&byte @ (b'/' | b'"' | b'\'' | b'`')) => (byte, slashes + 1),
                    _ => (b' ', slashes),
                }
            }
            b'%' => match tail.get(..2).map(<[u8]>::to_ascii_uppercase).as_deref() {
                Some(b"0A" | b"0D" | b"20") => (b'\n', 2),
                Some(b"2B") => (b'+', 2),
                Some(b"2F") => (b'/', 2),
                Some(b"3D") => (b'=', 2),
                _ => (first, 0),
            },
            // `&#10;` and `<br/>`.
            b'&' => enclosed(tail, b';'),
            b'<' => enclosed(tail, b'>'),
            _ => (first, 0),
        };
        plain.push(put);
        rest = tail.get(used..).unwrap_or_default();
    }
    plain
}

/// A line's end, for something short that ends with `end`.
fn enclosed(tail: &[u8], end: u8) -> (u8, usize) {
    let length = tail.iter().take(6).position(|&byte| byte == end);
    (b'\n', length.map_or(0, |length| length + 1))
}

fn quoted(text: &[u8], quote: u8, mut inside: bool) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    for &byte in text {
        if byte == quote {
            inside = !inside;
            kept.push(b'\n');
        } else if inside {
            kept.push(byte);
        }
    }
    kept
}

pub(super) fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| matches!(byte, b'\n' | b'\r')).collect()
}

/// Whether it is a header of the armour, which may itself stand behind the mark of a comment.
fn is_header(line: &[u8]) -> bool {
    HEADERS.iter().any(|name| line.contains_str(name))
}

/// The runs of base 64 in a line. One that is all `+` and `/` is the mark of a comment or what puts strings together.
fn runs(line: &[u8]) -> Vec<Vec<u8>> {
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    let is_mark = |run: &&[u8]| run.iter().all(|byte| matches!(byte, b'+' | b'/' | b'-' | b'_'));
    line.split(|byte| !base64(byte)).filter(|run| !is_mark(run)).map(<[u8]>::to_vec).collect()
}
