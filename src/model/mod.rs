//! The nouns that every room shares. No input or output, no clock, no printing.

mod blob;
mod finding;
mod fingerprint;
mod hex;
mod location;
mod report;
mod rule;
mod secret;
mod text;

pub use blob::{Base, BranchMove, Candidate, Lines, ObjectId, Origin, Since};
pub use finding::{ASIDE, Beside, Excerpt, Finding, Ground, Match, Mend, Trail};
pub use fingerprint::{Fingerprint, FingerprintKey};
pub use hex::Hex;
pub use location::{Edit, LineIndex, Location, Span};
pub use report::{Coverage, Gap, Judged, Notice, Outcome, Reason, Report, RuleSet, Skip, SkipReason, Verdict};
pub(crate) use rule::words;
pub use rule::{Check, Confidence, Language, Languages, Pack, Proof, RuleInfo, Severity, Text};
pub use secret::Secret;
pub use text::{Decoded, Encoding, is_binary};
