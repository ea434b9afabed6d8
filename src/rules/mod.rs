//! What the files of `rules/` say, and the same form in a repository's own `stanch.toml`. Reads tables; runs
//! nothing: a rule becomes code in the room `check`.

mod builtin;
mod choice;
mod example;
pub mod fields;
pub mod import;
mod pack;
mod rule;
mod shape;

pub use builtin::{BUILTIN_DIGEST, Builtin, RULES};
pub use choice::{Choice, Turn};
pub use example::{FillerError, fill};
pub use fields::{Fault, Fields, Place};
pub use import::{Dialect, SecretPart};
pub use pack::read_rule;
pub use rule::{Kind, MIN_KEYWORD_BYTES, Rule};
pub use shape::{Bytes, Shape, Step, Stretch};
