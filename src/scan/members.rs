//! What stands inside archives: opened in bounds, its members looked at as blobs are.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use bstr::{BStr, BString, ByteSlice};

use super::examine::{Text, windows};
use super::run::place;
use super::{Error, Plan};
use crate::archive::{self, Fault, Member, Summary, Why};
use crate::model::{Candidate, Coverage, Encoding, Finding, Fingerprint, Gap, Since, SkipReason};
use crate::source::{Content, Reader};

/// How much of a member is held to be read once more where its encoding is a guess, in bytes.
const HELD_BYTES: u64 = 8 << 20;
/// How many bytes tell whether something is an archive.
const HEAD_BYTES: u64 = 512;

/// Looks into `bytes`, if they are an archive and may be opened. `outside` is what was found in the bytes themselves;
/// what stands inside as well is told of the inside.
pub(super) fn look_inside(
    plan: &Plan,
    reader: &Reader<'_>,
    (candidate, bytes): (&Candidate, &[u8]),
    coverage: &mut Coverage,
    mut outside: Vec<Finding>,
) -> Result<Vec<Finding>, Error> {
    if archive::kind(bytes).is_none() {
        return Ok(outside);
    }
    if bytes.len() as u64 > plan.limits.archives.most_bytes {
        leave(plan, candidate, coverage);
        return Ok(outside);
    }
    let mut inside: Vec<Finding> = Vec::new();
    let summary = open(plan, candidate, bytes, coverage, &mut |finding| inside.push(finding))?;
    coverage.members += summary.members;
    coverage.skip_many(SkipReason::Archive, summary.unopened);
    coverage.gaps.extend(summary.faults.iter().map(|fault| Gap { place: place(candidate), what: explain(plan, fault) }));
    if let (Since::Parents(bases), false) = (&candidate.since, inside.is_empty()) {
        let known = bases.iter().map(|base| {
            let blob = base.blob.or_else(|| candidate.id.filter(|id| base.removed.contains(id)));
            blob.map_or_else(|| Ok(BTreeSet::new()), |blob| values(plan, candidate, reader.open_blob(blob)?))
        });
        let known = known.collect::<Result<Vec<_>, Error>>()?;
        for finding in &mut inside {
            finding.is_new = known.iter().all(|values| !values.contains(&finding.fingerprint));
        }
    }
    // An archive that packs nothing shows its members outside, too.
    outside.retain(|finding| !inside.iter().any(|other| other.fingerprint == finding.fingerprint));
    outside.extend(inside);
    Ok(outside)
}

/// Holds an archive of which only the beginning was read, if it may be opened; none of what is no archive or too large.
/// Whatever was read is given back.
pub(super) fn hold(plan: &Plan, candidate: &Candidate, mut stream: Box<dyn Read>, coverage: &mut Coverage) -> Result<Content, Error> {
    let fail = |source| Error::Stream { source };
    let mut bytes = Vec::new();
    stream.by_ref().take(HEAD_BYTES).read_to_end(&mut bytes).map_err(fail)?;
    if archive::kind(&bytes).is_some() {
        let most = plan.limits.archives.most_bytes;
        if most > crate::source::WHOLE_BYTES {
            stream.by_ref().take((most + 1).saturating_sub(bytes.len() as u64)).read_to_end(&mut bytes).map_err(fail)?;
            if bytes.len() as u64 <= most {
                return Ok(Content::Whole(bytes));
            }
        }
        leave(plan, candidate, coverage);
    }
    Ok(Content::Stream(Box::new(Cursor::new(bytes).chain(stream))))
}

/// Counts an archive that is too large to be opened.
fn leave(plan: &Plan, candidate: &Candidate, coverage: &mut Coverage) {
    let limits = &plan.limits.archives;
    if limits.is_left_to_later || limits.most_bytes == 0 {
        coverage.skip(SkipReason::Archive);
    } else {
        let what = format!("the archive is larger than {} bytes and was not opened; raise `limits.archive_bytes`", limits.most_bytes);
        coverage.gaps.push(Gap { place: place(candidate), what });
    }
}

fn open(
    plan: &Plan,
    candidate: &Candidate,
    bytes: &[u8],
    coverage: &mut Coverage,
    emit: &mut dyn FnMut(Finding),
) -> Result<Summary, Error> {
    let mut found: Vec<(BString, Finding)> = Vec::new();
    let summary = archive::open(&candidate.path, bytes, plan.limits.archives.inside, &mut |member: Member<'_>| {
        let Member { path, content } = member;
        search(plan, candidate, content, coverage, &mut |finding| {
            // An archive inside is handed out after its members, and may show them too.
            let is_told = found.iter().any(|(at, known)| known.fingerprint == finding.fingerprint && is_below(at, path));
            if !is_told {
                found.push((path.to_owned(), finding));
            }
        })
    })?;
    for (path, finding) in found {
        emit(Finding { member: Some(path), ..finding });
    }
    Ok(summary)
}

fn is_below(path: &BString, above: &BStr) -> bool {
    path.strip_prefix(above.as_bytes()).is_some_and(|rest| rest.starts_with(b"!/"))
}

/// Searches a member. None of it is compared by lines.
fn search(
    plan: &Plan,
    candidate: &Candidate,
    content: &mut dyn Read,
    coverage: &mut Coverage,
    emit: &mut dyn FnMut(Finding),
) -> Result<(), Error> {
    let mut head = Vec::new();
    content.take(HELD_BYTES).read_to_end(&mut head).map_err(|source| Error::Stream { source })?;
    let encoding = Encoding::of(&head);
    if encoding != Encoding::Bytes {
        // Two bytes at the start, or a wide beginning, must not hide what stands there as plain bytes.
        let text = Text { from: &mut head.as_slice(), encoding: Some(Encoding::Bytes) };
        windows(plan, candidate, text, &mut Coverage::default(), emit)?;
    }
    let text = Text { from: &mut head.as_slice().chain(content), encoding: Some(encoding) };
    windows(plan, candidate, text, coverage, emit)
}

/// The values that a blob holds, outside and inside.
fn values(plan: &Plan, candidate: &Candidate, content: Content) -> Result<BTreeSet<Fingerprint>, Error> {
    let mut values = BTreeSet::new();
    let mut unread = Coverage::default();
    let content = match content {
        Content::Stream(stream) => hold(plan, candidate, stream, &mut unread)?,
        whole @ Content::Whole(_) => whole,
    };
    let mut keep = |finding: Finding| {
        values.insert(finding.fingerprint);
    };
    match content {
        Content::Whole(bytes) => {
            search(plan, candidate, &mut bytes.as_slice(), &mut unread, &mut keep)?;
            if bytes.len() as u64 <= plan.limits.archives.most_bytes {
                open(plan, candidate, &bytes, &mut unread, &mut keep)?;
            }
        }
        Content::Stream(mut stream) => search(plan, candidate, &mut stream, &mut unread, &mut keep)?,
    }
    Ok(values)
}

/// What a fault means, and how to mend it.
fn explain(plan: &Plan, fault: &Fault) -> String {
    let limits = &plan.limits.archives.inside;
    let (what, mend) = match fault.why {
        Why::Depth => (
            format!("archives stand in each other more than {} deep", limits.depth),
            "raise `limits.archive_depth`, or `exclude` the path if it is known to be harmless",
        ),
        Why::Members => (format!("there are more than {} members", limits.members), "raise `limits.archive_members`"),
        Why::Total => (format!("more than {} bytes come out of it", limits.total_bytes), "raise `limits.archive_total_bytes`"),
        Why::Ratio => (
            format!("more than {} bytes come out for each that goes in, as in a bomb", limits.ratio),
            "raise `limits.archive_ratio`, or `exclude` the path if it is known to be harmless",
        ),
        Why::Held => (
            format!("it is larger than {} bytes inside another archive", limits.held_bytes),
            "unpack it, or `exclude` the path if it is known to be harmless",
        ),
        Why::Encrypted => ("it is encrypted".to_owned(), "unpack it, or `exclude` the path if it is known to be harmless"),
        Why::Method => (
            "it is packed by a method that is not known here".to_owned(),
            "pack it anew, or `exclude` the path if it is known to be harmless",
        ),
        Why::Thin => (
            "it is a bundle that needs commits which it does not hold".to_owned(),
            "make it without a base, or `exclude` the path if it is known to be harmless",
        ),
        Why::Broken => ("it ends early or is broken".to_owned(), "mend it, or `exclude` the path if it is meant to be so"),
    };
    let member = if fault.member.is_empty() { "the archive".to_owned() } else { format!("`{}`", fault.member.to_str_lossy()) };
    let more = if fault.more > 0 { format!(" and {} more were", fault.more) } else { " was".to_owned() };
    format!("{member}{more} not fully read, because {what}; {mend}")
}
