//! Archives opened in bounds: bytes in, members out. It runs no code of an archive, writes no file, knows nothing of
//! secrets, and gives up at a limit with what it read so far, never silently.

mod bundle;
mod kind;
mod limits;
mod meter;
mod open;
mod packfile;
mod place;
mod sqlite;
mod tar;
mod zip;
mod zstd;

use std::io::Read;

use bstr::{BStr, BString};

pub use kind::{Kind, kind};
pub use limits::Limits;
pub use open::open;

/// A file inside an archive.
pub struct Member<'m> {
    /// The way to it from the archive: `a.txt`, `inner.zip!/a.txt`.
    pub path: &'m BStr,
    /// Its bytes. What does not read ends them, and is told in the [`Summary`].
    pub content: &'m mut dyn Read,
}

impl std::fmt::Debug for Member<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What was opened, and what was not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Members handed out.
    pub members: u64,
    /// Archives of a kind that is not opened at all.
    pub unopened: u64,
    /// What was not fully read, one of each [`Why`].
    pub faults: Vec<Fault>,
}

/// What was not fully read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub why: Why,
    /// The first member that it concerns; empty for the archive itself.
    pub member: BString,
    /// How many more it concerns.
    pub more: u64,
}

/// Why something in an archive was not fully read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Archives stand in each other more deeply than [`Limits::depth`].
    Depth,
    /// There are more members than [`Limits::members`].
    Members,
    /// More bytes came out than [`Limits::total_bytes`].
    Total,
    /// More bytes came out for each that went in than [`Limits::ratio`].
    Ratio,
    /// An archive that must be held whole, inside another, is larger than [`Limits::held_bytes`].
    Held,
    /// A member is encrypted.
    Encrypted,
    /// A member is packed by a method that is not known here.
    Method,
    /// An object of a bundle is made from one that the bundle does not hold.
    Thin,
    /// It ends early, or is not what it says it is.
    Broken,
}
