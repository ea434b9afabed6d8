//! What a run says at its end.

use std::time::Duration;

use bstr::BString;

use super::{Finding, ObjectId};

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Stop the commit, push or build.
    Block,
    /// Show it and go on.
    Warn,
    /// Count it and go on.
    Allow(Reason),
}

/// Why a finding is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// None of its lines is new.
    Old,
    /// The baseline knows it.
    Baseline,
    /// An `[[allow]]` entry names it.
    Entry(String),
    /// A `stanch:allow` comment on its line names its rule.
    Comment(String),
    /// It is less sure than what the settings ask to be warned of.
    Unsure,
}

impl Reason {
    /// A word for reports; part of the JSON format.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::Baseline => "baseline",
            Self::Entry(_) => "allow-entry",
            Self::Comment(_) => "allow-comment",
            Self::Unsure => "unsure",
        }
    }
}

/// A finding and what to do about it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was found.
    pub finding: Finding,
    /// What to do about it.
    pub verdict: Verdict,
}

/// What a run looked at, what it passed over by design, and what it could not look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Blobs, files and messages read.
    pub blobs: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Commits walked.
    pub commits: u64,
    /// Blobs too large to hold, read in windows.
    pub windowed: u64,
    /// Members of archives read.
    pub members: u64,
    /// What was passed over by design.
    pub skipped: Vec<Skip>,
    /// What should have been looked at and was not. Any of these makes the run incomplete.
    pub gaps: Vec<Gap>,
}

impl Coverage {
    /// Counts one more thing passed over.
    pub fn skip(&mut self, reason: SkipReason) {
        self.skip_many(reason, 1);
    }

    /// Takes in what another part of the same run covered.
    pub fn absorb(&mut self, other: Self) {
        let Self { blobs, bytes, commits, windowed, members, skipped, gaps } = other;
        self.blobs += blobs;
        self.bytes += bytes;
        self.commits += commits;
        self.windowed += windowed;
        self.members += members;
        for skip in skipped {
            self.skip_many(skip.reason, skip.count);
        }
        self.gaps.extend(gaps);
    }

    /// Counts `count` more things passed over.
    pub fn skip_many(&mut self, reason: SkipReason, count: u64) {
        if count == 0 {
            return;
        }
        match self.skipped.iter_mut().find(|skip| skip.reason == reason) {
            Some(skip) => skip.count += count,
            None => self.skipped.push(Skip { reason, count }),
        }
    }
}

/// Things passed over by design, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Why.
    pub reason: SkipReason,
    /// How many.
    pub count: u64,
}

/// Why a thing holds nothing to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// An archive that was not opened, by its kind or its size: its bytes were searched.
    Archive,
    /// A submodule's commit id.
    Submodule,
    /// An entry made by `git add -N`: git will not store it yet.
    IntentToAdd,
    /// A path that went away.
    Deleted,
    /// A path that the settings exclude.
    Excluded,
}

impl SkipReason {
    /// A word for reports; part of the JSON format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive-not-opened",
            Self::Submodule => "submodule",
            Self::IntentToAdd => "intent-to-add",
            Self::Deleted => "deleted",
            Self::Excluded => "excluded",
        }
    }
}

/// Something that should have been looked at and was not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Where: a path, a commit, a ref; may be empty.
    pub place: BString,
    /// What happened, and how to mend it.
    pub what: String,
}

/// Something that a person should know and that changes no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A stable word for machines.
    pub code: &'static str,
    /// A sentence for people.
    pub text: String,
}

/// The rules that ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSet {
    /// How many.
    pub count: usize,
    /// Digest of rules, policy and engine version, in hexadecimal.
    pub digest: String,
}

/// All that a run has to say.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Findings, sorted by path, line, column, rule.
    pub judged: Vec<Judged>,
    /// What was looked at.
    pub coverage: Coverage,
    /// What else a person should know.
    pub notices: Vec<Notice>,
    /// The rules that ran.
    pub rules: RuleSet,
    /// What was scanned, for people: "what is staged".
    pub subject: String,
    /// The newest commit that was scanned, where commits were.
    pub tip: Option<ObjectId>,
    /// From the start of the run to its end.
    pub elapsed: Duration,
}

impl Report {
    /// The outcome. Blocked outranks incomplete, and incomplete outranks clean.
    pub fn outcome(&self) -> Outcome {
        if self.judged.iter().any(|judged| judged.verdict == Verdict::Block) {
            Outcome::Blocked
        } else if !self.coverage.gaps.is_empty() {
            Outcome::Incomplete
        } else {
            Outcome::Clean
        }
    }

    /// How many findings have a verdict of this kind.
    pub fn count(&self, is: impl Fn(&Verdict) -> bool) -> usize {
        self.judged.iter().filter(|judged| is(&judged.verdict)).count()
    }
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All was looked at, and nothing blocks.
    Clean,
    /// Something could not be looked at. Never the same as clean.
    Incomplete,
    /// Something blocks.
    Blocked,
}

impl Outcome {
    /// The exit code that every door gives for it.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Blocked => 1,
            Self::Incomplete => 2,
        }
    }

    /// A word for reports; part of the JSON format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Blocked => "blocked",
            Self::Incomplete => "incomplete",
        }
    }
}
