//! Which versions of the settings judge a scan.

use std::path::Path;

use bstr::{BString, ByteSlice as _};

use super::folders::settings_of;
use super::{Error, Folders, SETTINGS_FILE, Settings};
use crate::git::{Index, Repo};
use crate::model::{Check, ObjectId};
use crate::policy::Policy;
use crate::rules::{Fault, Place};

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
    /// Reads both versions, with the files of settings in `folders`; equal ones are read once.
    ///
    /// # Errors
    /// If a file has faults, or does not read.
    pub fn read(repo: Option<&Repo>, accepted: Version<'_>, proposed: Version<'_>, folders: &Folders) -> Result<Self, Error> {
        let before = Files::read(repo, accepted, folders, "before this change")?;
        let after = Files::read(repo, proposed, folders, "")?;
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
    pub fn single(repo: Option<&Repo>, version: Version<'_>, folders: &Folders) -> Result<Self, Error> {
        Ok(Self { accepted: Files::read(repo, version, folders, "")?.settings()?, proposed: None })
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
    /// Those of folders.
    below: Vec<(BString, Vec<u8>)>,
    name: &'static str,
}

impl Files {
    fn read(repo: Option<&Repo>, version: Version<'_>, folders: &Folders, name: &'static str) -> Result<Self, Error> {
        let settings = read_file(repo, version, SETTINGS_FILE)?;
        let parsed = settings.as_deref().map(|text| Settings::parse(SETTINGS_FILE, text));
        let (baseline_file, policy) = match parsed {
            Some(Ok(settings)) => (settings.baseline_file, settings.policy),
            _ => (super::BASELINE_FILE.to_owned(), Policy::default()),
        };
        let mut below = read_below(repo, version, folders)?;
        // A folder that is somebody else's may hold settings of theirs.
        below.retain(|(folder, _)| !policy.excludes(&settings_of(folder)));
        Ok(Self { baseline: read_file(repo, version, &baseline_file)?, settings, below, name })
    }

    fn same(&self, other: &Self) -> bool {
        self.settings == other.settings && self.baseline == other.baseline && self.below == other.below
    }

    fn settings(&self) -> Result<Settings, Error> {
        let name = |file: &str| if self.name.is_empty() { file.to_owned() } else { format!("{file} ({})", self.name) };
        let mut settings = Settings::parse(&name(SETTINGS_FILE), self.settings.as_deref().unwrap_or_default())?;
        if let Some(baseline) = &self.baseline {
            let file = name(&settings.baseline_file);
            settings.read_baseline(&file, baseline)?;
        }
        let mut faults = Vec::new();
        for (folder, text) in &self.below {
            let file = name(&settings_of(folder).to_str_lossy());
            let read = match folder.to_str() {
                Ok(folder) => settings.read_below(folder, &file, text),
                Err(_) => Err(not_utf8_folder(file)),
            };
            match read {
                Err(Error::Faults { faults: more }) => faults.extend(more),
                read => read?,
            }
        }
        if faults.is_empty() { Ok(settings) } else { Err(Error::Faults { faults }) }
    }
}

fn not_utf8_folder(file: String) -> Error {
    let what = "the name of the folder is not UTF-8".to_owned();
    let hint = "rename the folder, or write its settings as `[[path]]` at the root".to_owned();
    Error::Faults { faults: vec![Fault { file, place: Place { line: 1, column: 1 }, what, hint }] }
}

/// The files of settings that stand in `folders`.
fn read_below(repo: Option<&Repo>, version: Version<'_>, folders: &Folders) -> Result<Vec<(BString, Vec<u8>)>, Error> {
    let mut files = Vec::new();
    match (version, repo) {
        _ if folders.is_empty() => {}
        (Version::Commit(Some(commit)), Some(repo)) => {
            for (folder, blob) in repo.blobs_in(commit, folders.names(), SETTINGS_FILE.as_bytes())? {
                files.push((folder, repo.read(blob)?));
            }
        }
        (Version::Index(Some(index)), Some(repo)) => {
            for folder in folders.names() {
                if let Some(blob) = index.blob_at(&settings_of(folder)) {
                    files.push((folder.clone(), repo.read(blob)?));
                }
            }
        }
        (Version::Folder(root), _) => {
            for folder in folders.names() {
                let text = read_disk(&root.join(settings_of(folder).to_path_lossy()))?;
                files.extend(text.map(|text| (folder.clone(), text)));
            }
        }
        _ => {}
    }
    Ok(files)
}

fn read_disk(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
        Err(source) => Err(Error::File { doing: "read", path: path.to_owned(), source }),
    }
}

fn read_file(repo: Option<&Repo>, version: Version<'_>, file: &str) -> Result<Option<Vec<u8>>, Error> {
    let blob = match (version, repo) {
        (Version::Folder(folder), _) => {
            return read_disk(&folder.join(file));
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
