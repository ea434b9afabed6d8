//! Loose objects, read here and not by libgit2: it spins for ever on one that is cut short, as a full disk or a crash
//! leaves them (`docs/decisions/0008-objects-and-history.md`).

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::ZlibDecoder;

use crate::model::ObjectId;

/// The longest header there is: `commit 18446744073709551615` and its NUL.
const MAX_HEADER_BYTES: usize = 32;
/// How far alternates of alternates are followed; git's own limit.
const MAX_ALTERNATE_DEPTH: usize = 5;
/// How many bytes are set aside before an object's size has proved true.
const MAX_TRUSTED_BYTES: usize = 1 << 20;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

/// The folders that hold loose objects.
#[derive(Clone, Debug)]
pub(super) struct Loose {
    folders: Vec<PathBuf>,
}

/// A loose object.
pub(super) struct Object {
    pub(super) kind: Kind,
    /// The size it has by its own header.
    pub(super) size: u64,
    rest: Box<dyn Read>,
}

impl Loose {
    /// The folders `first` and all that they name as alternates.
    pub(super) fn new(first: Vec<PathBuf>) -> Self {
        let mut folders = Vec::new();
        let mut next = first;
        for _ in 0..=MAX_ALTERNATE_DEPTH {
            let alternates = next.iter().flat_map(|folder| alternates(folder)).collect();
            folders.append(&mut next);
            next = alternates;
        }
        Self { folders }
    }

    /// Opens an object; none if it is not loose.
    pub(super) fn open(&self, id: ObjectId) -> io::Result<Option<Object>> {
        let hex = id.to_string();
        let (folder, file) = hex.split_at(2);
        for objects in &self.folders {
            match File::open(objects.join(folder).join(file)) {
                Ok(file) => return Object::new(ZlibDecoder::new(BufReader::new(file))).map(Some),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Waits until an object is on the disk itself, where it is loose.
    pub(super) fn sync(&self, id: ObjectId) -> io::Result<()> {
        let hex = id.to_string();
        let (folder, file) = hex.split_at(2);
        for path in self.folders.iter().map(|objects| objects.join(folder).join(file)).filter(|path| path.exists()) {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    }
}

impl Object {
    fn new(mut stream: impl Read + 'static) -> io::Result<Self> {
        let mut header = Vec::new();
        let mut byte = [0];
        while header.len() < MAX_HEADER_BYTES {
            stream.read_exact(&mut byte)?;
            if byte == [0] {
                break;
            }
            header.extend(byte);
        }
        let parse = || {
            let (kind, size) = std::str::from_utf8(&header).ok()?.split_once(' ')?;
            let kind = match kind {
                "blob" => Kind::Blob,
                "tree" => Kind::Tree,
                "commit" => Kind::Commit,
                "tag" => Kind::Tag,
                _ => return None,
            };
            Some((kind, size.parse().ok()?))
        };
        let (kind, size) = parse().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the object has no header"))?;
        Ok(Self { kind, size, rest: Box::new(stream) })
    }

    /// Its content, whole: a size that is not what the header says is an error.
    pub(super) fn content(self) -> io::Result<Vec<u8>> {
        let mut content = Vec::with_capacity(usize::try_from(self.size).unwrap_or(0).min(MAX_TRUSTED_BYTES));
        self.rest.take(self.size.saturating_add(1)).read_to_end(&mut content)?;
        if content.len() as u64 == self.size {
            return Ok(content);
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "the object's size is not what its header says"))
    }
}

fn alternates(folder: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(folder.join("info/alternates")).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| folder.join(line)).collect()
}
