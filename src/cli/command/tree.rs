//! A folder on disk, as a tree whose packages are counted.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bstr::{BString, ByteSlice as _, ByteVec as _};

use crate::cli::error::Usage;
use crate::git::{Door, Repo};
use crate::source::{Source as _, WorkTree};
use crate::supply::census::Folder;

/// The files of a folder; in a repository, without those that git ignores.
pub(super) struct OnDisk {
    pub(super) tree: Folder,
    pub(super) root: PathBuf,
    pub(super) submodules: Vec<BString>,
    /// What could not be listed.
    pub(super) gaps: Vec<String>,
}

impl OnDisk {
    /// Lists them.
    pub(super) fn new(repo: Option<&Repo>, place: &Path) -> anyhow::Result<Self> {
        let root = place.canonicalize().with_context(|| format!("cannot open `{}`", place.display()))?;
        if !root.is_dir() {
            return Err(Usage::new(format!("`{}` is no folder", place.display()), "name the folder it is in").into());
        }
        let source = WorkTree::new(repo, std::slice::from_ref(&root))?;
        let top = repo.and_then(Repo::work_dir).and_then(|top| top.canonicalize().ok()).unwrap_or_default();
        let name = |path: &Path| path.strip_prefix(&root).ok().map(|name| BString::from(Vec::from_path_lossy(name).into_owned()));
        let mut names = Vec::new();
        let coverage = source.list(&mut |candidate| names.extend(name(&top.join(candidate.path.to_path_lossy()))))?;
        let submodules = source.submodules().filter_map(name).collect();
        let gaps = coverage.gaps.iter().map(|gap| format!("{}: {}", gap.place, gap.what)).collect();
        Ok(Self { tree: Folder::new(&root, names), root, submodules, gaps })
    }
}

/// The repository that a place is in, if it is in one.
pub(super) fn repo_of(place: &Path) -> anyhow::Result<Option<Repo>> {
    match Repo::open(Door::Path(place.to_owned())) {
        Ok(repo) => Ok(Some(repo)),
        Err(error) if error.is_no_repository() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
