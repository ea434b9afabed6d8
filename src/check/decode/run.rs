//! Where long words stand: runs of letters, digits and the four other characters of base64 and base64url.
//!
//! Every byte of every text is looked at here, so it is done in a form that compilers make vector instructions of.

use crate::model::Span;

/// The shortest run, in characters, its padding among them: 24 of base64 make 16 to 18 bytes, about the shortest secret
/// that a rule knows by itself.
pub(super) const MIN_RUN: usize = 24;
/// The fewest characters of such a run beside its padding.
const MIN_CHARACTERS: usize = MIN_RUN - MAX_PADDING;
/// The most characters of padding.
const MAX_PADDING: usize = 2;
/// Bytes looked at together: one for each bit of a mask.
const CHUNK: usize = 64;
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
/// Calls `found` with each run of at least `MIN_RUN` characters, in order. It answers where to go on from, which is
/// the end of the run unless it has read more.
pub(super) fn runs(text: &[u8], mut found: impl FnMut(Span) -> usize) {
    // Nothing before this place is of interest any more.
    let mut done = 0;
    // How many characters stand before this chunk.
    let mut before = 0;
    for start in (0..text.len()).step_by(CHUNK) {
        if done >= start + CHUNK {
            before = 0;
            continue;
        }
        let listed = mask(&chunk(text, start));
        let mut begins = beginnings(listed);
        if before + listed.trailing_ones() as usize >= MIN_CHARACTERS {
            begins |= listed & 1;
        }
        before = listed.leading_ones() as usize;
        while begins != 0 {
            let at = start + begins.trailing_zeros() as usize;
            begins &= begins - 1;
            if at < done {
                continue;
            }
            let run = Span { start: before_run(text, at, start.max(done), done), end: end_of(text, start, listed, at) };
            done = if run.len() + padding(text, run.end) >= MIN_RUN { found(run).max(run.end) } else { run.end };
            begins = u32::try_from(done - start).ok().and_then(|bits| u64::MAX.checked_shl(bits)).map_or(0, |rest| begins & rest);
        }
    }
}

/// Where a run that begins at `start` ends.
pub(super) fn run_end(text: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        let length = mask(&chunk(text, at)).trailing_ones() as usize;
        at += length;
        if length < CHUNK {
            return at;
        }
    }
}

/// How many characters of padding stand at `end`.
pub(super) fn padding(text: &[u8], end: usize) -> usize {
    text.iter().skip(end).take(MAX_PADDING).take_while(|&&byte| byte == b'=').count()
}

/// Where the run that holds `at` begins, which is there unless `at` is where looking began.
fn before_run(text: &[u8], at: usize, began: usize, floor: usize) -> usize {
    if at > began {
        return at;
    }
    let before = text.get(floor..at).unwrap_or_default();
    at - before.iter().rev().position(|&byte| !listed(byte)).unwrap_or(before.len())
}

/// Where the run that holds `at` ends, in the chunk whose mask is `listed`, or behind it.
fn end_of(text: &[u8], start: usize, listed: u64, at: usize) -> usize {
    let bit = at - start;
    let length = (listed >> (bit & 63)).trailing_ones() as usize;
    if bit + length < CHUNK { at + length } else { run_end(text, start + CHUNK) }
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

/// Which bytes are of the alphabet; the first is the lowest bit.
fn mask(chunk: &[u8; CHUNK]) -> u64 {
    // Brings the lowest bit of each of eight bytes into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let of_run = chunk.map(|byte| u8::from(is_of_run(byte)));
    let (pieces, _) = of_run.as_chunks();
    pieces.iter().rev().fold(0, |mask, &piece| mask << 8 | u64::from_le_bytes(piece).wrapping_mul(GATHER) >> 56)
}

/// At which bits `MIN_CHARACTERS` set bits begin that follow each other.
fn beginnings(mask: u64) -> u64 {
    let (mut begins, mut length) = (mask, 1);
    while length < MIN_CHARACTERS && begins != 0 {
        let step = length.min(MIN_CHARACTERS - length);
        begins &= begins >> step;
        length += step;
    }
    begins
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
