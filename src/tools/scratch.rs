//! Copies of files for a tool to see. What it does to them is told, and undone before the next tool.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bstr::{BString, ByteSlice};

use super::parse::{Remark, changes, tidy};
use crate::model::Candidate;
use crate::process::{Job, Scratch, run};
use crate::source::{self, Content, Reader};

/// The mode of a symbolic link.
const LINK: u32 = 0o120_000;
/// When every copy seems to have been written, in seconds since 1970: whoever writes to it later shows by that.
const WRITTEN_SECS: u64 = 1_000_000_000;
/// How long git may take to make a repository of the copies.
const GIT_TIMEOUT: Duration = Duration::from_secs(300);

/// What stops the making of copies.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// A file's part.
    #[error("cannot write a copy of `{path}`: {source}")]
    File {
        /// Its path in the repository.
        path: BString,
        /// Why.
        source: io::Error,
    },
    /// The folder's part.
    #[error("cannot make a folder for copies: {0}")]
    Folder(#[from] io::Error),
    /// The source's part.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// git's part.
    #[error("cannot make a repository of the copies: {0}")]
    Git(String),
}

/// A folder with copies of files.
pub(super) struct Tree<'t> {
    scratch: Scratch,
    files: BTreeMap<&'t BString, &'t Candidate>,
}

impl<'t> Tree<'t> {
    /// Copies `files` into a new folder. A path that would lead out of it is left out: git stores none.
    pub(super) fn new(files: impl IntoIterator<Item = &'t Candidate>, reader: &Reader<'_>) -> Result<Self, Error> {
        let files = files.into_iter().filter(|file| is_safe(&file.path)).map(|file| (&file.path, file)).collect();
        let tree = Self { scratch: Scratch::new()?, files };
        // A link is written when all files are, so that none is written through one.
        let (links, files): (Vec<_>, Vec<_>) = tree.files.values().partition(|file| reader.mode(file) == Some(LINK));
        for file in files.into_iter().chain(links) {
            tree.write(file, reader)?;
        }
        Ok(tree)
    }

    /// Where it is.
    pub(super) fn root(&self) -> &Path {
        self.scratch.path()
    }

    /// Whether a file was copied.
    pub(super) fn has(&self, path: &[u8]) -> bool {
        self.files.contains_key(&BString::from(path))
    }

    /// Makes it a git repository of which all files are committed.
    pub(super) fn make_repository(&self, path: Option<&OsStr>) -> Result<(), Error> {
        let who =
            ["-c", "user.name=stanch", "-c", "user.email=stanch@localhost", "-c", "commit.gpgSign=false", "-c", "core.autocrlf=false"];
        let alone = ["-c", "core.hooksPath=.git/no-hooks", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "core.safecrlf=false"];
        for command in [
            ["init", "--quiet", "--template=", "--initial-branch=main"].as_slice(),
            &["add", "--all", "--force"],
            &["commit", "--quiet", "--allow-empty", "--no-verify", "--message=what is looked at"],
        ] {
            let arguments: Vec<OsString> = who.iter().chain(&alone).chain(command).map(OsString::from).collect();
            let job = Job {
                program: Path::new("git"),
                arguments: &arguments,
                path,
                folder: self.root(),
                input: None,
                timeout: GIT_TIMEOUT,
                output_bytes: 1 << 20,
            };
            let ended = run(&job).map_err(|error| Error::Git(error.to_string()))?;
            if ended.end != crate::process::End::Code(0) {
                return Err(Error::Git(ended.stderr.trim_end().to_str_lossy().into_owned()));
            }
        }
        Ok(())
    }

    /// Leads `link` to the same path below `work_dir`, where that is there and the copies have no such path.
    pub(super) fn link(&self, link: &str, work_dir: &Path) -> Result<(), Error> {
        let (from, to) = (self.root().join(link), work_dir.join(link));
        if from.symlink_metadata().is_ok() || !to.exists() {
            return Ok(());
        }
        let fail = |source| Error::File { path: link.into(), source };
        let to = to.canonicalize().map_err(fail)?;
        fs::create_dir_all(from.parent().unwrap_or(&from)).and_then(|()| symlink(&to, &from)).map_err(fail)
    }

    /// What was done to the copies, as remarks; they are written anew.
    pub(super) fn mend(&self, reader: &Reader<'_>) -> Result<Vec<Remark>, Error> {
        let mut remarks = Vec::new();
        for (&path, file) in &self.files {
            self.take_links_away(path);
            let place = self.place(path);
            let Ok(now) = place.symlink_metadata() else {
                remarks.push(gone(path, "it took this file away"));
                self.write(file, reader)?;
                continue;
            };
            if reader.mode(file) == Some(LINK) || (now.is_file() && now.modified().ok() == Some(written())) {
                continue;
            }
            let after = if now.is_file() { fs::read(&place).ok() } else { None };
            let Content::Whole(before) = reader.open(file)? else {
                remarks.push(gone(path, "it wrote to this file"));
                continue;
            };
            match after {
                Some(after) if after == before => continue,
                Some(after) => remarks.extend(changes(path, &before, &after).into_iter().map(tidy)),
                None => remarks.push(gone(path, "it put something else in place of this file")),
            }
            if now.is_dir() { fs::remove_dir_all(&place) } else { fs::remove_file(&place) }.ok();
            self.write(file, reader)?;
        }
        Ok(remarks)
    }

    /// Takes away a link that a tool put in place of a folder above `path`: what it leads to is the person's.
    fn take_links_away(&self, path: &[u8]) {
        for (at, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            let folder = self.place(path.get(..at).unwrap_or_default());
            if folder.is_symlink() {
                fs::remove_file(&folder).ok();
            }
        }
    }

    fn place(&self, path: &[u8]) -> PathBuf {
        self.root().join(path.to_path_lossy())
    }

    fn write(&self, candidate: &Candidate, reader: &Reader<'_>) -> Result<(), Error> {
        let place = self.place(&candidate.path);
        let fail = |source| Error::File { path: candidate.path.clone(), source };
        let mode = reader.mode(candidate);
        let content = reader.open(candidate)?;
        fs::create_dir_all(place.parent().unwrap_or(&place)).map_err(fail)?;
        if let (Some(LINK), Content::Whole(target)) = (mode, &content) {
            // One that leads out of the folder would show the person's own files.
            let leads_out = target.starts_with(b"/") || climbs(&candidate.path, target);
            return if leads_out { Ok(()) } else { symlink(&target.to_path_lossy(), &place).map_err(fail) };
        }
        let mut file = File::options().write(true).create_new(true).open(&place).map_err(fail)?;
        match content {
            Content::Whole(bytes) => io::Write::write_all(&mut file, &bytes).map_err(fail)?,
            Content::Stream(mut stream) => drop(io::copy(&mut stream, &mut file).map_err(fail)?),
        }
        if mode.is_some_and(|mode| mode & 0o111 != 0) {
            make_executable(&file).map_err(fail)?;
        }
        file.set_modified(written()).map_err(fail)
    }
}

fn written() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(WRITTEN_SECS)
}

fn gone(path: &BString, what: &str) -> Remark {
    Remark { path: Some(path.clone()), code: "edit".to_owned(), message: what.to_owned(), ..Remark::default() }
}

/// Whether a path of git's stays below the folder it is written to.
fn is_safe(path: &[u8]) -> bool {
    let is_bad = |part: &[u8]| part.is_empty() || part == b"." || part == b".." || part.eq_ignore_ascii_case(b".git") || part.contains(&0);
    !path.split(|&byte| byte == b'/').any(is_bad)
}

/// Whether a link at `path` may lead above the root. One that climbs after it went down does: where it went may be
/// another link, from which it is not so far to the root.
fn climbs(path: &[u8], target: &[u8]) -> bool {
    let depth = path.split(|&byte| byte == b'/').count().saturating_sub(1);
    let mut parts = target.split(|&byte| byte == b'/').filter(|part| !matches!(*part, b"" | b"."));
    let up = parts.by_ref().take_while(|part| *part == b"..").count();
    up > depth || parts.any(|part| part == b"..")
}

#[cfg(unix)]
fn symlink(to: &Path, from: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, from)
}

#[cfg(unix)]
fn make_executable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn make_executable(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_links_that_lead_out_are_known() {
        assert!(is_safe(b"a/b.py") && is_safe(b".github/x"));
        for bad in ["../a", "a/../b", "/etc", "a//b", ".git/config", "a/.GIT/x", "."] {
            assert!(!is_safe(bad.as_bytes()), "{bad}");
        }
        assert!(climbs(b"a", b"b/../c") && climbs(b"a", b"b/s/../../c") && !climbs(b"a", b"./b//c"));
        assert!(!climbs(b"a/b/c", b"../../d") && climbs(b"a/b/c", b"../../../d") && climbs(b"a", b".."));
    }
}
