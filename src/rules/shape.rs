//! What can be told of a rule's matches by looking at their bytes alone, without its expression. `rules/build.rs` reads this
//! file too: shapes are worked out when the binary is built, and packed.

use std::fmt::Write as _;

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes([u64; 4]);

impl Bytes {
    /// Every byte.
    pub const ALL: Self = Self([u64::MAX; 4]);

    /// The bytes from `first` to `last`.
    pub fn range(first: u8, last: u8) -> Self {
        let mut bytes = Self::default();
        for byte in first..=last {
            if let Some(word) = bytes.0.get_mut(usize::from(byte >> 6)) {
                *word |= 1 << (byte & 63);
            }
        }
        bytes
    }

    /// The bytes that are in either set.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word |= other);
        self
    }

    /// Whether `byte` is in it.
    #[inline]
    pub fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }

    /// The byte, where it is but one.
    pub fn only(&self) -> Option<u8> {
        let mut set = self.0.iter().enumerate().filter(|(_, word)| **word != 0);
        let (at, word) = set.next()?;
        let is_only = set.next().is_none() && word.is_power_of_two();
        u8::try_from(at * 64 + word.trailing_zeros() as usize).ok().filter(|_| is_only)
    }

    /// Where a run of at least `least` of them begins in `text`, the first one.
    ///
    /// A byte of each stretch of that length is asked first, and the few before it until one is of no run.
    pub fn first_run(&self, text: &[u8], least: usize) -> Option<usize> {
        // No run begins before `floor`; from there to `known` all bytes are of one.
        let (mut floor, mut known) = (0, 0);
        while let Some(asked) = text.get(known..floor + least) {
            let Some(last) = asked.iter().rposition(|&byte| !self.has(byte)) else { return Some(floor) };
            (floor, known) = (known + last + 1, floor + least);
        }
        None
    }

    /// The first and the last byte of each range of them.
    fn ranges(&self) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for byte in (0..=u8::MAX).filter(|&byte| self.has(byte)) {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(byte) => *last = byte,
                _ => ranges.push((byte, byte)),
            }
        }
        ranges
    }

    fn pack(&self) -> String {
        self.ranges().iter().fold(String::new(), |mut text, (first, last)| {
            // Writing to a text does not fail.
            let _ = write!(text, "{first:02x}{last:02x}");
            text
        })
    }

    fn unpack(text: &str) -> Option<Self> {
        let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
        let ranges = (0..text.len()).step_by(4).map(|at| Some(Self::range(byte(at)?, byte(at + 2)?)));
        ranges.into_iter().try_fold(Self::default(), |all, range| Some(all.or(range?)))
    }
}

/// A run of bytes that each match of an expression holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The bytes it is made of.
    pub bytes: Bytes,
    /// How many there are at least.
    pub least: usize,
    /// How many bytes of the match stand before it at most, where that has a bound.
    pub before: Option<usize>,
}

/// Bytes of one set, one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The set.
    pub bytes: Bytes,
    /// How many at least.
    pub least: usize,
    /// How many at most.
    pub most: usize,
}

/// What is known of a rule's matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Nothing that would help.
    #[default]
    Unknown,
    /// Of a pattern: each match holds such a run.
    Holds(Stretch),
    /// Of a value rule: what it matches is one of these rows of steps and nothing else. In each row one step at most has
    /// several lengths.
    Is(Vec<Vec<Step>>),
}

impl Shape {
    /// As text: `+` and a run, or `=` and rows.
    pub fn pack(&self) -> String {
        match self {
            Self::Unknown => String::new(),
            Self::Holds(Stretch { bytes, least, before }) => {
                format!("+{},{least},{}", bytes.pack(), before.map_or(String::new(), |most| most.to_string()))
            }
            Self::Is(rows) => {
                let step = |step: &Step| format!("{},{},{}", step.bytes.pack(), step.least, step.most);
                let row = |row: &Vec<Step>| row.iter().map(step).collect::<Vec<_>>().join(";");
                format!("={}", rows.iter().map(row).collect::<Vec<_>>().join("|"))
            }
        }
    }

    /// The shape that [`Shape::pack`] wrote; of any other text nothing is known.
    pub fn unpack(text: &str) -> Self {
        let holds = || Some(Self::Holds(unpack_stretch(text.strip_prefix('+')?)?));
        let row = |row: &str| row.split(';').filter(|step| !step.is_empty()).map(unpack_step).collect();
        let is = || Some(Self::Is(text.strip_prefix('=')?.split('|').map(row).collect::<Option<_>>()?));
        holds().or_else(is).unwrap_or_default()
    }

    /// Whether a whole value is matched, where that can be told.
    pub fn is_whole(&self, value: &[u8]) -> Option<bool> {
        let Self::Is(rows) = self else { return None };
        Some(rows.iter().any(|row| is_row(row, value)))
    }
}

/// Whether `value` is a row of steps.
fn is_row(row: &[Step], value: &[u8]) -> bool {
    let fewest = row.iter().fold(0_usize, |sum, step| sum.saturating_add(step.least));
    let Some(spare) = value.len().checked_sub(fewest) else { return false };
    let mut rest = value;
    for step in row {
        let count = step.least.saturating_add(spare).min(step.most);
        let Some((head, tail)) = rest.split_at_checked(count) else { return false };
        if !head.iter().all(|&byte| step.bytes.has(byte)) {
            return false;
        }
        rest = tail;
    }
    rest.is_empty()
}

fn unpack_stretch(text: &str) -> Option<Stretch> {
    let mut fields = text.split(',');
    let (bytes, least, before) = (Bytes::unpack(fields.next()?)?, fields.next()?.parse().ok()?, fields.next()?);
    let before = if before.is_empty() { None } else { Some(before.parse().ok()?) };
    Some(Stretch { bytes, least, before })
}

fn unpack_step(text: &str) -> Option<Step> {
    let mut fields = text.split(',');
    Some(Step { bytes: Bytes::unpack(fields.next()?)?, least: fields.next()?.parse().ok()?, most: fields.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_its_bytes_and_no_other() {
        let bytes = Bytes::range(b'0', b'9').or(Bytes::range(0, 0)).or(Bytes::range(u8::MAX, u8::MAX));
        for byte in 0..=u8::MAX {
            assert_eq!(bytes.has(byte), byte.is_ascii_digit() || byte == 0 || byte == u8::MAX, "{byte}");
            assert!(Bytes::ALL.has(byte));
            assert_eq!(Bytes::range(byte, byte).only(), Some(byte));
        }
        assert_eq!([bytes, Bytes::default(), Bytes::range(b'a', b'b'), Bytes::ALL].map(|bytes| bytes.only()), [None; 4]);
        assert_eq!(Bytes::unpack(&bytes.pack()), Some(bytes));
        assert_eq!(Bytes::unpack(&Bytes::ALL.pack()), Some(Bytes::ALL));
        assert_eq!(Bytes::unpack(""), Some(Bytes::default()));
        assert_eq!(Bytes::unpack("303"), None);
    }

    #[test]
    fn the_first_run_is_found_whatever_its_length_and_place() {
        let digits = Bytes::range(b'0', b'9');
        for (least, length, before) in
            (0..9).flat_map(|least| (0..12).flat_map(move |length| (0..20).map(move |before| (least, length, before))))
        {
            // Runs that are too short stand before it.
            let filling: String = "12a345a1a".chars().cycle().take(before).collect();
            let text = format!("{filling}a{}a1", "7".repeat(length));
            let runs = (0..text.len()).filter(|&at| text.get(at..at + least).is_some_and(|run| run.bytes().all(|byte| digits.has(byte))));
            assert_eq!(digits.first_run(text.as_bytes(), least), runs.min(), "{least} in {text}");
        }
        assert_eq!(digits.first_run(b"", 1), None);
        assert_eq!(digits.first_run(b"12", 3), None);
    }

    #[test]
    fn a_shape_is_read_as_it_was_written() {
        let bytes = Bytes::range(b'a', b'f');
        let step = Step { bytes, least: 1, most: usize::MAX };
        for shape in [
            Shape::Unknown,
            Shape::Holds(Stretch { bytes, least: 32, before: Some(7) }),
            Shape::Holds(Stretch { bytes, least: 1, before: None }),
            Shape::Is(vec![vec![step], vec![step, Step { most: 1, ..step }]]),
            Shape::Is(vec![vec![]]),
        ] {
            assert_eq!(Shape::unpack(&shape.pack()), shape);
        }
        for text in ["+", "+6166", "=6166,1", "x", "+6166,-1,", "=6166,1,1;616"] {
            assert_eq!(Shape::unpack(text), Shape::Unknown, "{text}");
        }
    }
}
