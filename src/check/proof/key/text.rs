//! The body of armour, as it stands in files: whole, indented, in comments, on one line with `\n` between, or as strings that
//! are put together.

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

    /// Every way to read a body: whole; where it has quotes, only what they enclose, where the armour itself may stand within
    /// quotes or outside; where each line begins with `+`, as in a patch, without it.
    pub(super) fn readings(body: &[u8]) -> Vec<Self> {
        let plain = unescape(body);
        let mut readings = vec![Self::new(&plain)];
        if let Some(&quote) = plain.iter().find(|byte| matches!(byte, b'"' | b'\'' | b'`')) {
            readings.extend([true, false].map(|inside| Self::new(&quoted(&plain, quote, inside))));
        }
        let lines = lines(&plain);
        let mut full = lines.iter().filter(|line| !line.trim_ascii().is_empty()).peekable();
        if full.peek().is_some() && full.clone().all(|line| line.starts_with(b"+")) {
            let cut: Vec<&[u8]> = full.filter_map(|line| line.get(1..)).collect();
            readings.push(Self::new(&cut.join(&b'\n')));
        }
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

/// Whether it is a header of the armour: `Comment: …`.
fn is_header(line: &[u8]) -> bool {
    let name = line.trim_ascii_start().iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-').count();
    name > 2 && line.trim_ascii_start().get(name..name + 2) == Some(b": ")
}

/// The runs of base 64 in a line. One that is all `+` and `/` is the mark of a comment or what puts strings together.
fn runs(line: &[u8]) -> Vec<Vec<u8>> {
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    let is_mark = |run: &&[u8]| run.iter().all(|byte| matches!(byte, b'+' | b'/' | b'-' | b'_'));
    line.split(|byte| !base64(byte)).filter(|run| !is_mark(run)).map(<[u8]>::to_vec).collect()
}
