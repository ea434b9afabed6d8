//! The index against a tree.
//!
//! gix-index maps the file and decodes it; the cache-tree extension says which folders equal a tree, and those are
//! passed over whole. libgit2 takes ten times as long for a large index (`docs/decisions/0001-reading-the-index.md`).

use std::ops::Range;

use bstr::{BString, ByteSlice};
use gix_index::entry::{Flags, Mode};
use gix_index::extension::Tree as CacheTree;

use super::repo::path_of;
use super::tree::{Change, Differences, Sink, TREE, TreeEntry, against_each};
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
    /// The blob that stands at `path`.
    pub fn blob_at(&self, path: &[u8]) -> Option<ObjectId> {
        self.state.entry_by_path(path.as_bstr()).and_then(|entry| ObjectId::from_bytes(entry.id.as_bytes()))
    }

    /// All paths of files and symbolic links, in git's order.
    pub fn paths(&self) -> impl Iterator<Item = BString> + '_ {
        let is_file = |entry: &&gix_index::Entry| entry.mode != Mode::COMMIT && entry.mode != Mode::DIR;
        self.state.entries().iter().filter(is_file).map(|entry| entry.path(&self.state).to_owned())
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
            let whole = 0..state.entries().len();
            walk.folder(tree, whole, b"", state.tree(), &mut |path, old, new| differences.add(path, old, new))?;
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

/// One name in a folder of the index: a file, or all entries below a folder.
enum Name {
    File(TreeEntry),
    Folder { key: BString, entries: Range<usize> },
}

impl Walk<'_> {
    /// Compares the entries `range`, which all stand below `prefix`, with a tree.
    fn folder(
        &mut self,
        tree: Option<ObjectId>,
        range: Range<usize>,
        prefix: &[u8],
        cache: Option<&CacheTree>,
        sink: Sink<'_>,
    ) -> Result<(), Error> {
        let cached = cache.filter(|cache| cache.num_entries.is_some_and(|count| count as usize == range.len()));
        if let (Some(cached), Some(tree)) = (cached, tree)
            && cached.id.as_bytes() == tree.as_bytes()
        {
            return Ok(());
        }
        let old = tree.map_or_else(|| Ok(Vec::new()), |id| self.repo.tree(id))?;
        let mut old = old.iter().peekable();
        let mut at = range.start;
        loop {
            let Some(name) = self.name(&mut at, range.end, prefix, cache) else { break };
            let key = match &name {
                Name::File(entry) => entry.key(),
                Name::Folder { key, .. } => key.clone(),
            };
            while let Some(gone) = old.next_if(|entry| entry.key() < key) {
                self.repo.diff_entries(Some(gone), None, prefix, sink)?;
            }
            let before = old.next_if(|entry| entry.key() == key);
            match name {
                Name::File(after) => self.repo.diff_entries(before, Some(&after), prefix, sink)?,
                Name::Folder { key, entries } => {
                    let below = path_of(prefix, &key);
                    let name = key.strip_suffix(b"/").unwrap_or(&key);
                    let child = cache.and_then(|cache| cache.children.iter().find(|child| child.name.as_slice() == name));
                    self.folder(before.map(|entry| entry.id), entries, &below, child, sink)?;
                }
            }
        }
        for gone in old {
            self.repo.diff_entries(Some(gone), None, prefix, sink)?;
        }
        Ok(())
    }

    /// The next name at this level, moving `at` past it; conflicts and intents to add are counted and passed over.
    fn name(&mut self, at: &mut usize, end: usize, prefix: &[u8], cache: Option<&CacheTree>) -> Option<Name> {
        while *at < end {
            let entry = self.state.entries().get(*at)?;
            let path = entry.path(self.state);
            let rest = path.get(prefix.len()..).unwrap_or_default();
            let slash = rest.find_byte(b'/').filter(|&slash| slash + 1 < rest.len());
            if let Some(slash) = slash {
                let key = BString::from(rest.get(..=slash).unwrap_or_default());
                let first = *at;
                *at = self.end_of(first, end, &path_of(prefix, &key), &key, cache);
                return Some(Name::Folder { key, entries: first..*at });
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
                let sparse = entry.mode == Mode::DIR;
                let name = BString::from(rest.strip_suffix(b"/").unwrap_or(rest));
                let mode = if sparse { TREE } else { entry.mode.bits() };
                return Some(Name::File(TreeEntry { name, mode, id }));
            }
        }
        None
    }

    /// Where the entries below a folder end, by the cache tree where it is sure, else by halving.
    fn end_of(&self, first: usize, end: usize, folder: &[u8], key: &[u8], cache: Option<&CacheTree>) -> usize {
        let entries = self.state.entries();
        let name = key.strip_suffix(b"/").unwrap_or(key);
        let below = |at: usize| entries.get(at).is_some_and(|entry| entry.path(self.state).starts_with(folder));
        let child = cache.and_then(|cache| cache.children.iter().find(|child| child.name.as_slice() == name));
        if let Some(count) = child.and_then(|child| child.num_entries) {
            // The number is a hint that a broken index may have wrong, so both ends are looked at.
            let guess = first + count as usize;
            if count > 0 && guess <= end && below(guess - 1) && (guess == end || !below(guess)) {
                return guess;
            }
        }
        let rest = entries.get(first..end).unwrap_or_default();
        first + rest.partition_point(|entry| entry.path(self.state).starts_with(folder))
    }
}
