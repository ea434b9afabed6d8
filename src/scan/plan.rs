//! All that a run needs.

use std::collections::HashSet;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use super::Engine;
use crate::archive;
use crate::commit::{Cleanup, Wishes};
use crate::model::{FingerprintKey, ObjectId, RuleSet};
use crate::policy::Judge;
use crate::quality::Wants;
use crate::tools::Tools;

/// A run, decided. Doors make it; nothing adds to it later.
#[derive(Debug)]
pub struct Plan {
    /// What is looked for.
    pub engine: Engine,
    /// What is done about it.
    pub judge: Judge,
    /// Under which key findings are named.
    pub key: FingerprintKey,
    /// What is asked of commits beside their files, by each version of the settings.
    pub wishes: Vec<Wishes>,
    /// What is asked of files, where that is more than a rule that is on or off.
    pub wants: Wants,
    /// What the door knows of the commits that are looked at.
    pub told: Told,
    /// Other programs that look too.
    pub tools: Tools,
    /// What the report says of the rules.
    pub rules: RuleSet,
    /// How much a run may take.
    pub limits: Limits,
    /// Whether the run looks at all there is, so that what it does not meet is gone.
    pub whole_tree: bool,
    /// When the run began.
    pub started: Instant,
}

/// What a door knows of the commits that are looked at.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What git will drop of a message that is being written.
    pub cleanup: Cleanup,
    /// Whether that message is one of a merge.
    pub is_merge: bool,
    /// Which commits are on their way to a protected branch.
    pub protected: Bound,
    /// Commits that are not new, but new on a protected branch: only what may not come there is looked for.
    pub known: HashSet<ObjectId>,
}

/// Which commits are on their way to a protected branch.
#[derive(Clone, Debug, Default)]
pub enum Bound {
    /// None.
    #[default]
    Nothing,
    /// These.
    These(HashSet<ObjectId>),
    /// All that are looked at.
    All,
}

impl Bound {
    /// Whether a commit is among them.
    pub fn holds(&self, commit: ObjectId) -> bool {
        match self {
            Self::Nothing => false,
            Self::These(commits) => commits.contains(&commit),
            Self::All => true,
        }
    }
}

/// How much a run may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Which archives are opened, and how far.
    pub archives: Archives,
    /// How many threads look at once; 0 is one for each core.
    pub threads: usize,
    /// After this time a run stops and is incomplete.
    pub deadline: Option<Duration>,
}

/// Which archives are opened, and how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archives {
    /// The size of the largest archive that is opened, in bytes; at 0 none is.
    pub most_bytes: u64,
    /// The same in a hook that runs before a commit or push, where a person waits.
    pub hook_bytes: u64,
    /// Whether a later run opens what is larger, so that it is counted here and not a gap.
    pub is_left_to_later: bool,
    /// How far one is opened.
    pub inside: archive::Limits,
}

impl Archives {
    /// The same in a hook: what is too large there is left to a later run.
    #[must_use]
    pub fn in_hook(self) -> Self {
        Self { most_bytes: self.most_bytes.min(self.hook_bytes), is_left_to_later: true, ..self }
    }

    /// Opens what either would open.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { most_bytes: self.most_bytes.max(other.most_bytes), hook_bytes: self.hook_bytes.max(other.hook_bytes), ..self }
    }
}

impl Default for Archives {
    fn default() -> Self {
        Self { most_bytes: 64 << 20, hook_bytes: 1 << 20, is_left_to_later: false, inside: archive::Limits::default() }
    }
}

/// How far a run has come; a door may look at it from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Candidates listed so far.
    pub listed: AtomicU64,
    /// Candidates looked at.
    pub done: AtomicU64,
}
