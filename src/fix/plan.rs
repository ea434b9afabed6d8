//! What would change where, decided before anything is touched. It only adds blobs to the repository.

use std::path::Path;

use bstr::{BStr, BString, ByteSlice as _};

use super::Error;
use super::journal::{Change, Journal, Moved};
use super::merge::merge;
use super::work::{self, File, Standing};
use crate::git::{Entry, Repo};
use crate::model::ObjectId;

/// A staged file that is to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Path from the root of the repository.
    pub path: BString,
    /// What the index holds.
    pub old: Entry,
    /// Its bytes.
    pub before: Vec<u8>,
    /// Its bytes when it is mended.
    pub after: Vec<u8>,
    /// Its mode when it is mended.
    pub mode: u32,
}

/// A file that is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its path.
    pub path: BString,
    /// Why.
    pub why: String,
}

/// What will change, and what is left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// What will change, whole or not at all.
    pub changes: Vec<Change>,
    /// What is left alone, in the index and in the work tree.
    pub left: Vec<Left>,
    /// The fix that this undoes.
    pub(super) undoes: Option<String>,
}

/// Decides what a fix changes. A file of which the work tree cannot follow is left alone in the index too.
///
/// # Errors
/// If the repository or a file does not read, or a blob cannot be stored.
pub fn plan(repo: &Repo, wanted: &[Wanted]) -> Result<Planned, Error> {
    let root = repo.work_dir().ok_or(Error::Bare)?;
    let index = repo.index()?;
    let paths: Vec<&BStr> = wanted.iter().map(|wanted| wanted.path.as_bstr()).collect();
    let filtered = repo.are_filtered(&paths)?;
    let mut planned = Planned::default();
    for (wanted, is_filtered) in wanted.iter().zip(filtered) {
        let standing = index.as_ref().and_then(|index| index.plain_entry_at(&wanted.path));
        let change = if standing == Some(wanted.old) {
            let file = Site { repo, root, wanted, is_filtered };
            file.change()?
        } else {
            Err("its entry in the index is a special one, or changed meanwhile".to_owned())
        };
        match change {
            Ok(change) => planned.changes.push(change),
            Err(why) => planned.left.push(Left { path: wanted.path.clone(), why }),
        }
    }
    Ok(planned)
}

/// Decides what it takes to undo the last fix, at the paths that `asked` names.
///
/// # Errors
/// If there is none, or the repository or a file does not read.
pub fn undo(repo: &Repo, journal: &Journal, asked: impl Fn(&[u8]) -> bool) -> Result<Planned, Error> {
    let root = repo.work_dir().ok_or(Error::Bare)?;
    let record = journal.last()?.ok_or(Error::Nothing)?;
    let index = repo.index()?;
    let mut planned = Planned { undoes: Some(record.mark), ..Planned::default() };
    for change in record.changes.iter().filter(|change| asked(&change.path)).map(Change::inverse) {
        let standing = index.as_ref().and_then(|index| index.plain_entry_at(&change.path));
        let blobs = [Some(change.new.id), change.work.map(|work| work.new)];
        let why = if standing != Some(change.old) {
            Some("what is staged of it changed since")
        } else if change.work.is_some() && !stands(repo, root, &change)? {
            Some("it changed on disk since")
        } else if blobs.into_iter().flatten().any(|blob| !repo.has(blob)) {
            Some("git has thrown its old bytes away")
        } else {
            None
        };
        match why {
            Some(why) => planned.left.push(Left { path: change.path, why: why.to_owned() }),
            None => planned.changes.push(change),
        }
    }
    Ok(planned)
}

/// Whether the file on disk is what a change begins with.
pub(super) fn stands(repo: &Repo, root: &Path, change: &Change) -> Result<bool, Error> {
    is_old(repo, change, &work::read(root, change.path.as_bstr())?)
}

/// Whether something is what a change begins with in the work tree.
pub(super) fn is_old(repo: &Repo, change: &Change, standing: &Standing) -> Result<bool, Error> {
    let Some(moved) = change.work else { return Ok(true) };
    Ok(*standing == Standing::File(File { bytes: repo.read(moved.old)?, permissions: moved.old_permissions }))
}

/// One file in its two places.
struct Site<'s> {
    repo: &'s Repo,
    root: &'s Path,
    wanted: &'s Wanted,
    is_filtered: bool,
}

impl Site<'_> {
    /// What changes; else why the file is left alone.
    fn change(&self) -> Result<Result<Change, String>, Error> {
        let Wanted { path, old, after, mode, .. } = self.wanted;
        let change = |work| -> Result<Change, Error> {
            let new = Entry { mode: *mode, id: self.repo.write_blob(after)? };
            Ok(Change { path: path.clone(), old: *old, new, work })
        };
        let file = match work::read(self.root, path.as_bstr())? {
            Standing::Missing => return change(None).map(Ok),
            Standing::Other(why) => return Ok(Err(why.to_owned())),
            Standing::File(file) => file,
        };
        let bytes = match if self.is_filtered { self.through_filters(&file.bytes) } else { Ok(self.merged(&file.bytes)) } {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(why)) => return Ok(Err(why)),
            Err(Error::Git(error @ crate::git::Error::Git { .. })) => return Ok(Err(error.to_string())),
            Err(error) => return Err(error),
        };
        let permissions = self.permissions(file.permissions);
        if bytes == file.bytes && permissions == file.permissions {
            return change(None).map(Ok);
        }
        let moved = Moved {
            old: self.repo.write_blob(&file.bytes)?,
            new: self.repo.write_blob(&bytes)?,
            old_permissions: file.permissions,
            new_permissions: permissions,
        };
        change(Some(moved)).map(Ok)
    }

    /// The bytes of the work tree with the fix, as git would store them.
    fn merged(&self, stored: &[u8]) -> Result<Vec<u8>, String> {
        let Wanted { before, after, .. } = self.wanted;
        merge(before, stored, after)
            .ok_or_else(|| "what is not staged of it stands where the fix goes; stage it or put it aside".to_owned())
    }

    /// The same for a file that git changes on its way: only where the way out and back gives the bytes that stand there.
    fn through_filters(&self, disk: &[u8]) -> Result<Result<Vec<u8>, String>, Error> {
        let path = self.wanted.path.as_bstr();
        let stored = self.repo.clean(path, disk)?;
        let stored_bytes = self.repo.read(stored)?;
        let merged = match self.merged(&stored_bytes) {
            Ok(merged) => merged,
            Err(why) => return Ok(Err(why)),
        };
        let (out, back) =
            if stored_bytes == disk { (merged.clone(), merged.clone()) } else { (self.repo.smudge(path, stored)?, self.out(&merged)?) };
        let is_same = stored_bytes == disk || out == disk;
        if !is_same || self.repo.read(self.repo.clean(path, &back)?)? != merged {
            return Ok(Err("git's filters do not give its bytes on disk back as they are".to_owned()));
        }
        Ok(Ok(back))
    }

    fn out(&self, merged: &[u8]) -> Result<Vec<u8>, Error> {
        let blob: ObjectId = self.repo.write_blob(merged)?;
        Ok(self.repo.smudge(self.wanted.path.as_bstr(), blob)?)
    }

    /// A change of mode that is not staged stays.
    fn permissions(&self, permissions: u32) -> u32 {
        let is_executable = |mode: u32| mode & 0o100 != 0;
        let Wanted { old, mode, .. } = self.wanted;
        if old.mode == *mode || is_executable(permissions) != is_executable(old.mode) {
            return permissions;
        }
        work::permissions_for(*mode, permissions)
    }
}
