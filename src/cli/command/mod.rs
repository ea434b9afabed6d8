//! One file a command.

pub(super) mod allow;
pub(super) mod baseline;
pub(super) mod db;
pub(super) mod doctor;
pub(super) mod explain;
pub(super) mod fix;
pub(super) mod hook;
pub(super) mod import;
pub(super) mod init;
pub(super) mod install;
pub(super) mod manual;
mod precommit;
pub(super) mod rules;
pub(super) mod sbom;
pub(super) mod scan;
pub(super) mod tools;
mod tree;
pub(super) mod vulns;

use super::session::Session;
use crate::config::{Change, Folders, Version};
use crate::git::Repo;

/// The repository of this folder, if it is one, and its settings as they stand on disk, with those of some folders.
fn settings_here(folders: &Folders) -> anyhow::Result<(Option<Repo>, Change)> {
    let repo = match Session::repo() {
        Ok(repo) => Some(repo),
        Err(error) if error.is_no_repository() => None,
        Err(error) => return Err(error.into()),
    };
    let version = match repo.as_ref() {
        None => Version::Folder(std::path::Path::new(".")),
        Some(repo) => match repo.work_dir() {
            Some(folder) => Version::Folder(folder),
            None => Version::Commit(repo.head()?),
        },
    };
    let change = Change::single(repo.as_ref(), version, folders)?;
    Ok((repo, change))
}
