//! What is looked at: candidates, where they come from, and which of their lines are new.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use bstr::BString;

use super::Hex;

/// The name of a git object: 20 bytes in a SHA-1 repository, 32 in a SHA-256 one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    bytes: [u8; 32],
    length: u8,
}

impl ObjectId {
    /// Takes the 20 or 32 raw bytes of an id; `None` for any other length.
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        if raw.len() != 20 && raw.len() != 32 {
            return None;
        }
        let mut bytes = [0; 32];
        bytes.get_mut(..raw.len())?.copy_from_slice(raw);
        Some(Self { bytes, length: if raw.len() == 20 { 20 } else { 32 } })
    }

    /// Reads an id of 40 or 64 hexadecimal digits; `None` for anything else.
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        let digits: Option<Vec<u8>> =
            hex.iter().map(|&digit| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())).collect();
        let digits = digits?;
        let raw: Vec<u8> = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
        if hex.len().is_multiple_of(2) { Self::from_bytes(&raw) } else { None }
    }

    /// The raw bytes, 20 or 32 of them.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Whether this is the id of zeros by which git says "no object".
    pub fn is_zero(&self) -> bool {
        self.as_bytes().iter().all(|&byte| byte == 0)
    }

    /// The first twelve hexadecimal digits, for people.
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(self.as_bytes()).fmt(f)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where a candidate lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// A file on disk.
    WorkTree,
    /// An entry of the index, about to be committed.
    Index,
    /// A blob that this commit added or changed.
    Commit(ObjectId),
    /// The message of this commit.
    CommitMessage(ObjectId),
    /// The message of this annotated tag.
    TagMessage(ObjectId),
    /// A commit message being written.
    Message,
    /// Standard input.
    Stdin,
    /// A branch, whose full name is the candidate's path, and what is done to it.
    Branch(BranchMove),
}

/// What is done to a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BranchMove {
    /// A commit is made on it.
    Commit,
    /// A push makes it.
    Create,
    /// A push adds commits.
    Forward,
    /// A push takes commits away.
    Force,
    /// A push deletes it.
    Delete,
}

impl Origin {
    /// The commit or tag that holds the candidate, where there is one.
    pub fn commit(&self) -> Option<ObjectId> {
        match self {
            Self::Commit(id) | Self::CommitMessage(id) | Self::TagMessage(id) => Some(*id),
            Self::WorkTree | Self::Index | Self::Message | Self::Stdin | Self::Branch(_) => None,
        }
    }

    /// A word for reports; part of the JSON format.
    pub fn name(&self) -> &'static str {
        match self {
            Self::WorkTree => "worktree",
            Self::Index => "index",
            Self::Commit(_) => "commit",
            Self::CommitMessage(_) => "commit-message",
            Self::TagMessage(_) => "tag-message",
            Self::Message => "message",
            Self::Stdin => "stdin",
            Self::Branch(_) => "branch",
        }
    }
}

/// Something to look at, before a byte of it is read.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Path from the root of the repository with `/` between parts, as bytes: git allows any but NUL.
    pub path: BString,
    /// Where it lives.
    pub origin: Origin,
    /// The blob, where git has one.
    pub id: Option<ObjectId>,
    /// The mode as git writes it, in octal `100644`, `100755`, `120000` or `160000`; none for what is no file.
    pub mode: Option<u32>,
    /// What its lines are compared with to tell new ones from old.
    pub since: Since,
}

impl Candidate {
    /// Whether it is a submodule: its object is a commit of another repository, and it has no content.
    pub fn is_submodule(&self) -> bool {
        self.mode == Some(0o160_000)
    }

    /// Whether it is a symbolic link, whose content is a path.
    pub fn is_link(&self) -> bool {
        self.mode == Some(0o120_000)
    }
}

/// What a candidate's lines are new against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Since {
    /// Against nothing: every line is new.
    Nothing,
    /// A line is new when it is new against each of these.
    Parents(Vec<Base>),
}

/// The state of one path in one parent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Base {
    /// The blob that stood at the same path.
    pub blob: Option<ObjectId>,
    /// The mode of that blob.
    pub mode: Option<u32>,
    /// Blobs whose paths went away in the same change: where a renamed file may come from.
    pub removed: Arc<[ObjectId]>,
}

/// Which lines of a blob are new, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// All of them.
    All,
    /// Those in these ranges, ascending and apart.
    Only(Vec<Range<u32>>),
}

impl Lines {
    /// Whether any line from `first` to `last`, both included, is new.
    pub fn touch(&self, first: u32, last: u32) -> bool {
        match self {
            Self::All => true,
            Self::Only(ranges) => ranges.iter().any(|range| range.start <= last && first < range.end),
        }
    }

    /// The lines that are new by both accounts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, lines) | (lines, Self::All) => lines,
            (Self::Only(left), Self::Only(right)) => Self::Only(
                left.iter()
                    .flat_map(|a| right.iter().map(move |b| a.start.max(b.start)..a.end.min(b.end)))
                    .filter(|range| !range.is_empty())
                    .collect(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_both_lengths_survive_hex() {
        for length in [40, 64] {
            let hex = "0123456789abcdef".repeat(4);
            let hex = hex.get(..length).unwrap();
            assert_eq!(ObjectId::from_hex(hex.as_bytes()).unwrap().to_string(), hex);
        }
        assert!(ObjectId::from_hex(b"abc").is_none());
        assert!(ObjectId::from_hex("zz".repeat(20).as_bytes()).is_none());
        assert!(ObjectId::from_hex("00".repeat(32).as_bytes()).unwrap().is_zero());
    }

    #[test]
    fn lines_new_against_two_parents_are_those_new_against_both() {
        let left = Lines::Only(vec![1..4, 8..10]);
        let right = Lines::Only(vec![3..9, 20..21]);
        assert_eq!(left.clone().and(right), Lines::Only(vec![3..4, 8..9]));
        assert_eq!(left.clone().and(Lines::All), left);
        assert!(left.touch(9, 9) && left.touch(4, 8) && !left.touch(4, 7));
    }
}
