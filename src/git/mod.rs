//! git's objects, index and history, in plain types: no type of a git library leaves this room. It reads; refs and the
//! work tree are never written. Blobs and the index are, for a fix that a person asks for, under git's own lock.

mod error;
mod filter;
mod index;
mod loose;
mod repo;
mod tree;
mod walk;
mod write;

pub use error::Error;
pub use index::{Index, Staged};
pub use repo::{Door, Repo};
pub use tree::{Change, Entry};
pub use walk::{Commit, Range, Tag};
pub use write::IndexLock;
