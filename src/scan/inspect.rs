//! What code finds wrong with a file, and which of it is new.

use super::examine::Page;
use super::{Error, Plan};
use crate::model::{Candidate, Check, Edit, Finding, LineIndex, Lines, Match, Mend, Origin, Secret, Since, Span};
use crate::quality::{self, Defect, File};
use crate::rules::Rule;
use crate::source::{Content, Reader};

/// The mode of a symbolic link, whose content is a path.
const LINK: u32 = 0o120_000;
/// By so much of a line what is no secret is known, in bytes: a very long one may hold thousands.
const MAX_KNOWN_BYTES: usize = 512;

/// What a check found in one file.
pub(super) struct Fault<'p> {
    rule: &'p Rule,
    check: Check,
    defects: Vec<Defect>,
    /// The edits that mend each of them.
    edits: Vec<Vec<Edit>>,
}

/// Whether a candidate is a file whose content git stores, and no message or stream.
pub(super) fn is_file(candidate: &Candidate) -> bool {
    matches!(candidate.origin, Origin::WorkTree | Origin::Index | Origin::Commit(_)) && candidate.mode != Some(LINK)
}

/// What the checks that are for a file find in it.
pub(super) fn faults<'p>(plan: &'p Plan, candidate: &Candidate, bytes: &[u8]) -> Vec<Fault<'p>> {
    faults_of(plan, candidate, bytes, None)
}

/// What is wrong with a file that is too large to hold: its name and its size.
pub(super) fn inspect_large(plan: &Plan, reader: &Reader<'_>, candidate: &Candidate) -> Result<Vec<Finding>, Error> {
    if !is_file(candidate) || plan.engine.checks(&candidate.path).next().is_none() {
        return Ok(Vec::new());
    }
    let faults = faults_of(plan, candidate, b"", Some(reader.size(candidate)?));
    let lines = LineIndex::new(b"");
    let page = Page::new(plan, candidate, b"", &lines);
    inspect(reader, &page, faults, &Lines::All)
}

fn faults_of<'p>(plan: &'p Plan, candidate: &Candidate, bytes: &[u8], size: Option<u64>) -> Vec<Fault<'p>> {
    let is_changed = matches!(&candidate.since, Since::Parents(bases) if !bases.is_empty() && bases.iter().all(|base| base.blob.is_some()));
    let file = File { path: &candidate.path, bytes, mode: candidate.mode, is_changed, size };
    let checks = plan.engine.checks(&candidate.path).filter(|(_, check)| size.is_none() || check.is_of_name());
    let fault = |(rule, check): (&'p Rule, Check)| {
        let defects = quality::find(check, &file);
        Fault { rule, check, edits: quality::mend(check, &file, &defects), defects }
    };
    checks.map(fault).filter(|fault| !fault.defects.is_empty()).collect()
}

/// Makes findings of them. `lines` are the new ones of the file.
pub(super) fn inspect(reader: &Reader<'_>, page: &Page<'_>, faults: Vec<Fault<'_>>, lines: &Lines) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for Fault { rule, check, defects, edits } in faults {
        let was_there = !check.is_of_lines() && was_there(reader, page.candidate, check)?;
        let is_new = |first, last| if check.is_of_lines() { lines.touch(first, last) } else { !was_there };
        for (Defect { span, detail }, edits) in defects.into_iter().zip(edits) {
            let found = Match { span, secret: span, hidden: nothing(span), confidence: rule.info.confidence, ..Match::default() };
            // It could name a secret, in another form than the one that is known.
            let detail = detail.filter(|_| !page.has_secrets());
            // What comes may repeat what stands there, and a secret in it.
            let places = edits.iter().filter(|_| !page.has_secrets()).map(|edit| page.locate(edit.span)).collect();
            let mend = quality::mended_mode(check).map(Mend::Mode).or((!edits.is_empty()).then_some(Mend::Edits { edits, places }));
            findings.push(Finding { detail, mend, ..page.finding(rule, &found, is_new) });
        }
    }
    Ok(findings)
}

/// By what something is known again that is no secret: its file, and its line without the blanks around it.
pub fn known_by(path: &[u8], line: &[u8]) -> Secret {
    let line = line.trim_ascii();
    Secret::new(&[path, b"\0", line.get(..MAX_KNOWN_BYTES).unwrap_or(line)].concat(), 0)
}

/// Whether each version that a candidate is compared with had a defect of the same kind, so that this one is not new.
fn was_there(reader: &Reader<'_>, candidate: &Candidate, check: Check) -> Result<bool, Error> {
    let Since::Parents(bases) = &candidate.since else { return Ok(false) };
    for base in bases {
        let Some(blob) = base.blob.or_else(|| candidate.id.filter(|id| base.removed.contains(id))) else { return Ok(false) };
        // Of what is too large to hold the name and the size are checked.
        let Content::Whole(old) = reader.open_blob(blob)? else {
            if check == Check::LargeFile {
                continue;
            }
            return Ok(false);
        };
        if quality::find(check, &File { path: &candidate.path, bytes: &old, mode: candidate.mode, ..File::default() }).is_empty() {
            return Ok(false);
        }
    }
    Ok(!bases.is_empty())
}

fn nothing(span: Span) -> Span {
    Span { start: span.start, end: span.start }
}
