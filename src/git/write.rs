//! The one way in which the index is written: under git's own lock, by git itself, into a copy that then takes its place.
//!
//! `git update-index` knows every form of an index (split, sparse, with the extensions of a file monitor) and keeps what
//! it does not change. It works on a copy beside the index, so that the index is the old one or the new one at any time.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use bstr::BString;

use super::{Entry, Error, Repo};
use crate::process;

/// The index of a repository, locked: no git writes it until this goes away.
#[derive(Debug)]
pub struct IndexLock {
    index: PathBuf,
    mark: String,
}

impl IndexLock {
    /// Takes the lock, and writes `mark` into it, by which [`IndexLock::break_own`] knows it again. The mark is part of a
    /// file name.
    ///
    /// # Errors
    /// If somebody else has it.
    pub fn take(index: &Path, mark: &str) -> Result<Self, Error> {
        let lock = Self { index: index.to_owned(), mark: mark.to_owned() };
        let (path, beside) = (lock.path(), with_end(&lock.copy(), ".mark"));
        let fail = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => Error::Locked { path: path.clone() },
            _ => Error::Write { path: path.clone(), source },
        };
        fs::write(&beside, mark).map_err(fail)?;
        // A link is there with its content or not at all; where a disk has no links, a lock may be left without its mark.
        let linked = fs::hard_link(&beside, &path);
        fs::remove_file(&beside).ok();
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(fail)?;
                file.write_all(mark.as_bytes()).map_err(fail)?;
            }
            linked => linked.map_err(fail)?,
        }
        Ok(lock)
    }

    /// Takes away a lock that a run with this `mark` left when it was cut off, and its copy of the index. A lock of
    /// somebody else stays.
    ///
    /// # Errors
    /// If it does not go.
    pub fn break_own(index: &Path, mark: &str) -> Result<(), Error> {
        let lock = Self { index: index.to_owned(), mark: mark.to_owned() };
        remove(&with_end(&lock.copy(), ".lock"))?;
        remove(&with_end(&lock.copy(), ".mark"))?;
        remove(&lock.copy())?;
        match fs::read(lock.path()) {
            Ok(content) if content == mark.as_bytes() => remove(&lock.path()),
            _ => Ok(()),
        }
    }

    /// Writes the copy in which each path has its new entry.
    ///
    /// # Errors
    /// If the index cannot be copied, or git refuses.
    pub fn prepare(&self, repo: &Repo, entries: &[(BString, Entry)]) -> Result<(), Error> {
        let copy = self.copy();
        fs::copy(&self.index, &copy).map_err(|source| Error::Write { path: copy.clone(), source })?;
        let mut input = Vec::new();
        for (path, entry) in entries {
            input.extend_from_slice(format!("{:o} {} 0\t", entry.mode, entry.id).as_bytes());
            input.extend_from_slice(path);
            input.push(0);
        }
        let mut git_dir = OsString::from("--git-dir=");
        git_dir.push(repo.git_dir());
        let arguments = [git_dir, "update-index".into(), "-z".into(), "--index-info".into()];
        let folder = repo.work_dir().unwrap_or(Path::new("."));
        let variables = [("GIT_INDEX_FILE", copy.as_os_str())];
        let answer = process::ask_with(Path::new("git"), &arguments, folder, Some(&input), &variables)?;
        if !answer.status.success() {
            let said = String::from_utf8_lossy(&answer.stderr).trim().to_owned();
            return Err(Error::Git { doing: "write the index", said });
        }
        let sync = || fs::File::open(&copy)?.sync_all();
        sync().map_err(|source| Error::Write { path: copy.clone(), source })
    }

    /// Puts the copy in the place of the index. The lock stays.
    ///
    /// # Errors
    /// If it does not move.
    pub fn replace(&self) -> Result<(), Error> {
        fs::rename(self.copy(), &self.index).map_err(|source| Error::Write { path: self.index.clone(), source })
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// If it does not go.
    pub fn give_back(&self) -> Result<(), Error> {
        Self::break_own(&self.index, &self.mark)
    }

    fn path(&self) -> PathBuf {
        with_end(&self.index, ".lock")
    }

    fn copy(&self) -> PathBuf {
        with_end(&self.index, &format!(".{}", self.mark))
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(end);
    path.into()
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::Write { path: path.to_owned(), source }),
        _ => Ok(()),
    }
}
