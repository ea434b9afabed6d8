//! What can be mended, put into the index and the work tree, and back. It decides nothing about what is wrong, and it
//! never writes over what it has not read: what cannot be done whole is not done.
//!
//! A file stands in two places, in the index and in the work tree, and may differ. The index gets the mended bytes; the
//! work tree gets the same change merged into what stands there. A journal says before anything is touched what stands
//! where and what comes, so that a run that is cut off at any step is finished or rolled back by the next one.

mod apply;
mod journal;
mod merge;
mod plan;
mod recover;
mod work;

use std::path::PathBuf;

use bstr::BString;

pub use apply::Apply;
pub use journal::{Change, Journal, Moved};
pub use merge::merge;
pub use plan::{Left, Planned, Wanted, plan, undo};
pub use recover::{Recovered, recover};

use crate::git;

/// What stops a fix. Nothing is half done then: what was done is put back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// git's part.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// A file's part.
    #[error("cannot {doing} `{}`", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Somebody wrote to a file at the same time.
    #[error("`{path}` changed at the same time")]
    Changed {
        /// The file.
        path: BString,
    },
    /// A step failed, and what was done could not be put back.
    #[error("a fix was cut off and could not be put back")]
    HalfDone {
        /// Why it could not be put back.
        source: Box<Error>,
    },
    /// Another fix runs.
    #[error("another `stanch fix` is running in this work tree")]
    Busy,
    /// There is no work tree.
    #[error("a bare repository has nothing staged")]
    Bare,
    /// No fix is known that could be undone.
    #[error("there is no fix to undo")]
    Nothing,
    /// A journal that does not read.
    #[error("the journal `{}` does not read", path.display())]
    Journal {
        /// The file.
        path: PathBuf,
    },
}
