//! Files on disk.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteVec};
use ignore::WalkBuilder;

use super::{Error, FarReader, Reader, Source};
use crate::git::Repo;
use crate::model::{Candidate, Coverage, Gap, Origin, Since};

/// Files and folders, without what git ignores; what is tracked counts even where an ignore rule names it.
#[derive(Debug)]
pub struct WorkTree {
    root: PathBuf,
    paths: Vec<PathBuf>,
    tracked: Vec<BString>,
    /// The names of the files, and what could not be listed, when they are first asked for.
    listed: OnceCell<(BTreeSet<BString>, Coverage)>,
}

impl WorkTree {
    /// Files below `paths`. In a work tree, candidates are named from its root; elsewhere as the user named them.
    ///
    /// # Errors
    /// If a path is not there, or the index does not read.
    pub fn new(repo: Option<&Repo>, paths: &[PathBuf]) -> Result<Self, Error> {
        let canonical = |path: &Path| path.canonicalize().map_err(|source| Error::File { path: path.to_owned(), source });
        let here = [PathBuf::from(".")];
        let asked = if paths.is_empty() { &here } else { paths };
        let full = asked.iter().map(|path| canonical(path)).collect::<Result<Vec<_>, _>>()?;
        let root = repo.and_then(Repo::work_dir).and_then(|root| root.canonicalize().ok());
        match (repo, root) {
            (Some(repo), Some(root)) if full.iter().all(|path| path.starts_with(&root)) => {
                let paths = if paths.is_empty() { vec![root.clone()] } else { full };
                let tracked = repo.index()?.map(|index| index.paths().collect()).unwrap_or_default();
                Ok(Self { root, paths, tracked, listed: OnceCell::new() })
            }
            _ => Ok(Self { root: PathBuf::new(), paths: asked.to_vec(), tracked: Vec::new(), listed: OnceCell::new() }),
        }
    }

    /// The name of a file as candidates carry it: bytes, with `/` between parts.
    fn name(&self, path: &Path) -> BString {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        let path = path.strip_prefix("./").unwrap_or(path);
        let bytes = Vec::from_path_lossy(path).into_owned();
        BString::from(if std::path::MAIN_SEPARATOR == '\\' {
            bytes.into_iter().map(|b| if b == b'\\' { b'/' } else { b }).collect()
        } else {
            bytes
        })
    }

    /// The names of the files, as candidates carry them.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.listed().0.iter().map(|name| name.as_slice())
    }

    fn listed(&self) -> &(BTreeSet<BString>, Coverage) {
        self.listed.get_or_init(|| {
            let mut coverage = Coverage::default();
            let mut names = self.walk(&mut coverage);
            for name in &self.tracked {
                let path = self.root.join(bstr::ByteSlice::to_path_lossy(name.as_slice()));
                if !names.contains(name) && self.paths.iter().any(|asked| path.starts_with(asked)) {
                    // A tracked file that is not on disk has nothing to look at here.
                    if path.symlink_metadata().is_ok_and(|kind| !kind.is_dir()) {
                        names.insert(name.clone());
                    }
                }
            }
            (names, coverage)
        })
    }

    fn walk(&self, coverage: &mut Coverage) -> BTreeSet<BString> {
        let mut names = BTreeSet::new();
        let Some((first, others)) = self.paths.split_first() else { return names };
        let mut builder = WalkBuilder::new(first);
        for path in others {
            builder.add(path);
        }
        builder.hidden(false).ignore(false).filter_entry(|entry| entry.file_name() != ".git");
        for entry in builder.build() {
            match entry {
                Ok(entry) => {
                    if entry.file_type().is_some_and(|kind| kind.is_file() || kind.is_symlink()) {
                        names.insert(self.name(entry.path()));
                    } else if entry.depth() == 0 && entry.file_type().is_none_or(|kind| !kind.is_dir()) {
                        // Somebody asked for it by name, so passing over it would say that it is clean.
                        let what = "neither a file nor a folder; pipe it in with `--stdin`".to_owned();
                        coverage.gaps.push(Gap { place: self.name(entry.path()), what });
                    }
                }
                Err(error) => coverage.gaps.push(Gap { place: BString::default(), what: error.to_string() }),
            }
        }
        names
    }
}

impl Source for WorkTree {
    fn subject(&self) -> String {
        "files on disk".to_owned()
    }

    fn list(&self, emit: &mut dyn FnMut(Candidate)) -> Result<Coverage, Error> {
        let (names, coverage) = self.listed();
        for path in names {
            emit(Candidate { path: path.clone(), origin: Origin::WorkTree, id: None, mode: None, since: Since::Nothing });
        }
        Ok(coverage.clone())
    }

    fn reader(&self) -> Result<Reader<'_>, Error> {
        Ok(Reader::of_files(&self.root))
    }

    fn far_reader(&self) -> Result<FarReader, Error> {
        Ok(FarReader::of_files(&self.root))
    }
}
