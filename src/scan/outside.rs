//! What other programs say of files, made findings like our own: only of lines that are new, and with no secret in them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use bstr::{BString, ByteSlice};

use super::examine::{Page, veil};
use super::inspect::known_by;
use super::{Error, Plan};
use crate::model::{
    Candidate, Confidence, Edit, Excerpt, Finding, Fingerprint, Gap, LineIndex, Lines, Location, Match, Mend, Notice, Origin, Pack, Report,
    RuleInfo, Severity, Span, Text,
};
use crate::source::{Content, FarReader, Reader, Source};
use crate::tools::{Columns, Prepared, Refused, Remark, Said, Suggestion, Tool, Work};

/// The file that names the tools: what is said of no file is said there.
const SETTINGS: &str = "stanch.toml";
/// So many bytes of a secret are enough to keep a message from being shown.
const PART_BYTES: usize = 8;
/// What stands in place of a message that is not shown.
const NOT_SHOWN: &str = "what it says holds a secret, and is not shown";

/// What the tools of a plan are to look at. A plan without tools has nothing to prepare.
pub(super) fn prepare<'p>(plan: &'p Plan, source: &dyn Source) -> Result<Prepared<'p>, Error> {
    if plan.tools.run.is_empty() && plan.tools.refused.is_empty() {
        return Ok(Prepared::default());
    }
    let deadline = plan.limits.deadline.map(|deadline| plan.started + deadline);
    Ok(Work::prepare(&plan.tools, source, |path| plan.judge.excludes(path), deadline)?)
}

/// Says of tools that they did not run.
pub(super) fn tell_refused(refused: &[&Refused], report: &mut Report) {
    for Refused { tool, why, is_gap } in refused {
        if *is_gap {
            report.coverage.gaps.push(Gap { place: place(tool), what: format!("it did not run: {why}") });
        } else {
            report.notices.push(Notice { code: "tool-left-out", text: format!("the tool `{}` did not run: {why}", tool.name) });
        }
    }
}

/// Runs the tools, and makes findings of what they say and gaps of what they could not.
pub(super) fn look(plan: &Plan, works: Vec<(Work<'_>, FarReader)>) -> (Vec<Finding>, Vec<Gap>) {
    let mut told = Telling { plan, findings: Vec::new(), gaps: Vec::new(), seen: BTreeSet::new() };
    for (work, far) in works {
        told.tell(&work, &work.run(), &far.reader());
    }
    (told.findings, told.gaps)
}

/// What is told so far.
struct Telling<'p> {
    plan: &'p Plan,
    findings: Vec<Finding>,
    gaps: Vec<Gap>,
    /// What was told already: batches and states may overlap.
    seen: BTreeSet<(BString, Location, String, Option<String>)>,
}

impl Telling<'_> {
    fn tell(&mut self, work: &Work<'_>, said: &[Said<'_>], reader: &Reader<'_>) {
        let mut by_file: BTreeMap<&BString, Vec<(&Tool, &Remark)>> = BTreeMap::new();
        let has_none = |said: &Said<'_>| !said.troubles.is_empty() || said.remarks.iter().any(|remark| remark.path.is_none());
        // What is said of no file may be of any.
        let all = if said.iter().any(has_none) { self.parts_of_all(work, reader) } else { Parts::default() };
        for Said { tool, remarks, troubles } in said {
            for trouble in troubles {
                let mut what = trouble.what.clone();
                if !trouble.said.is_empty() {
                    what = format!("{what}; it said: {}", self.shown(b"", &trouble.said.to_str_lossy(), &all));
                }
                self.gaps.push(Gap { place: place(tool), what });
            }
            for remark in remarks {
                match &remark.path {
                    Some(path) => by_file.entry(path).or_default().push((tool, remark)),
                    None => self.without_file((tool, remark), &all, work.changed.first().map_or(Origin::WorkTree, |file| file.origin)),
                }
            }
        }
        for (path, remarks) in by_file {
            let changed = work.changed.iter().find(|file| file.path == *path);
            let Some(candidate) = changed.or_else(|| work.all.iter().find(|file| file.path == *path)) else { continue };
            if let Err(error) = self.of_file(candidate, changed.is_some(), &remarks, reader) {
                self.gaps.push(Gap { place: path.clone(), what: error.to_string() });
            }
        }
    }

    fn of_file(&mut self, candidate: &Candidate, is_changed: bool, remarks: &[(&Tool, &Remark)], reader: &Reader<'_>) -> Result<(), Error> {
        // Of what is too large to hold no line is known to be old.
        let (text, is_held) = match reader.open(candidate)? {
            Content::Whole(bytes) => (bytes, true),
            Content::Stream(_) => (Vec::new(), false),
        };
        let mut matches = self.plan.engine.scan(&candidate.path, &text)?.matches;
        veil(self.plan, candidate, &text, &mut matches)?;
        let new = match (is_changed, is_held) {
            (true, true) => reader.new_lines(candidate, &text)?,
            (true, false) => Lines::All,
            (false, _) => Lines::Only(Vec::new()),
        };
        let lines = LineIndex::new(&text);
        let mut parts = Parts::default();
        for (_, found) in &matches {
            parts.add(found.secret.of(&text));
        }
        let page = Page::with(self.plan, candidate, &lines, &matches);
        for (tool, remark) in remarks {
            let span = span_of(remark, &lines);
            let found = Match { span, secret: span, hidden: Span { start: span.start, end: span.start }, ..Match::default() };
            let is_new = |first: u32, last: u32| match &remark.suggestion {
                _ if remark.line == 0 => is_changed,
                // What is missing between two lines is missing on either.
                Some(suggestion) if suggestion.lines == 0 => new.touch(first.saturating_sub(1), first),
                _ => new.touch(first, last),
            };
            let finding = Finding {
                detail: Some(self.shown(&candidate.path, &remark.message, &parts)),
                mend: remark.suggestion.as_ref().map(|suggestion| Mend::Suggested(vec![edit_of(suggestion, &lines)])),
                confidence: Confidence::High,
                ..page.finding_of(self.rule_of(tool, remark, &parts), &found, is_new)
            };
            self.push(finding);
        }
        Ok(())
    }

    /// What is said of no file stands at the tool's table in the settings.
    fn without_file(&mut self, (tool, remark): (&Tool, &Remark), secrets: &Parts, origin: Origin) {
        let rule = self.rule_of(tool, remark, secrets);
        let detail = Some(self.shown(b"", &remark.message, secrets));
        let text = format!("[[tool]] {}", tool.name);
        let length = text.chars().count();
        let (column, end) = (1, u32::try_from(length).unwrap_or(1) + 1);
        let location =
            Location { line: tool.line, column, column_utf16: column, end_line: tool.line, end_column: end, end_column_utf16: end };
        // It has no line to be known by; what it says stands for that.
        let secret = known_by(SETTINGS.as_bytes(), remark.message.as_bytes());
        self.push(Finding {
            fingerprint: Fingerprint::new(&self.plan.key, &rule.id, &secret),
            path: SETTINGS.into(),
            member: None,
            origin,
            blob: None,
            location,
            excerpt: Excerpt { text, mark_start: 0, mark_length: length },
            secret,
            detail,
            mend: None,
            confidence: Confidence::High,
            grounds: Vec::new(),
            beside: None,
            is_new: true,
            trail: None,
            comment: None,
            rule,
        });
    }

    fn push(&mut self, finding: Finding) {
        let key = (finding.path.clone(), finding.location, finding.rule.id.to_string(), finding.detail.clone());
        if self.seen.insert(key) {
            self.findings.push(finding);
        }
    }

    /// The rule of a finding that a tool makes. A code and an address are shown as messages are.
    fn rule_of(&self, tool: &Tool, remark: &Remark, secrets: &Parts) -> Arc<RuleInfo> {
        let text = |text: &String, instead: &str| if self.is_secret(b"", text, secrets) { instead.to_owned() } else { text.clone() };
        let has_suggestion = remark.suggestion.is_some();
        rule_of(tool, (&text(&remark.code, "not-shown"), &text(&remark.page, "")), remark.level, has_suggestion)
    }

    /// Parts of what is secret in all files that changed.
    fn parts_of_all(&self, work: &Work<'_>, reader: &Reader<'_>) -> Parts {
        let mut parts = Parts::default();
        for candidate in &work.changed {
            let Ok(Content::Whole(text)) = reader.open(candidate) else { continue };
            let mut matches = self.plan.engine.scan(&candidate.path, &text).map(|scanned| scanned.matches).unwrap_or_default();
            // What cannot be looked at is told by the scan itself.
            veil(self.plan, candidate, &text, &mut matches).ok();
            for (_, found) in &matches {
                parts.add(found.secret.of(&text));
            }
        }
        parts
    }

    /// A text as it may be shown: not where it holds a secret of its own, or a part of one of `secrets`.
    fn shown(&self, path: &[u8], text: &str, secrets: &Parts) -> String {
        if self.is_secret(path, text, secrets) {
            return NOT_SHOWN.to_owned();
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn is_secret(&self, path: &[u8], text: &str, secrets: &Parts) -> bool {
        let bytes = text.as_bytes();
        let engine = &self.plan.engine;
        let has = |scanned: Result<bool, _>| scanned.unwrap_or(true);
        secrets.are_in(bytes)
            || has(engine.scan(path, bytes).map(|scanned| !scanned.matches.is_empty()))
            || has(engine.unasked(path, bytes).map(|matches| !matches.is_empty()))
    }
}

/// Parts of secrets, by which a text is known that shows one.
#[derive(Debug, Default)]
struct Parts {
    windows: HashSet<[u8; PART_BYTES]>,
    short: Vec<Vec<u8>>,
}

impl Parts {
    fn add(&mut self, secret: &[u8]) {
        if secret.len() < PART_BYTES {
            self.short.extend((!secret.is_empty()).then(|| secret.to_vec()));
        }
        self.windows.extend(windows(secret));
    }

    fn are_in(&self, text: &[u8]) -> bool {
        let has_window = !self.windows.is_empty() && windows(text).any(|part| self.windows.contains(&part));
        has_window || self.short.iter().any(|secret| text.contains_str(secret))
    }
}

fn windows(text: &[u8]) -> impl Iterator<Item = [u8; PART_BYTES]> {
    text.windows(PART_BYTES).filter_map(|part| part.try_into().ok())
}

/// Where a tool is named.
fn place(tool: &Tool) -> BString {
    format!("[[tool]] {}", tool.name).into()
}

/// The rule of a finding that a tool makes: `ruff/F401`.
fn rule_of(tool: &Tool, (code, page): (&str, &str), level: Option<Severity>, has_suggestion: bool) -> Arc<RuleInfo> {
    let name = &tool.name;
    let (id, title) = if code.is_empty() { (name.clone(), name.clone()) } else { (format!("{name}/{code}"), format!("{name} {code}")) };
    let fix = match (has_suggestion, page.is_empty()) {
        (true, _) => format!("write what `{name}` would write"),
        (false, true) => format!("mend it as `{name}` says"),
        (false, false) => format!("mend it as `{name}` says: {page}"),
    };
    Arc::new(RuleInfo {
        id: Text::Owned(id),
        pack: Pack::Quality,
        title: Text::Owned(title),
        severity: tool.severity.or(level).unwrap_or(Severity::Medium),
        confidence: Confidence::High,
        why: Text::Owned(format!("`{name}`, which this repository's settings run, says so")),
        fix: Text::Owned(fix),
        rotate: Text::Borrowed(""),
        references: if page.is_empty() { Vec::new().into() } else { vec![Text::Owned(page.to_owned())].into() },
    })
}

/// The same change in bytes.
fn edit_of(suggestion: &Suggestion, lines: &LineIndex<'_>) -> Edit {
    let start = |line: u32| lines.start_after(line.saturating_sub(1));
    let first = start(suggestion.first_line);
    let span = Span { start: first, end: start(suggestion.first_line.saturating_add(suggestion.lines)).max(first) };
    Edit { span, replacement: suggestion.text.clone() }
}

/// The bytes that a remark speaks of.
fn span_of(remark: &Remark, lines: &LineIndex<'_>) -> Span {
    if remark.line == 0 {
        return Span { start: 0, end: 0 };
    }
    let line = |number: u32| lines.line_at(lines.start_of(number));
    let at = |number: u32, column: u32| {
        let (start, bytes) = line(number);
        start + bytes_before(bytes, column, remark.columns)
    };
    let (first, last) = (remark.line, remark.end_line.max(remark.line));
    let (start, bytes) = line(first);
    let from = match remark.column {
        0 => start + bytes.len() - bytes.trim_ascii_start().len(),
        column => at(first, column),
    };
    let to = match remark.end_column {
        // A line as a whole, or lines: to the end of the last.
        0 if remark.column == 0 || last > first => {
            let (start, bytes) = line(last);
            start + bytes.trim_ascii_end().len()
        }
        0 => from,
        // An end at the first column of a line is the end of the line before.
        1 if last > first => {
            let (start, bytes) = line(last - 1);
            start + bytes.len()
        }
        column => at(last, column),
    };
    Span { start: from, end: to.max(from) }
}

/// How many bytes of a line stand before a column, counted from 1.
fn bytes_before(line: &[u8], column: u32, columns: Columns) -> usize {
    let wanted = column.saturating_sub(1) as usize;
    if columns == Columns::Bytes {
        return wanted.min(line.len());
    }
    let mut passed = 0;
    for (start, _, character) in line.char_indices() {
        if passed >= wanted {
            return start;
        }
        passed += if columns == Columns::Utf16 { character.len_utf16() } else { 1 };
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(remark: &Remark, text: &'static str) -> &'static str {
        let span = span_of(remark, &LineIndex::new(text.as_bytes()));
        text.get(span.start..span.end).expect("because no character is cut")
    }

    #[test]
    fn lines_and_columns_of_every_kind_become_bytes() {
        let text = "  one \u{1F600}two\nthree\n";
        let at = |from: (u32, u32), to: (u32, u32), columns| {
            let remark = Remark { line: from.0, column: from.1, end_line: to.0, end_column: to.1, columns, ..Remark::default() };
            told(&remark, text)
        };
        assert_eq!(at((1, 8), (1, 11), Columns::Characters), "two");
        assert_eq!(at((1, 9), (1, 12), Columns::Utf16), "two");
        assert_eq!(at((1, 11), (0, 14), Columns::Bytes), "two");
        assert_eq!(at((1, 0), (0, 0), Columns::Characters), "one \u{1F600}two");
        assert_eq!(at((2, 1), (0, 0), Columns::Characters), "");
        assert_eq!(at((1, 3), (2, 1), Columns::Characters), "one \u{1F600}two");
        assert_eq!(at((0, 9), (0, 0), Columns::Characters), "");
        // What is not there is the last line, and the end of a line.
        assert_eq!(at((99, 99), (0, 0), Columns::Utf16), "");
        assert_eq!(at((2, 2), (2, 99), Columns::Utf16), "hree");
    }
    #[test]
    fn a_suggestion_of_lines_is_an_edit_of_bytes() {
        let lines = LineIndex::new(b"a\nb\nc");
        let at = |first_line, lines_out| {
            let edit = edit_of(&Suggestion { first_line, lines: lines_out, text: b"x".to_vec() }, &lines);
            (edit.span.start, edit.span.end)
        };
        assert_eq!([at(1, 0), at(2, 1), at(2, 2), at(4, 0), at(3, 9)], [(0, 0), (2, 4), (2, 5), (5, 5), (4, 5)]);
    }
}
