//! Where long words stand: runs of letters, digits and the four other characters of base64 and base64url.
//!
//! Every text is looked at here. A run of some length covers a byte of each stretch of that length, so that one byte of a
//! stretch is asked first, and the few before it until one is of no run; most bytes of source text are never asked.

use crate::model::Span;

/// The shortest run, in characters, its padding among them: 24 of base64 make 16 to 18 bytes, about the shortest secret
/// that a rule knows by itself.
pub(super) const MIN_RUN: usize = 24;
/// The fewest characters of such a run beside its padding.
const MIN_CHARACTERS: usize = MIN_RUN - MAX_PADDING;
/// The most characters of padding.
const MAX_PADDING: usize = 2;
/// [`is_of_run`] for each byte.
static OF_RUN: [bool; 256] = {
    let mut of_run = [false; 256];
    let mut byte = 0_u8;
    // All of the alphabet is ASCII.
    while byte.is_ascii() {
        of_run[byte as usize] = is_of_run(byte);
        byte += 1;
    }
    of_run
};

/// Calls `found` with each run of at least `MIN_RUN` characters, in order. It answers where to go on from, which is
/// the end of the run unless it has read more.
pub(super) fn runs(text: &[u8], mut found: impl FnMut(Span) -> usize) {
    // No run begins before `floor`; from there to `known` all bytes are of one.
    let (mut floor, mut known) = (0, 0);
    while let Some(asked) = text.get(known..floor + MIN_CHARACTERS) {
        if let Some(last) = asked.iter().rposition(|&byte| !listed(byte)) {
            // All behind it were asked.
            (floor, known) = (known + last + 1, floor + MIN_CHARACTERS);
            continue;
        }
        let run = Span { start: floor, end: run_end(text, floor + MIN_CHARACTERS) };
        floor = if run.len() + padding(text, run.end) >= MIN_RUN { found(run).max(run.end) } else { run.end };
        known = floor;
    }
}

/// Where a run that begins at `start` ends.
pub(super) fn run_end(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.iter().position(|&byte| !listed(byte)).unwrap_or(rest.len())
}

/// How many characters of padding stand at `end`.
pub(super) fn padding(text: &[u8], end: usize) -> usize {
    text.iter().skip(end).take(MAX_PADDING).take_while(|&&byte| byte == b'=').count()
}

#[inline]
fn listed(byte: u8) -> bool {
    OF_RUN.get(usize::from(byte)).is_some_and(|&of_run| of_run)
}

/// Whether a byte is of either alphabet of RFC 4648, sections 4 and 5.
const fn is_of_run(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // The slash stands before the zero.
    let digit = byte.wrapping_sub(b'/') < 11;
    letter || digit || byte == b'+' || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_found_whatever_its_length_and_place() {
        for (length, before, padding) in
            (0..150).flat_map(|length| (0..80).flat_map(move |before| (0..3).map(move |padding| (length, before, padding))))
        {
            let filling: Vec<u8> = (0..before).rev().map(|at| b"= .x"[at % 4]).collect();
            let text = [&filling, "x".repeat(length).as_bytes(), "=".repeat(padding).as_bytes(), b". x"].concat();
            let mut spans = Vec::new();
            runs(&text, |run| {
                spans.push(run);
                run.end
            });
            let expected = (length + padding >= MIN_RUN).then_some(Span { start: before, end: before + length });
            assert_eq!(spans, Vec::from_iter(expected), "{length} after {before}, {padding} of padding");
        }
    }

    #[test]
    fn the_alphabet_is_that_of_the_standard() {
        for byte in 0..=u8::MAX {
            assert_eq!(is_of_run(byte), byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte), "{byte}");
        }
    }
}
