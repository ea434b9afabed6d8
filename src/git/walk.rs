//! Commits of a range, and annotated tags.

use bstr::ByteSlice;

use super::loose::Kind;
use super::{Error, Repo};
use crate::model::ObjectId;

/// Commits to walk: all that can be reached from `tips` and not from `known`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// Where to begin.
    pub tips: Vec<ObjectId>,
    /// Where to end; ids that are not here are passed over.
    pub known: Vec<ObjectId>,
}

/// A commit.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents; a shallow clone may not hold them.
    pub parents: Vec<ObjectId>,
    /// Its message, as stored.
    pub message: Vec<u8>,
    /// Its header: names and addresses, and whatever else a program put there.
    pub header: Vec<u8>,
}

impl Commit {
    /// All that it says: the message, then the header, so that lines are counted as people count them.
    pub fn text(&self) -> Vec<u8> {
        [self.message.as_slice(), b"\n", &self.header].concat()
    }
}

/// An annotated tag.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Its id.
    pub id: ObjectId,
    /// What it names: mostly a commit.
    pub target: ObjectId,
    /// Its message, as stored.
    pub message: Vec<u8>,
    /// Its header.
    pub header: Vec<u8>,
}

impl Tag {
    /// All that it says: the message, then the header.
    pub fn text(&self) -> Vec<u8> {
        [self.message.as_slice(), b"\n", &self.header].concat()
    }
}

impl Repo {
    /// The ids of a range's commits, parents before children.
    ///
    /// # Errors
    /// If a tip is not there or history does not read.
    pub fn walk(&self, range: &Range) -> Result<Vec<ObjectId>, Error> {
        let mut wanted: Vec<String> = range.tips.iter().map(ToString::to_string).collect();
        wanted.extend(range.known.iter().filter(|&&known| self.has(known)).map(|known| format!("^{known}")));
        let input = wanted.join("\n") + "\n";
        let answer = self.git(&["rev-list", "--topo-order", "--reverse", "--stdin"], Some(input.as_bytes()))?;
        let doing = "walk the commits of the range";
        if !answer.status.success() {
            return Err(Error::Git { doing, said: String::from_utf8_lossy(&answer.stderr).trim().to_owned() });
        }
        let id =
            |line: &[u8]| ObjectId::from_hex(line).ok_or_else(|| Error::Git { doing, said: String::from_utf8_lossy(line).into_owned() });
        answer.stdout.lines().map(id).collect()
    }

    /// Reads a commit.
    ///
    /// # Errors
    /// If it is not there or is no commit.
    pub fn commit_object(&self, id: ObjectId) -> Result<Commit, Error> {
        let (kind, bytes) = self.read_kind(id)?;
        if kind != Kind::Commit {
            return Err(Error::Kind { id, wanted: "commit" });
        }
        let (head, message) = bytes.split_once_str("\n\n").unwrap_or((&bytes, b""));
        let named = |line: &[u8], name: &str| line.strip_prefix(name.as_bytes()).and_then(ObjectId::from_hex);
        // Later headers (`gpgsig`, `mergetag`) may hold lines that look the same, so only the first ones count.
        let mut lines = head.lines();
        let tree = lines.next().and_then(|line| named(line, "tree ")).ok_or(Error::Kind { id, wanted: "well-formed commit" })?;
        let parents = lines.map_while(|line| named(line, "parent ")).collect();
        Ok(Commit { id, tree, parents, message: message.to_vec(), header: head.to_vec() })
    }

    /// Follows annotated tags from `id`, however many stand one upon the other, to what they name.
    ///
    /// # Errors
    /// If an object does not read.
    pub fn tags_from(&self, id: ObjectId) -> Result<(Vec<Tag>, ObjectId, bool), Error> {
        let mut tags = Vec::new();
        let mut target = id;
        loop {
            let (kind, bytes) = self.read_kind(target)?;
            if kind != Kind::Tag {
                return Ok((tags, target, kind == Kind::Commit));
            }
            let (head, message) = bytes.split_once_str("\n\n").unwrap_or((&bytes, b""));
            let named = head.lines().next().and_then(|line| line.strip_prefix(b"object ")).and_then(ObjectId::from_hex);
            let next = named.ok_or(Error::Kind { id: target, wanted: "well-formed tag" })?;
            tags.push(Tag { id: target, target: next, message: message.to_vec(), header: head.to_vec() });
            target = next;
        }
    }
}
