//! Which lines are new.

use std::collections::HashMap;

use imara_diff::{Algorithm, Diff, InternedInput};

use crate::model::Lines;

/// How many blobs that went away are compared with one that came, to see a rename. git's own limit is higher
/// (`diff.renameLimit`, 1000); this is asked for files with findings alone.
pub(super) const MAX_RENAME_SOURCES: usize = 200;

/// The lines of `new` that are not in `old`, line ends apart: a file that only changed its line ends has no new line.
pub(super) fn new_lines(old: &[u8], new: &[u8]) -> Lines {
    let mut input = InternedInput::default();
    input.update_before(split(old));
    input.update_after(split(new));
    let diff = Diff::compute(Algorithm::Histogram, &input);
    Lines::Only(diff.hunks().map(|hunk| hunk.after.start + 1..hunk.after.end + 1).filter(|range| !range.is_empty()).collect())
}

/// The lines of `new` that are not in `old` byte for byte, line ends included.
pub(super) fn written_lines(old: &[u8], new: &[u8]) -> Lines {
    let mut input = InternedInput::default();
    input.update_before(split_whole(old));
    input.update_after(split_whole(new));
    let diff = Diff::compute(Algorithm::Histogram, &input);
    Lines::Only(diff.hunks().map(|hunk| hunk.after.start + 1..hunk.after.end + 1).filter(|range| !range.is_empty()).collect())
}

/// Whether a file of `old` bytes can be at least half the same as one of `new` bytes.
pub(super) fn may_be_similar(old: u64, new: usize) -> bool {
    let new = new as u64;
    old <= new.saturating_mul(2) && new <= old.saturating_mul(2)
}

/// The most similar of several texts, if it is at least half the same: git's own threshold for a rename.
#[derive(Debug)]
pub(super) struct Nearest<'t> {
    lines: HashMap<&'t [u8], usize>,
    bytes: usize,
    best: Option<(usize, Vec<u8>)>,
}

impl<'t> Nearest<'t> {
    pub(super) fn to(text: &'t [u8]) -> Self {
        let mut lines = HashMap::new();
        split(text).for_each(|line| *lines.entry(line).or_default() += 1);
        Self { lines, bytes: text.len(), best: None }
    }

    pub(super) fn offer(&mut self, text: Vec<u8>) {
        let mut left: HashMap<&[u8], usize> = self.lines.clone();
        let shared: usize = split(&text)
            .filter(|line| left.get_mut(line).is_some_and(|count| std::mem::replace(count, count.saturating_sub(1)) > 0))
            .map(|line| line.len() + 1)
            .sum();
        if shared * 2 >= self.bytes.max(text.len()) && self.best.as_ref().is_none_or(|(best, _)| shared > *best) {
            self.best = Some((shared, text));
        }
    }

    pub(super) fn source(&self) -> Option<&[u8]> {
        self.best.as_ref().map(|(_, text)| text.as_slice())
    }
}

/// Lines without their ends, counted as [`crate::model::LineIndex`] counts them.
fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.iter().position(|&byte| byte == b'\n' || byte == b'\r') else {
            rest = None;
            return Some(text);
        };
        let skip = if text.get(end..end + 2) == Some(b"\r\n") { 2 } else { 1 };
        rest = text.get(end + skip..);
        text.get(..end)
    })
}

/// The same lines with their ends.
fn split_whole(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    split(text).map(move |line| {
        let end = match rest.get(line.len()..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        let (whole, behind) = rest.split_at_checked(line.len() + end).unwrap_or((rest, b""));
        rest = behind;
        whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_added_lines_are_new_and_line_ends_are_not_looked_at() {
        assert_eq!(new_lines(b"a\nb\nc\n", b"a\r\nx\r\nb\r\nc\r\ny"), Lines::Only(vec![2..3, 5..6]));
        assert!(new_lines(b"", b"a\rb").touch(2, 2));
        assert_eq!(new_lines(b"a\nb\n", b"b\n"), Lines::Only(Vec::new()));
    }

    #[test]
    fn a_line_whose_end_changed_is_written() {
        assert_eq!(written_lines(b"a\nb\nc", b"a\r\nb\nc\n"), Lines::Only(vec![1..2, 3..5]));
        assert_eq!(split_whole(b"a\r\nb\r\rc\n").collect::<Vec<_>>(), [&b"a\r\n"[..], b"b\r", b"\r", b"c\n", b""]);
    }

    #[test]
    fn the_source_of_a_rename_shares_half() {
        let mut nearest = Nearest::to(b"one\ntwo\nthree\nfour\n");
        nearest.offer(b"other\n".to_vec());
        assert!(nearest.source().is_none());
        nearest.offer(b"one\ntwo\nthree\nfive\n".to_vec());
        assert_eq!(nearest.source(), Some(b"one\ntwo\nthree\nfive\n".as_slice()));
    }
}
