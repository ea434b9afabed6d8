//! The index against a tree.
//!
//! gix-index maps the file and decodes it; the cache-tree extension says which folders equal a tree, and those are
//! passed over whole. libgit2 takes ten times as long for a large index (`docs/decisions/0001-reading-the-index.md`).

use std::ops::Range;

use bstr::{BString, ByteSlice};
use gix_index::entry::{Flags, Mode};
use gix_index::extension::Tree as CacheTree;

use super::repo::path_of;
use super::tree::{Change, Differences, Entry, Sink, TREE, TreeEntry, against_each};
use super::{Error, Repo};
use crate::model::ObjectId;

/// What a commit of the index would change.
#[derive(Debug, Default)]
pub struct Staged {
    /// Blobs, modes and submodules that would be written, and paths that would go away.
    pub changes: Vec<Change>,
    /// How many entries stand there by `git add -N` only.
    pub intents_to_add: u64,
}

/// The index of a repository, read once.
pub struct Index {
    state: gix_index::State,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("entries", &self.state.entries().len()).finish()
    }
}

impl Index {
    /// The blob that stands at `path`; none where one is only meant to be added.
    pub fn blob_at(&self, path: &[u8]) -> Option<ObjectId> {
        let entry = self.state.entry_by_path(path.as_bstr()).filter(|entry| !entry.flags.contains(Flags::INTENT_TO_ADD));
        entry.and_then(|entry| ObjectId::from_bytes(entry.id.as_bytes()))
    }

    /// What stands in a folder, by name: the mode of a folder is octal `40000`. Nothing of a folder that is not there.
    pub fn names(&self, folder: &[u8]) -> Vec<(BString, u32)> {
        let prefix = if folder.is_empty() { BString::default() } else { path_of(folder, b"/") };
        let entries = self.state.entries();
        let start = entries.partition_point(|entry| entry.path(&self.state) < prefix.as_bstr());
        let mut rest = entries.get(start..).unwrap_or_default();
        let mut names: Vec<(BString, u32)> = Vec::new();
        while let Some(entry) = rest.first()
            && let Some(name) = entry.path(&self.state).strip_prefix(prefix.as_slice())
        {
            let skip = match name.find_byte(b'/') {
                Some(slash) => {
                    let below = path_of(&prefix, name.get(..=slash).unwrap_or_default());
                    names.push((name.get(..slash).unwrap_or_default().into(), TREE));
                    rest.partition_point(|entry| entry.path(&self.state).starts_with(&below))
                }
                None => {
                    names.push((name.into(), entry.mode.bits()));
                    1
                }
            };
            rest = rest.get(skip.max(1)..).unwrap_or_default();
        }
        names
    }

    /// All paths of files, symbolic links and submodules with what stands there, in git's order.
    pub fn entries(&self) -> impl Iterator<Item = (BString, Entry)> + '_ {
        let entries = self.state.entries().iter().filter(|entry| entry.mode != Mode::DIR);
        entries.filter_map(|entry| {
            let id = ObjectId::from_bytes(entry.id.as_bytes())?;
            Some((entry.path(&self.state).to_owned(), Entry { mode: entry.mode.bits(), id }))
        })
    }

    /// What stands at `path`; none where nothing does, or what stands there is special: a conflict, an intent to add, or an
    /// entry whose file git is told to pass over (`skip-worktree`, `assume-unchanged`).
    pub fn plain_entry_at(&self, path: &[u8]) -> Option<Entry> {
        let entry = self.state.entry_by_path(path.as_bstr())?;
        let special = Flags::INTENT_TO_ADD | Flags::SKIP_WORKTREE | Flags::ASSUME_VALID;
        let is_plain = entry.stage_raw() == 0 && !entry.flags.intersects(special);
        let id = ObjectId::from_bytes(entry.id.as_bytes())?;
        is_plain.then_some(Entry { mode: entry.mode.bits(), id })
    }
}

impl Repo {
    /// Reads the index; a repository in which nothing was ever added has none.
    ///
    /// # Errors
    /// If the file does not read.
    pub fn index(&self) -> Result<Option<Index>, Error> {
        let path = self.index_path();
        if !path.exists() {
            return Ok(None);
        }
        let hash = if self.is_sha256() { gix_hash::Kind::Sha256 } else { gix_hash::Kind::Sha1 };
        // git does not verify the checksum of an index it reads either; that would cost more than the scan.
        match gix_index::File::at(&path, hash, true, gix_index::decode::Options::default()) {
            Ok(file) => Ok(Some(Index { state: file.into_parts().0 })),
            Err(error) => Err(Error::Index { path, source: error.to_string().into() }),
        }
    }

    /// All files that a commit of `index` would hold, and its submodules.
    ///
    /// # Errors
    /// If a tree of a sparse index does not read.
    pub fn files_in(&self, index: &Index) -> Result<Vec<(BString, Entry)>, Error> {
        let mut files = Vec::new();
        for entry in index.state.entries() {
            if entry.stage_raw() != 0 || entry.flags.contains(Flags::INTENT_TO_ADD) {
                continue;
            }
            let (path, Some(id)) = (entry.path(&index.state), ObjectId::from_bytes(entry.id.as_bytes())) else { continue };
            if entry.mode == Mode::DIR {
                files.extend(self.files_below(id, path)?);
            } else {
                files.push((path.to_owned(), Entry { mode: entry.mode.bits(), id }));
            }
        }
        Ok(files)
    }

    /// What committing `index` on top of `parents` would change: on top of `HEAD` for a commit, of `HEAD` and what is
    /// merged for a merge, of the parents of `HEAD` for an amended commit. Without parents all is new.
    ///
    /// # Errors
    /// If the index has conflicts, or an object does not read.
    pub fn staged(&self, index: &Index, parents: &[ObjectId]) -> Result<Staged, Error> {
        let mut intents_to_add = 0;
        let changes = against_each(parents, |parent| {
            let tree = parent.map(|commit| self.tree_of(commit)).transpose()?;
            let state = &index.state;
            let mut differences = Differences::default();
            let mut walk = Walk { repo: self, state, intents_to_add: 0, unmerged: 0, first_unmerged: BString::default() };
            let entries = 0..state.entries().len();
            let root = Folder { prefix: BString::default(), key: BString::default(), entries, cache: state.tree() };
            walk.folder(tree, &root, &mut |path, old, new| differences.add(path, old, new))?;
            if walk.unmerged > 0 {
                return Err(Error::Unmerged { count: walk.unmerged, first: walk.first_unmerged });
            }
            intents_to_add = walk.intents_to_add;
            Ok(differences.finish(parent.is_some()))
        })?;
        Ok(Staged { changes, intents_to_add })
    }
}

struct Walk<'w> {
    repo: &'w Repo,
    state: &'w gix_index::State,
    intents_to_add: u64,
    unmerged: usize,
    first_unmerged: BString,
}

/// A folder of the index.
struct Folder<'w> {
    /// Its path, with a slash at its end; empty for the root.
    prefix: BString,
    /// The last part of its path.
    key: BString,
    /// Its entries, and those of the folders in it.
    entries: Range<usize>,
    /// What the cache tree says of it.
    cache: Option<&'w CacheTree>,
}

/// One name in a folder of the index: a file, or all entries below a folder.
enum Name<'w> {
    File(TreeEntry),
    Folder(Folder<'w>),
}

impl Name<'_> {
    /// What git sorts it by.
    fn key(&self) -> BString {
        match self {
            Self::File(entry) => entry.key(),
            Self::Folder(folder) => folder.key.clone(),
        }
    }
}

impl<'w> Walk<'w> {
    /// Compares the entries of a folder with a tree.
    fn folder(&mut self, tree: Option<ObjectId>, folder: &Folder<'w>, sink: Sink<'_>) -> Result<(), Error> {
        let cached = folder.cache.filter(|cache| cache.num_entries.is_some_and(|count| count as usize == folder.entries.len()));
        if let (Some(cached), Some(tree)) = (cached, tree)
            && cached.id.as_bytes() == tree.as_bytes()
        {
            return Ok(());
        }
        let prefix = &folder.prefix;
        let old = tree.map_or_else(|| Ok(Vec::new()), |id| self.repo.tree(id))?;
        let mut old = old.iter().peekable();
        let mut at = folder.entries.start;
        while let Some(name) = self.name(&mut at, folder) {
            let key = name.key();
            while let Some(gone) = old.next_if(|entry| entry.key() < key) {
                self.repo.diff_entries(Some(gone), None, prefix, sink)?;
            }
            let before = old.next_if(|entry| entry.key() == key);
            match name {
                Name::File(after) => self.repo.diff_entries(before, Some(&after), prefix, sink)?,
                Name::Folder(below) => self.folder(before.map(|entry| entry.id), &below, sink)?,
            }
        }
        for gone in old {
            self.repo.diff_entries(Some(gone), None, prefix, sink)?;
        }
        Ok(())
    }

    /// The next name in a folder, moving `at` past it; conflicts and intents to add are counted and passed over.
    fn name(&mut self, at: &mut usize, folder: &Folder<'w>) -> Option<Name<'w>> {
        while *at < folder.entries.end {
            let entry = self.state.entries().get(*at)?;
            let path = entry.path(self.state);
            let rest = path.get(folder.prefix.len()..).unwrap_or_default();
            let slash = rest.find_byte(b'/').filter(|&slash| slash + 1 < rest.len());
            if let Some(slash) = slash {
                let key = rest.get(..=slash).unwrap_or_default();
                let name = rest.get(..slash).unwrap_or_default();
                let cache = folder.cache.and_then(|cache| cache.children.iter().find(|child| child.name.as_slice() == name));
                let below = path_of(&folder.prefix, key.as_bstr());
                let end = self.end_of(*at..folder.entries.end, &below, cache);
                let entries = std::mem::replace(at, end)..end;
                return Some(Name::Folder(Folder { prefix: below, key: key.into(), entries, cache }));
            }
            *at += 1;
            if entry.stage_raw() != 0 {
                self.unmerged += 1;
                if self.unmerged == 1 {
                    self.first_unmerged = path.to_owned();
                }
            } else if entry.flags.contains(Flags::INTENT_TO_ADD) {
                self.intents_to_add += 1;
            } else {
                let id = ObjectId::from_bytes(entry.id.as_bytes())?;
                // A sparse index holds whole folders as entries; their names end with a slash.
                let mode = if entry.mode == Mode::DIR { TREE } else { entry.mode.bits() };
                let name = BString::from(rest.strip_suffix(b"/").unwrap_or(rest));
                return Some(Name::File(TreeEntry { name, mode, id }));
            }
        }
        None
    }

    /// Where the entries below a folder end, by the cache tree where it is sure, else by halving.
    fn end_of(&self, range: Range<usize>, folder: &[u8], cache: Option<&CacheTree>) -> usize {
        let entries = self.state.entries();
        let below = |at: usize| entries.get(at).is_some_and(|entry| entry.path(self.state).starts_with(folder));
        if let Some(count) = cache.and_then(|cache| cache.num_entries) {
            // The number is a hint that a broken index may have wrong, so both ends are looked at.
            let guess = range.start + count as usize;
            if count > 0 && guess <= range.end && below(guess - 1) && (guess == range.end || !below(guess)) {
                return guess;
            }
        }
        let rest = entries.get(range.clone()).unwrap_or_default();
        range.start + rest.partition_point(|entry| entry.path(self.state).starts_with(folder))
    }
}
