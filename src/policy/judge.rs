//! The judge.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Baseline, Entry, PathGlob};
use crate::model::{Confidence, Finding, Fingerprint, Judged, Notice, Reason, Severity, Verdict};

/// The line between blocking and warning: a finding blocks when it reaches both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// The least severity that blocks.
    pub severity: Severity,
    /// The least confidence that blocks.
    pub confidence: Confidence,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { severity: Severity::Medium, confidence: Confidence::High }
    }
}

/// The line between warning and mere counting: a finding that does not block warns when it reaches both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The least severity that warns.
    pub severity: Severity,
    /// The least confidence that warns.
    pub confidence: Confidence,
}

impl Default for Warning {
    fn default() -> Self {
        Self { severity: Severity::Low, confidence: Confidence::Medium }
    }
}

/// A line that a part of a repository has of its own; what is none is as in the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The least severity.
    pub severity: Option<Severity>,
    /// The least confidence.
    pub confidence: Option<Confidence>,
}

/// A part of a repository with lines of its own.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its paths.
    pub glob: PathGlob,
    /// The line between blocking and warning there.
    pub block: Line,
    /// The line between warning and mere counting there.
    pub warn: Line,
}

/// Which versions of the settings would look for a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The accepted one.
    pub accepted: bool,
    /// The one that the change brings, if it brings one.
    pub proposed: bool,
}

/// What one version of a repository's settings says about findings.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The line between blocking and warning.
    pub block: Threshold,
    /// The line between warning and mere counting.
    pub warn: Warning,
    /// What the team lets pass.
    pub allow: Vec<Entry>,
    /// What was there before.
    pub baseline: Baseline,
    /// What is never read.
    pub exclude: Vec<PathGlob>,
    /// Parts with lines of their own; later ones win.
    pub parts: Vec<Part>,
}

impl Policy {
    /// The lines that hold for a path.
    pub fn lines_at(&self, path: &[u8]) -> (Threshold, Warning) {
        let (mut block, mut warn) = (self.block, self.warn);
        for part in self.parts.iter().filter(|part| part.glob.matches(path)) {
            block.severity = part.block.severity.unwrap_or(block.severity);
            block.confidence = part.block.confidence.unwrap_or(block.confidence);
            warn.severity = part.warn.severity.unwrap_or(warn.severity);
            warn.confidence = part.warn.confidence.unwrap_or(warn.confidence);
        }
        (block, warn)
    }

    /// Whether this version never reads a path.
    pub fn excludes(&self, path: &[u8]) -> bool {
        self.exclude.iter().any(|glob| glob.matches(path))
    }
}

/// Gives verdicts. A change is judged by the accepted version of the policy and, where it brings another one, by
/// that too; the stricter verdict holds.
#[derive(Clone, Debug)]
pub struct Judge {
    /// The version that held before the change.
    pub accepted: Policy,
    /// The version that the change brings, if it is another.
    pub proposed: Option<Policy>,
    /// Values that a person on this machine accepted with `stanch allow`.
    pub accepted_here: BTreeSet<Fingerprint>,
    /// Names of entries that a push asks for.
    pub named: Vec<String>,
    /// Entries hold until their last day.
    pub today: Date,
}

impl Judge {
    /// The verdict on a finding, and whether the change's own settings alone would let it pass.
    pub fn judge(&self, finding: &Finding, wanted: Wanted) -> (Verdict, bool) {
        let accepted = self.by(&self.accepted, finding);
        let Some(proposed) = &self.proposed else { return (accepted, false) };
        // A version that alone would never have met it says nothing of it.
        if !wanted.proposed || proposed.excludes(&finding.path) {
            let loosens = strictness(&accepted) > 0;
            return (accepted, loosens);
        }
        let proposed = self.by(proposed, finding);
        if !wanted.accepted {
            return (proposed, false);
        }
        if let (Verdict::Block | Verdict::Warn, Verdict::Allow(Reason::Entry(_))) = (&accepted, &proposed)
            && self.accepted_here.contains(&finding.fingerprint)
        {
            return (proposed, false);
        }
        if strictness(&proposed) < strictness(&accepted) { (accepted, true) } else { (proposed, false) }
    }

    /// Whether `path` is never read, by every version.
    pub fn excludes(&self, path: &[u8]) -> bool {
        self.accepted.excludes(path) && self.proposed.as_ref().is_none_or(|proposed| proposed.excludes(path))
    }

    /// What should be said of the policy itself: entries that have expired, and, after a scan of the whole tree,
    /// entries that name nothing any more.
    pub fn review(&self, judged: &[Judged], whole_tree: bool) -> Vec<Notice> {
        let policy = self.proposed.as_ref().unwrap_or(&self.accepted);
        let mut notices = Vec::new();
        for entry in &policy.allow {
            let used = judged.iter().any(|judged| entry.names(&judged.finding));
            if let Some(until) = entry.until.filter(|_| entry.has_expired(self.today)) {
                let text = format!("the allow entry `{}` expired on {until}; mend the finding or take the entry out", entry.describe());
                notices.push(Notice { code: "allow-expired", text });
            } else if whole_tree && !used && entry.named.is_none() {
                let text = format!("the allow entry `{}` names nothing any more; take it out", entry.describe());
                notices.push(Notice { code: "allow-dead", text });
            }
        }
        if whole_tree {
            let found: BTreeSet<Fingerprint> = judged.iter().map(|judged| judged.finding.fingerprint).collect();
            let dead = policy.baseline.entries().filter(|entry| !found.contains(&entry.fingerprint)).count();
            if dead > 0 {
                let text = format!("{dead} baseline entries name nothing any more; `stanch baseline update` takes them out");
                notices.push(Notice { code: "baseline-dead", text });
            }
        }
        notices
    }

    fn by(&self, policy: &Policy, finding: &Finding) -> Verdict {
        if !finding.is_new {
            return Verdict::Allow(Reason::Old);
        }
        if let Some(reason) = &finding.comment {
            return Verdict::Allow(Reason::Comment(reason.clone()));
        }
        let asked = |entry: &&Entry| entry.named.as_ref().is_none_or(|name| self.named.contains(name));
        let holds = |entry: &&Entry| !entry.has_expired(self.today) && asked(entry) && entry.names(finding);
        if let Some(entry) = policy.allow.iter().find(holds) {
            return Verdict::Allow(Reason::Entry(entry.reason.clone()));
        }
        if policy.baseline.holds(finding.fingerprint) {
            return Verdict::Allow(Reason::Baseline);
        }
        let (block, warn) = policy.lines_at(&finding.path);
        let blocks = finding.rule.severity >= block.severity && finding.confidence >= block.confidence;
        let warns = finding.rule.severity >= warn.severity && finding.confidence >= warn.confidence;
        match (blocks, warns) {
            (true, _) => Verdict::Block,
            (false, true) => Verdict::Warn,
            (false, false) => Verdict::Allow(Reason::Unsure),
        }
    }
}

fn strictness(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Allow(_) => 0,
        Verdict::Warn => 1,
        Verdict::Block => 2,
    }
}
