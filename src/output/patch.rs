//! A change of files as a unified diff, for reading: secrets in it are hidden, and characters that would act on a terminal
//! are escapes.

use std::io;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

use super::sanitize;
use super::style::{Palette, Role};
use crate::model::Span;

/// How many lines are shown before and behind a change.
const CONTEXT: u32 = 3;

/// One text of a file.
#[derive(Clone, Copy, Debug)]
pub struct Side<'p> {
    /// Its mode, in octal `100644` or `100755`.
    pub mode: u32,
    /// Its bytes.
    pub text: &'p [u8],
    /// What of them must not be shown, ascending.
    pub hidden: &'p [Span],
}

/// Writes the change of the file at `path` from `old` to `new`.
///
/// # Errors
/// If `out` does not take it.
pub fn patch(path: &[u8], old: Side<'_>, new: Side<'_>, colour: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let palette = Palette::new(colour);
    let name = sanitize::bytes(path);
    let mut head = |text: String| writeln!(out, "{}", palette.paint(Role::Place, &text));
    head(format!("diff --git a/{name} b/{name}"))?;
    if old.mode != new.mode {
        head(format!("old mode {:o}", old.mode))?;
        head(format!("new mode {:o}", new.mode))?;
    }
    if old.text == new.text {
        return Ok(());
    }
    head(format!("--- a/{name}"))?;
    head(format!("+++ b/{name}"))?;
    let (before, after) = (lines(old), lines(new));
    let mut input = InternedInput::default();
    input.update_before(before.iter().map(|line| line.bytes));
    input.update_after(after.iter().map(|line| line.bytes));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let hunks: Vec<Hunk> = diff.hunks().collect();
    for group in hunks.chunk_by(|one, two| two.before.start - one.before.end <= 2 * CONTEXT) {
        write_group(group, &before, &after, palette, out)?;
    }
    Ok(())
}

fn write_group(group: &[Hunk], before: &[Line<'_>], after: &[Line<'_>], palette: Palette, out: &mut dyn io::Write) -> io::Result<()> {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return Ok(()) };
    let above = first.before.start.min(CONTEXT);
    let below = (length(before) - last.before.end).min(CONTEXT);
    let old = first.before.start - above..last.before.end + below;
    let new = first.after.start - above..last.after.end + below;
    writeln!(out, "{}", palette.paint(Role::Label, &format!("@@ -{} +{} @@", shown(&old), shown(&new))))?;
    let mut at = old.start;
    for hunk in group {
        write_lines(' ', None, slice(before, at..hunk.before.start), palette, out)?;
        write_lines('-', Some(Role::Blocked), slice(before, hunk.before.clone()), palette, out)?;
        write_lines('+', Some(Role::Clean), slice(after, hunk.after.clone()), palette, out)?;
        at = hunk.before.end;
    }
    write_lines(' ', None, slice(before, at..old.end), palette, out)
}

fn write_lines(sign: char, role: Option<Role>, lines: &[Line<'_>], palette: Palette, out: &mut dyn io::Write) -> io::Result<()> {
    for line in lines {
        let text = format!("{sign}{}", line.shown());
        writeln!(out, "{}", role.map_or_else(|| text.clone(), |role| palette.paint(role, &text)))?;
        if !line.bytes.ends_with(b"\n") {
            writeln!(out, "\\ No newline at end of file")?;
        }
    }
    Ok(())
}

/// A line with its end.
struct Line<'t> {
    bytes: &'t [u8],
    /// What of it must not be shown, from its beginning.
    hidden: Vec<Range<usize>>,
}

impl Line<'_> {
    fn shown(&self) -> String {
        let text = self.bytes.strip_suffix(b"\n").unwrap_or(self.bytes);
        let plain = |part: Option<&[u8]>| {
            let part = part.unwrap_or_default();
            part.split(|&byte| byte == b'\t').map(sanitize::bytes).collect::<Vec<_>>().join("\t")
        };
        let (mut shown, mut at) = (String::new(), 0);
        for hidden in &self.hidden {
            shown.push_str(&plain(text.get(at..hidden.start)));
            shown.push('…');
            at = at.max(hidden.end);
        }
        shown.push_str(&plain(text.get(at..)));
        shown
    }
}

fn lines(side: Side<'_>) -> Vec<Line<'_>> {
    let mut start = 0;
    let line = |bytes| {
        let whole = Span { start, end: start + <[u8]>::len(bytes) };
        start = whole.end;
        let first = side.hidden.partition_point(|hidden| hidden.end <= whole.start);
        let near = side.hidden.iter().skip(first).take_while(|hidden| hidden.start < whole.end);
        let hidden = near.map(|hidden| hidden.start.max(whole.start) - whole.start..hidden.end.min(whole.end) - whole.start);
        Line { bytes, hidden: hidden.collect() }
    };
    side.text.split_inclusive(|&byte| byte == b'\n').map(line).collect()
}

fn slice<'l, 't>(lines: &'l [Line<'t>], range: Range<u32>) -> &'l [Line<'t>] {
    lines.get(range.start as usize..range.end as usize).unwrap_or_default()
}

fn length(lines: &[Line<'_>]) -> u32 {
    u32::try_from(lines.len()).unwrap_or(u32::MAX)
}

/// Lines as a hunk's head names them: of none, the line before.
fn shown(range: &Range<u32>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        count => format!("{},{count}", range.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(old: &str, new: &str, hidden: &[Span]) -> String {
        let mut out = Vec::new();
        let (old, new) =
            (Side { mode: 0o100_644, text: old.as_bytes(), hidden }, Side { mode: 0o100_644, text: new.as_bytes(), hidden: &[] });
        patch(b"a.py", old, new, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_change_is_a_unified_diff() {
        let old = "1\n2 \n3\n4\n5\n6\n7\n8\n9\n10\n11 ";
        let new = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n";
        let wanted = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,5 +1,5 @@\n 1\n-2 \n+2\n 3\n 4\n 5\n\
                      @@ -8,4 +8,4 @@\n 8\n 9\n 10\n-11 \n\\ No newline at end of file\n+11\n";
        assert_eq!(written(old, new, &[]), wanted);
    }

    #[test]
    fn what_must_not_be_shown_is_hidden_on_each_of_its_lines() {
        let text = written("key abc\ndef x \n", "key abc\ndef x\n", &[Span { start: 4, end: 11 }]);
        assert!(text.contains("\n key …\n-… x \n"), "{text}");
    }

    #[test]
    fn what_would_act_on_a_terminal_is_an_escape() {
        assert!(written("a\x1b[2J\r\n", "a\x1b[2J\n", &[]).contains("-a\\x1b[2J\\r\n+a\\x1b[2J\n"));
    }
}
