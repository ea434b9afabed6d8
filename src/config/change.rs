//! Which versions of the settings judge a scan.

use std::path::Path;

use super::{Error, SETTINGS_FILE, Settings};
use crate::git::{Index, Repo};
use crate::model::{Check, ObjectId};

/// Where a version of the settings is read.
#[derive(Clone, Copy, Debug)]
pub enum Version<'v> {
    /// From the tree of a commit; no commit has no settings.
    Commit(Option<ObjectId>),
    /// From the index.
    Index(Option<&'v Index>),
    /// From files below a folder.
    Folder(&'v Path),
}

/// The settings before a change and, where it brings others, those that it brings.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The version that held before.
    pub accepted: Settings,
    /// The version that the change brings, if it is another.
    pub proposed: Option<Settings>,
}

impl Change {
    /// Reads both versions; equal files are read once.
    ///
    /// # Errors
    /// If a file has faults, or does not read.
    pub fn read(repo: Option<&Repo>, accepted: Version<'_>, proposed: Version<'_>) -> Result<Self, Error> {
        let before = Files::read(repo, accepted, "before this change")?;
        let after = Files::read(repo, proposed, "")?;
        let proposed = if after.same(&before) { None } else { Some(after.settings()?) };
        // A broken version must not stop a change that mends it: then the change's own version judges alone.
        let accepted = match (before.settings(), &proposed) {
            (Ok(settings), _) => settings,
            (Err(_), Some(mended)) => return Ok(Self { accepted: mended.clone(), proposed: None }),
            (Err(error), None) => return Err(error),
        };
        Ok(Self { accepted, proposed })
    }

    /// Reads one version, which judges alone.
    ///
    /// # Errors
    /// As [`Change::read`].
    pub fn single(repo: Option<&Repo>, version: Version<'_>) -> Result<Self, Error> {
        Ok(Self { accepted: Files::read(repo, version, "")?.settings()?, proposed: None })
    }

    /// All versions, the accepted one first.
    pub fn versions(&self) -> impl Iterator<Item = &Settings> {
        std::iter::once(&self.accepted).chain(&self.proposed)
    }

    /// The same without what is asked of commits beside their files: history is as it is.
    #[must_use]
    pub fn of_history(mut self) -> Self {
        for settings in std::iter::once(&mut self.accepted).chain(&mut self.proposed) {
            let checks: Vec<Check> = std::mem::take(&mut settings.wishes).checks().collect();
            settings.choice.enable.retain(|id| !checks.iter().any(|check| check.name() == id));
        }
        self
    }

    /// The newest version.
    pub fn newest(&self) -> &Settings {
        self.proposed.as_ref().unwrap_or(&self.accepted)
    }
}

/// The files of one version, as bytes.
#[derive(Debug, Default)]
struct Files {
    settings: Option<Vec<u8>>,
    baseline: Option<Vec<u8>>,
    name: &'static str,
}

impl Files {
    fn read(repo: Option<&Repo>, version: Version<'_>, name: &'static str) -> Result<Self, Error> {
        let settings = read_file(repo, version, SETTINGS_FILE)?;
        let parsed = settings.as_deref().map(|text| Settings::parse(SETTINGS_FILE, text));
        let baseline_file = match parsed {
            Some(Ok(settings)) => settings.baseline_file,
            _ => super::BASELINE_FILE.to_owned(),
        };
        Ok(Self { baseline: read_file(repo, version, &baseline_file)?, settings, name })
    }

    fn same(&self, other: &Self) -> bool {
        self.settings == other.settings && self.baseline == other.baseline
    }

    fn settings(&self) -> Result<Settings, Error> {
        let name = |file: &str| if self.name.is_empty() { file.to_owned() } else { format!("{file} ({})", self.name) };
        let mut settings = Settings::parse(&name(SETTINGS_FILE), self.settings.as_deref().unwrap_or_default())?;
        if let Some(baseline) = &self.baseline {
            let file = name(&settings.baseline_file);
            settings.read_baseline(&file, baseline)?;
        }
        Ok(settings)
    }
}

fn read_file(repo: Option<&Repo>, version: Version<'_>, file: &str) -> Result<Option<Vec<u8>>, Error> {
    let blob = match (version, repo) {
        (Version::Folder(folder), _) => {
            let path = folder.join(file);
            return match std::fs::read(&path) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(source) => Err(Error::File { doing: "read", path, source }),
            };
        }
        (Version::Commit(Some(commit)), Some(repo)) => repo.blob_at(commit, file.as_bytes())?,
        (Version::Index(Some(index)), _) => index.blob_at(file.as_bytes()),
        _ => None,
    };
    match (blob, repo) {
        (Some(blob), Some(repo)) => Ok(Some(repo.read(blob)?)),
        _ => Ok(None),
    }
}
