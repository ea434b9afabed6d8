//! Where long words stand: runs of letters, digits and the four other characters of base64 and base64url.
//!
//! Every byte of every text is looked at here, so it is done in a form that compilers make vector instructions of.

use crate::model::Span;

/// The shortest run, in characters, its padding among them: 24 of base64 make 16 to 18 bytes, about the shortest secret
/// that a rule knows by itself.
pub(super) const MIN_RUN: usize = 24;
/// Bytes looked at together.
const CHUNK: usize = 64;
/// The chunk is told in pieces of so many bytes: a run of `MIN_RUN` holds two such pieces, whatever its place.
const PIECE: usize = 8;
/// `is_of_run` for each byte: quicker where one byte is asked at a time.
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
/// A piece of which each byte is of the alphabet.
const FULL: u64 = u64::from_ne_bytes([1; PIECE]);

/// Calls `found` with each run of at least `MIN_RUN` characters, in order. It answers where to go on from, which is
/// the end of the run unless it has read more.
pub(super) fn runs(text: &[u8], mut found: impl FnMut(Span) -> usize) {
    // Nothing before this place is of interest any more.
    let mut done = 0;
    let mut was_full = 0;
    for start in (0..text.len()).step_by(CHUNK) {
        let chunk = chunk(text, start);
        // Most chunks have a blank or a bracket in all their words, which is quicker to tell.
        let unbroken = unbroken_pieces(&chunk);
        if unbroken & (unbroken << 1 | was_full) == 0 {
            was_full = unbroken >> 7;
            continue;
        }
        let full = full_pieces(&chunk);
        // Two full pieces that follow each other.
        let mut pairs = full & (full << 1 | was_full);
        was_full = full >> 7;
        while pairs != 0 {
            let at = start + pairs.trailing_zeros() as usize * PIECE;
            pairs &= pairs - 1;
            if at < done {
                continue;
            }
            let run = around(text, at, done);
            done = if run.len() + padding(text, run.end) >= MIN_RUN { found(run).max(run.end) } else { run.end };
        }
    }
}

/// Where a run that begins at `start` ends.
pub(super) fn run_end(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.iter().position(|&byte| !listed(byte)).unwrap_or(rest.len())
}

/// How many characters of padding stand at `end`.
pub(super) fn padding(text: &[u8], end: usize) -> usize {
    text.iter().skip(end).take(2).take_while(|&&byte| byte == b'=').count()
}

fn around(text: &[u8], at: usize, floor: usize) -> Span {
    let before = text.get(floor..at).unwrap_or_default();
    let length = before.iter().rev().position(|&byte| !listed(byte)).unwrap_or(before.len());
    Span { start: at - length, end: run_end(text, at) }
}

/// The bytes from `start` on, filled up with zeros behind the end of the text.
fn chunk(text: &[u8], start: usize) -> [u8; CHUNK] {
    let rest = text.get(start..).unwrap_or_default();
    if let Some(whole) = rest.first_chunk() {
        return *whole;
    }
    let mut chunk = [0; CHUNK];
    chunk.iter_mut().zip(rest).for_each(|(to, &from)| *to = from);
    chunk
}

/// Which pieces have no byte below the alphabet: no blank, quote or bracket. The first is the lowest bit.
fn unbroken_pieces(chunk: &[u8; CHUNK]) -> u8 {
    const ONES: u64 = u64::from_ne_bytes([1; PIECE]);
    const HIGHS: u64 = ONES << 7;
    // The lowest byte of the alphabet is the plus. A byte below it borrows from its own high bit (Hacker's Delight, 6-1).
    const LOWEST: u64 = ONES * b'+' as u64;
    let (pieces, _) = chunk.as_chunks::<PIECE>();
    pieces.iter().enumerate().fold(0, |unbroken, (number, &piece)| {
        let piece = u64::from_ne_bytes(piece);
        let below = piece.wrapping_sub(LOWEST) & !piece & HIGHS;
        unbroken | u8::from(below == 0) << number
    })
}

/// Which pieces are of the alphabet and padding alone; the first is the lowest bit.
fn full_pieces(chunk: &[u8; CHUNK]) -> u8 {
    let of_run = chunk.map(|byte| u8::from(is_of_run(byte) || byte == b'='));
    let (pieces, _) = of_run.as_chunks::<PIECE>();
    pieces.iter().enumerate().fold(0, |full, (number, &piece)| full | u8::from(u64::from_ne_bytes(piece) == FULL) << number)
}

fn listed(byte: u8) -> bool {
    OF_RUN.get(usize::from(byte)).is_some_and(|&of_run| of_run)
}

/// Whether a byte is of either alphabet of RFC 4648, sections 4 and 5.
#[inline]
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
