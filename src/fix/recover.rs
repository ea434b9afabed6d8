//! What a run that was cut off left behind, finished or rolled back.

use std::path::Path;

use bstr::{BString, ByteSlice as _};

use super::Error;
use super::journal::{Change, Journal, Record};
use super::plan::stands;
use super::work::{self, File, Standing};
use crate::git::{IndexLock, Repo};

/// What became of a fix that was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Whether it was finished; else all is as it was before it.
    pub is_finished: bool,
    /// Files that changed since and were left as they are.
    pub left: Vec<BString>,
}

/// Finishes or rolls back what earlier runs left half done. The index tells which: it is replaced at once, after all
/// files.
///
/// # Errors
/// If something does not read or write; then the next run tries again.
pub fn recover(repo: &Repo, journal: &Journal) -> Result<Vec<Recovered>, Error> {
    journal.begun()?.iter().map(|record| roll(repo, journal, record)).collect()
}

/// Finishes one fix, or rolls it back.
pub(super) fn roll(repo: &Repo, journal: &Journal, record: &Record) -> Result<Recovered, Error> {
    let root = repo.work_dir().ok_or(Error::Bare)?;
    for (number, change) in record.changes.iter().enumerate() {
        clear(repo, root, change, &record.beside(number))?;
    }
    let index = repo.index()?;
    let is_new = |change: &Change| index.as_ref().and_then(|index| index.plain_entry_at(&change.path)) == Some(change.new);
    if record.changes.iter().all(is_new) {
        IndexLock::break_own(&record.index, &record.mark)?;
        match &record.undoes {
            Some(mark) => {
                journal.forget(mark, &record.changes)?;
                journal.abandon(&record.mark)?;
            }
            None => journal.finish(&record.mark)?,
        }
        return Ok(Recovered { is_finished: true, left: Vec::new() });
    }
    let mut left = Vec::new();
    for (number, change) in record.changes.iter().enumerate().filter(|(_, change)| !is_new(change)) {
        let back = change.inverse();
        let Some(moved) = back.work else { continue };
        if stands(repo, root, &back)? {
            let file = File { bytes: repo.read(moved.new)?, permissions: moved.new_permissions };
            work::write_beside(root, change.path.as_bstr(), &record.beside(number), &file)?;
            work::replace(root, change.path.as_bstr(), &record.beside(number))?;
        } else if !stands(repo, root, change)? {
            left.push(change.path.clone());
        }
    }
    work::sync_folders(root, record.changes.iter().map(|change| change.path.as_bstr()));
    IndexLock::break_own(&record.index, &record.mark)?;
    journal.abandon(&record.mark)?;
    Ok(Recovered { is_finished: false, left })
}

/// Takes away what stands beside a file. It is what should come or what was there, whole or in part; or else a save of
/// somebody that an exchange put there, which takes its place again.
fn clear(repo: &Repo, root: &Path, change: &Change, name: &str) -> Result<(), Error> {
    let (path, Some(moved)) = (change.path.as_bstr(), change.work) else { return Ok(()) };
    if let Standing::File(file) = work::read_beside(root, path, name)?
        && !repo.read(moved.new)?.starts_with(&file.bytes)
        && !repo.read(moved.old)?.starts_with(&file.bytes)
        && stands(repo, root, &change.inverse())?
    {
        return work::replace(root, path, name);
    }
    work::remove_beside(root, path, name)
}
