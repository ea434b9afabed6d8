//! Files as they are, to be compared with what they are later.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file: content (of a link, where it points to), mode, and when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) mode: u32,
    pub(crate) written: SystemTime,
}

/// Files by their path from a folder.
pub(crate) type Files = BTreeMap<PathBuf, File>;

/// All files below a folder.
pub(crate) fn files_below(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(metadata) = path.symlink_metadata() else { continue };
            if metadata.is_dir() {
                open.push(path);
                continue;
            }
            let bytes = if metadata.is_symlink() {
                fs::read_link(&path).unwrap().as_os_str().as_bytes().to_vec()
            } else if metadata.is_file() {
                fs::read(&path).unwrap_or_default()
            } else {
                Vec::new()
            };
            let file = File { bytes, mode: metadata.permissions().mode(), written: metadata.modified().unwrap() };
            files.insert(path.strip_prefix(folder).unwrap().to_owned(), file);
        }
    }
    files
}

/// What a check may not touch: every file of the work tree, the index, and no lock that was not there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct State {
    work_tree: Files,
    git: Files,
}

impl State {
    pub(super) fn of(work_tree: &Path, git_dir: &Path) -> Self {
        let mut files = files_below(work_tree);
        files.retain(|path, _| !path.starts_with(".git"));
        let mut git = files_below(git_dir);
        git.retain(|path, _| path == Path::new("index") || path.extension().is_some_and(|extension| extension == "lock"));
        Self { work_tree: files, git }
    }

    /// Whether a lock of git's is there.
    pub(crate) fn is_locked(&self) -> bool {
        self.git.keys().any(|path| path != Path::new("index"))
    }
}
