//! A report as bytes, in the forms that people and machines read.
//!
//! This room knows the model alone. It reads no clock, opens no file and decides nothing: verdicts are made before
//! it, and the doors choose where its bytes go. It never shows a secret: only [`crate::model::Secret::masked`] and
//! the masked excerpt reach a writer.

mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod patch;
pub mod sanitize;
mod sarif;
mod style;

use std::borrow::Cow;
use std::io;

pub use patch::{Side, patch};

use crate::model::{Finding, Gap, Judged, Origin, Reason, Report, Verdict};

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// For people, on a terminal or in a log.
    Human,
    /// One JSON object; its form is promised.
    Json,
    /// One JSON object a line: each finding, then a summary.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// `JUnit` XML, for CI that shows tests.
    Junit,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's secret detection report.
    GitlabSecrets,
    /// GitLab's code quality report.
    GitlabQuality,
}

impl Format {
    /// All formats, in the order that help shows them.
    pub const ALL: &[Self] =
        &[Self::Human, Self::Json, Self::Jsonl, Self::Sarif, Self::Junit, Self::Github, Self::GitlabSecrets, Self::GitlabQuality];

    /// The word by which `--output` names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::GitlabSecrets => "gitlab-secrets",
            Self::GitlabQuality => "gitlab-quality",
        }
    }

    /// The format of a word; `None` for a word that names none.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == word)
    }
}

/// What a writer may not find out by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether [`Format::Human`] may use colours.
    pub colour: bool,
    /// Whether the one line of a clean run is left out.
    pub quiet: bool,
    /// Whether [`Format::Human`] lists what is allowed and what was passed over, too.
    pub verbose: bool,
    /// The version of stanch.
    pub version: &'static str,
    /// When the run started, in UTC as `2026-11-23T10:00:00`: RFC 3339 without the offset, as GitLab wants it.
    pub started: String,
    /// When the run ended, in the same form.
    pub finished: String,
}

/// Writes a report in a format.
///
/// # Errors
///
/// Gives back the error of `out`; a report itself cannot fail to be written.
pub fn write(report: &Report, format: Format, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, options, out),
        Format::Json => json::write(report, options, out),
        Format::Jsonl => json::write_lines(report, options, out),
        Format::Sarif => sarif::write(report, options, out),
        Format::Junit => junit::write(report, options, out),
        Format::Github => github::write(report, options, out),
        Format::GitlabSecrets => gitlab::write_secrets(report, options, out),
        Format::GitlabQuality => gitlab::write_quality(report, out),
    }
}

/// The file of a finding, where it stands in one; messages have none.
fn file(finding: &Finding) -> Option<&[u8]> {
    match finding.origin {
        Origin::WorkTree | Origin::Index | Origin::Commit(_) => Some(&finding.path),
        Origin::Stdin if !finding.path.is_empty() => Some(&finding.path),
        Origin::Stdin | Origin::Message | Origin::CommitMessage(_) | Origin::TagMessage(_) | Origin::Branch(_) => None,
    }
}

/// Where a finding stands, for people; safe for a terminal.
fn place(finding: &Finding) -> String {
    let path = sanitize::bytes(&path_of(finding));
    let (line, column) = (finding.location.line, finding.location.column);
    match finding.origin {
        Origin::WorkTree | Origin::Index => format!("{path}:{line}:{column}"),
        Origin::Commit(id) => format!("{path}:{line}:{column} (commit {})", id.short()),
        Origin::CommitMessage(id) => format!("commit {} message:{line}:{column}", id.short()),
        Origin::TagMessage(id) => format!("tag {} message:{line}:{column}", id.short()),
        Origin::Message => format!("commit message:{line}:{column}"),
        Origin::Stdin if path.is_empty() => format!("stdin:{line}:{column}"),
        Origin::Stdin => format!("{path}:{line}:{column} (stdin)"),
        Origin::Branch(_) => path,
    }
}

/// The path of a finding, and the way to the member of an archive that holds it.
fn path_of(finding: &Finding) -> Cow<'_, [u8]> {
    match &finding.member {
        None => Cow::Borrowed(finding.path.as_slice()),
        Some(member) => Cow::Owned([finding.path.as_slice(), b"!/", member].concat()),
    }
}

/// The command that allows a finding.
fn allow_command(finding: &Finding) -> String {
    format!("stanch allow {} --reason \"…\"", finding.fingerprint)
}

/// Why a finding is allowed, in words.
fn justification(reason: &Reason) -> &str {
    match reason {
        Reason::Old => "none of its lines is new",
        Reason::Baseline => "the baseline knows it",
        Reason::Unsure => "it is less sure than what is warned of",
        Reason::Entry(text) | Reason::Comment(text) => text,
    }
}

/// What was not looked at, where and why; not yet safe for a terminal.
fn missed(gap: &Gap) -> String {
    let place = sanitize::utf8(&gap.place);
    if place.is_empty() { gap.what.clone() } else { format!("{place}: {}", gap.what) }
}

/// The findings that a person has to see: those that block, then those that warn.
fn shown(report: &Report) -> impl Iterator<Item = &Judged> {
    [Verdict::Block, Verdict::Warn].into_iter().flat_map(|verdict| report.judged.iter().filter(move |judged| judged.verdict == verdict))
}

/// Ends a pretty JSON document as a line of text ends.
fn write_json(value: &impl serde::Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
