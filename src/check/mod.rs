//! The kinds of looking: where a rule could match, and whether it does. Pure; knows bytes, not files.

mod entropy;
mod keyword;
mod lead;
mod pattern;
mod placeholder;
mod proof;

pub use keyword::KeywordIndex;
pub use lead::leads;
pub use pattern::{Pattern, PatternError};
pub use proof::{MAX_BYTES as MAX_PROOF_BYTES, Proven, prove};
