//! Trees, and what differs between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use super::loose::Kind;
use super::repo::path_of;
use super::{Error, Repo};
use crate::model::{Base, ObjectId};

/// The mode of a folder.
pub(super) const TREE: u32 = 0o040_000;
/// The part of a mode that says what an entry is; git looks at nothing else to tell (`S_IFMT`).
const KIND: u32 = 0o170_000;
/// The mode of a submodule.
const GITLINK: u32 = 0o160_000;

/// One path that differs from every parent.
#[derive(Clone, Debug)]
pub struct Change {
    /// Path from the root of the repository.
    pub path: BString,
    /// What stands there now; none where it went away.
    pub new: Option<Entry>,
    /// What stood there in each parent; empty when there is no parent.
    pub old: Vec<Option<Entry>>,
    /// The same in the form that candidates carry.
    pub bases: Vec<Base>,
}

/// A blob or submodule under a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The mode as git writes it, in octal `100644`, `100755`, `120000` or `160000`.
    pub mode: u32,
    /// Its object.
    pub id: ObjectId,
}

impl Entry {
    /// Whether it is a submodule, whose object is a commit of another repository.
    pub fn is_submodule(self) -> bool {
        self.mode & KIND == GITLINK
    }
}

/// A line of a tree object.
pub(super) struct TreeEntry {
    pub(super) name: BString,
    pub(super) mode: u32,
    pub(super) id: ObjectId,
}

impl TreeEntry {
    pub(super) fn is_tree(&self) -> bool {
        self.mode & KIND == TREE
    }

    /// The name by which git sorts it among its neighbours.
    pub(super) fn key(&self) -> BString {
        let mut key = self.name.clone();
        if self.is_tree() {
            key.push(b'/');
        }
        key
    }

    pub(super) fn entry(&self) -> Entry {
        Entry { mode: self.mode, id: self.id }
    }
}

/// Takes what differs: path, before, after.
pub(super) type Sink<'s> = &'s mut dyn FnMut(BString, Option<Entry>, Option<Entry>);

impl Repo {
    /// The tree of a commit.
    pub(super) fn tree_of(&self, commit: ObjectId) -> Result<ObjectId, Error> {
        Ok(self.commit_object(commit)?.tree)
    }

    /// The entries of a tree, in git's order.
    pub(super) fn tree(&self, id: ObjectId) -> Result<Vec<TreeEntry>, Error> {
        let (kind, bytes) = self.read_kind(id)?;
        if kind != Kind::Tree {
            return Err(Error::Kind { id, wanted: "tree" });
        }
        parse(&bytes, id.as_bytes().len()).ok_or(Error::Kind { id, wanted: "well-formed tree" })
    }

    /// Tells all blobs and submodules in which two trees differ; no tree is an empty one.
    pub(super) fn diff_trees(&self, old: Option<ObjectId>, new: Option<ObjectId>, prefix: &[u8], sink: Sink<'_>) -> Result<(), Error> {
        if old == new {
            return Ok(());
        }
        let read = |tree: Option<ObjectId>| tree.map_or_else(|| Ok(Vec::new()), |id| self.tree(id));
        let (old, new) = (read(old)?, read(new)?);
        let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(a), Some(b)) => a.key().cmp(&b.key()),
            };
            let before = if order.is_le() { old.next() } else { None };
            let after = if order.is_ge() { new.next() } else { None };
            self.diff_entries(before, after, prefix, sink)?;
        }
    }

    /// Tells the difference between two entries of one name and sort: both trees, or neither.
    pub(super) fn diff_entries(
        &self,
        old: Option<&TreeEntry>,
        new: Option<&TreeEntry>,
        prefix: &[u8],
        sink: Sink<'_>,
    ) -> Result<(), Error> {
        let Some(either) = new.or(old) else { return Ok(()) };
        let mut path = path_of(prefix, &either.name);
        if either.is_tree() {
            path.push(b'/');
            return self.diff_trees(old.map(|entry| entry.id), new.map(|entry| entry.id), &path, sink);
        }
        let (old, new) = (old.map(TreeEntry::entry), new.map(TreeEntry::entry));
        if old != new {
            sink(path, old, new);
        }
        Ok(())
    }

    /// The blobs of one name in some folders of a commit's tree, in the order of the folders. Of each folder the one above it must
    /// be among them too; no other is read.
    ///
    /// # Errors
    /// If a tree does not read.
    pub fn blobs_in(&self, commit: ObjectId, folders: &BTreeSet<BString>, name: &[u8]) -> Result<Vec<(BString, ObjectId)>, Error> {
        let mut found = Vec::new();
        let mut trees: BTreeMap<&[u8], Vec<TreeEntry>> = BTreeMap::new();
        trees.insert(b"", self.tree(self.tree_of(commit)?)?);
        for folder in folders {
            let (above, last) = folder.rsplit_once_str("/").unwrap_or((b"", folder));
            let entry = trees.get(above).and_then(|tree| tree.iter().find(|entry| entry.name == last && entry.is_tree()));
            let Some(tree) = entry.map(|entry| self.tree(entry.id)).transpose()? else { continue };
            let file = tree.iter().find(|entry| entry.name == name && !entry.is_tree() && !entry.entry().is_submodule());
            found.extend(file.map(|file| (folder.clone(), file.id)));
            trees.insert(folder, tree);
        }
        Ok(found)
    }

    /// The paths of all files of one name in a commit's tree.
    ///
    /// # Errors
    /// If a tree does not read.
    pub fn files_named(&self, commit: ObjectId, name: &[u8]) -> Result<Vec<BString>, Error> {
        let mut found = Vec::new();
        let mut rest = vec![(BString::default(), self.tree_of(commit)?)];
        while let Some((prefix, tree)) = rest.pop() {
            for entry in self.tree(tree)? {
                let path = path_of(&prefix, &entry.name);
                if entry.is_tree() {
                    rest.push((path_of(&path, b"/".as_bstr()), entry.id));
                } else if entry.name == name {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }

    /// What a commit changes against all of its parents; a merge changes what differs from each.
    ///
    /// # Errors
    /// If an object does not read.
    pub fn changes_of(&self, commit: &super::Commit) -> Result<Vec<Change>, Error> {
        against_each(&commit.parents, |parent| {
            let mut changes = Differences::default();
            let old = parent.map(|id| self.tree_of(id)).transpose()?;
            self.diff_trees(old, Some(commit.tree), b"", &mut |path, old, new| changes.add(path, old, new))?;
            Ok(changes.finish(parent.is_some()))
        })
    }

    /// What the tree of a commit changes against each of `bases`; without any all is new.
    ///
    /// # Errors
    /// If an object does not read.
    pub fn changes_since(&self, commit: ObjectId, bases: &[ObjectId]) -> Result<Vec<Change>, Error> {
        let commit = super::Commit { parents: bases.to_vec(), ..self.commit_object(commit)? };
        self.changes_of(&commit)
    }

    /// All files of a commit, and its submodules.
    ///
    /// # Errors
    /// If an object does not read.
    pub fn files_of(&self, commit: ObjectId) -> Result<Vec<(BString, Entry)>, Error> {
        self.files_below(self.tree_of(commit)?, b"")
    }

    /// All files below a tree, whose own path is `prefix`.
    pub(super) fn files_below(&self, tree: ObjectId, prefix: &[u8]) -> Result<Vec<(BString, Entry)>, Error> {
        let mut files = Vec::new();
        self.diff_trees(None, Some(tree), prefix, &mut |path, _, new| files.extend(new.map(|entry| (path, entry))))?;
        Ok(files)
    }

    /// What differs between the trees of two commits.
    ///
    /// # Errors
    /// If an object does not read.
    pub fn changes_between(&self, old: ObjectId, new: ObjectId) -> Result<Vec<Change>, Error> {
        let mut changes = Differences::default();
        let trees = (self.tree_of(old)?, self.tree_of(new)?);
        self.diff_trees(Some(trees.0), Some(trees.1), b"", &mut |path, old, new| changes.add(path, old, new))?;
        Ok(changes.finish(true))
    }
}

/// The changes against several parents: what differs from each of them. Without a parent all is new.
pub(super) fn against_each(
    parents: &[ObjectId],
    mut against: impl FnMut(Option<ObjectId>) -> Result<Vec<Change>, Error>,
) -> Result<Vec<Change>, Error> {
    let Some((&first, others)) = parents.split_first() else { return against(None) };
    let mut changes = against(Some(first))?;
    for &parent in others {
        let mut other: BTreeMap<BString, Change> = against(Some(parent))?.into_iter().map(|change| (change.path.clone(), change)).collect();
        changes.retain_mut(|change| {
            let Some(also) = other.remove(&change.path) else { return false };
            change.old.extend(also.old);
            change.bases.extend(also.bases);
            true
        });
    }
    Ok(changes)
}

/// What differs between two states, gathered until all that went away is known.
#[derive(Default)]
pub(super) struct Differences {
    changes: Vec<(BString, Option<Entry>, Option<Entry>)>,
}

impl Differences {
    pub(super) fn add(&mut self, path: BString, old: Option<Entry>, new: Option<Entry>) {
        self.changes.push((path, old, new));
    }

    /// The changes; `has_parent` is false where every line is new because nothing came before.
    pub(super) fn finish(self, has_parent: bool) -> Vec<Change> {
        let gone = |(_, old, new): &(BString, Option<Entry>, Option<Entry>)| {
            if new.is_none() { old.filter(|entry| !entry.is_submodule()) } else { None }
        };
        let removed: Arc<[ObjectId]> = self.changes.iter().filter_map(gone).map(|entry| entry.id).collect();
        let change = |(path, old, new): (BString, Option<Entry>, Option<Entry>)| {
            let blob = old.filter(|entry| !entry.is_submodule());
            let base = || Base { blob: blob.map(|entry| entry.id), mode: blob.map(|entry| entry.mode), removed: Arc::clone(&removed) };
            let (old, bases) = if has_parent { (vec![old], vec![base()]) } else { (Vec::new(), Vec::new()) };
            Change { path, new, old, bases }
        };
        self.changes.into_iter().map(change).collect()
    }
}

fn parse(mut bytes: &[u8], id_bytes: usize) -> Option<Vec<TreeEntry>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (mode, rest) = bytes.split_once_str(" ")?;
        let (name, rest) = rest.split_once_str("\0")?;
        let id = ObjectId::from_bytes(rest.get(..id_bytes)?)?;
        let mode = u32::from_str_radix(mode.to_str().ok()?, 8).ok()?;
        entries.push(TreeEntry { name: BStr::new(name).to_owned(), mode, id });
        bytes = rest.get(id_bytes..)?;
    }
    Some(entries)
}
