//! Files on disk.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteVec};
use ignore::WalkBuilder;

use super::{Error, FarReader, Reader, Source, State};
use crate::git::Repo;
use crate::model::{Candidate, Coverage, Gap, Origin, Since};

/// Files and folders, without what git ignores; what is tracked counts even where an ignore rule names it.
#[derive(Debug)]
pub struct WorkTree {
    root: PathBuf,
    paths: Vec<PathBuf>,
    tracked: Vec<BString>,
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
                Ok(Self { root, paths, tracked })
            }
            _ => Ok(Self { root: PathBuf::new(), paths: asked.to_vec(), tracked: Vec::new() }),
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
        for path in names {
            emit(Candidate { path, origin: Origin::WorkTree, id: None, mode: None, since: Since::Nothing });
        }
        Ok(coverage)
    }

    fn states(&self) -> Result<Vec<State>, Error> {
        let mut changed = Vec::new();
        self.list(&mut |candidate| changed.push(candidate))?;
        Ok(vec![State { commit: None, changed }])
    }

    fn files_of(&self, _state: &State) -> Result<Vec<Candidate>, Error> {
        // Outside of a work tree, what was asked for is all there is.
        let paths = if self.root.as_os_str().is_empty() { self.paths.clone() } else { vec![self.root.clone()] };
        let whole = Self { root: self.root.clone(), paths, tracked: self.tracked.clone() };
        let mut files = Vec::new();
        whole.list(&mut |candidate| files.push(candidate))?;
        Ok(files)
    }

    fn reader(&self) -> Result<Reader<'_>, Error> {
        Ok(Reader::of_files(&self.root))
    }

    fn far_reader(&self) -> Result<FarReader, Error> {
        Ok(FarReader::of_files(&self.root))
    }
}
