//! git's objects, index and history, in plain types: no type of a git library leaves this room. It reads; the
//! index, the refs and the work tree are never written, and no lock is taken.

mod error;
mod index;
mod loose;
mod repo;
mod tree;
mod walk;

pub use error::Error;
pub use index::{Index, Staged};
pub use repo::{Door, Repo};
pub use tree::{Change, Entry};
pub use walk::{Commit, Range, Tag};
