//! Settings poured into a plan, and the only room that reads the environment and the clock. It decides; it does
//! not scan and does not print.

mod change;
mod env;
mod file;
mod folders;
mod local;
mod part;
mod plan;
mod precommit;
mod schema;
mod tools;
mod wishes;

pub use change::{Change, Version};
pub use env::Env;
pub use file::{BASELINE_FILE, SETTINGS_FILE, Settings};
pub use folders::Folders;
pub use local::{ChangeId, Local, Remembered, Trust, write_whole};
pub use plan::{plan, rule_set};
pub use precommit::{Converted, Row, Runner, Way, convert};
pub use schema::{KEYS, Key, schema};
pub use tools::{At, Wish, choose_tools};

use crate::rules::Fault;
use crate::{git, policy};

/// What stops a run before it starts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Files of settings or rules with faults, all of them at once.
    #[error("{} in the settings", if faults.len() == 1 { "a fault".to_owned() } else { format!("{} faults", faults.len()) })]
    Faults {
        /// In the order of the files.
        faults: Vec<Fault>,
    },
    /// git's part.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// A glob's part.
    #[error(transparent)]
    Glob(#[from] policy::GlobError),
    /// A file's part.
    #[error("cannot {doing} `{}`", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another set of rules runs than was asked for.
    #[error("the rules are not those that were asked for: these have the digest {found}")]
    Digest {
        /// The digest of what would run.
        found: String,
    },
}
