//! What can go wrong with git.

use std::path::PathBuf;

use bstr::BString;

use crate::model::ObjectId;

/// What failed, and where.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no repository, or it does not open.
    #[error("cannot open the repository at `{}`", place.display())]
    Open {
        /// Where it was looked for.
        place: PathBuf,
        /// What git's library says.
        source: git2::Error,
    },
    /// The index does not read.
    #[error("cannot read the index `{}`", path.display())]
    Index {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The index holds conflicts.
    #[error("the index has unmerged paths, the first of {count}: `{first}`")]
    Unmerged {
        /// How many.
        count: usize,
        /// The first of them.
        first: BString,
    },
    /// A name that git does not know.
    #[error("unknown revision: `{name}`")]
    Revision {
        /// As it was asked for.
        name: String,
    },
    /// An object that does not read.
    #[error("cannot read object {id}")]
    Object {
        /// Its name.
        id: ObjectId,
        /// What git's library says.
        source: git2::Error,
    },
    /// An object that is not what it should be.
    #[error("object {id} is no {wanted}")]
    Kind {
        /// Its name.
        id: ObjectId,
        /// What it should be.
        wanted: &'static str,
    },
    /// A loose object that does not read.
    #[error("cannot read object {id}: {source}")]
    Loose {
        /// Its name.
        id: ObjectId,
        /// What its file says.
        source: std::io::Error,
    },
    /// Somebody else writes the index.
    #[error("the index is locked: `{}` is there", path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
    },
    /// A file of git's that does not write.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// git itself was asked and could not say.
    #[error("git cannot {doing}: {said}")]
    Git {
        /// What was being done.
        doing: &'static str,
        /// What it said.
        said: String,
    },
    /// git itself does not run.
    #[error(transparent)]
    Process(#[from] crate::process::Error),
    /// Anything else.
    #[error("cannot {doing}")]
    Doing {
        /// What was being done.
        doing: &'static str,
        /// What git's library says.
        source: git2::Error,
    },
}

impl Error {
    /// Whether an object is not there, as in a partial clone.
    pub fn is_missing_object(&self) -> bool {
        matches!(self, Self::Object { source, .. } if source.code() == git2::ErrorCode::NotFound)
    }

    /// Whether there is no repository at all.
    pub fn is_no_repository(&self) -> bool {
        matches!(self, Self::Open { source, .. } if source.code() == git2::ErrorCode::NotFound)
    }

    /// Whether git refuses a repository that belongs to somebody else.
    pub fn is_foreign_owner(&self) -> bool {
        matches!(self, Self::Open { source, .. } if source.code() == git2::ErrorCode::Owner)
    }
}
