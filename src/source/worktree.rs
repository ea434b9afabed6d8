//! Files on disk.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bstr::{BString, ByteSlice, ByteVec};
use ignore::WalkBuilder;

use super::{Error, FarReader, Reader, Source, State};
use crate::git::{Index, Repo};
use crate::model::{Candidate, Coverage, Gap, Origin, Since, SkipReason};

/// The modes under which git stores what lies on disk.
const FILE: u32 = 0o100_644;
const LINK: u32 = 0o120_000;

/// Files and folders, without what git ignores; what is tracked counts even where an ignore rule names it.
#[derive(Clone, Debug, Default)]
pub struct WorkTree {
    root: PathBuf,
    paths: Vec<PathBuf>,
    /// What git tracks, with its mode.
    tracked: BTreeMap<BString, u32>,
    /// The folders of submodules, of which git stores a commit id.
    submodules: Arc<BTreeSet<PathBuf>>,
    /// Whether git takes modes from the disk (`core.fileMode`).
    trusts_modes: bool,
    /// The names of the files with whether each is a link, and what could not be listed, when they are first asked for.
    listed: OnceCell<(BTreeMap<BString, bool>, Coverage)>,
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
                let (mut tracked, mut submodules) = (BTreeMap::new(), BTreeSet::new());
                for (path, entry) in repo.index()?.iter().flat_map(Index::entries) {
                    if entry.is_submodule() {
                        submodules.insert(root.join(path.to_path_lossy()));
                    } else {
                        tracked.insert(path, entry.mode);
                    }
                }
                Ok(Self {
                    root,
                    paths,
                    tracked,
                    submodules: Arc::new(submodules),
                    trusts_modes: cfg!(unix) && repo.trusts_modes(),
                    listed: OnceCell::new(),
                })
            }
            _ => Ok(Self { root: PathBuf::new(), paths: asked.to_vec(), trusts_modes: true, ..Self::default() }),
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

    /// Where the submodules that git knows lie. Their files are those of another repository, and not listed.
    pub fn submodules(&self) -> impl Iterator<Item = &Path> {
        self.submodules.iter().map(PathBuf::as_path)
    }

    /// The names of the files, as candidates carry them.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.listed().0.keys().map(|name| name.as_slice())
    }

    fn listed(&self) -> &(BTreeMap<BString, bool>, Coverage) {
        self.listed.get_or_init(|| {
            let mut coverage = Coverage::default();
            let mut names = self.walk(&mut coverage);
            for name in self.tracked.keys() {
                let path = self.root.join(name.to_path_lossy());
                if !names.contains_key(name) && self.paths.iter().any(|asked| path.starts_with(asked)) {
                    // A tracked file that is not on disk has nothing to look at here.
                    if let Some(found) = path.symlink_metadata().ok().filter(|found| !found.is_dir()) {
                        names.insert(name.clone(), found.is_symlink());
                    }
                }
            }
            (names, coverage)
        })
    }

    fn walk(&self, coverage: &mut Coverage) -> BTreeMap<BString, bool> {
        let mut names = BTreeMap::new();
        let Some((first, others)) = self.paths.split_first() else { return names };
        let mut builder = WalkBuilder::new(first);
        for path in others {
            builder.add(path);
        }
        let (within, passed) = (!self.root.as_os_str().is_empty(), Arc::new(AtomicU64::new(0)));
        let (submodules, count) = (Arc::clone(&self.submodules), Arc::clone(&passed));
        builder.hidden(false).ignore(false).filter_entry(move |entry| {
            let is_folder = within && entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_other = is_folder && (submodules.contains(entry.path()) || is_repository(entry.path()));
            count.fetch_add(u64::from(is_other), Ordering::Relaxed);
            !is_other && entry.file_name() != ".git"
        });
        for entry in builder.build() {
            match entry {
                Ok(entry) => {
                    if entry.file_type().is_some_and(|kind| kind.is_file() || kind.is_symlink()) {
                        names.insert(self.name(entry.path()), entry.path_is_symlink());
                    } else if entry.depth() == 0 && entry.file_type().is_none_or(|kind| !kind.is_dir()) {
                        // Somebody asked for it by name, so passing over it would say that it is clean.
                        let what = "neither a file nor a folder; pipe it in with `--stdin`".to_owned();
                        coverage.gaps.push(Gap { place: self.name(entry.path()), what });
                    }
                }
                Err(error) => coverage.gaps.push(Gap { place: BString::default(), what: error.to_string() }),
            }
        }
        coverage.skip_many(SkipReason::Submodule, passed.load(Ordering::Relaxed));
        names
    }

    /// The mode under which git would store a file, where that is known without a look at the disk; a reader looks there.
    fn mode(&self, name: &BString, is_link: bool) -> Option<u32> {
        match () {
            () if is_link => Some(LINK),
            () if self.trusts_modes => None,
            () => Some(self.tracked.get(name).copied().unwrap_or(FILE)),
        }
    }
}

/// Whether a folder is another repository, which git would add as a submodule: never the files in it.
fn is_repository(folder: &Path) -> bool {
    let git = folder.join(".git");
    match git.symlink_metadata() {
        Ok(found) if found.is_dir() => git.join("HEAD").exists() && git.join("objects").exists(),
        Ok(found) if found.is_file() => std::fs::read(&git).is_ok_and(|text| text.starts_with(b"gitdir:")),
        _ => false,
    }
}

impl Source for WorkTree {
    fn subject(&self) -> String {
        "files on disk".to_owned()
    }

    fn list(&self, emit: &mut dyn FnMut(Candidate)) -> Result<Coverage, Error> {
        let (names, coverage) = self.listed();
        for (path, &is_link) in names {
            let mode = self.mode(path, is_link);
            emit(Candidate { path: path.clone(), origin: Origin::WorkTree, id: None, mode, since: Since::Nothing });
        }
        Ok(coverage.clone())
    }

    fn states(&self) -> Result<Vec<State>, Error> {
        let mut changed = Vec::new();
        self.list(&mut |candidate| changed.push(candidate))?;
        Ok(vec![State { commit: None, changed }])
    }

    fn files_of(&self, _state: &State) -> Result<Vec<Candidate>, Error> {
        // Outside of a work tree, what was asked for is all there is.
        let paths = if self.root.as_os_str().is_empty() { self.paths.clone() } else { vec![self.root.clone()] };
        let whole = Self { paths, listed: OnceCell::new(), ..self.clone() };
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
