//! Candidates become bytes here.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use bstr::{BString, ByteSlice};

use super::surroundings::Surroundings;
use super::{Error, Folder, lines};
use crate::git::{Commit, Index, Repo};
use crate::model::{Candidate, Decoded, Encoding, Lines, ObjectId, Origin, Since};
use crate::process;

/// The largest blob that is held whole, in bytes; larger ones are read in windows. Each worker holds at most one.
pub const WHOLE_BYTES: u64 = 16 << 20;

/// What the full names of branches begin with.
const BRANCHES: &[u8] = b"refs/heads/";

/// The bytes of a candidate.
pub enum Content {
    /// All of them.
    Whole(Vec<u8>),
    /// More than one may hold; read it in windows.
    Stream(Box<dyn Read>),
}

impl Content {
    /// The bytes, where all are held.
    fn whole(self) -> Option<Vec<u8>> {
        match self {
            Self::Whole(bytes) => Some(bytes),
            Self::Stream(_) => None,
        }
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(bytes) => write!(f, "Whole({} bytes)", bytes.len()),
            Self::Stream(_) => f.write_str("Stream"),
        }
    }
}

/// Reads candidates. Each thread has its own.
#[derive(Debug)]
pub struct Reader<'r> {
    repo: Option<&'r Repo>,
    folder: &'r Path,
    around: Surroundings,
}

/// What a reader on another thread needs: a repository of its own, or a folder.
#[derive(Debug, Default)]
pub struct FarReader {
    repo: Option<Repo>,
    folder: PathBuf,
}

impl FarReader {
    /// For files below `folder`.
    pub fn of_files(folder: &Path) -> Self {
        Self { repo: None, folder: folder.to_owned() }
    }

    /// For objects of a repository.
    pub fn of_repo(repo: Repo) -> Self {
        Self { repo: Some(repo), folder: PathBuf::new() }
    }

    /// The reader.
    pub fn reader(&self) -> Reader<'_> {
        Reader { repo: self.repo.as_ref(), folder: &self.folder, around: Surroundings::default() }
    }
}

impl<'r> Reader<'r> {
    /// A reader of files below `folder`.
    pub fn of_files(folder: &'r Path) -> Self {
        Self { repo: None, folder, around: Surroundings::default() }
    }

    /// A reader of objects.
    pub fn of_repo(repo: &'r Repo) -> Self {
        Self { repo: Some(repo), folder: Path::new(""), around: Surroundings::default() }
    }

    /// Reads a candidate.
    ///
    /// # Errors
    /// If it does not read.
    pub fn open(&self, candidate: &Candidate) -> Result<Content, Error> {
        match (candidate.origin, candidate.id) {
            // Its object is of another repository.
            _ if candidate.is_submodule() => Ok(Content::Whole(Vec::new())),
            (Origin::CommitMessage(id), _) => Ok(Content::Whole(self.repo()?.commit_object(id)?.text())),
            (Origin::TagMessage(id), _) => {
                let (tags, ..) = self.repo()?.tags_from(id)?;
                Ok(Content::Whole(tags.into_iter().next().map(|tag| tag.text()).unwrap_or_default()))
            }
            (Origin::Branch(_), _) => Ok(Content::Whole(candidate.path.strip_prefix(BRANCHES).unwrap_or(&candidate.path).to_vec())),
            (Origin::Stdin, _) => open_stream(std::io::stdin().lock(), Path::new("standard input"), 0),
            (Origin::Index | Origin::Commit(_), Some(id)) => self.open_blob(id),
            (Origin::WorkTree | Origin::Message | Origin::Index | Origin::Commit(_), _) => self.open_file(candidate),
        }
    }

    /// The mode of a candidate, as git would write it; none for what is no file.
    pub fn mode(&self, candidate: &Candidate) -> Option<u32> {
        if candidate.mode.is_some() || candidate.origin != Origin::WorkTree {
            return candidate.mode;
        }
        let kind = std::fs::symlink_metadata(self.folder.join(candidate.path.to_path_lossy())).ok()?;
        Some(if kind.is_symlink() {
            0o120_000
        } else if is_executable(&kind) {
            0o100_755
        } else {
            0o100_644
        })
    }

    /// What stands in a folder of the state that candidates of `origin` are of.
    ///
    /// # Errors
    /// If that does not read.
    pub fn folder(&self, origin: Origin, folder: &[u8]) -> Result<Rc<Folder>, Error> {
        self.around.folder(origin, folder, || match origin {
            Origin::Commit(id) => Ok(self.repo()?.names_at(id, folder)?.into_iter().map(|(name, entry)| (name, entry.mode)).collect()),
            Origin::Index => Ok(self.index()?.map(|index| index.names(folder)).unwrap_or_default()),
            _ => self.names_on_disk(folder),
        })
    }

    /// The content of a file or link at a path of that state; none where there is no such thing, or it is too large to hold.
    ///
    /// # Errors
    /// If it does not read.
    pub fn read_at(&self, origin: Origin, path: &[u8]) -> Result<Option<Rc<[u8]>>, Error> {
        self.around.file(origin, path, || {
            let id = match origin {
                Origin::Commit(id) => self.repo()?.blob_at(id, path)?,
                Origin::Index => self.index()?.and_then(|index| index.blob_at(path)),
                _ => {
                    let file = Candidate { path: path.into(), origin: Origin::WorkTree, id: None, mode: None, since: Since::Nothing };
                    return Ok(self.open_file(&file)?.whole());
                }
            };
            id.map_or(Ok(None), |id| Ok(self.open_blob(id)?.whole()))
        })
    }

    fn names_on_disk(&self, folder: &[u8]) -> Result<Vec<(BString, u32)>, Error> {
        let path = self.folder.join(folder.to_path_lossy());
        let fail = |source| Error::File { path: path.clone(), source };
        let mut names = Vec::new();
        match std::fs::read_dir(if path.as_os_str().is_empty() { Path::new(".") } else { &path }) {
            Ok(entries) => {
                for entry in entries {
                    let entry = entry.map_err(fail)?;
                    let kind = entry.file_type().map_err(fail)?;
                    let mode = if kind.is_dir() {
                        0o040_000
                    } else if kind.is_symlink() {
                        0o120_000
                    } else {
                        0o100_644
                    };
                    names.push((BString::from(entry.file_name().into_encoded_bytes()), mode));
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(fail(error)),
        }
        names.sort();
        Ok(names)
    }

    fn index(&self) -> Result<Option<&Index>, Error> {
        if let Some(index) = self.around.index.get() {
            return Ok(index.as_ref());
        }
        let index = self.repo()?.index()?;
        Ok(self.around.index.get_or_init(|| index).as_ref())
    }

    /// The size of a candidate that is a file, in bytes.
    ///
    /// # Errors
    /// If it is not there.
    pub fn size(&self, candidate: &Candidate) -> Result<u64, Error> {
        if let Some(id) = candidate.id {
            return Ok(self.repo()?.size(id)?);
        }
        let path = self.folder.join(candidate.path.to_path_lossy());
        let kind = std::fs::symlink_metadata(&path).map_err(|source| Error::File { path, source })?;
        Ok(kind.len())
    }

    /// Reads a blob.
    ///
    /// # Errors
    /// If it does not read.
    pub fn open_blob(&self, id: ObjectId) -> Result<Content, Error> {
        let repo = self.repo()?;
        if let Some(bytes) = repo.read_blob(id, WHOLE_BYTES)? {
            return Ok(Content::Whole(bytes));
        }
        // libgit2 gives a packed blob whole or not at all; git streams what is above this threshold.
        let threshold = format!("core.bigFileThreshold={WHOLE_BYTES}");
        let mut git_dir = std::ffi::OsString::from("--git-dir=");
        git_dir.push(repo.git_dir());
        let arguments = [
            "-c".into(),
            threshold.into(),
            git_dir,
            "--no-replace-objects".into(),
            "cat-file".into(),
            "blob".into(),
            id.to_string().into(),
        ];
        Ok(Content::Stream(Box::new(process::stream(Path::new("git"), &arguments)?)))
    }

    /// Which lines of `text`, the text of `candidate`, are new.
    ///
    /// # Errors
    /// If a blob it is compared with does not read.
    pub fn new_lines(&self, candidate: &Candidate, text: &[u8]) -> Result<Lines, Error> {
        let Since::Parents(bases) = &candidate.since else { return Ok(Lines::All) };
        let mut new = Lines::All;
        for base in bases {
            let lines = match base.blob {
                Some(old) if Some(old) == candidate.id => Lines::Only(Vec::new()),
                Some(old) => self.lines_since(old, text)?,
                None if candidate.id.is_some_and(|id| base.removed.contains(&id)) => Lines::Only(Vec::new()),
                None => self.lines_since_rename(&base.removed, text)?,
            };
            new = new.and(lines);
        }
        Ok(new)
    }

    /// Which lines of `text`, the text of `candidate`, its change wrote, line ends included: to change another would be to
    /// touch what was there before.
    ///
    /// # Errors
    /// If a blob it is compared with does not read.
    pub fn touched_lines(&self, candidate: &Candidate, text: &[u8]) -> Result<Lines, Error> {
        let Since::Parents(bases) = &candidate.since else { return Ok(Lines::All) };
        let mut touched = Lines::All;
        for base in bases {
            let lines = match base.blob.or_else(|| candidate.id.filter(|id| base.removed.contains(id))) {
                Some(old) => match self.open_blob(old)? {
                    Content::Whole(old) => lines::written_lines(&old, text),
                    Content::Stream(_) => Lines::All,
                },
                None => self.lines_since_rename(&base.removed, text)?,
            };
            touched = touched.and(lines);
        }
        Ok(touched)
    }

    /// Whether the tree of `commit` holds `blob` at `path`.
    ///
    /// # Errors
    /// If the tree does not read.
    pub fn tree_holds(&self, commit: ObjectId, path: &[u8], blob: ObjectId) -> Result<bool, Error> {
        Ok(self.repo()?.blob_at(commit, path)? == Some(blob))
    }

    /// Reads a commit.
    ///
    /// # Errors
    /// If it does not read.
    pub fn commit(&self, id: ObjectId) -> Result<Commit, Error> {
        Ok(self.repo()?.commit_object(id)?)
    }

    /// How many parents a commit has.
    ///
    /// # Errors
    /// If it does not read.
    pub fn parents_of(&self, commit: ObjectId) -> Result<usize, Error> {
        Ok(self.repo()?.commit_object(commit)?.parents.len())
    }

    fn lines_since(&self, old: ObjectId, text: &[u8]) -> Result<Lines, Error> {
        let Content::Whole(old) = self.open_blob(old)? else { return Ok(Lines::All) };
        Ok(lines::new_lines(&Decoded::new(&old, Encoding::of(&old)).text, text))
    }

    /// A file that came with the change may be one that went away under another name.
    fn lines_since_rename(&self, removed: &[ObjectId], text: &[u8]) -> Result<Lines, Error> {
        let mut nearest = lines::Nearest::to(text);
        for &id in removed.iter().take(lines::MAX_RENAME_SOURCES) {
            if lines::may_be_similar(self.repo()?.size(id)?, text.len())
                && let Content::Whole(old) = self.open_blob(id)?
            {
                nearest.offer(Decoded::new(&old, Encoding::of(&old)).text.into_owned());
            }
        }
        Ok(nearest.source().map_or(Lines::All, |old| lines::new_lines(old, text)))
    }

    fn repo(&self) -> Result<&'r Repo, Error> {
        self.repo.ok_or(Error::Form { what: "a blob without a repository".into(), wanted: "a file" })
    }

    fn open_file(&self, candidate: &Candidate) -> Result<Content, Error> {
        let path = self.folder.join(candidate.path.to_path_lossy());
        let fail = |source| Error::File { path: path.clone(), source };
        let kind = std::fs::symlink_metadata(&path).map_err(fail)?;
        if kind.is_symlink() {
            // git stores where a link points to, not what stands there.
            let target = std::fs::read_link(&path).map_err(fail)?;
            return Ok(Content::Whole(target.into_os_string().into_encoded_bytes()));
        }
        let file = File::open(&path).map_err(fail)?;
        if kind.len() > WHOLE_BYTES {
            return Ok(Content::Stream(Box::new(file)));
        }
        open_stream(file, &path, kind.len())
    }
}

/// Reads to the end, or hands the rest on as a stream when that is far. `expected` is how many bytes there seem to be.
fn open_stream(mut from: impl Read + 'static, path: &Path, expected: u64) -> Result<Content, Error> {
    // With room for one more byte the end is met without another allocation.
    let mut head = Vec::with_capacity(usize::try_from(expected.min(WHOLE_BYTES) + 1).unwrap_or_default());
    from.by_ref().take(WHOLE_BYTES).read_to_end(&mut head).map_err(|source| Error::File { path: path.to_owned(), source })?;
    if (head.len() as u64) < WHOLE_BYTES {
        return Ok(Content::Whole(head));
    }
    Ok(Content::Stream(Box::new(std::io::Cursor::new(head).chain(from))))
}

#[cfg(unix)]
fn is_executable(kind: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    kind.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &std::fs::Metadata) -> bool {
    false
}
