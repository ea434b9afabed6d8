//! Where blobs come from. A source lists candidates and opens readers; it does not know what is looked for.

mod commits;
mod lines;
mod reader;
mod staged;
mod surroundings;
mod text;
mod worktree;

use std::path::PathBuf;

use bstr::BString;

pub use commits::{Commits, Pushed, RefUpdate};
pub use reader::{Content, FarReader, Reader, WHOLE_BYTES};
pub use staged::Staged;
pub use surroundings::Folder;
pub use text::{MessageFile, Stdin};
pub use worktree::WorkTree;

use crate::git;
use crate::model::{Candidate, Coverage, ObjectId};

/// What stops a source, or a candidate of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// git's part.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// A file's part.
    #[error("cannot read `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A program's part.
    #[error(transparent)]
    Process(#[from] crate::process::Error),
    /// What git says on a hook's standard input, or a user of a range, is not of the right form.
    #[error("cannot understand `{what}`")]
    Form {
        /// What was read.
        what: BString,
        /// How it should look.
        wanted: &'static str,
    },
}

/// All files at one time, for programs that look at files and not at what was said of them.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The commit that has them, where one has.
    pub commit: Option<ObjectId>,
    /// Those that changed, each compared with what was before all of the change.
    pub changed: Vec<Candidate>,
}

/// Something that has candidates.
pub trait Source {
    /// What is scanned, for people: "what is staged".
    fn subject(&self) -> String;

    /// Lists candidates, and says what it passes over and what it cannot look at.
    ///
    /// # Errors
    /// If nothing can be listed at all.
    fn list(&self, emit: &mut dyn FnMut(Candidate)) -> Result<Coverage, Error>;

    /// A reader for this thread.
    ///
    /// # Errors
    /// If the repository does not open again.
    fn reader(&self) -> Result<Reader<'_>, Error>;

    /// What a reader on another thread needs.
    ///
    /// # Errors
    /// If the repository does not open again.
    fn far_reader(&self) -> Result<FarReader, Error>;

    /// The newest states of all files; none where there are no files.
    ///
    /// # Errors
    /// If it does not read.
    fn states(&self) -> Result<Vec<State>, Error> {
        Ok(Vec::new())
    }

    /// All files of a state, without submodules.
    ///
    /// # Errors
    /// If it does not read.
    fn files_of(&self, _state: &State) -> Result<Vec<Candidate>, Error> {
        Ok(Vec::new())
    }

    /// The newest commits, where commits are scanned.
    fn tips(&self) -> Vec<ObjectId> {
        Vec::new()
    }
}
