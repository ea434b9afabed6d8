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
    /// Rules that another version asks for and this one does not run.
    pub silent: BTreeSet<String>,
}

impl Policy {
    /// Whether this version alone would never have met a finding.
    fn overlooks(&self, finding: &Finding) -> bool {
        self.silent.contains(&*finding.rule.id) || self.exclude.iter().any(|glob| glob.matches(&finding.path))
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
    pub fn judge(&self, finding: &Finding) -> (Verdict, bool) {
        let accepted = self.by(&self.accepted, finding);
        let Some(proposed) = &self.proposed else { return (accepted, false) };
        if proposed.overlooks(finding) {
            let loosens = strictness(&accepted) > 0;
            return (accepted, loosens);
        }
        let proposed = self.by(proposed, finding);
        if let (Verdict::Block | Verdict::Warn, Verdict::Allow(Reason::Entry(_))) = (&accepted, &proposed)
            && self.accepted_here.contains(&finding.fingerprint)
        {
            return (proposed, false);
        }
        if strictness(&proposed) < strictness(&accepted) { (accepted, true) } else { (proposed, false) }
    }

    /// Whether `path` is never read, by every version.
    pub fn excludes(&self, path: &[u8]) -> bool {
        let by = |policy: &Policy| policy.exclude.iter().any(|glob| glob.matches(path));
        by(&self.accepted) && self.proposed.as_ref().is_none_or(by)
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
        let blocks = finding.rule.severity >= policy.block.severity && finding.confidence >= policy.block.confidence;
        let warns = finding.rule.severity >= policy.warn.severity && finding.confidence >= policy.warn.confidence;
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
