//! What code finds wrong with a file, and which of it is new.

use std::cell::RefCell;
use std::rc::Rc;

use bstr::{BString, ByteSlice as _};

use super::examine::Page;
use super::past::Past;
use super::{Error, Plan};
use crate::commit::{self, Cleanup, Message, Said, Wishes};
use crate::model::{Base, Candidate, Check, Finding, LineIndex, Lines, Match, Mend, Origin, Secret, Since, Span};
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
    /// How each of them is mended.
    mends: Vec<Option<Mend>>,
}

impl Fault<'_> {
    /// The same, with nothing to mend: where it stands is no place in the bytes that git stores.
    pub(super) fn told_only(mut self) -> Self {
        self.mends.fill(None);
        self
    }
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
    let is_old = !bases.is_empty() && bases.iter().all(|base| base.blob.is_some());
    let is_due = |check: Check| asks(check) && is_for(check) && !(is_old && check.is_of_new_files());
    let mut checks = plan.engine.checks(&candidate.path).filter(|(_, check)| is_due(*check)).peekable();
    if checks.peek().is_none() {
        return Ok(Vec::new());
    }
    let link_before = link_before(reader, candidate, bases)?;
    let file = File {
        path: &candidate.path,
        bytes,
        mode: reader.mode(candidate),
        is_changed,
        size,
        link_before: link_before.as_deref(),
        wants: plan.wants,
    };
    let around = Around { reader, candidate, failed: RefCell::new(None) };
    let mut faults = Vec::new();
    for (rule, check) in checks {
        let defects = find(plan, rule, (check, &file), &around)?;
        faults.push(Fault { rule, check, mends: mends(check, &file, &defects), defects });
    }
    faults.retain(|fault| !fault.defects.is_empty());
    around.failed.into_inner().map_or(Ok(faults), Err)
}

fn mends(check: Check, file: &File<'_>, defects: &[Defect]) -> Vec<Option<Mend>> {
    if let Some(mode) = quality::mended_mode(check) {
        return vec![Some(Mend::Mode(mode)); defects.len()];
    }
    let edits = quality::mend(check, file, defects);
    edits.into_iter().map(|edits| (!edits.is_empty()).then_some(Mend::Edits { edits, places: Vec::new() })).collect()
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
                faults.push(Fault { rule, check, mends: vec![None; defects.len()], defects });
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
    for Fault { rule, check, defects, mends } in faults {
        let look = |file: &File<'_>| find(page.plan, rule, (check, &File { wants: page.plan.wants, ..*file }), &NoTree);
        let mut past: Option<Past> = None;
        for (defect, mut mend) in defects.into_iter().zip(mends) {
            // What comes may repeat what stands there, and a secret in it.
            if let Some(Mend::Edits { edits, places }) = mend.as_mut().filter(|_| !page.has_secrets()) {
                *places = edits.iter().map(|edit| page.locate(edit.span)).collect();
            }
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
            findings.push(Finding { detail, mend, ..page.finding(rule, &found, |_, _| is_new) });
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
