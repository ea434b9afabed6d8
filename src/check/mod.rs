//! The kinds of looking: where a rule could match, and whether it does. Pure; knows bytes, not files.

mod decode;
mod entropy;
mod keyword;
mod lead;
mod pattern;
mod placeholder;

pub use decode::{Code, Layer, Reach, layers};
pub use keyword::KeywordIndex;
pub use lead::leads;
pub use pattern::{Pattern, PatternError};
