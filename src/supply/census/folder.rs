//! The two ways in which a tree is stored: as objects of git, and as files.

use std::io;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice};

use super::{MAX_FILE_BYTES, Tree};
use crate::git::{self, Repo};
use crate::model::ObjectId;

/// The mode of a symbolic link in git.
const LINK: u32 = 0o120_000;

/// The tree of a commit.
#[derive(Debug)]
pub struct Commit<'r> {
    repo: &'r Repo,
    paths: Vec<BString>,
    /// In the order of the paths.
    ids: Vec<ObjectId>,
    /// Submodules, whose files are not in the tree.
    pub submodules: Vec<BString>,
}

impl<'r> Commit<'r> {
    /// Lists the files of a commit.
    ///
    /// # Errors
    /// If an object does not read.
    pub fn new(repo: &'r Repo, commit: ObjectId) -> Result<Self, git::Error> {
        let mut files = repo.files_of(commit)?;
        files.sort_by(|(one, _), (two, _)| one.cmp(two));
        let submodules = files.iter().filter(|(_, entry)| entry.is_submodule()).map(|(path, _)| path.clone()).collect();
        files.retain(|(_, entry)| !entry.is_submodule() && entry.mode != LINK);
        let (paths, ids) = files.into_iter().map(|(path, entry)| (path, entry.id)).unzip();
        Ok(Self { repo, paths, ids, submodules })
    }
}

impl Tree for Commit<'_> {
    fn paths(&self) -> &[BString] {
        &self.paths
    }

    fn read(&self, path: &BString) -> io::Result<Vec<u8>> {
        let id = self.paths.binary_search(path).ok().and_then(|at| self.ids.get(at)).ok_or(io::ErrorKind::NotFound)?;
        self.repo.read_blob(*id, MAX_FILE_BYTES).map_err(io::Error::other)?.ok_or_else(too_large)
    }
}

/// Files on disk.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    paths: Vec<BString>,
}

impl Folder {
    /// Files below a folder, named from it. Links among them are left out.
    pub fn new(root: &Path, names: impl IntoIterator<Item = BString>) -> Self {
        let is_file = |name: &BString| root.join(name.to_path_lossy()).symlink_metadata().is_ok_and(|found| found.is_file());
        let mut paths: Vec<BString> = names.into_iter().filter(is_file).collect();
        paths.sort();
        paths.dedup();
        Self { root: root.to_owned(), paths }
    }
}

impl Tree for Folder {
    fn paths(&self) -> &[BString] {
        &self.paths
    }

    fn read(&self, path: &BString) -> io::Result<Vec<u8>> {
        let path = self.root.join(path.to_path_lossy());
        if path.metadata()?.len() > MAX_FILE_BYTES { Err(too_large()) } else { std::fs::read(path) }
    }
}

fn too_large() -> io::Error {
    io::Error::other(format!("it is larger than {MAX_FILE_BYTES} bytes"))
}
