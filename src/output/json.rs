//! JSON, whole or a line at a time. The form is promised: fields are added, never renamed, and `version` counts the
//! changes that would break a reader.

use std::io;

use serde::Serialize;

use super::{Options, allow_command, sanitize, write_json};
use crate::model::{Finding, Judged, Notice, Pack, Reason, Report, Verdict};

/// The version of the form.
const VERSION: u32 = 1;

/// Writes one object.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = report.judged.iter().map(Found::new).collect();
    write_json(&Document { summary: Summary::new(report, options), findings }, out)
}

/// Writes one object a line: each finding, then the summary. A file without a summary was cut off.
pub(super) fn write_lines(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    for judged in &report.judged {
        write_line(&Tagged { kind: "finding", content: Found::new(judged) }, out)?;
    }
    write_line(&Tagged { kind: "summary", content: Summary::new(report, options) }, out)
}

fn write_line(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Tagged<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct Document<'r> {
    #[serde(flatten)]
    summary: Summary<'r>,
    findings: Vec<Found<'r>>,
}

#[derive(Serialize)]
struct Summary<'r> {
    version: u32,
    engine: &'static str,
    outcome: &'static str,
    exit_code: u8,
    subject: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<String>,
    blocked: usize,
    warned: usize,
    allowed: usize,
    rules: Rules<'r>,
    coverage: Seen<'r>,
    notices: Vec<Noted<'r>>,
    elapsed_ms: u64,
}

#[derive(Serialize)]
struct Rules<'r> {
    count: usize,
    digest: &'r str,
}

#[derive(Serialize)]
struct Seen<'r> {
    blobs: u64,
    bytes: u64,
    commits: u64,
    windowed: u64,
    members: u64,
    skipped: Vec<Skipped>,
    gaps: Vec<Missed<'r>>,
}

#[derive(Serialize)]
struct Skipped {
    reason: &'static str,
    count: u64,
}

#[derive(Serialize)]
struct Missed<'r> {
    place: String,
    what: &'r str,
}

#[derive(Serialize)]
struct Noted<'r> {
    code: &'static str,
    text: &'r str,
}

#[derive(Serialize)]
struct Found<'r> {
    rule: &'r str,
    title: &'r str,
    severity: &'static str,
    confidence: &'static str,
    /// What makes it that sure.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    grounds: Vec<Why<'r>>,
    /// Where the other half of a pair stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<Other>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Allowed<'r>>,
    path: String,
    /// In hexadecimal, only where the path is no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    /// Where the path is an archive: the way to the member that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    origin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<String>,
    line: u32,
    column: u32,
    column_utf16: u32,
    end_line: u32,
    end_column: u32,
    end_column_utf16: u32,
    fingerprint: String,
    /// What may be shown of a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    masked: Option<String>,
    /// What exactly is wrong, of what is no secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'r str>,
    excerpt: Shown<'r>,
    /// Whether `stanch fix` can mend it.
    fixable: bool,
    new: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    trail: Option<Lives>,
    why: &'r str,
    fix: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    rotate: &'r str,
    allow_command: String,
}

#[derive(Serialize)]
struct Why<'r> {
    what: &'r str,
    #[serde(skip_serializing_if = "is_zero")]
    points: i8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(points: &i8) -> bool {
    *points == 0
}

#[derive(Serialize)]
struct Other {
    path: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Allowed<'r> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'r str>,
}

#[derive(Serialize)]
struct Shown<'r> {
    text: &'r str,
    mark_start: usize,
    mark_length: usize,
}

#[derive(Serialize)]
struct Lives {
    first: String,
    last: String,
    in_tree: bool,
}

impl<'r> Summary<'r> {
    fn new(report: &'r Report, options: &Options) -> Self {
        let outcome = report.outcome();
        let seen = &report.coverage;
        let gaps = seen.gaps.iter().map(|gap| Missed { place: sanitize::utf8(&gap.place), what: &gap.what });
        Self {
            version: VERSION,
            engine: options.version,
            outcome: outcome.name(),
            exit_code: outcome.exit_code(),
            subject: &report.subject,
            tip: report.tip.map(|id| id.to_string()),
            blocked: report.count(|verdict| *verdict == Verdict::Block),
            warned: report.count(|verdict| *verdict == Verdict::Warn),
            allowed: report.count(|verdict| matches!(verdict, Verdict::Allow(_))),
            rules: Rules { count: report.rules.count, digest: &report.rules.digest },
            coverage: Seen {
                blobs: seen.blobs,
                bytes: seen.bytes,
                commits: seen.commits,
                windowed: seen.windowed,
                members: seen.members,
                skipped: seen.skipped.iter().map(|skip| Skipped { reason: skip.reason.name(), count: skip.count }).collect(),
                gaps: gaps.collect(),
            },
            notices: report.notices.iter().map(|Notice { code, text }| Noted { code, text }).collect(),
            elapsed_ms: u64::try_from(report.elapsed.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl<'r> Found<'r> {
    fn new(judged: &'r Judged) -> Self {
        let Finding {
            rule,
            path,
            member,
            origin,
            blob,
            location,
            excerpt,
            fingerprint,
            secret,
            detail,
            confidence,
            grounds,
            beside,
            mend,
            is_new,
            trail,
            comment: _,
        } = &judged.finding;
        let (verdict, reason) = match &judged.verdict {
            Verdict::Block => ("block", None),
            Verdict::Warn => ("warn", None),
            Verdict::Allow(reason) => ("allow", Some(reason)),
        };
        let hex = || path.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
        Self {
            rule: &rule.id,
            title: &rule.title,
            severity: rule.severity.name(),
            confidence: confidence.name(),
            grounds: grounds.iter().map(|ground| Why { what: &ground.what, points: ground.points }).collect(),
            beside: beside.as_ref().map(|other| Other {
                path: sanitize::utf8(&other.path),
                line: other.location.line,
                column: other.location.column,
            }),
            verdict,
            reason: reason.map(Allowed::new),
            path: sanitize::utf8(path),
            path_bytes: std::str::from_utf8(path).is_err().then(hex),
            member: member.as_ref().map(|member| sanitize::utf8(member)),
            origin: origin.name(),
            commit: origin.commit().map(|id| id.to_string()),
            blob: blob.map(|id| id.to_string()),
            line: location.line,
            column: location.column,
            column_utf16: location.column_utf16,
            end_line: location.end_line,
            end_column: location.end_column,
            end_column_utf16: location.end_column_utf16,
            fingerprint: fingerprint.to_string(),
            masked: (rule.pack == Pack::Secrets).then(|| secret.masked()),
            detail: detail.as_deref(),
            excerpt: Shown { text: &excerpt.text, mark_start: excerpt.mark_start, mark_length: excerpt.mark_length },
            fixable: mend.is_some(),
            new: *is_new,
            trail: trail.as_ref().map(|trail| Lives {
                first: trail.first.to_string(),
                last: trail.last.to_string(),
                in_tree: trail.in_tree,
            }),
            why: &rule.why,
            fix: &rule.fix,
            rotate: &rule.rotate,
            allow_command: allow_command(&judged.finding),
        }
    }
}

impl<'r> Allowed<'r> {
    fn new(reason: &'r Reason) -> Self {
        let text = match reason {
            Reason::Entry(text) | Reason::Comment(text) => Some(text.as_str()),
            Reason::Old | Reason::Baseline | Reason::Unsure => None,
        };
        Self { kind: reason.name(), text }
    }
}
