//! Unified diffs: each change in a hunk is a suggestion.

use std::ops::Range;

use bstr::{BString, ByteSlice};
use imara_diff::{Algorithm, Diff, InternedInput};

use super::{Remark, Suggestion};

/// By this code a change is known that a tool would make.
pub(in crate::tools) const CODE: &str = "edit";

/// Reads a diff of one or more files.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Remark>, String> {
    let mut reading = Reading::default();
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        reading.line(line)?;
    }
    reading.end_change();
    if reading.left != (0, 0) {
        return Err("the diff ends in the midst of a hunk".to_owned());
    }
    if reading.path.is_none() {
        return Err("it is no unified diff".to_owned());
    }
    Ok(reading.remarks)
}

#[derive(Default)]
struct Reading {
    remarks: Vec<Remark>,
    /// The file, before and after.
    old: Option<BString>,
    path: Option<BString>,
    /// Lines of the hunk that are still to come, before and after.
    left: (u32, u32),
    /// The line that comes next, as it was before.
    at: u32,
    change: Option<Suggestion>,
    /// Whether the last line is one that would be added.
    is_added: bool,
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        if line.starts_with(b"\\") {
            // "No newline at end of file" speaks of the line before.
            if let Some(change) = self.change.as_mut().filter(|_| self.is_added) {
                change.text.truncate(change.text.trim_end_with(|c| c == '\n').len());
            }
            return Ok(());
        }
        if self.left == (0, 0) {
            self.end_change();
            return self.head(line);
        }
        let (mark, rest) = line.split_first().map_or((b' ', &b""[..]), |(mark, rest)| (*mark, rest));
        let bad = || "a hunk is longer than it says".to_owned();
        self.is_added = mark == b'+';
        match mark {
            b'+' => {
                self.left.1 = self.left.1.checked_sub(1).ok_or_else(bad)?;
                self.change().text.extend_from_slice(rest);
            }
            b'-' => {
                self.left.0 = self.left.0.checked_sub(1).ok_or_else(bad)?;
                self.change().lines += 1;
                self.at = self.at.saturating_add(1);
            }
            // Some programs strip the blank of an empty line.
            b' ' | b'\n' | b'\r' | b'\t' => {
                self.left = self.left.0.checked_sub(1).zip(self.left.1.checked_sub(1)).ok_or_else(bad)?;
                self.end_change();
                self.at = self.at.saturating_add(1);
            }
            _ => return Err("a line of a hunk begins with none of ` `, `-` and `+`".to_owned()),
        }
        Ok(())
    }

    fn head(&mut self, line: &[u8]) -> Result<(), String> {
        let name = |rest: &[u8]| {
            let rest = rest.split_str("\t").next().unwrap_or_default().trim_ascii_end();
            Some(BString::from(rest)).filter(|path| path != "/dev/null")
        };
        if let Some(rest) = line.strip_prefix(b"--- ") {
            self.old = name(rest);
        } else if let Some(rest) = line.strip_prefix(b"+++ ") {
            self.path = name(rest).or(self.old.take());
        } else if let Some(rest) = line.strip_prefix(b"@@ -") {
            if self.path.is_none() {
                return Err("a hunk comes before its file".to_owned());
            }
            let (old, new) = ranges(rest).ok_or("the head of a hunk does not read")?;
            self.left = (old.1, new.1);
            // Where nothing was before, the place is after the line that is named.
            self.at = if old.1 == 0 { old.0.saturating_add(1) } else { old.0 };
        }
        Ok(())
    }

    fn change(&mut self) -> &mut Suggestion {
        let at = self.at;
        self.change.get_or_insert_with(|| Suggestion { first_line: at, lines: 0, text: Vec::new() })
    }

    fn end_change(&mut self) {
        let Some(change) = self.change.take() else { return };
        self.remarks.push(remark(self.path.clone(), change));
    }
}

/// The ranges of a hunk's head: first line and number of lines, before and after.
fn ranges(rest: &[u8]) -> Option<((u32, u32), (u32, u32))> {
    let (old, rest) = rest.split_once_str(" +")?;
    let (new, _) = rest.split_once_str(" @@")?;
    let range = |text: &[u8]| {
        let text = text.to_str().ok()?;
        let (first, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((first.parse().ok()?, count.parse().ok()?))
    };
    Some((range(old)?, range(new)?))
}

/// What would be written differently, where `new` would stand in place of `old`.
pub(in crate::tools) fn changes(path: &[u8], old: &[u8], new: &[u8]) -> Vec<Remark> {
    let mut input = InternedInput::default();
    input.update_before(old.split_inclusive(|&byte| byte == b'\n'));
    input.update_after(new.split_inclusive(|&byte| byte == b'\n'));
    let lines: Vec<&[u8]> = new.split_inclusive(|&byte| byte == b'\n').collect();
    let text = |range: Range<u32>| lines.get(range.start as usize..range.end as usize).unwrap_or_default().concat();
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let suggestions = diff.hunks().map(|hunk| Suggestion {
        first_line: hunk.before.start + 1,
        lines: hunk.before.end - hunk.before.start,
        text: text(hunk.after),
    });
    suggestions.map(|suggestion| remark(Some(path.into()), suggestion)).collect()
}

fn remark(path: Option<BString>, suggestion: Suggestion) -> Remark {
    let first = suggestion.text.lines().next().unwrap_or_default().trim().to_str_lossy().into_owned();
    let message = match (suggestion.lines, suggestion.text.is_empty()) {
        (_, true) => "would take this out".to_owned(),
        (0, _) => format!("would write before this: {first}"),
        _ => format!("would write in place: {first}"),
    };
    Remark {
        path,
        line: suggestion.first_line,
        end_line: suggestion.first_line + suggestion.lines.saturating_sub(1),
        code: CODE.to_owned(),
        message,
        suggestion: Some(suggestion),
        ..Remark::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &[u8] =
        b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,4 +1,5 @@ fn\n a\n-b\n+B\n+C\n c\n-d\n+d\n\\ No newline at end of file\n\
        --- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+n\n";

    #[test]
    fn each_change_is_a_suggestion_at_its_old_lines() {
        let remarks = read(DIFF).unwrap();
        let told: Vec<_> = remarks.iter().map(|one| (one.path.clone().unwrap(), one.line, one.suggestion.clone().unwrap())).collect();
        let suggestion = |first_line, lines, text: &str| Suggestion { first_line, lines, text: text.into() };
        assert_eq!(told[0], ("b/x".into(), 2, suggestion(2, 1, "B\nC\n")));
        assert_eq!(told[1], ("b/x".into(), 4, suggestion(4, 1, "d")));
        assert_eq!(told[2], ("b/new".into(), 1, suggestion(1, 0, "n\n")));
    }

    #[test]
    fn what_is_no_diff_or_half_of_one_is_an_error() {
        assert!(read(b"would reformat a.py\n").is_err());
        assert!(read(&DIFF[..40]).is_err());
        assert!(read(b"--- a\n+++ b\n@@ -1 +1 @@\n?\n").is_err());
    }

    #[test]
    fn two_texts_give_the_same_suggestions() {
        let told = changes(b"x", b"a\nb\nc\nd\n", b"a\nB\nC\nc\nd");
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].suggestion, Some(Suggestion { first_line: 2, lines: 1, text: b"B\nC\n".to_vec() }));
        assert_eq!(told[1].suggestion, Some(Suggestion { first_line: 4, lines: 1, text: b"d".to_vec() }));
    }
}
