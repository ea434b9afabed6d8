//! Requirements of pip: their order, and what is there twice. Names are compared as pip compares them (PEP 503), so
//! `Zope.Interface` is `zope-interface`; options, addresses and paths without a name have no place in the order.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::text::{Line, lines, text_of};
use super::{Defect, File};
use crate::model::{Edit, Span};

/// A package of Debian that pip wrongly lists.
const PHANTOM: &[u8] = b"pkg-resources==0.0.0";

/// Requirements that stand behind a greater one, that were there before, or that are no package.
pub(super) fn requirements(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file) else { return Vec::new() };
    let mut defects = Vec::new();
    let mut before = String::new();
    let mut seen = BTreeSet::new();
    let mut continues = false;
    for line in lines(text) {
        let head = !std::mem::replace(&mut continues, line.text.ends_with(b"\\"));
        let Some((span, said)) = said_by(&line).filter(|_| head) else { continue };
        let mut note = |detail: String| defects.push(Defect { span, detail: Some(detail) });
        let Some(name) = name_of(said) else { continue };
        if said == PHANTOM {
            note("no such package: an old pip of Debian lists it".to_owned());
        } else if !seen.insert((name.clone(), condition_of(said))) {
            note(format!("`{name}` is there twice"));
        } else if name < before {
            note(format!("`{name}` comes before `{before}`"));
        }
        before = name;
    }
    defects
}

/// Sorts the requirements that stand in a row with the one that a defect names, and keeps one of two that say the same.
/// A row ends at an empty line, a comment, or anything without a name: what such a line is about is not known. For that
/// reason the first of a row below a comment stays the first, or nothing is sorted.
pub(super) fn mend(file: &File<'_>, defects: &[Defect]) -> Vec<Vec<Edit>> {
    let rows = rows(file.bytes);
    let row_of = |defect: &Defect| rows.iter().find(|row| row.whole().is_some_and(|whole| whole.overlaps(&defect.span)));
    defects.iter().map(|defect| row_of(defect).and_then(|row| row.sorted(file.bytes)).into_iter().collect()).collect()
}

/// A requirement with the lines that go on with it.
struct Entry {
    name: String,
    /// What it says, without the end of its last line.
    said: Span,
    /// One past the end of its last line.
    next: usize,
}

/// Requirements without anything between them.
#[derive(Default)]
struct Row {
    entries: Vec<Entry>,
    is_below_comment: bool,
}

impl Row {
    fn whole(&self) -> Option<Span> {
        Some(Span { start: self.entries.first()?.said.start, end: self.entries.last()?.next })
    }

    /// The row in order; none where it is, or where that asks for judgement.
    fn sorted(&self, bytes: &[u8]) -> Option<Edit> {
        let mut kept: Vec<&Entry> = Vec::new();
        for entry in &self.entries {
            let is_known = |other: &&Entry| other.said.of(bytes).trim_ascii() == entry.said.of(bytes).trim_ascii();
            if entry.said.of(bytes).trim_ascii() != PHANTOM && !kept.iter().any(is_known) {
                kept.push(entry);
            }
        }
        let first = self.entries.first()?.said;
        kept.sort_by(|one, two| one.name.cmp(&two.name));
        if self.is_below_comment && kept.first().is_none_or(|entry| entry.said != first) {
            return None;
        }
        // Only the last line of a file can be without an end, and whichever becomes the last stays so.
        let ends = |entry: &Entry| Span { start: entry.said.end, end: entry.next }.of(bytes);
        let usual = ends(self.entries.first()?);
        let last = ends(self.entries.last()?);
        let count = kept.len();
        let lines = kept.iter().enumerate().flat_map(|(at, entry)| [entry.said.of(bytes), if at + 1 == count { last } else { usual }]);
        let replacement = lines.collect::<Vec<_>>().concat();
        let span = self.whole()?;
        (span.of(bytes) != replacement).then_some(Edit { span, replacement })
    }
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    let mut rows = vec![Row::default()];
    let mut continues = false;
    for line in lines(bytes) {
        let goes_on = std::mem::replace(&mut continues, line.text.ends_with(b"\\"));
        let Some(row) = rows.last_mut() else { break };
        if let (true, Some(entry)) = (goes_on, row.entries.last_mut()) {
            (entry.said.end, entry.next) = (line.stop(), line.next());
        } else if let Some(name) = said_by(&line).filter(|_| !goes_on).and_then(|(_, said)| name_of(said)) {
            row.entries.push(Entry { name, said: Span { start: line.start, end: line.stop() }, next: line.next() });
        } else {
            rows.push(Row { entries: Vec::new(), is_below_comment: line.text.trim_ascii().starts_with(b"#") });
        }
    }
    rows
}

/// A line without blanks, comment and what continues it.
fn said_by<'t>(line: &Line<'t>) -> Option<(Span, &'t [u8])> {
    let comment = line.text.find(" #").or(line.text.find("\t#")).unwrap_or(line.text.len());
    let said = line.text.get(..comment)?.strip_suffix(b"\\").unwrap_or(line.text.get(..comment)?);
    let start = line.start + said.len() - said.trim_ascii_start().len();
    let said = said.trim_ascii();
    (!said.is_empty() && !said.starts_with(b"#")).then_some((Span { start, end: start + said.len() }, said))
}

/// The name of what is required, as pip compares it.
fn name_of(said: &[u8]) -> Option<String> {
    // `-e git+https://host/thing#egg=name`
    let egg = said.rfind("egg=").filter(|at| matches!(said.get(at.wrapping_sub(1)), Some(b'#' | b'&')));
    let from = egg.map_or(Some(said), |at| said.get(at + 4..))?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let length = from.iter().position(|byte| !is_part(byte)).unwrap_or(from.len());
    let (name, behind) = from.split_at_checked(length)?;
    let address =
        egg.is_none() && (behind.starts_with(b"/") || behind.starts_with(b":") || behind.starts_with(b"+") || behind.starts_with(b"\\"));
    if address || !name.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let parts = name.split(|byte| b"-_.".contains(byte)).filter(|part| !part.is_empty());
    Some(parts.map(|part| part.to_str_lossy().to_ascii_lowercase()).collect::<Vec<_>>().join("-"))
}

/// What tells apart two requirements of one name: extras in brackets and the marker behind `;`.
fn condition_of(said: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let extras = said.find("[").and_then(|open| said.get(open..said.find("]").unwrap_or(open))).unwrap_or_default();
    let marker = said.find(";").and_then(|at| said.get(at..)).unwrap_or_default();
    let bare = |part: &[u8]| part.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    (bare(extras), bare(marker))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String)> {
        let file = File { path: b"requirements.txt", bytes: text.as_bytes(), ..File::default() };
        let said = |span: Span| text.get(span.start..span.end).unwrap().to_owned();
        requirements(&file).into_iter().map(|defect| (said(defect.span), defect.detail.unwrap())).collect()
    }

    #[test]
    fn a_list_in_order_is_left_alone() {
        for text in [
            "",
            "\n",
            "Django>=5\nflask\n",
            "# tools\n-r base.txt\n--index-url https://pypi.org/simple\nasgiref==3.8 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\nDjango\r\n",
            "a_b\na-c\nA.d",
            "./local\nhttps://host/a.whl\ngit+https://host/b\na\n",
            "-e git+https://host/a#egg=aaa\nbbb @ https://host/b\n",
            "tomli; python_version < '3.11'\ntomli==1 ; python_version >= '3.11'\nuvicorn\nuvicorn[standard]\n",
            "a # then b\nb #c\n",
        ] {
            assert_eq!(told(text), [], "{text:?}");
        }
    }

    fn mended(text: &str) -> String {
        let file = File { path: b"requirements.txt", bytes: text.as_bytes(), ..File::default() };
        let mut edits = mend(&file, &requirements(&file)).concat();
        edits.sort();
        edits.dedup();
        let mut text = text.to_owned();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.start..edit.span.end, std::str::from_utf8(&edit.replacement).unwrap());
        }
        text
    }

    #[test]
    fn a_row_is_sorted_and_keeps_one_of_two_that_say_the_same() {
        assert_eq!(mended("flask\ndjango==5  # web\n"), "django==5  # web\nflask\n");
        assert_eq!(mended("c\r\nb \\\r\n  --hash=sha256:00\r\na"), "a\r\nb \\\r\n  --hash=sha256:00\r\nc");
        assert_eq!(mended("a\nb\na\npkg-resources==0.0.0\n"), "a\nb\n");
        assert_eq!(mended("a==1\nb\na==2\n"), "a==1\na==2\nb\n", "which of two versions counts asks for judgement");
    }

    #[test]
    fn what_asks_for_judgement_stays() {
        for text in ["b\n\na\n", "# web\nflask\ndjango\n", "b\n-r x.txt\na\n", "b\n# why a\na\n"] {
            assert_eq!(mended(text), text);
        }
        assert_eq!(mended("# web\na\nc\nb\n"), "# web\na\nb\nc\n");
    }

    #[test]
    fn what_is_out_of_order_or_there_twice_is_named() {
        let one = |said: &str, detail: &str| vec![(said.to_owned(), detail.to_owned())];
        assert_eq!(told("flask\r\n  django==5  # web\r\n"), one("django==5", "`django` comes before `flask`"));
        assert_eq!(told("b\n\n# more\na"), one("a", "`a` comes before `b`"));
        assert_eq!(told("Zope.Interface\nzope-interface==5\n"), one("zope-interface==5", "`zope-interface` is there twice"));
        assert_eq!(told("a\nb\na\n"), one("a", "`a` is there twice"));
        assert_eq!(told("pkg-resources==0.0.0\nz\n").len(), 1);
        assert_eq!(told("-e git+https://host/b#egg=bbb\naaa\n").len(), 1);
    }
}
