//! All that a run needs.

use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use super::Engine;
use crate::model::{FingerprintKey, RuleSet};
use crate::policy::Judge;

/// A run, decided. Doors make it; nothing adds to it later.
#[derive(Debug)]
pub struct Plan {
    /// What is looked for.
    pub engine: Engine,
    /// What is done about it.
    pub judge: Judge,
    /// Under which key findings are named.
    pub key: FingerprintKey,
    /// What the report says of the rules.
    pub rules: RuleSet,
    /// How much a run may take.
    pub limits: Limits,
    /// Whether the run looks at all there is, so that what it does not meet is gone.
    pub whole_tree: bool,
    /// When the run began.
    pub started: Instant,
}

/// How much a run may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How many threads look at once; 0 is one for each core.
    pub threads: usize,
    /// After this time a run stops and is incomplete.
    pub deadline: Option<Duration>,
}

/// How far a run has come; a door may look at it from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Candidates listed so far.
    pub listed: AtomicU64,
    /// Candidates looked at.
    pub done: AtomicU64,
}
