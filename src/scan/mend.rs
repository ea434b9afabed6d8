//! What a machine can mend in one staged file, with the line filter and the judge that findings go through.

use std::collections::BTreeSet;

use super::examine::Page;
use super::inspect::{faults, inspect, is_stored};
use super::{Error, Plan};
use crate::model::{Candidate, Edit, Encoding, Finding, LineIndex, Lines, Mend, ObjectId, Span, Text, Verdict};
use crate::source::{Content, Reader};

/// How often a file that was mended is looked at again: one mend may lay open what another is for.
const MAX_ROUNDS: usize = 8;

/// A file as it is and as it would be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// What git stores of it now.
    pub blob: ObjectId,
    /// Its bytes now.
    pub before: Vec<u8>,
    /// Its bytes when it is mended.
    pub after: Vec<u8>,
    /// Its mode now.
    pub mode: u32,
    /// Its mode when it is mended.
    pub mended_mode: u32,
    /// The ids of the rules whose findings are mended.
    pub rules: BTreeSet<Text>,
    /// What of `before` must not be shown, ascending.
    pub hidden: Vec<Span>,
    /// What of `after` must not be shown, ascending.
    pub hidden_after: Vec<Span>,
}

/// Mends what is new in a file and does not pass; none where there is nothing that a machine can mend. A file that is too
/// large to hold, or no plain text, is left as it is.
///
/// # Errors
/// If the file, or what it is compared with, does not read.
pub fn mend(plan: &Plan, reader: &Reader<'_>, candidate: &Candidate) -> Result<Option<Mended>, Error> {
    let (Some(blob), Some(mode)) = (candidate.id, candidate.mode) else { return Ok(None) };
    let is_ours = is_stored(candidate) && !candidate.is_link() && !candidate.is_submodule() && !plan.judge.excludes(&candidate.path);
    if !is_ours || !plan.engine.checks(&candidate.path).any(|(_, check)| check.has_mend()) {
        return Ok(None);
    }
    let Content::Whole(before) = reader.open(candidate)? else { return Ok(None) };
    if Encoding::of(&before) != Encoding::Bytes {
        return Ok(None);
    }
    let mut work = Work { plan, reader, candidate, rules: BTreeSet::new() };
    let mut after = before.clone();
    for _ in 0..MAX_ROUNDS {
        let edits = work.edits(&after)?;
        if edits.is_empty() {
            break;
        }
        after = apply(&after, &edits);
    }
    let mended_mode = work.mode(&after)?.unwrap_or(mode);
    if before == after && mode == mended_mode {
        return Ok(None);
    }
    let (hidden, hidden_after) = (hidden(plan, candidate, &before)?, hidden(plan, candidate, &after)?);
    Ok(Some(Mended { blob, before, after, mode, mended_mode, rules: work.rules, hidden, hidden_after }))
}

/// The mending of one file.
struct Work<'w> {
    plan: &'w Plan,
    reader: &'w Reader<'w>,
    candidate: &'w Candidate,
    rules: BTreeSet<Text>,
}

impl Work<'_> {
    /// The edits that mend what is new, apart from each other and ascending. Of two that touch, the first counts; the
    /// other has its turn in the next round, if it is still needed.
    fn edits(&mut self, text: &[u8]) -> Result<Vec<Edit>, Error> {
        let touched = self.reader.touched_lines(self.candidate, text)?;
        let lines = LineIndex::new(text);
        let mut edits: BTreeSet<Edit> = BTreeSet::new();
        for finding in self.findings(text)? {
            let Some(Mend::Edits(all)) = &finding.mend else { continue };
            let known = edits.len();
            edits.extend(all.iter().filter(|edit| is_touched(&lines, &touched, edit.span)).cloned());
            if edits.len() > known {
                self.rules.insert(finding.rule.id.clone());
            }
        }
        let mut apart: Vec<Edit> = Vec::new();
        for edit in edits {
            if apart.last().is_none_or(|last| last.span.end <= edit.span.start && last.span != edit.span) {
                apart.push(edit);
            }
        }
        Ok(apart)
    }

    /// The mode that mends the file's, if one does.
    fn mode(&mut self, text: &[u8]) -> Result<Option<u32>, Error> {
        let mut modes = Vec::new();
        for finding in self.findings(text)? {
            if let Some(Mend::Mode(mode)) = finding.mend {
                modes.push(mode);
                self.rules.insert(finding.rule.id.clone());
            }
        }
        Ok(modes.first().copied())
    }

    /// What is new in the text, does not pass, and has a mend.
    fn findings(&self, text: &[u8]) -> Result<Vec<Finding>, Error> {
        let faults = faults(self.plan, self.reader, self.candidate, (text, |_| true))?;
        if faults.is_empty() {
            return Ok(Vec::new());
        }
        let new = self.reader.new_lines(self.candidate, text)?;
        let lines = LineIndex::new(text);
        let page = Page::new(self.plan, self.candidate, text, &lines);
        let mut findings = inspect(self.reader, &page, faults, &new)?;
        findings.retain(|finding| finding.mend.is_some() && finding.is_new && !self.passes(finding));
        Ok(findings)
    }

    fn passes(&self, finding: &Finding) -> bool {
        let wanted = self.plan.engine.wanted(&finding.rule.id, &finding.path);
        matches!(self.plan.judge.judge(finding, wanted).0, Verdict::Allow(_))
    }
}

/// Whether the change wrote a line on which a byte of a span stands. A line has its end.
fn is_touched(lines: &LineIndex<'_>, touched: &Lines, span: Span) -> bool {
    let last = Span { start: span.start, end: span.end.saturating_sub(1).max(span.start) };
    let place = lines.locate(last);
    touched.touch(place.line, place.end_line)
}

fn apply(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut mended = Vec::with_capacity(text.len());
    let mut at = 0;
    for Edit { span, replacement } in edits {
        mended.extend_from_slice(Span { start: at, end: span.start }.of(text));
        mended.extend_from_slice(replacement);
        at = span.end;
    }
    mended.extend_from_slice(text.get(at..).unwrap_or_default());
    mended
}

/// What of a text must not be shown, ascending and apart.
fn hidden(plan: &Plan, candidate: &Candidate, text: &[u8]) -> Result<Vec<Span>, Error> {
    let found = plan.engine.scan(&candidate.path, text)?;
    let unasked = plan.engine.unasked(&candidate.path, text)?;
    let mut spans: Vec<Span> = found.matches.iter().chain(&unasked).map(|(_, found)| found.hidden.cover(&found.secret)).collect();
    spans.sort();
    let mut apart: Vec<Span> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start <= last.end => *last = last.cover(&span),
            _ => apart.push(span),
        }
    }
    Ok(apart)
}
