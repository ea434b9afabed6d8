//! What fixes changed, written before they change it. It holds names of blobs and no bytes of files.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice as _};

use super::Error;
use super::work::sync_folder;
use crate::git::{Entry, Repo};
use crate::model::ObjectId;

/// The first line of a record.
const HEAD: &[u8] = b"stanch-fix 1";
/// How many fixes can be undone.
const MAX_KEPT: usize = 10;

/// What a fix changes at one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path from the root of the repository.
    pub path: BString,
    /// What the index holds before.
    pub old: Entry,
    /// What the index holds afterwards.
    pub new: Entry,
    /// What changes in the work tree; none where nothing does.
    pub work: Option<Moved>,
}

/// What a fix changes in a file of the work tree: names of blobs that hold its bytes as they stand on disk, and its
/// permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its bytes before.
    pub old: ObjectId,
    /// Its bytes afterwards.
    pub new: ObjectId,
    /// Its permissions before.
    pub old_permissions: u32,
    /// Its permissions afterwards.
    pub new_permissions: u32,
}

impl Change {
    /// The change that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let moved = |work: Moved| Moved {
            old: work.new,
            new: work.old,
            old_permissions: work.new_permissions,
            new_permissions: work.old_permissions,
        };
        Self { path: self.path.clone(), old: self.new, new: self.old, work: self.work.map(moved) }
    }
}

/// One fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Its name, and what its temporary files and its lock are known by.
    pub(super) mark: String,
    /// The index that it changes.
    pub(super) index: PathBuf,
    /// The mark of the fix that it undoes.
    pub(super) undoes: Option<String>,
    pub(super) changes: Vec<Change>,
}

/// The journal of a work tree, held by one run at a time.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    held: File,
}

impl Journal {
    /// Opens the journal of this work tree, and makes it where there is none.
    ///
    /// # Errors
    /// If another run holds it, or the disk says so.
    pub fn open(repo: &Repo) -> Result<Self, Error> {
        let folder = folder(repo);
        let path = folder.join("lock");
        let fail = |source| Error::File { doing: "open", path: path.clone(), source };
        fs::create_dir_all(&folder).map_err(fail)?;
        let held = File::options().create(true).truncate(false).write(true).open(&path).map_err(fail)?;
        if hold(&held).map_err(fail)? { Ok(Self { folder, held }) } else { Err(Error::Busy) }
    }

    /// Opens the journal if there is one that something was ever written to.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_existing(repo: &Repo) -> Result<Option<Self>, Error> {
        if folder(repo).exists() { Self::open(repo).map(Some) } else { Ok(None) }
    }

    /// A name that no fix has.
    pub(super) fn new_mark(&self) -> Result<String, Error> {
        let mut random = [0; 4];
        let fail = |error: getrandom::Error| Error::File { doing: "name", path: self.folder.clone(), source: io::Error::other(error) };
        getrandom::fill(&mut random).map_err(fail)?;
        let number = |mark: &String| mark.split('-').nth(2).and_then(|number| number.parse::<u64>().ok());
        let last = self.marks("begun")?.iter().chain(&self.marks("done")?).filter_map(number).max().unwrap_or(0);
        Ok(format!("stanch-fix-{:06}-{:08x}", last + 1, u32::from_be_bytes(random)))
    }

    /// Writes a record, whole and onto the disk itself.
    pub(super) fn begin(&self, record: &Record) -> Result<(), Error> {
        self.write(&format!("{}.begun", record.mark), &record.to_bytes())
    }

    /// Notes that a fix is done: it can be undone from now on.
    pub(super) fn finish(&self, mark: &str) -> Result<(), Error> {
        let (from, to) = (self.path(mark, "begun"), self.path(mark, "done"));
        fs::rename(&from, &to).map_err(|source| Error::File { doing: "write", path: to.clone(), source })?;
        sync_folder(&to);
        let done = self.marks("done")?;
        let old = done.len().saturating_sub(MAX_KEPT);
        done.iter().take(old).try_for_each(|mark| self.remove(mark, "done"))
    }

    /// Forgets a fix that is begun and is not or no longer in place.
    pub(super) fn abandon(&self, mark: &str) -> Result<(), Error> {
        self.remove(mark, "begun")
    }

    /// Takes out of a fix that is done what was undone of it, and forgets it when nothing is left.
    pub(super) fn forget(&self, mark: &str, undone: &[Change]) -> Result<(), Error> {
        let Some(mut record) = self.read(mark, "done")? else { return Ok(()) };
        record.changes.retain(|change| !undone.iter().any(|other| other.path == change.path));
        if record.changes.is_empty() { self.remove(mark, "done") } else { self.write(&format!("{mark}.done"), &record.to_bytes()) }
    }

    /// The fixes that are begun and were cut off.
    pub(super) fn begun(&self) -> Result<Vec<Record>, Error> {
        let records = self.marks("begun")?.into_iter().map(|mark| self.read(&mark, "begun"));
        Ok(records.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// The last fix that is done.
    pub(super) fn last(&self) -> Result<Option<Record>, Error> {
        self.marks("done")?.last().map_or(Ok(None), |mark| self.read(mark, "done"))
    }

    /// The marks of the records in a state, oldest first.
    fn marks(&self, state: &str) -> Result<Vec<String>, Error> {
        let fail = |source| Error::File { doing: "read", path: self.folder.clone(), source };
        let mut marks = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(fail)? {
            let name = entry.map_err(fail)?.file_name();
            let mark = name.to_str().and_then(|name| name.strip_suffix(state)?.strip_suffix('.')).map(str::to_owned);
            marks.extend(mark);
        }
        marks.sort();
        Ok(marks)
    }

    fn read(&self, mark: &str, state: &str) -> Result<Option<Record>, Error> {
        let path = self.path(mark, state);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes.map_err(|source| Error::File { doing: "read", path: path.clone(), source })?,
        };
        Record::parse(mark, &bytes).map(Some).ok_or(Error::Journal { path })
    }

    fn remove(&self, mark: &str, state: &str) -> Result<(), Error> {
        let path = self.path(mark, state);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(Error::File { doing: "remove", path, source }),
            _ => sync_folder(&path),
        }
        Ok(())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let (path, beside) = (self.folder.join(name), self.folder.join("beside"));
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        write().map_err(|source| Error::File { doing: "write", path: path.clone(), source })?;
        sync_folder(&path);
        Ok(())
    }

    fn path(&self, mark: &str, state: &str) -> PathBuf {
        self.folder.join(format!("{mark}.{state}"))
    }
}

impl Drop for Journal {
    /// Lets go by itself: a program that another thread is just starting still shares the file until it runs.
    fn drop(&mut self) {
        let_go(&self.held);
    }
}

/// Each work tree has a journal of its own, as it has an index of its own.
fn folder(repo: &Repo) -> PathBuf {
    repo.git_dir().join("stanch/fixes")
}

/// Takes a file for this process alone, until it ends in whatever way; false where another has it.
#[cfg(unix)]
fn hold(file: &File) -> io::Result<bool> {
    match rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(unix)]
fn let_go(file: &File) {
    // It goes with the file at the latest.
    rustix::fs::flock(file, rustix::fs::FlockOperation::Unlock).ok();
}

#[cfg(not(unix))]
fn hold(_: &File) -> io::Result<bool> {
    Ok(true)
}

#[cfg(not(unix))]
fn let_go(_: &File) {}

impl Record {
    /// The name of the temporary file of a change, by its number.
    pub(super) fn beside(&self, number: usize) -> String {
        format!(".{}-{number}", self.mark)
    }

    /// Fields that end with NUL, which no path holds.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = [HEAD, b"\0index "].concat();
        bytes.extend_from_slice(self.index.as_os_str().as_encoded_bytes());
        if let Some(mark) = &self.undoes {
            bytes.extend_from_slice(format!("\0undoes {mark}").as_bytes());
        }
        for Change { path, old, new, work } in &self.changes {
            let work = work.map_or_else(
                || "- - - -".to_owned(),
                |work| format!("{} {:o} {} {:o}", work.old, work.old_permissions, work.new, work.new_permissions),
            );
            bytes.extend_from_slice(format!("\0change {:o} {} {:o} {} {work} ", old.mode, old.id, new.mode, new.id).as_bytes());
            bytes.extend_from_slice(path);
        }
        bytes.push(0);
        bytes
    }

    fn parse(mark: &str, bytes: &[u8]) -> Option<Self> {
        let mut fields = bytes.strip_suffix(b"\0")?.split_str("\0");
        if fields.next()? != HEAD {
            return None;
        }
        let index = Path::new(fields.next()?.strip_prefix(b"index ")?.to_os_str().ok()?).to_owned();
        let mut record = Self { mark: mark.to_owned(), index, undoes: None, changes: Vec::new() };
        for field in fields {
            match field.split_once_str(" ")? {
                (b"undoes", mark) => record.undoes = Some(mark.to_str().ok()?.to_owned()),
                (b"change", rest) => record.changes.push(change(rest)?),
                _ => return None,
            }
        }
        Some(record)
    }
}

fn change(field: &[u8]) -> Option<Change> {
    let mut parts = field.splitn_str(9, " ");
    let entry = |mode: &[u8], id: &[u8]| Some(Entry { mode: octal(mode)?, id: ObjectId::from_hex(id)? });
    let old = entry(parts.next()?, parts.next()?)?;
    let new = entry(parts.next()?, parts.next()?)?;
    let (old_blob, old_mode, new_blob, new_mode) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let work = if old_blob == b"-" {
        None
    } else {
        let (old, new) = (ObjectId::from_hex(old_blob)?, ObjectId::from_hex(new_blob)?);
        Some(Moved { old, new, old_permissions: octal(old_mode)?, new_permissions: octal(new_mode)? })
    };
    Some(Change { path: parts.next()?.into(), old, new, work })
}

fn octal(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(digits.to_str().ok()?, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_being_written() {
        let id = |digit: &str| ObjectId::from_hex(digit.repeat(40).as_bytes()).unwrap();
        let (old, new) = (Entry { mode: 0o100_644, id: id("a") }, Entry { mode: 0o100_755, id: id("b") });
        let work = Moved { old: id("c"), new: id("d"), old_permissions: 0o640, new_permissions: 0o750 };
        let path = |path: &[u8]| BString::from(path);
        let changes = vec![
            Change { path: path(b"a b\n\xff/c"), old, new, work: Some(work) },
            Change { path: path(b"x"), old: new, new: old, work: None },
        ];
        let record = Record { mark: "stanch-fix-000001-0".to_owned(), index: "a b/index".into(), undoes: Some("m".to_owned()), changes };
        let bytes = record.to_bytes();
        assert_eq!(Record::parse(&record.mark, &bytes).unwrap(), record);
        for end in 0..bytes.len() {
            assert!(Record::parse("m", &bytes[..end]).is_none_or(|cut| cut.changes.len() < 2), "cut at {end}");
        }
    }
}
