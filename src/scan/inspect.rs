//! What code finds wrong with a file, and which of it is new.

use std::cell::RefCell;
use std::rc::Rc;

use bstr::BString;

use super::examine::Page;
use super::past::Past;
use super::{Error, Plan};
use crate::model::{Base, Candidate, Check, Finding, LineIndex, Lines, Match, Origin, Secret, Since, Span};
use crate::quality::{self, Defect, File, NoTree, Tree};
use crate::rules::Rule;
use crate::source::{self, Content, Folder, Reader};

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

/// Whether a candidate is something that git stores, and no message or stream.
pub(super) fn is_stored(candidate: &Candidate) -> bool {
    matches!(candidate.origin, Origin::WorkTree | Origin::Index | Origin::Commit(_))
}

/// What the checks that are for a candidate, and that `asks` is true of, find in it.
pub(super) fn faults<'p>(
    plan: &'p Plan,
    reader: &Reader<'_>,
    candidate: &Candidate,
    (bytes, asks): (&[u8], fn(Check) -> bool),
) -> Result<Vec<Fault<'p>>, Error> {
    faults_of(plan, reader, candidate, Asked { bytes, size: None, asks })
}

/// What is wrong with a file that is too large to hold: its name and its size.
pub(super) fn inspect_large(plan: &Plan, reader: &Reader<'_>, candidate: &Candidate) -> Result<Vec<Finding>, Error> {
    if !is_stored(candidate) || plan.engine.checks(&candidate.path).next().is_none() {
        return Ok(Vec::new());
    }
    let faults = faults_of(plan, reader, candidate, Asked { bytes: b"", size: Some(reader.size(candidate)?), asks: Check::is_of_name })?;
    let lines = LineIndex::new(b"");
    let page = Page::new(plan, candidate, b"", &lines);
    inspect(reader, &page, faults, &Lines::All)
}

/// What is asked of a candidate: its bytes, its size where they are not all of it, and which checks look.
struct Asked<'b> {
    bytes: &'b [u8],
    size: Option<u64>,
    asks: fn(Check) -> bool,
}

fn faults_of<'p>(
    plan: &'p Plan,
    reader: &Reader<'_>,
    candidate: &Candidate,
    Asked { bytes, size, asks }: Asked<'_>,
) -> Result<Vec<Fault<'p>>, Error> {
    let bases = match &candidate.since {
        Since::Parents(bases) => bases.as_slice(),
        Since::Nothing => &[],
    };
    let is_changed = !bases.is_empty() && bases.iter().all(|base| base.blob.is_some_and(|blob| Some(blob) != candidate.id));
    let is_for: fn(Check) -> bool = match candidate {
        _ if candidate.is_submodule() => Check::is_of_submodules,
        _ if candidate.is_link() => Check::is_of_links,
        _ => Check::is_of_files,
    };
    let link_before = link_before(reader, candidate, bases)?;
    let file = File { path: &candidate.path, bytes, mode: candidate.mode, is_changed, size, link_before: link_before.as_deref() };
    let around = Around { reader, candidate, failed: RefCell::new(None) };
    let is_old = !bases.is_empty() && bases.iter().all(|base| base.blob.is_some());
    let is_due = |check: Check| asks(check) && is_for(check) && !(is_old && check.is_of_new_files());
    let checks = plan.engine.checks(&candidate.path).filter(|(_, check)| is_due(*check));
    let mut faults = Vec::new();
    for (rule, check) in checks {
        let defects = find(plan, rule, (check, &file), &around)?;
        faults.push(Fault { rule, check, defects });
    }
    faults.retain(|fault| !fault.defects.is_empty());
    around.failed.into_inner().map_or(Ok(faults), Err)
}

/// What a check finds, for some with the expression of their rule.
fn find(plan: &Plan, rule: &Rule, (check, file): (Check, &File<'_>), tree: &dyn Tree) -> Result<Vec<Defect>, Error> {
    if check != Check::Header {
        return Ok(quality::find(check, file, tree));
    }
    let Some(head) = quality::head(file) else { return Ok(Vec::new()) };
    Ok(if plan.engine.holds(rule, head)? { Vec::new() } else { vec![quality::header()] })
}

/// The target of the link that stood at a file's path in each version before.
fn link_before(reader: &Reader<'_>, candidate: &Candidate, bases: &[Base]) -> Result<Option<Vec<u8>>, Error> {
    if candidate.is_link() || !bases.iter().all(|base| base.mode == Some(LINK)) {
        return Ok(None);
    }
    let Some(blob) = bases.first().and_then(|base| base.blob) else { return Ok(None) };
    match reader.open_blob(blob)? {
        Content::Whole(target) => Ok(Some(target)),
        Content::Stream(_) => Ok(None),
    }
}

/// The files around a candidate. What does not read is kept, so that the candidate is a gap.
struct Around<'a> {
    reader: &'a Reader<'a>,
    candidate: &'a Candidate,
    failed: RefCell<Option<Error>>,
}

impl Around<'_> {
    fn folder(&self, folder: &[u8]) -> Rc<Folder> {
        self.keep(self.reader.folder(self.candidate.origin, folder))
    }

    fn keep<T: Default>(&self, found: Result<T, source::Error>) -> T {
        found.unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error.into());
            T::default()
        })
    }
}

impl Tree for Around<'_> {
    fn mode(&self, folder: &[u8], name: &[u8]) -> Option<u32> {
        self.folder(folder).names.iter().find(|(other, _)| other == name).map(|(_, mode)| *mode)
    }

    fn names(&self, folder: &[u8]) -> Vec<BString> {
        self.folder(folder).names.iter().map(|(name, _)| name.clone()).collect()
    }

    fn alike(&self, folder: &[u8], name: &[u8]) -> Option<BString> {
        self.folder(folder).alike(name).cloned()
    }

    fn read(&self, path: &[u8]) -> Option<Rc<[u8]>> {
        self.keep(self.reader.read_at(self.candidate.origin, path))
    }
}

/// Makes findings of them. `lines` are the new ones of the file.
pub(super) fn inspect(reader: &Reader<'_>, page: &Page<'_>, faults: Vec<Fault<'_>>, lines: &Lines) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for Fault { rule, check, defects } in faults {
        let look = |file: &File<'_>| find(page.plan, rule, (check, file), &NoTree);
        let mut past: Option<Past> = None;
        for defect in defects {
            let (span, line) = (defect.span, page.line_at(defect.span.start));
            let (first, last) = page.lines_of(span);
            let is_touched = lines.touch(first, last);
            let is_new = (is_touched && !defect.asks_for_past(check)) || {
                if past.is_none() {
                    past = Some(Past::read(reader, page.candidate, check, &look)?);
                }
                past.as_mut().is_some_and(|past| past.is_new(check, &defect, line, is_touched))
            };
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
