//! Where a rule could match: one pass over a text finds every keyword of every rule.
//!
//! Each keyword is filed under its four rarest neighbouring bytes. The pass folds case, hashes each four bytes of
//! the text and asks one bit; only where it is set are keywords compared. There is nothing to compile,
//! so the keywords are filed anew in each run (`docs/decisions/0003-keyword-index.md`).

use crate::model::Text;

/// Two to this many bits are asked: 32 KiB, which stays in a core's first cache or next to it.
const TABLE_BITS: u32 = 18;
const WORDS: usize = 1 << (TABLE_BITS - 6);
/// Entries are looked up by so many of a slot's first bits.
const RUN_BITS: u32 = 12;
const RUNS: usize = 1 << RUN_BITS;
/// Bytes in a gram.
const GRAM: usize = 4;
/// Sets the fifth bit of each byte: upper case to lower.
const FOLD: u32 = 0x2020_2020;
/// Knuth's multiplier, the golden ratio of 2^32 (The Art of Computer Programming 6.4).
const MULTIPLIER: u32 = 0x9E37_79B1;

/// The bytes of a keyword that are compared first.
const HEAD: usize = 8;
/// As [`FOLD`], for a head.
const FOLD_HEAD: u64 = u64::from_ne_bytes([0x20; HEAD]);
/// The most common grams of source text, folded and without bytes between them but line ends, most common first, with `_` for
/// DEL. They were counted over sources in C, Rust, Python, Perl and JavaScript, and documents.
static COMMON: &[u8] = include_bytes!("grams.txt");
/// How many grams stand on a line of [`COMMON`].
const LINE_GRAMS: usize = 32;
/// How many bits of the table have one rank together.
const RANK_SHARE: usize = 4;

/// An index of keywords.
#[derive(Debug)]
pub struct KeywordIndex {
    table: Box<[u64; WORDS]>,
    /// Sorted by the slot of their gram.
    entries: Vec<Entry>,
    /// For each run of slots, its first entry; one more at the end.
    firsts: Box<[u32; RUNS + 1]>,
    keywords: Vec<Text>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    gram: u32,
    /// Where in the keyword the gram stands.
    offset: u32,
    keyword: usize,
    /// The keyword's first bytes, folded.
    head: u64,
    /// Which bytes of the head there are.
    mask: u64,
}

impl KeywordIndex {
    /// Files keywords; each is known by its place. Keywords under four bytes are never found: the room `rules` refuses
    /// them.
    pub fn new(keywords: Vec<Text>) -> Self {
        let mut table: Box<[u64; WORDS]> = vec![0; WORDS].into_boxed_slice().try_into().expect("because it has that length");
        let mut entries: Vec<Entry> = Vec::with_capacity(keywords.len());
        let ranks = ranks();
        for (keyword, word) in keywords.iter().enumerate() {
            let bytes = word.as_bytes();
            let cost = |gram: &[u8]| {
                let rank = ranks.get(bit(fold(gram)) / RANK_SHARE).copied().unwrap_or(0);
                (rank, gram.iter().map(|&byte| commonness(byte)).sum::<u32>())
            };
            let rarest = bytes.windows(GRAM).enumerate().min_by_key(|(_, gram)| cost(gram));
            if let Some((offset, gram)) = rarest {
                let gram = fold(gram);
                let (word, bit) = slot(gram);
                table[word] |= bit;
                let (head, mask) = head(bytes);
                entries.push(Entry { gram, offset: u32::try_from(offset).unwrap_or(u32::MAX), keyword, head, mask });
            }
        }
        entries.sort_unstable_by_key(|entry| (run(entry.gram), entry.gram, entry.keyword));
        let mut firsts: Box<[u32; RUNS + 1]> = vec![0; RUNS + 1].into_boxed_slice().try_into().expect("because it has that length");
        let mut at = 0;
        for (number, first) in firsts.iter_mut().enumerate() {
            while entries.get(at).is_some_and(|entry| run(entry.gram) < number) {
                at += 1;
            }
            *first = u32::try_from(at).unwrap_or(u32::MAX);
        }
        Self { table, entries, firsts, keywords }
    }

    /// Calls `found` with the number of each keyword, where in `text` it begins, and its length, in the order of the grams.
    pub fn scan(&self, text: &[u8], mut found: impl FnMut(usize, usize, usize)) {
        for (at, gram) in text.windows(GRAM).enumerate() {
            let gram = fold(gram);
            let (word, bit) = slot(gram);
            if self.table[word] & bit != 0 {
                self.compare(text, at, gram, &mut found);
            }
        }
    }

    #[cold]
    fn compare(&self, text: &[u8], at: usize, gram: u32, found: &mut impl FnMut(usize, usize, usize)) {
        let run = run(gram);
        let bound = |number: usize| self.firsts.get(number).map_or(0, |&first| first as usize);
        let entries = self.entries.get(bound(run)..bound(run + 1)).unwrap_or_default();
        for entry in entries.iter().filter(|entry| entry.gram == gram) {
            let Some(start) = at.checked_sub(entry.offset as usize) else { continue };
            let rest = text.get(start..).unwrap_or_default();
            // Most grams that are asked about stand in other words, which their first bytes tell.
            if rest.first_chunk().is_some_and(|first| (u64::from_le_bytes(*first) | FOLD_HEAD) & entry.mask != entry.head) {
                continue;
            }
            let Some(keyword) = self.keywords.get(entry.keyword) else { continue };
            if rest.get(..keyword.len()).is_some_and(|here| here.eq_ignore_ascii_case(keyword.as_bytes())) {
                found(entry.keyword, start, keyword.len());
            }
        }
    }
}

/// How common the grams of each [`RANK_SHARE`] bits of the table are: 0 where none is common. A rare one that shares its bits
/// with a common one counts as common, as it is asked about as often. Small, as its pages are touched in each run.
fn ranks() -> Vec<u8> {
    let mut ranks = vec![0; (1 << TABLE_BITS) / RANK_SHARE];
    let lines = COMMON.chunks(LINE_GRAMS * GRAM + 1);
    // The first line has the highest rank.
    for (rank, line) in (1..=u8::MAX).rev().chain(std::iter::repeat(1)).zip(lines) {
        for gram in line.chunks_exact(GRAM) {
            if let Some(highest) = ranks.get_mut(bit(fold(gram)) / RANK_SHARE) {
                *highest = rank.max(*highest);
            }
        }
    }
    ranks
}

/// The first bytes of a keyword, folded, and which of them there are.
fn head(keyword: &[u8]) -> (u64, u64) {
    let (mut head, mut mask) = ([0; HEAD], [0; HEAD]);
    for ((head, mask), &byte) in head.iter_mut().zip(&mut mask).zip(keyword) {
        (*head, *mask) = (byte | 0x20, u8::MAX);
    }
    (u64::from_le_bytes(head), u64::from_le_bytes(mask))
}

#[inline]
fn fold(gram: &[u8]) -> u32 {
    match *gram {
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]) | FOLD,
        _ => 0,
    }
}

#[inline]
fn slot(gram: u32) -> (usize, u64) {
    let bit = bit(gram);
    (bit >> 6, 1 << (bit & 63))
}

/// The number of a gram's bit.
#[inline]
fn bit(gram: u32) -> usize {
    (gram.wrapping_mul(MULTIPLIER) >> (32 - TABLE_BITS)) as usize
}

/// The first bits of a gram's slot.
#[inline]
fn run(gram: u32) -> usize {
    (gram.wrapping_mul(MULTIPLIER) >> (32 - RUN_BITS)) as usize
}

/// How common a byte is in source text, roughly: only the order matters, and a wrong guess costs time alone.
fn commonness(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 8,
        b'l' | b'd' | b'c' | b'u' | b'm' | b'p' | b'f' | b'h' | b'_' => 6,
        b'g' | b'b' | b'y' | b'w' | b'v' | b'k' | b'-' | b'.' | b'"' | b'=' | b':' | b'/' => 4,
        b'0' | b'1' | b'2' | b'x' => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(keywords: &[&str], text: &[u8]) -> Vec<(usize, usize)> {
        let mut hits = Vec::new();
        KeywordIndex::new(keywords.iter().map(|&word| Text::Owned(word.to_owned())).collect())
            .scan(text, |keyword, at, _| hits.push((keyword, at)));
        hits.sort_unstable();
        hits
    }

    #[test]
    fn finds_every_keyword_in_any_case_at_either_end() {
        let keywords = ["ghp_", "akia", "-----begin", "ghp_x"];
        assert_eq!(hits(&keywords, b"AKIA ghp_X -----BEGIN"), [(0, 5), (1, 0), (2, 11), (3, 5)]);
        assert_eq!(hits(&keywords, b"gh"), []);
        assert_eq!(hits(&keywords, b""), []);
    }

    #[test]
    fn letters_that_fold_together_by_accident_are_told_apart() {
        // Setting the fifth bit also makes `@` of `` ` `` and DEL of `_`.
        assert_eq!(hits(&["ghp_"], b"ghp\x7f"), []);
    }
}
