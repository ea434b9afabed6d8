//! Candidates to workers to a sorted report.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use bstr::{BString, ByteSlice};
use rayon::prelude::*;

use super::examine::examine;
use super::outside;
use super::trail::{Occurrence, follow};
use super::trees::TreeError;
use super::{Plan, Progress};
use crate::check::PatternError;
use crate::model::{
    ASIDE, Beside, Candidate, Confidence, Coverage, Finding, Gap, Ground, Judged, Notice, ObjectId, Origin, Reason, Report, SkipReason,
    Text, Verdict,
};
use crate::source::{self, Reader, Source};
use crate::tools::Prepared;

/// How many candidates are held at once; more are looked at in rounds, so that memory stays flat.
const ROUND: usize = 16_384;
/// As few candidates as these are looked at on this thread: starting others takes longer.
const ALONE: usize = 8;

/// What stops a run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source's part.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// A rule's part.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// The same of a rule for trees.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A stream that broke.
    #[error("cannot read to the end")]
    Stream {
        /// Why.
        source: std::io::Error,
    },
    /// Threads that do not start.
    #[error("cannot start threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Runs a plan over a source.
///
/// # Errors
/// If nothing can be listed. What cannot be read is a gap in the report's coverage.
pub fn run(plan: &Plan, source: &dyn Source, progress: &Progress) -> Result<Report, Error> {
    let Prepared { works, refused } = outside::prepare(plan, source)?;
    let told = if works.is_empty() {
        (scan(plan, source, progress), (Vec::new(), Vec::new()))
    } else {
        // Other programs take their time; they have it while we look ourselves.
        std::thread::scope(|scope| {
            let told = scope.spawn(|| outside::look(plan, works));
            let part = scan(plan, source, progress);
            (part, told.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    };
    let (part, (findings, gaps)) = told;
    let mut part = part?;
    part.coverage.gaps.extend(gaps);
    let mut report = settle(plan, source, part, findings)?;
    outside::tell_refused(&refused, &mut report);
    report.coverage.gaps.sort();
    report.elapsed = plan.started.elapsed();
    Ok(report)
}

/// Looks at all that a source lists.
fn scan(plan: &Plan, source: &dyn Source, progress: &Progress) -> Result<Part, Error> {
    let mut whole = Part::default();
    let mut round: Vec<Candidate> = Vec::new();
    let mut first = 0;
    let mut failed = None;
    let listed = source.list(&mut |candidate| {
        progress.listed.fetch_add(1, Ordering::Relaxed);
        if !matches!(candidate.origin, Origin::Branch(_)) && plan.judge.excludes(&candidate.path) {
            whole.coverage.skip(SkipReason::Excluded);
            return;
        }
        round.push(candidate);
        if round.len() == ROUND && failed.is_none() {
            failed = look(plan, source, progress, first, &round).map(|part| whole.absorb(part)).err();
            first += round.len();
            round.clear();
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    whole.absorb(look(plan, source, progress, first, &round)?);
    whole.coverage.absorb(listed);
    Ok(whole)
}

/// Judges all that was found, by ourselves and by others, and sorts it.
fn settle(plan: &Plan, source: &dyn Source, whole: Part, told: Vec<Finding>) -> Result<Report, Error> {
    let tips = source.tips();
    let occurrences = if tips.is_empty() { whole.found } else { follow(whole.found, &tips, &source.reader()?)? };
    let mut report = Report {
        coverage: whole.coverage,
        rules: plan.rules.clone(),
        subject: source.subject(),
        tip: tips.first().copied(),
        ..Report::default()
    };
    let mut findings: Vec<Finding> = occurrences.into_iter().map(|occurrence| occurrence.finding).collect();
    if !plan.whole_tree {
        pair(plan, &mut findings);
    }
    join(&mut findings);
    findings.extend(told);
    let mut loosened = 0;
    for finding in findings {
        let wanted = plan.engine.wanted(&finding.rule.id, &finding.path);
        let (verdict, only_by_itself) = plan.judge.judge(&finding, wanted);
        loosened += usize::from(only_by_itself);
        report.judged.push(Judged { finding, verdict });
    }
    if loosened > 0 {
        let text = format!("{loosened} of these would pass only by the settings that this change itself brings; the accepted ones decide");
        report.notices.push(Notice { code: "loosened", text });
    }
    if plan.rules.count == 0 {
        let text =
            "no rule runs, so nothing was looked for: `packs` of the settings is empty; write `packs = [\"secrets\"]`, or take it out";
        report.notices.push(Notice { code: "no-rules", text: text.to_owned() });
    }
    let by_comment = report.count(|verdict| matches!(verdict, Verdict::Allow(Reason::Comment(_))));
    if by_comment > 0 {
        let text = format!("{by_comment} new here pass by a comment beside them; `--verbose` shows each with its reason, for review");
        report.notices.push(Notice { code: "allow-comment", text });
    }
    report.notices.extend(plan.judge.review(&report.judged, plan.whole_tree));
    report.judged.sort_by(|one, two| key(one).cmp(&key(two)));
    report.coverage.skipped.sort_by_key(|skip| skip.reason);
    Ok(report)
}

/// Makes what is found in one file of a change sure by its other half in another file of it.
fn pair(plan: &Plan, findings: &mut [Finding]) {
    let places: Vec<(Text, Beside)> = findings
        .iter()
        .filter(|finding| finding.is_new)
        .map(|finding| (finding.rule.id.clone(), Beside { path: finding.path.clone(), location: finding.location }))
        .collect();
    for finding in findings.iter_mut().filter(|finding| finding.is_new && finding.beside.is_none()) {
        let companions = plan.engine.companions(&finding.rule.id);
        let other = places.iter().find(|(id, place)| companions.contains(id) && place.path != finding.path);
        if let Some((_, place)) = other {
            finding.beside = Some(place.clone());
            let is_aside = finding.grounds.iter().any(|ground| ground.what == ASIDE);
            finding.confidence = finding.confidence.max(if is_aside { Confidence::Medium } else { Confidence::High });
            finding.grounds.push(Ground { what: "its other half is in the same change".into(), points: 0 });
        }
    }
}

/// Makes one finding of a pair: the graver half tells where the other stands.
fn join(findings: &mut Vec<Finding>) {
    let place = |finding: &Finding| (finding.path.clone(), finding.location, finding.origin);
    let places: BTreeMap<_, usize> = findings.iter().enumerate().map(|(number, finding)| (place(finding), number)).collect();
    let mut order: Vec<usize> = (0..findings.len()).filter(|&number| findings[number].beside.is_some()).collect();
    order.sort_by_key(|&number| Reverse(findings[number].rule.severity));
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for number in order {
        let finding = &findings[number];
        let other = finding.beside.as_ref().and_then(|beside| places.get(&(beside.path.clone(), beside.location, finding.origin)));
        if let Some(&other) = other.filter(|_| !told.contains(&number))
            // What is new is never told by what was there.
            && (finding.is_new || !findings[other].is_new)
        {
            told.insert(other);
        }
    }
    let mut number = 0;
    findings.retain(|_| {
        number += 1;
        !told.contains(&(number - 1))
    });
}

fn key(judged: &Judged) -> (&[u8], Option<&BString>, u32, u32, &str, Option<ObjectId>) {
    let finding = &judged.finding;
    let at = &finding.location;
    (finding.path.as_bytes(), finding.member.as_ref(), at.line, at.column, &finding.rule.id, finding.origin.commit())
}

/// What a worker found and covered.
#[derive(Default)]
struct Part {
    found: Vec<Occurrence>,
    coverage: Coverage,
}

impl Part {
    fn absorb(&mut self, other: Self) {
        self.found.extend(other.found);
        self.coverage.absorb(other.coverage);
    }
}

fn look(plan: &Plan, source: &dyn Source, progress: &Progress, first: usize, candidates: &[Candidate]) -> Result<Part, Error> {
    let next = AtomicUsize::new(0);
    let round = Round { plan, progress, first, candidates, next: &next };
    if candidates.is_empty() {
        return Ok(Part::default());
    }
    if candidates.len() <= ALONE {
        return round.work(&source.reader()?);
    }
    let threads = match plan.limits.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    if threads == 1 {
        return round.work(&source.reader()?);
    }
    let readers = (0..threads).map(|_| source.far_reader()).collect::<Result<Vec<_>, _>>()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let parts: Vec<Result<Part, Error>> =
        pool.install(|| readers.into_par_iter().with_max_len(1).map(|far| round.work(&far.reader())).collect());
    let mut whole = Part::default();
    for part in parts {
        whole.absorb(part?);
    }
    Ok(whole)
}

/// Candidates that several workers share.
struct Round<'r> {
    plan: &'r Plan,
    progress: &'r Progress,
    first: usize,
    candidates: &'r [Candidate],
    next: &'r AtomicUsize,
}

impl Round<'_> {
    fn work(&self, reader: &Reader<'_>) -> Result<Part, Error> {
        let mut part = Part::default();
        while let Some((number, candidate)) = self.take() {
            if self.plan.limits.deadline.is_some_and(|deadline| self.plan.started.elapsed() > deadline) {
                let what = "the deadline was reached before this was looked at; give more time with `--deadline`".to_owned();
                part.coverage.gaps.push(Gap { place: place(candidate), what });
                continue;
            }
            match examine(self.plan, reader, candidate) {
                Ok((findings, coverage)) => {
                    part.coverage.absorb(coverage);
                    part.found.extend(findings.into_iter().map(|finding| Occurrence { number: self.first + number, finding }));
                }
                Err(error @ (Error::Pattern(_) | Error::Tree(_))) => return Err(error),
                Err(error) => part.coverage.gaps.push(Gap { place: place(candidate), what: explain(&error) }),
            }
            self.progress.done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(part)
    }

    fn take(&self) -> Option<(usize, &Candidate)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.candidates.get(number).map(|candidate| (number, candidate))
    }
}

/// Where a candidate stands, for people.
pub(super) fn place(candidate: &Candidate) -> BString {
    match candidate.origin {
        Origin::Commit(commit) => format!("{} in commit {}", candidate.path.to_str_lossy(), commit.short()).into(),
        Origin::CommitMessage(commit) => format!("message of commit {}", commit.short()).into(),
        Origin::TagMessage(tag) => format!("message of tag {}", tag.short()).into(),
        _ => candidate.path.clone(),
    }
}

fn explain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    if let Error::Source(source::Error::Git(git)) = error
        && git.is_missing_object()
    {
        text.push_str("; the object is not in this clone: fetch it (`git fetch --refetch` for a partial clone) and run again");
    }
    text
}
