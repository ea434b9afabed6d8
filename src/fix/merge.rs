//! Two changes of one text made one.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// A change of some lines of a text, counted from 0.
#[derive(Debug)]
struct Hunk<'t> {
    lines: Range<usize>,
    text: &'t [&'t [u8]],
}

impl Hunk<'_> {
    fn is_same(&self, other: &Self) -> bool {
        self.lines == other.lines && self.text == other.text
    }
}

/// Puts the change from `base` to `theirs` into `ours`, which is `base` with a change of its own. Lines beside each other
/// may be changed by both; where both change one line, or `theirs` takes lines out beside a change of ours, there is no
/// answer. No line that `ours` wrote is lost.
pub fn merge(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    if ours == base || ours == theirs {
        return Some(theirs.to_vec());
    }
    let (old, mine, other) = (lines(base), lines(ours), lines(theirs));
    let mine = hunks(&old, &mine);
    let other: Vec<Hunk<'_>> = hunks(&old, &other).into_iter().flat_map(|hunk| apart(hunk, &old)).collect();
    let mut all: Vec<&Hunk<'_>> = mine.iter().collect();
    for hunk in &other {
        if mine.iter().any(|own| own.is_same(hunk) || holds(own, hunk)) {
            continue;
        }
        if mine.iter().any(|own| collide(own, hunk)) {
            return None;
        }
        all.push(hunk);
    }
    all.sort_by_key(|hunk| (hunk.lines.start, hunk.lines.end));
    let mut merged = Vec::with_capacity(ours.len().max(theirs.len()));
    let mut at = 0;
    for hunk in all {
        old.get(at..hunk.lines.start)?.iter().chain(hunk.text).for_each(|line| merged.extend_from_slice(line));
        at = hunk.lines.end;
    }
    old.get(at..)?.iter().for_each(|line| merged.extend_from_slice(line));
    Some(merged)
}

/// Whether a change of ours does what another does and goes on behind it: the last line got its newline and more lines.
fn holds(own: &Hunk<'_>, other: &Hunk<'_>) -> bool {
    own.lines == other.lines && !other.text.is_empty() && own.text.starts_with(other.text)
}

fn collide(own: &Hunk<'_>, other: &Hunk<'_>) -> bool {
    let (a, b) = (&own.lines, &other.lines);
    let touch = a.start <= b.end && b.start <= a.end;
    let overlap = a.start < b.end && b.start < a.end;
    overlap || touch && (other.text.is_empty() || a.is_empty() && b.is_empty())
}

/// A change that keeps the number of lines, line by line.
fn apart<'t>(hunk: Hunk<'t>, old: &[&[u8]]) -> Vec<Hunk<'t>> {
    if hunk.lines.len() != hunk.text.len() {
        return vec![hunk];
    }
    let single = |(at, text): (usize, &'t [&'t [u8]])| Hunk { lines: at..at + 1, text };
    let singles = hunk.lines.clone().zip(hunk.text.chunks(1)).map(single);
    singles.filter(|hunk| old.get(hunk.lines.start) != hunk.text.first()).collect()
}

fn hunks<'t>(old: &[&[u8]], new: &'t [&'t [u8]]) -> Vec<Hunk<'t>> {
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    let hunk = |hunk: imara_diff::Hunk| Hunk { lines: range(hunk.before), text: new.get(range(hunk.after)).unwrap_or_default() };
    Diff::compute(Algorithm::Histogram, &input).hunks().map(hunk).collect()
}

/// Lines with their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> Option<String> {
        merge(base.as_bytes(), ours.as_bytes(), theirs.as_bytes()).map(|text| String::from_utf8(text).unwrap())
    }

    #[test]
    fn changes_of_lines_beside_each_other_are_made_one() {
        let base = "a \nb\nc \nd\n";
        let mended = "a\nb\nc\nd\n";
        assert_eq!(merged(base, base, mended).unwrap(), mended);
        assert_eq!(merged(base, "a \nx\nc \nd\n", mended).unwrap(), "a\nx\nc\nd\n");
        assert_eq!(merged(base, "x\na \nb\nc \ny\nd\n", mended).unwrap(), "x\na\nb\nc\ny\nd\n");
        assert_eq!(merged("a \nb \n", "a \nb \nnew\n", "a\nb\n").unwrap(), "a\nb\nnew\n");
        assert_eq!(merged(base, "b\nc \nd\n", mended), None, "a line that is gone cannot be mended");
    }

    #[test]
    fn what_ours_did_already_is_not_done_again() {
        assert_eq!(merged("a ", "a\nb\n", "a\n").unwrap(), "a\nb\n");
        assert_eq!(merged("a \nb \n", "a\nb \nc", "a\nb\n").unwrap(), "a\nb\nc");
    }

    #[test]
    fn where_both_change_a_line_there_is_no_answer() {
        assert_eq!(merged("a \nb\n", "a  x\nb\n", "a\nb\n"), None);
        assert_eq!(merged("a\n\n\n", "a\n\n\nb\n", "a\n"), None, "empty lines that are no longer the last");
        assert_eq!(merged("b\na\n", "b1\na\n", "a\nb\n"), None);
    }

    proptest! {
        #[test]
        fn no_line_that_ours_wrote_is_lost(base in vec(0_u8..6, 0..12), edits in vec((0_usize..12, 0_u8..3, 0_u32..1000), 0..5)) {
            let line = |kind: &u8| ["a \n", "b\n", "c \n", "\n", "d \r\n", "e\n"][usize::from(*kind)].to_owned();
            let base: Vec<String> = base.iter().map(line).collect();
            let mut ours = base.clone();
            for (at, what, number) in edits {
                let at = at.min(ours.len());
                match what {
                    0 => ours.insert(at, format!("new {number}\n")),
                    1 if at < ours.len() => ours[at] = format!("other {number}\n"),
                    _ if at < ours.len() => drop(ours.remove(at)),
                    _ => {}
                }
            }
            let theirs = base.iter().map(|line| format!("{}\n", line.trim_end())).collect::<Vec<_>>().concat();
            if let Some(merged) = merged(&base.concat(), &ours.concat(), &theirs) {
                for line in ours.iter().filter(|line| !base.contains(line)) {
                    prop_assert!(merged.contains(line.as_str()), "{line:?} is lost in {merged:?}");
                }
                prop_assert_eq!(merged.lines().count(), ours.len());
                let same = |(one, two): (&String, &str)| one.trim_end() == two.trim_end();
                prop_assert!(ours.iter().zip(merged.lines()).all(same), "{:?}", merged);
            }
        }
    }
}
