//! Where a rule could match: one pass over a text finds every keyword of every rule. `rules/build.rs` reads this file too.
//!
//! Each keyword is filed under its four rarest neighbouring bytes. The pass folds case, hashes each four bytes of
//! the text and asks one bit; only where it is set are keywords compared. The keywords of the rules in the binary are filed
//! when it is built, and those of a repository's own rules are added (`docs/decisions/0003-keyword-index.md`).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::rules::{Kind, Rule};

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
/// How many grams stand on a line of a list of common ones.
const LINE_GRAMS: usize = 32;
/// The share of the first line of such a list in a text, in parts of itself; that of the n-th line is an n-th of it, as words go
/// (Zipf).
const FIRST_SHARE: u32 = 1 << 20;

/// An index of keywords.
#[derive(Clone, Debug)]
pub struct KeywordIndex {
    /// Has [`WORDS`] words.
    pub(super) table: Cow<'static, [u64]>,
    /// Sorted by the slot of their gram.
    pub(super) entries: Cow<'static, [Entry]>,
    /// For each run of slots, its first entry; one more at the end.
    pub(super) firsts: Cow<'static, [u32]>,
    pub(super) keywords: Cow<'static, [Keyword]>,
    /// All keywords, one behind the other.
    pub(super) text: Cow<'static, str>,
    /// Who asks for the keywords, in their order.
    pub(super) asks: Cow<'static, [Ask]>,
}

/// A place where a keyword can be looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) gram: u32,
    /// Where in the keyword the gram stands.
    pub(super) offset: u32,
    /// The keyword's number.
    pub(super) keyword: u32,
    /// The keyword's first bytes, folded.
    pub(super) head: u64,
    /// Which bytes of the head there are.
    pub(super) mask: u64,
}

/// A keyword: where it stands in the text of all, and who asks for it. Each is told by its end; it begins at the end of the
/// one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyword {
    pub(super) text_end: u32,
    pub(super) asks_end: u32,
}

/// Who asks for a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The rule's number.
    pub rule: u32,
    /// What of the text it wants to look at.
    pub place: Place,
}

/// What of a text a rule looks at where a keyword of its stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Of a pattern that begins with its keyword: what begins there.
    Here,
    /// Of any other pattern: so many bytes before and after the keyword's start.
    Around(u32, u32),
    /// Of a pattern for what may be shown: the line that it stands on.
    Line,
    /// Of a value rule that names no provider: the value of a key with this word.
    Key,
    /// Of any other value rule: the values near this word.
    Near,
    /// Of a rule for trees: all of it, parsed.
    Tree,
}

impl Ask {
    fn of(number: usize, rule: &Rule) -> Self {
        let place = match rule.kind {
            Kind::Value if rule.near.is_empty() => Place::Key,
            Kind::Value => Place::Near,
            Kind::Pattern | Kind::Check(_) if !rule.is_secret() => Place::Line,
            Kind::Check(_) => Place::Line,
            Kind::Tree(_) => Place::Tree,
            Kind::Pattern if rule.leads => Place::Here,
            Kind::Pattern => Place::Around(short(rule.before), short(rule.after)),
        };
        Self { rule: short(number), place }
    }

    /// The keywords of a rule, each with what it asks.
    pub fn words(number: usize, rule: &Rule) -> impl Iterator<Item = (&str, Self)> {
        let ask = Self::of(number, rule);
        rule.keywords.iter().map(move |word| (word.as_ref(), ask))
    }
}

impl KeywordIndex {
    /// Files keywords, each with one who asks for it. Keywords under four bytes are never found: the room `rules` refuses
    /// them.
    pub fn new<'w>(words: impl IntoIterator<Item = (&'w str, Ask)>) -> Self {
        Self::empty().with(words, &[])
    }

    /// Files keywords under what is rare where the grams in `common` are common: each four bytes, folded, with DEL written as `_`,
    /// 32 on a line, the most common first.
    pub fn filed<'w>(words: impl IntoIterator<Item = (&'w str, Ask)>, common: &[u8]) -> Self {
        Self::empty().with(words, &shares(common))
    }

    /// Files more keywords.
    #[must_use]
    pub fn and<'w>(&self, words: impl IntoIterator<Item = (&'w str, Ask)>) -> Self {
        self.clone().with(words, &[])
    }

    fn empty() -> Self {
        let (table, firsts) = (vec![0; WORDS].into(), vec![0; RUNS + 1].into());
        Self { table, entries: Cow::default(), firsts, keywords: Cow::default(), text: Cow::default(), asks: Cow::default() }
    }

    fn with<'w>(mut self, words: impl IntoIterator<Item = (&'w str, Ask)>, shares: &[u32]) -> Self {
        let mut asks_of: BTreeMap<&str, Vec<Ask>> = BTreeMap::new();
        for (word, ask) in words {
            asks_of.entry(word).or_default().push(ask);
        }
        // Short ones first, which have no choice; the others share their bits where they can.
        let mut asks_of: Vec<(&str, Vec<Ask>)> = asks_of.into_iter().collect();
        asks_of.sort_by_key(|(word, _)| word.len());
        let (table, entries, text, asks) = (self.table.to_mut(), self.entries.to_mut(), self.text.to_mut(), self.asks.to_mut());
        for (word, of_word) in asks_of {
            text.push_str(word);
            asks.extend(of_word);
            let number = short(self.keywords.len());
            self.keywords.to_mut().push(Keyword { text_end: short(text.len()), asks_end: short(asks.len()) });
            if let Some(entry) = entry(number, word.as_bytes(), table, shares) {
                let (word, bit) = slot(entry.gram);
                table[word] |= bit;
                entries.push(entry);
            }
        }
        entries.sort_unstable_by_key(|entry| (run(entry.gram), entry.gram, entry.keyword));
        self.firsts = (0..=RUNS).map(|number| short(entries.partition_point(|entry| run(entry.gram) < number))).collect();
        self
    }

    /// Calls `found` for each keyword with those who ask for it, where in `text` it begins, and its length, in the order of the
    /// grams.
    pub fn scan(&self, text: &[u8], mut found: impl FnMut(&[Ask], usize, usize)) {
        let table: &[u64; WORDS] = self.table.as_ref().try_into().expect("because it was made with that length");
        for (at, gram) in text.windows(GRAM).enumerate() {
            let gram = fold(gram);
            let (word, bit) = slot(gram);
            if table[word] & bit != 0 {
                self.compare(text, at, gram, &mut found);
            }
        }
    }

    #[cold]
    fn compare(&self, text: &[u8], at: usize, gram: u32, found: &mut impl FnMut(&[Ask], usize, usize)) {
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
            let number = entry.keyword as usize;
            let word = self.word(number);
            if rest.get(..word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes())) {
                found(self.asks_of(number), start, word.len());
            }
        }
    }

    /// The index as the text of a Rust expression, for a build script to write.
    pub fn to_source(&self) -> String {
        format!(
            "KeywordIndex {{ table: Cow::Borrowed(&{:?}), entries: Cow::Borrowed(&{:?}), firsts: Cow::Borrowed(&{:?}), \
             keywords: Cow::Borrowed(&{:?}), text: Cow::Borrowed({:?}), asks: Cow::Borrowed(&{:?}) }}",
            self.table, self.entries, self.firsts, self.keywords, self.text, self.asks
        )
    }

    fn word(&self, number: usize) -> &str {
        self.text.get(self.ends(number, |keyword| keyword.text_end)).unwrap_or_default()
    }

    fn asks_of(&self, number: usize) -> &[Ask] {
        self.asks.get(self.ends(number, |keyword| keyword.asks_end)).unwrap_or_default()
    }

    fn ends(&self, number: usize, end: impl Fn(&Keyword) -> u32) -> Range<usize> {
        let end = |number: usize| self.keywords.get(number).map_or(0, |keyword| end(keyword) as usize);
        number.checked_sub(1).map_or(0, end)..end(number)
    }
}

/// Where a keyword is filed: under a gram that is asked about already, or the rarest.
fn entry(keyword: u32, word: &[u8], table: &[u64], shares: &[u32]) -> Option<Entry> {
    let cost = |gram: &[u8]| {
        let (slot, bit) = slot(fold(gram));
        let is_asked = table.get(slot).is_some_and(|word| word & bit != 0);
        let share = shares.get(self::bit(fold(gram))).copied().unwrap_or(0);
        (if is_asked { 0 } else { share + 1 }, gram.iter().map(|&byte| commonness(byte)).sum::<u32>())
    };
    let (offset, gram) = word.windows(GRAM).enumerate().min_by_key(|(_, gram)| cost(gram))?;
    let (head, mask) = head(word);
    Some(Entry { gram: fold(gram), offset: short(offset), keyword, head, mask })
}

/// A count of what a binary holds.
fn short(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How much of a text the common grams of each bit of the table are.
fn shares(common: &[u8]) -> Vec<u32> {
    let mut shares = vec![0; 1 << TABLE_BITS];
    for (line, grams) in (1..).zip(common.chunks(LINE_GRAMS * GRAM + 1)) {
        for gram in grams.chunks_exact(GRAM) {
            shares[bit(fold(gram))] += FIRST_SHARE / line;
        }
    }
    shares
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

    fn hits(keywords: &[&str], text: &[u8]) -> Vec<(u32, usize)> {
        let ask = |number| Ask { rule: short(number), place: Place::Here };
        let mut hits = Vec::new();
        KeywordIndex::new(keywords.iter().enumerate().map(|(number, &word)| (word, ask(number))))
            .scan(text, |asks, at, _| hits.extend(asks.iter().map(|ask| (ask.rule, at))));
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
