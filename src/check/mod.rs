//! The kinds of looking: where a rule could match, and whether it does. Pure; knows bytes, not files.

mod adopt;
mod decode;
mod entropy;
mod filed;
mod keyword;
mod lead;
mod notation;
mod outline;
mod pattern;
mod proof;
mod published;
pub mod signal;
mod stand_in;
mod tree;
mod value;
mod words;

pub use adopt::{AdoptError, Adopted, Sample, adopt, path_glob, path_globs, sample};
pub use decode::{Code, Layer, Reach, layers};
pub use filed::KEYWORDS;
pub use keyword::{Ask, KeywordIndex, Place};
pub use lead::{leads, lengths};
pub use outline::outline;
pub use pattern::{Pattern, PatternError};
pub use proof::{MAX_BYTES as MAX_PROOF_BYTES, Proven, prove};
pub use published::published;
pub use tree::{Grammar, MAX_TREE_BYTES, Parsed, QueryFault, TreeQueries, TreeQuery, Unread, check_query};
pub(crate) use value::is_password;
pub use value::{Aside, Score, Values, may_lead_to_value};
