//! Where long words stand: runs of letters, digits and the four other characters of base64 and base64url.
//!
//! Every text is looked at here, a block of bytes at once and without a branch for each byte: a bit for every byte that a run
//! may hold, and the bits shifted over themselves until only those are left where a run of some length begins.

use crate::model::Span;

/// The shortest run, in characters, its padding among them: 24 of base64 make 16 to 18 bytes, about the shortest secret
/// that a rule knows by itself.
pub(super) const MIN_RUN: usize = 24;
/// The fewest characters of such a run beside its padding.
const MIN_CHARACTERS: usize = MIN_RUN - MAX_PADDING;
/// The most characters of padding.
const MAX_PADDING: usize = 2;
/// How many bytes are asked at once: as many as bits in a word.
pub(super) const BLOCK: usize = 64;
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
    // How many bytes right before the block are of a run.
    let (mut at, mut before) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| before + rest.len() >= MIN_CHARACTERS) {
        let bits = bits(rest, is_of_run);
        let Some(start) = run_start(bits, before).map(|offset| at + offset - before) else {
            before = bits.leading_ones() as usize;
            at += BLOCK;
            continue;
        };
        let run = Span { start, end: run_end(text, start + MIN_CHARACTERS) };
        at = if run.len() + padding(text, run.end) >= MIN_RUN { found(run).max(run.end) } else { run.end };
        before = 0;
    }
}

/// Where the first long run of a block begins, counted from the run's part before the block.
#[inline]
fn run_start(bits: u64, before: usize) -> Option<usize> {
    if before + bits.trailing_ones() as usize >= MIN_CHARACTERS {
        return Some(0);
    }
    // A bit stays where as many follow it.
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let sixteen = eight & eight >> 8;
    let long = sixteen & sixteen >> (MIN_CHARACTERS - 16);
    (long != 0).then(|| long.trailing_zeros() as usize + before)
}

/// A bit for each byte of the block that begins a text, the lowest for the first: whether it is of some kind; none behind
/// the text's end. `is_of_kind` has no branch.
#[inline]
pub(super) fn bits(text: &[u8], is_of_kind: impl Fn(u8) -> bool) -> u64 {
    let mut last = [0; BLOCK];
    let block = text.first_chunk().unwrap_or_else(|| {
        last.iter_mut().zip(text).for_each(|(to, &from)| *to = from);
        &last
    });
    // The compiler makes this loop one over many bytes at once.
    let mut flags = [0_u8; BLOCK];
    for (flag, &byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(is_of_kind(byte));
    }
    let (words, _) = flags.as_chunks::<8>();
    // Moves the lowest bit of each byte into the highest byte, side by side.
    let gather = |word: &[u8; 8]| u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    let bits = words.iter().rev().fold(0, |bits, word| bits << 8 | gather(word));
    if text.len() < BLOCK { bits & !(u64::MAX << text.len()) } else { bits }
}

/// Whether a stretch as long as a run has bytes of one kind alone. One byte of it is asked first, and those before it until
/// one is of another kind.
pub(super) fn is_stretched(bytes: &[u8], is_of_kind: impl Fn(u8) -> bool) -> bool {
    let mut at = 0;
    while let Some(asked) = bytes.get(at..at + MIN_CHARACTERS) {
        match asked.iter().rposition(|&byte| !is_of_kind(byte)) {
            Some(last) => at += last + 1,
            None => return true,
        }
    }
    false
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

/// Whether a byte is of either alphabet of RFC 4648, sections 4 and 5; without a branch.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would keep the compiler from asking many bytes at once")]
const fn is_of_run(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // The slash stands before the zero.
    let digit = byte.wrapping_sub(b'/') < 11;
    letter | digit | (byte == b'+') | (byte == b'-') | (byte == b'_')
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
