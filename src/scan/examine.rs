//! One candidate: read, looked at, and its matches made findings.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;

use bstr::ByteSlice;

use super::inspect::{Fault, faults, faults_of_commit, inspect, inspect_alone, inspect_large, is_stored, known_by};
use super::members::{hold, look_inside};
use super::{Error, Grown, Plan, Scanned};
use crate::check::Reach;
use crate::model::{
    Base, Beside, Candidate, Check, Coverage, Decoded, Encoding, Excerpt, Finding, Fingerprint, Gap, Ground, LineIndex, Location, Match,
    Origin, Pack, RuleInfo, Secret, Since, Span,
};
use crate::policy::{allow_comment, is_unfinished};
use crate::rules::Rule;
use crate::source::{Content, Reader};

/// The size of a window of what is too large to hold, in bytes; a multiple of every encoding's unit.
const WINDOW_BYTES: usize = 8 << 20;
/// By how much windows overlap, in bytes: what is longer than this may be missed at a border.
const OVERLAP_BYTES: usize = 128 << 10;
/// How much of what was looked at before stays in a window, in bytes, so that its first lines have their surroundings;
/// as far as a rule may look before a keyword, twice.
const CONTEXT_BYTES: usize = 128 << 10;
/// How much of a long line an excerpt shows before the secret, in bytes.
const EXCERPT_BEFORE_BYTES: usize = 60;
/// How much it shows after the secret.
const EXCERPT_AFTER_BYTES: usize = 40;
/// How far from a secret a comment on its line is looked for, in bytes.
const MAX_COMMENT_BYTES: usize = 4 << 10;
/// How much of a decoded text tells whether it is one, in bytes.
const SNIFF_BYTES: usize = 8000;
/// git puts the diff of `git commit --verbose` below this line and drops both.
const SCISSORS: &[u8] = b"------------------------ >8 ------------------------";

/// Looks at one candidate.
pub(super) fn examine(plan: &Plan, reader: &Reader<'_>, candidate: &Candidate) -> Result<(Vec<Finding>, Coverage), Error> {
    if let Some(findings) = inspect_alone(plan, reader, candidate)? {
        return Ok((findings, Coverage::default()));
    }
    let mut coverage = Coverage { blobs: u64::from(!candidate.is_submodule()), ..Coverage::default() };
    let content = match reader.open(candidate)? {
        Content::Stream(stream) => {
            coverage.windowed = 1;
            hold(plan, candidate, stream, &mut coverage)?
        }
        whole @ Content::Whole(_) => whole,
    };
    let mut findings = match content {
        // An archive that had to be held.
        Content::Whole(bytes) if coverage.windowed > 0 => {
            let findings = examine_stream(plan, reader, candidate, &mut bytes.as_slice(), &mut coverage)?;
            look_inside(plan, reader, (candidate, &bytes), &mut coverage, findings)?
        }
        Content::Whole(whole) => {
            coverage.bytes = whole.len() as u64;
            let bytes = whole.as_slice();
            let bytes = if candidate.origin == Origin::Message { before_scissors(bytes) } else { bytes };
            let encoding = Encoding::of(bytes);
            let mut findings = Vec::new();
            if encoding != Encoding::Bytes {
                // Two bytes at the start, or a wide beginning, must not hide what stands there as plain bytes.
                findings = examine_text(plan, reader, candidate, Reading::Decoded(&Decoded::new(bytes, encoding).text), &mut coverage)?;
            }
            let reading = if encoding == Encoding::Bytes { Reading::Stored(bytes) } else { Reading::Raw(bytes) };
            let stored = examine_text(plan, reader, candidate, reading, &mut coverage)?;
            // The wide text is met once more as an encoding in the midst of bytes; the first reading told it at its right place.
            let known: BTreeSet<Fingerprint> = findings.iter().map(|finding| finding.fingerprint).collect();
            findings.extend(stored.into_iter().filter(|finding| !known.contains(&finding.fingerprint)));
            look_inside(plan, reader, (candidate, &whole), &mut coverage, findings)?
        }
        Content::Stream(mut stream) => examine_stream(plan, reader, candidate, &mut stream, &mut coverage)?,
    };
    if coverage.windowed > 0 {
        findings.extend(inspect_large(plan, reader, candidate)?);
        if candidate.origin == Origin::Message && plan.wishes.iter().any(|wishes| wishes.checks().next().is_some()) {
            let what = "it is too large for what is asked of messages; say less, or put it into a file".to_owned();
            coverage.gaps.push(Gap { place: candidate.path.clone(), what });
        }
    }
    Ok((findings, coverage))
}

/// The bytes of a file, read in one way.
#[derive(Clone, Copy)]
enum Reading<'t> {
    /// As git stores them.
    Stored(&'t [u8]),
    /// In another encoding.
    Decoded(&'t [u8]),
    /// As git stores them, where they are read in another encoding too.
    Raw(&'t [u8]),
}

impl<'t> Reading<'t> {
    fn text(self) -> &'t [u8] {
        let (Self::Stored(text) | Self::Decoded(text) | Self::Raw(text)) = self;
        text
    }

    /// Which checks look at it; none at what is text by a wrong guess.
    fn asks(self) -> fn(Check) -> bool {
        match self {
            Self::Stored(_) => |_| true,
            Self::Decoded(_) if self.is_lines() => Check::is_of_text,
            Self::Decoded(_) => |_| false,
            Self::Raw(_) => |check| !check.is_of_text(),
        }
    }

    /// Whether it has lines for rules that may be shown.
    fn is_lines(self) -> bool {
        match self {
            Self::Stored(_) => true,
            Self::Decoded(text) => {
                let head = text.get(..text.len().min(SNIFF_BYTES)).unwrap_or_default();
                !head.contains(&0) && !head.contains_str("\u{FFFD}")
            }
            Self::Raw(_) => false,
        }
    }
}

fn examine_text(
    plan: &Plan,
    reader: &Reader<'_>,
    candidate: &Candidate,
    reading: Reading<'_>,
    coverage: &mut Coverage,
) -> Result<Vec<Finding>, Error> {
    let text = reading.text();
    let Scanned { matches, mut shown, reach, trees } = plan.engine.scan(&candidate.path, text)?;
    note_reach(reach, candidate, coverage);
    let is_stored = is_stored(candidate);
    let faults = match reading {
        Reading::Decoded(_) if is_stored => {
            faults(plan, reader, candidate, (text, reading.asks()))?.into_iter().map(Fault::told_only).collect()
        }
        _ if is_stored => faults(plan, reader, candidate, (text, reading.asks()))?,
        // git takes a message as it is, whatever its first bytes look like.
        Reading::Stored(_) | Reading::Raw(_) => faults_of_commit(plan, reader, candidate, text)?,
        Reading::Decoded(_) => Vec::new(),
    };
    let is_lines = is_stored && !candidate.is_link() && reading.is_lines();
    shown.retain(|_| is_lines);
    if is_lines {
        let grown = plan.engine.look_at_tree(&candidate.path, text, &trees)?;
        note_gaps(&grown, candidate, coverage);
        shown.extend(grown.found);
    }
    if matches.is_empty() && shown.is_empty() && faults.is_empty() {
        return Ok(Vec::new());
    }
    let new = reader.new_lines(candidate, text)?;
    let lines = LineIndex::new(text);
    let mut known = matches.clone();
    if !shown.is_empty() || !faults.is_empty() {
        veil(plan, candidate, text, &mut known)?;
    }
    let page = Page { plan, candidate, text, lines: &lines, matches: &known };
    let found = matches.iter().chain(&shown);
    let mut findings: Vec<Finding> = found.map(|(rule, found)| page.finding(rule, found, |first, last| new.touch(first, last))).collect();
    findings.extend(inspect(reader, &page, faults, &new)?);
    compare_joined(plan, reader, candidate, &mut findings)?;
    Ok(findings)
}

/// What stands on several lines can be new though each of them is old: one between them was taken out.
fn compare_joined(plan: &Plan, reader: &Reader<'_>, candidate: &Candidate, findings: &mut [Finding]) -> Result<(), Error> {
    let Since::Parents(bases) = &candidate.since else { return Ok(()) };
    let is_joined = |finding: &Finding| !finding.is_new && finding.location.end_line > finding.location.line;
    for is_secret in [true, false] {
        let mut joined = findings.iter_mut().filter(|finding| is_joined(finding) && finding.is_secret() == is_secret).peekable();
        if joined.peek().is_none() {
            continue;
        }
        let bases = bases.iter().filter(|base| base.blob.is_some());
        let values = |base| if is_secret { values_of(plan, reader, candidate, base) } else { shown_in(plan, reader, candidate, base) };
        let known = bases.map(values).collect::<Result<Vec<_>, _>>()?;
        for finding in joined {
            finding.is_new = !known.is_empty() && known.iter().all(|values| !values.contains(&finding.fingerprint));
        }
    }
    Ok(())
}

/// What may be shown of a parent's blob.
fn shown_in(plan: &Plan, reader: &Reader<'_>, candidate: &Candidate, base: &Base) -> Result<BTreeSet<Fingerprint>, Error> {
    let Some(Content::Whole(old)) = base.blob.map(|blob| reader.open_blob(blob)).transpose()? else { return Ok(BTreeSet::new()) };
    let Scanned { mut shown, trees, .. } = plan.engine.scan(&candidate.path, &old)?;
    shown.extend(plan.engine.look_at_tree(&candidate.path, &old, &trees)?.found);
    let lines = LineIndex::new(&old);
    let page = Page::new(plan, candidate, &old, &lines);
    Ok(shown.iter().map(|(rule, found)| page.finding(rule, found, |_, _| false).fingerprint).collect())
}

/// Tells of the rules that did not see a file's syntax tree.
fn note_gaps(grown: &Grown<'_>, candidate: &Candidate, coverage: &mut Coverage) {
    for what in grown.gaps() {
        if !coverage.gaps.iter().any(|gap| gap.what == what) {
            coverage.gaps.push(Gap { place: candidate.path.clone(), what });
        }
    }
}

/// Adds secrets that only rules find which do not run, so that no line that is shown shows one.
pub(super) fn veil<'p>(plan: &'p Plan, candidate: &Candidate, text: &[u8], known: &mut Vec<(&'p Rule, Match)>) -> Result<(), Error> {
    let count = known.len();
    for (rule, more) in plan.engine.unasked(&candidate.path, text)? {
        let asked = known.get_mut(..count).unwrap_or_default();
        match asked.iter_mut().find(|(_, found)| found.hidden.start < more.hidden.end && more.hidden.start < found.hidden.end) {
            Some((_, found)) => found.hidden = found.hidden.cover(&more.hidden),
            None => known.push((rule, more)),
        }
    }
    known.sort_by_key(|(_, found)| found.secret.start);
    Ok(())
}

/// What is encoded more deeply, or says more, than is undone was not looked at.
fn note_reach(reach: Reach, candidate: &Candidate, coverage: &mut Coverage) {
    let what = "it holds encoded text that nests more deeply, or says more, than is undone; see what it is, and `exclude` it".to_owned();
    if reach == Reach::Bounded && !coverage.gaps.iter().any(|gap| gap.what == what) {
        coverage.gaps.push(Gap { place: candidate.path.clone(), what });
    }
}

/// Looks at what is too large to hold, window by window. What is new cannot be told by lines then: a finding is new
/// when what it is compared with does not hold the same value.
fn examine_stream(
    plan: &Plan,
    reader: &Reader<'_>,
    candidate: &Candidate,
    stream: &mut dyn Read,
    coverage: &mut Coverage,
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    windows(plan, candidate, Text { from: stream, encoding: None }, coverage, &mut |finding| findings.push(finding))?;
    if let (Since::Parents(bases), false) = (&candidate.since, findings.is_empty()) {
        let known = bases.iter().map(|base| values_of(plan, reader, candidate, base)).collect::<Result<Vec<_>, _>>()?;
        for finding in &mut findings {
            finding.is_new = known.iter().all(|values| !values.contains(&finding.fingerprint));
        }
    }
    Ok(findings)
}

/// The values that a parent's blob holds.
fn values_of(plan: &Plan, reader: &Reader<'_>, candidate: &Candidate, base: &Base) -> Result<BTreeSet<Fingerprint>, Error> {
    let mut values = BTreeSet::new();
    let Some(blob) = base.blob.or_else(|| candidate.id.filter(|id| base.removed.contains(id))) else { return Ok(values) };
    let mut stream: Box<dyn Read> = match reader.open_blob(blob)? {
        Content::Whole(bytes) => Box::new(std::io::Cursor::new(bytes)),
        Content::Stream(stream) => stream,
    };
    windows(plan, candidate, Text { from: &mut stream, encoding: None }, &mut Coverage::default(), &mut |finding| {
        values.insert(finding.fingerprint);
    })?;
    Ok(values)
}

/// A text that is read in windows.
pub(super) struct Text<'t> {
    pub(super) from: &'t mut dyn Read,
    /// Its encoding, where that is not told by its beginning.
    pub(super) encoding: Option<Encoding>,
}

pub(super) fn windows(
    plan: &Plan,
    candidate: &Candidate,
    Text { from: stream, mut encoding }: Text<'_>,
    coverage: &mut Coverage,
    emit: &mut dyn FnMut(Finding),
) -> Result<(), Error> {
    let mut buffer: Vec<u8> = Vec::new();
    let (mut lines_before, mut bytes_before) = (0, 0);
    // How many bytes at the start of the buffer an earlier window has told about.
    let mut told = 0;
    loop {
        let room = WINDOW_BYTES - buffer.len();
        let read = Read::take(&mut *stream, room as u64).read_to_end(&mut buffer).map_err(|source| Error::Stream { source })?;
        coverage.bytes += read as u64;
        let last = read < room;
        let encoding = *encoding.get_or_insert_with(|| Encoding::of(&buffer));
        // What begins in the overlap is left to the next window, which holds it whole.
        let kept = if last { buffer.len() } else { buffer.len() - OVERLAP_BYTES };
        let length = |bytes: usize| Decoded::new(buffer.get(..bytes).unwrap_or_default(), encoding).text.len();
        let (decoded, done, told_before) = (Decoded::new(&buffer, encoding), length(kept), length(told));
        let lines = LineIndex::continuing(&decoded.text, lines_before, bytes_before);
        let Scanned { matches, reach, trees, .. } = plan.engine.scan(&candidate.path, &decoded.text)?;
        note_reach(reach, candidate, coverage);
        if is_stored(candidate) && !candidate.is_link() && !candidate.is_submodule() {
            note_gaps(&plan.engine.pass_tree(&candidate.path, &decoded.text, &trees), candidate, coverage);
        }
        let page = Page { plan, candidate, text: &decoded.text, lines: &lines, matches: &matches };
        let is_due = |at: usize| at >= told_before && (at < done || last);
        for (rule, found) in matches.iter().filter(|(_, found)| is_due(found.secret.start)) {
            emit(page.finding(rule, found, |_, _| true));
        }
        if last {
            return Ok(());
        }
        let gone = kept - CONTEXT_BYTES;
        let gone_text = length(gone);
        let passed = LineIndex::new(decoded.text.get(..gone_text).unwrap_or_default());
        bytes_before = if passed.line_ends() == 0 { bytes_before + gone_text } else { passed.last_line_bytes() };
        lines_before += passed.line_ends();
        drop(decoded);
        buffer.drain(..gone);
        told = CONTEXT_BYTES;
    }
}

/// A text with the secrets in it.
pub(super) struct Page<'p> {
    pub(super) plan: &'p Plan,
    pub(super) candidate: &'p Candidate,
    text: &'p [u8],
    lines: &'p LineIndex<'p>,
    matches: &'p [(&'p Rule, Match)],
}

impl<'p> Page<'p> {
    /// A text with the secrets that were found in it.
    pub(super) fn with(plan: &'p Plan, candidate: &'p Candidate, lines: &'p LineIndex<'p>, matches: &'p [(&'p Rule, Match)]) -> Self {
        Self { plan, candidate, text: lines.text(), lines, matches }
    }

    /// A text without secrets.
    pub(super) fn new(plan: &'p Plan, candidate: &'p Candidate, text: &'p [u8], lines: &'p LineIndex<'p>) -> Self {
        Self { plan, candidate, text, lines, matches: &[] }
    }

    /// Where a span stands.
    pub(super) fn locate(&self, span: Span) -> Location {
        self.lines.locate(span)
    }

    /// The line on which a byte stands, without its end.
    pub(super) fn line_at(&self, at: usize) -> &'p [u8] {
        self.lines.line_at(at).1
    }

    /// The first and the last line of a stretch, from 1.
    pub(super) fn lines_of(&self, span: Span) -> (u32, u32) {
        let place = self.lines.locate(span);
        (place.line, place.end_line)
    }

    /// Whether there is any secret in it.
    pub(super) fn has_secrets(&self) -> bool {
        !self.matches.is_empty()
    }

    pub(super) fn finding(&self, rule: &Rule, found: &Match, is_new: impl Fn(u32, u32) -> bool) -> Finding {
        self.finding_of(Arc::new(rule.info.clone()), found, is_new)
    }

    pub(super) fn finding_of(&self, rule: Arc<RuleInfo>, found: &Match, is_new: impl Fn(u32, u32) -> bool) -> Finding {
        let is_secret = rule.pack == Pack::Secrets;
        let value = || match &found.decoded {
            // A message that is being written is in a file that will be of another name, or none.
            _ if !is_secret => {
                let path = if self.candidate.origin == Origin::Message { b"" } else { self.candidate.path.as_slice() };
                known_by(path, self.lines.line_at(found.secret.start).1)
            }
            Some(decoded) => decoded.clone(),
            None => Secret::new(found.secret.of(self.text), found.prefix_bytes),
        };
        let secret = value();
        let (comment, hint) = self.comment(&rule.id, found.secret);
        let whole = self.lines.locate(found.span);
        Finding {
            fingerprint: Fingerprint::new(&self.plan.key, &rule.id, &secret),
            path: self.candidate.path.clone(),
            member: None,
            origin: self.candidate.origin,
            blob: self.candidate.id,
            location: self.lines.locate(found.secret),
            excerpt: if is_secret { self.excerpt(found) } else { self.open_excerpt(found) },
            detail: None,
            mend: None,
            confidence: found.confidence,
            grounds: found.grounds.iter().cloned().chain(hint).collect(),
            beside: found.beside.map(|span| Beside { path: self.candidate.path.clone(), location: self.lines.locate(span) }),
            is_new: is_new(whole.line, whole.end_line),
            trail: None,
            comment,
            rule,
            secret,
        }
    }

    /// The line on which a secret begins, with every secret on it hidden.
    fn excerpt(&self, shown: &Match) -> Excerpt {
        let (line_start, line) = self.lines.line_at(shown.secret.start);
        let from = line_start.max(shown.secret.start.saturating_sub(EXCERPT_BEFORE_BYTES));
        let to = (line_start + line.len()).min(shown.secret.end.saturating_add(EXCERPT_AFTER_BYTES));
        let mut excerpt = Excerpt { text: String::from(if from > line_start { "…" } else { "" }), ..Excerpt::default() };
        let mut at = from;
        for (_, found) in self.near(from, to) {
            excerpt.text.push_str(&plain(self.text, at, found.hidden.start));
            let masked = Secret::new(found.secret.of(self.text), found.prefix_bytes).masked();
            if found == shown {
                excerpt.mark_start = excerpt.text.chars().count();
                excerpt.mark_length = masked.chars().count();
            }
            excerpt.text.push_str(&masked);
            at = at.max(found.hidden.end);
        }
        excerpt.text.push_str(&plain(self.text, at, to));
        if to < line_start + line.len() {
            excerpt.text.push('…');
        }
        excerpt
    }

    /// The line on which something begins that may be shown, with every secret on it hidden.
    fn open_excerpt(&self, shown: &Match) -> Excerpt {
        let (line_start, line) = self.lines.line_at(shown.secret.start);
        let from = line_start.max(shown.secret.start.saturating_sub(EXCERPT_BEFORE_BYTES));
        let end = line_start + line.len();
        let to = end.min(shown.secret.end.saturating_add(EXCERPT_AFTER_BYTES));
        let before = format!("{}{}", if from > line_start { "…" } else { "" }, self.hidden(from, shown.secret.start));
        let marked = self.hidden(shown.secret.start, shown.secret.end.min(end));
        let after = format!("{}{}", self.hidden(shown.secret.end, to), if to < end { "…" } else { "" });
        let (mark_start, mark_length) = (before.chars().count(), marked.chars().count());
        Excerpt { text: format!("{before}{marked}{after}"), mark_start, mark_length }
    }

    /// A stretch of the text with every secret in it hidden.
    fn hidden(&self, from: usize, to: usize) -> String {
        let (mut text, mut at) = (String::new(), from);
        for (_, found) in self.near(from, to) {
            text.push_str(&plain(self.text, at, found.hidden.start));
            text.push_str(&Secret::new(found.secret.of(self.text), found.prefix_bytes).masked());
            at = at.max(found.hidden.end);
        }
        text.push_str(&plain(self.text, at, to));
        text
    }

    /// The matches that stand between two bytes; they are sorted and their secrets do not overlap.
    fn near(&self, from: usize, to: usize) -> impl Iterator<Item = &(&Rule, Match)> {
        // What is hidden may reach further than the secret, so a few neighbours are asked too.
        let first = self.matches.partition_point(|(_, found)| found.secret.end <= from).saturating_sub(2);
        let candidates = self.matches.get(first..).unwrap_or_default().iter();
        candidates.take_while(move |(_, found)| found.secret.start < to).filter(move |(_, found)| found.hidden.end > from)
    }

    /// The reason of the comment that lets a finding pass, if one stands on its line or the line before; of one that was meant
    /// to, how it is written.
    fn comment(&self, rule: &str, secret: Span) -> (Option<String>, Option<Ground>) {
        let (line_start, line) = self.lines.line_at(secret.start);
        // On a very long line only what is near is asked: it may hold many findings.
        let from = secret.start.saturating_sub(MAX_COMMENT_BYTES).max(line_start);
        let to = secret.end.saturating_add(MAX_COMMENT_BYTES).min(line_start + line.len());
        let before = self.lines.line_before(secret.start).map(|line| line.get(..line.len().min(MAX_COMMENT_BYTES)).unwrap_or_default());
        let line = Span { start: from, end: to }.of(self.text);
        let what = || format!("the comment beside it allows nothing; write `stanch:allow {rule} REASON`");
        let hint = is_unfinished(rule, line, before).then(|| Ground { what: what().into(), points: 0 });
        (allow_comment(rule, line, before), hint)
    }
}

/// Bytes as text for people: what is no UTF-8 is read as Latin-1.
fn plain(text: &[u8], start: usize, end: usize) -> String {
    let bytes = Span { start, end }.of(text);
    bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars().chain(chunk.invalid().iter().map(|&byte| char::from(byte)))).collect()
}

fn before_scissors(message: &[u8]) -> &[u8] {
    let cut = message.find(SCISSORS).and_then(|at| message.get(..at)?.rfind_byte(b'\n').or(Some(0)));
    cut.and_then(|at| message.get(..at)).unwrap_or(message)
}
