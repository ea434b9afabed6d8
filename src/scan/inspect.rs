//! What code finds wrong with a file, and which of it is new.

use bstr::ByteSlice as _;

use super::examine::Page;
use super::past::Past;
use super::{Error, Plan};
use crate::commit::{self, Cleanup, Message, Said, Wishes};
use crate::model::{Candidate, Check, Finding, LineIndex, Lines, Match, Origin, Secret, Since, Span};
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
}

/// Whether a candidate is a file whose content git stores, and no message or stream.
pub(super) fn is_file(candidate: &Candidate) -> bool {
    matches!(candidate.origin, Origin::WorkTree | Origin::Index | Origin::Commit(_)) && candidate.mode != Some(LINK)
}

/// What those checks that are for a file, and that `asks` is true of, find in it.
pub(super) fn faults<'p>(plan: &'p Plan, candidate: &Candidate, bytes: &[u8], asks: fn(Check) -> bool) -> Vec<Fault<'p>> {
    faults_of(plan, candidate, (bytes, None), asks)
}

/// What is wrong with a file that is too large to hold: its name and its size.
pub(super) fn inspect_large(plan: &Plan, reader: &Reader<'_>, candidate: &Candidate) -> Result<Vec<Finding>, Error> {
    if !is_file(candidate) || plan.engine.checks(&candidate.path).next().is_none() {
        return Ok(Vec::new());
    }
    let faults = faults_of(plan, candidate, (b"", Some(reader.size(candidate)?)), Check::is_of_name);
    let lines = LineIndex::new(b"");
    let page = Page::new(plan, candidate, b"", &lines);
    inspect(reader, &page, faults, &Lines::All)
}

fn faults_of<'p>(plan: &'p Plan, candidate: &Candidate, (bytes, size): (&[u8], Option<u64>), asks: fn(Check) -> bool) -> Vec<Fault<'p>> {
    let is_changed = matches!(&candidate.since, Since::Parents(bases) if !bases.is_empty()
        && bases.iter().all(|base| base.blob.is_some_and(|blob| Some(blob) != candidate.id)));
    let file = File { path: &candidate.path, bytes, mode: candidate.mode, is_changed, size };
    let checks = plan.engine.checks(&candidate.path).filter(|(_, check)| asks(*check));
    let checks = checks.map(|(rule, check)| Fault { rule, check, defects: quality::find(check, &file) });
    checks.filter(|fault| !fault.defects.is_empty()).collect()
}

/// What the checks of messages and branches find in a text that is one.
pub(super) fn faults_of_commit<'p>(
    plan: &'p Plan,
    reader: &Reader<'_>,
    candidate: &Candidate,
    text: &[u8],
) -> Result<Vec<Fault<'p>>, Error> {
    let is_asked = plan.wishes.iter().any(|wishes| wishes.checks().next().is_some());
    let mut faults = Vec::new();
    let mut look = |find: &dyn Fn(&Wishes, Check) -> Vec<commit::Defect>| {
        for (rule, check) in plan.engine.checks_of_commits() {
            let mut defects: Vec<Defect> = Vec::new();
            for commit::Defect { span, detail } in plan.wishes.iter().flat_map(|wishes| find(wishes, check)) {
                // Two versions of the settings may both have something to say of a line.
                if !defects.iter().any(|known| line_start(text, known.span) == line_start(text, span)) {
                    defects.push(Defect { span, detail });
                }
            }
            if !defects.is_empty() {
                faults.push(Fault { rule, check, defects });
            }
        }
    };
    let mut look_at_message = |said: &Said<'_>, is_known: bool| {
        look(&|wishes, check| match &wishes.message {
            Some(message) if check == Check::MessageFixup || !is_known => message.find(check, said),
            _ => Vec::new(),
        });
    };
    match candidate.origin {
        _ if !is_asked => {}
        Origin::Message => {
            let message = Message::read(text, &plan.told.cleanup);
            look_at_message(&Said { message, is_merge: plan.told.is_merge, is_for_protected: false }, false);
        }
        Origin::CommitMessage(id) => {
            let commit = reader.commit(id)?;
            let is_known = plan.told.known.contains(&id);
            let message = Message::read(text.get(..commit.message.len()).unwrap_or_default(), &Cleanup::Stored);
            let is_for_protected = is_known || plan.told.protected.holds(id);
            look_at_message(&Said { message, is_merge: commit.parents.len() > 1, is_for_protected }, is_known);
        }
        Origin::Branch(moves) => {
            look(&|wishes, check| wishes.branch.as_ref().map(|branch| branch.find(check, text, moves)).unwrap_or_default());
        }
        _ => {}
    }
    Ok(faults)
}

/// Looks at what is no text of its own: at a branch, and at a commit that others looked at before.
pub(super) fn inspect_alone(plan: &Plan, reader: &Reader<'_>, candidate: &Candidate) -> Result<Option<Vec<Finding>>, Error> {
    let is_alone = match candidate.origin {
        Origin::Branch(_) => true,
        Origin::CommitMessage(id) => plan.told.known.contains(&id),
        _ => false,
    };
    let Some(Content::Whole(text)) = is_alone.then(|| reader.open(candidate)).transpose()? else { return Ok(None) };
    let faults = faults_of_commit(plan, reader, candidate, &text)?;
    let lines = LineIndex::new(&text);
    inspect(reader, &Page::new(plan, candidate, &text, &lines), faults, &Lines::All).map(Some)
}

/// Where the line begins on which a span begins.
fn line_start(text: &[u8], span: Span) -> usize {
    text.get(..span.start).and_then(|before| before.rfind_byte(b'\n')).map_or(0, |newline| newline + 1)
}

/// Makes findings of them. `lines` are the new ones of the file.
pub(super) fn inspect(reader: &Reader<'_>, page: &Page<'_>, faults: Vec<Fault<'_>>, lines: &Lines) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for Fault { rule, check, defects } in faults {
        let mut past = Past::read(reader, page.candidate, check)?;
        for defect in defects {
            let (span, line) = (defect.span, page.line_at(defect.span.start));
            let (first, last) = page.lines_of(span);
            let is_new = past.is_new(check, &defect, line, lines.touch(first, last));
            let found = Match { span, secret: span, hidden: nothing(span), confidence: rule.info.confidence, ..Match::default() };
            // It could name a secret, in another form than the one that is known.
            let detail = defect.detail.filter(|_| !page.has_secrets());
            findings.push(Finding { detail, ..page.finding(rule, &found, |_, _| is_new) });
        }
    }
    Ok(findings)
}

/// By what something is known again that is no secret: its file, and its line without the blanks around it.
pub fn known_by(path: &[u8], line: &[u8]) -> Secret {
    let line = line.trim_ascii();
    Secret::new(&[path, b"\0", line.get(..MAX_KNOWN_BYTES).unwrap_or(line)].concat(), 0)
}

fn nothing(span: Span) -> Span {
    Span { start: span.start, end: span.start }
}
