//! What this machine remembers of a repository, in `stanch/` below the git folder: which changes were scanned and
//! clean, which values a person here accepted, and where the last findings stood. Never a secret.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use bstr::ByteSlice;
use sha2::{Digest, Sha256};

use super::Error;
use crate::git;
use crate::model::{Fingerprint, Hex, ObjectId};
use crate::tools::Tool;

/// How many receipts are kept.
const MAX_RECEIPTS: usize = 500;

/// The folder.
#[derive(Clone, Debug)]
pub struct Local {
    folder: PathBuf,
}

/// The name of a change by what it writes: a commit of the same content on the same parents has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeId([u8; 16]);

impl ChangeId {
    /// Names a change by its parents and by what it puts at which path.
    pub fn new(parents: &[ObjectId], changes: &[git::Change]) -> Self {
        let mut hash = Sha256::new();
        for parent in parents {
            hash.update(parent.as_bytes());
        }
        for change in changes {
            hash.update([0]);
            hash.update(&change.path);
            let (mode, id) = change.new.map_or((0, Vec::new()), |entry| (entry.mode, entry.id.as_bytes().to_vec()));
            hash.update(mode.to_be_bytes());
            hash.update(id);
        }
        let mut short = [0; 16];
        short.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        Self(short)
    }
}

impl std::fmt::Display for ChangeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl Local {
    /// The folder of the repository whose shared git folder is `common_dir`.
    pub fn new(common_dir: &Path) -> Self {
        Self { folder: common_dir.join("stanch") }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Notes that a change was scanned with the rules of `digest` and may be stored.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_receipt(&self, change: ChangeId, digest: &str) -> Result<(), Error> {
        let path = self.folder.join("receipts");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let line = format!("{change} {digest}\n");
        if text.lines().count() < MAX_RECEIPTS {
            let fail = |source| Error::File { doing: "write", path: path.clone(), source };
            fs::create_dir_all(&self.folder).map_err(fail)?;
            let mut file = fs::OpenOptions::new().create(true).append(true).open(&path).map_err(fail)?;
            return file.write_all(line.as_bytes()).map_err(fail);
        }
        let kept: Vec<&str> = text.lines().skip(MAX_RECEIPTS / 2).collect();
        self.write("receipts", &format!("{}\n{line}", kept.join("\n")))
    }

    /// Whether a change was scanned, with whichever rules.
    pub fn has_receipt(&self, change: ChangeId) -> bool {
        let wanted = change.to_string();
        let text = fs::read_to_string(self.folder.join("receipts")).unwrap_or_default();
        text.lines().any(|line| line.split(' ').next() == Some(&wanted))
    }

    /// Values that a person on this machine accepted.
    pub fn accepted(&self) -> BTreeSet<Fingerprint> {
        let text = fs::read_to_string(self.folder.join("accepted")).unwrap_or_default();
        text.lines().filter_map(Fingerprint::parse).collect()
    }

    /// Accepts a value on this machine.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn accept(&self, fingerprint: Fingerprint) -> Result<(), Error> {
        let mut accepted = self.accepted();
        accepted.insert(fingerprint);
        let lines: Vec<String> = accepted.iter().map(ToString::to_string).collect();
        self.write("accepted", &format!("{}\n", lines.join("\n")))
    }

    /// What a person on this machine said of tools, by their digests.
    pub fn tools(&self) -> BTreeMap<String, Trust> {
        let text = fs::read_to_string(self.folder.join("tools")).unwrap_or_default();
        let read = |line: &str| {
            let mut words = line.split(' ');
            let (digest, word) = (words.next()?, words.next()?);
            let trust = [Trust::Accepted, Trust::Gone].into_iter().find(|trust| trust.name() == word)?;
            Some((digest.to_owned(), trust))
        };
        text.lines().filter_map(read).collect()
    }

    /// Accepts `tools` and no others on this machine; those of `before` that are not among them are gone.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn accept_tools(&self, tools: &[Tool], before: &[Tool]) -> Result<(), Error> {
        let mut trusted: BTreeMap<String, Trust> = self.tools().into_keys().map(|digest| (digest, Trust::Gone)).collect();
        trusted.extend(before.iter().map(|tool| (tool.digest(), Trust::Gone)));
        trusted.extend(tools.iter().map(|tool| (tool.digest(), Trust::Accepted)));
        let name =
            |digest: &String| tools.iter().chain(before).find(|tool| tool.digest() == *digest).map_or("-", |tool| tool.name.as_str());
        let lines = trusted.iter().map(|(digest, trust)| format!("{digest} {} {}\n", trust.name(), name(digest)));
        self.write("tools", &lines.collect::<String>())
    }

    /// Remembers where the last findings stood, so that `stanch allow` can be told a fingerprint alone.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn remember(&self, places: &[Remembered]) -> Result<(), Error> {
        let mut text = Vec::new();
        for place in places {
            let blob = place.blob.map_or_else(|| "-".to_owned(), |id| id.to_string());
            text.extend_from_slice(format!("{} {} {blob} ", place.fingerprint, place.rule).as_bytes());
            text.extend(place.path.iter().map(|&byte| if byte == b'\n' { b'?' } else { byte }));
            text.push(b'\n');
        }
        self.write_bytes("findings", &text)
    }

    /// Where the last findings stood.
    pub fn remembered(&self) -> Vec<Remembered> {
        let text = fs::read(self.folder.join("findings")).unwrap_or_default();
        text.lines().filter_map(Remembered::parse).collect()
    }

    /// Writes a file of the folder, whole or not at all.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        self.write_bytes(name, text.as_bytes())
    }

    fn write_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(name);
        let fail = |source| Error::File { doing: "write", path: path.clone(), source };
        fs::create_dir_all(&self.folder).map_err(fail)?;
        write_whole(&path, bytes).map_err(fail)
    }
}

/// What a person on this machine said of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It may run.
    Accepted,
    /// It was in the settings, and was taken out of them or written anew.
    Gone,
}

impl Trust {
    fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Gone => "gone",
        }
    }
}

/// Where a finding stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Its lasting name.
    pub fingerprint: Fingerprint,
    /// What found it.
    pub rule: String,
    /// Its blob, where git has one.
    pub blob: Option<ObjectId>,
    /// Its file.
    pub path: Vec<u8>,
}

impl Remembered {
    fn parse(line: &[u8]) -> Option<Self> {
        let mut parts = line.splitn_str(4, " ");
        let fingerprint = Fingerprint::parse(parts.next()?.to_str().ok()?)?;
        let rule = parts.next()?.to_str().ok()?.to_owned();
        let blob = ObjectId::from_hex(parts.next()?);
        Some(Self { fingerprint, rule, blob, path: parts.next()?.to_vec() })
    }
}

/// Writes a file whole or not at all: beside it first, then renamed. What a link leads to is written, and the link stays;
/// a device or a pipe is written to as it is.
///
/// # Errors
/// If the disk says so.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::write(path, bytes);
    }
    let target = fs::canonicalize(path);
    let path = target.as_deref().unwrap_or(path);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".stanch-{}", std::process::id()));
    let beside = path.with_file_name(name);
    let written = fs::write(&beside, bytes).and_then(|()| {
        if let Ok(metadata) = fs::metadata(path) {
            fs::set_permissions(&beside, metadata.permissions())?;
        }
        fs::rename(&beside, path)
    });
    if written.is_err() {
        fs::remove_file(&beside).ok();
    }
    written
}
