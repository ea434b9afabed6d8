//! What a command begins with: the time, the environment, the repository.

use std::path::PathBuf;
use std::time::Instant;

use crate::config::{Env, Local};
use crate::git::{self, Door, Repo};

/// A run of the program.
pub(super) struct Session {
    pub(super) started: Instant,
    pub(super) env: Env,
}

impl Session {
    pub(super) fn begin() -> Self {
        Self { started: Instant::now(), env: Env::read() }
    }

    /// The repository of this folder.
    pub(super) fn repo() -> Result<Repo, git::Error> {
        Repo::open(Door::Path(PathBuf::from(".")))
    }

    /// The repository that git names when it calls.
    pub(super) fn called_repo(&self) -> Result<Repo, git::Error> {
        Repo::open(Door::Environment { index_file: self.env.index_file.clone(), object_folders: self.env.object_folders.clone() })
    }
}

/// What this machine remembers of a repository.
pub(super) fn local(repo: &Repo) -> Local {
    Local::new(repo.common_dir())
}
