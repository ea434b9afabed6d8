//! A repository: opened as git names it, and its objects read by id.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Once;

use bstr::{BString, ByteSlice};

use super::loose::{Kind, Loose};
use super::{Entry, Error};
use crate::model::ObjectId;
use crate::process;

/// The most that libgit2 maps of pack files at once, in bytes: mapped pages count as memory of the process, and
/// libgit2's own limit is 8 GiB.
const MAX_MAPPED_BYTES: usize = 96 << 20;
/// The size of one mapped window, in bytes.
const MAPPED_WINDOW_BYTES: usize = 16 << 20;
/// The most that libgit2 keeps of objects already read, in bytes.
const MAX_CACHE_BYTES: isize = 32 << 20;

static LIMITS: Once = Once::new();

/// How a repository is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// By walking up from a folder.
    Path(PathBuf),
    /// As git's environment names it, when git calls: with `git commit -a` the index is a temporary file, and in
    /// `pre-receive` new objects lie in quarantine. Walking up misses both.
    Environment {
        /// What git has put into `GIT_INDEX_FILE`.
        index_file: Option<PathBuf>,
        /// The folders of `GIT_OBJECT_DIRECTORY` and `GIT_ALTERNATE_OBJECT_DIRECTORIES`.
        object_folders: Vec<PathBuf>,
    },
}

/// An open repository. It may move to another thread; each thread opens its own by [`Repo::reopen`].
pub struct Repo {
    inner: git2::Repository,
    loose: Loose,
    door: Door,
}

impl std::fmt::Debug for Repo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repo").field("git_dir", &self.git_dir()).finish_non_exhaustive()
    }
}

impl Repo {
    /// Opens the repository that `door` names.
    ///
    /// # Errors
    /// If there is none, or it does not open.
    pub fn open(door: Door) -> Result<Self, Error> {
        LIMITS.call_once(set_limits);
        let (place, opened) = match &door {
            Door::Path(path) => {
                let stop_nowhere: [&Path; 0] = [];
                (path.clone(), git2::Repository::open_ext(path, git2::RepositoryOpenFlags::empty(), stop_nowhere))
            }
            Door::Environment { .. } => (PathBuf::from("."), git2::Repository::open_from_env()),
        };
        let inner = opened.map_err(|source| Error::Open { place, source })?;
        let mut folders = match &door {
            Door::Environment { object_folders, .. } => object_folders.clone(),
            Door::Path(_) => Vec::new(),
        };
        folders.push(inner.commondir().join("objects"));
        Ok(Self { inner, loose: Loose::new(folders), door })
    }

    /// Opens the same repository once more, for another thread.
    ///
    /// # Errors
    /// As [`Repo::open`].
    pub fn reopen(&self) -> Result<Self, Error> {
        Self::open(self.door.clone())
    }

    /// The folder `.git` of this work tree.
    pub fn git_dir(&self) -> &Path {
        self.inner.path()
    }

    /// The folder `.git` that all linked work trees share.
    pub fn common_dir(&self) -> &Path {
        self.inner.commondir()
    }

    /// The root of the work tree; none in a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// The file of the index.
    pub fn index_path(&self) -> PathBuf {
        match &self.door {
            Door::Environment { index_file: Some(path), .. } => path.clone(),
            _ => self.git_dir().join("index"),
        }
    }

    /// Whether ids are SHA-256.
    pub fn is_sha256(&self) -> bool {
        self.inner.object_format() == git2::ObjectFormat::Sha256
    }

    /// Reads the content of any object.
    ///
    /// # Errors
    /// If it is not there (as in a partial clone: nothing is fetched) or does not read.
    pub fn read(&self, id: ObjectId) -> Result<Vec<u8>, Error> {
        Ok(self.read_kind(id)?.1)
    }

    /// The size of an object's content in bytes.
    ///
    /// # Errors
    /// As [`Repo::read`].
    pub fn size(&self, id: ObjectId) -> Result<u64, Error> {
        if let Some(object) = self.loose.open(id).map_err(|source| Error::Loose { id, source })? {
            return Ok(object.size);
        }
        let fail = |source| Error::Object { id, source };
        let (size, _) = self.inner.odb().and_then(|odb| odb.read_header(oid(id)?)).map_err(fail)?;
        Ok(u64::try_from(size).unwrap_or(u64::MAX))
    }

    /// Reads a blob of at most `most` bytes; none if it is larger.
    ///
    /// # Errors
    /// As [`Repo::read`], or if it is no blob.
    pub fn read_blob(&self, id: ObjectId, most: u64) -> Result<Option<Vec<u8>>, Error> {
        let fail = |source| Error::Loose { id, source };
        let (kind, content) = match self.loose.open(id).map_err(fail)? {
            Some(object) if object.kind != Kind::Blob => (object.kind, Vec::new()),
            Some(object) if object.size > most => return Ok(None),
            Some(object) => (Kind::Blob, object.content().map_err(fail)?),
            None if self.size(id)? > most => return Ok(None),
            None => self.read_packed(id)?,
        };
        if kind == Kind::Blob { Ok(Some(content)) } else { Err(Error::Kind { id, wanted: "blob" }) }
    }

    /// Whether an object is here.
    pub fn has(&self, id: ObjectId) -> bool {
        self.inner.odb().is_ok_and(|odb| oid(id).is_ok_and(|id| odb.exists(id)))
    }

    /// The commit that a revision names, through tags.
    ///
    /// # Errors
    /// If git does not know the name, or it names no commit.
    pub fn commit(&self, name: &str) -> Result<ObjectId, Error> {
        let object = format!("{name}^{{commit}}");
        let answer = self.git(&["rev-parse", "--quiet", "--verify", "--end-of-options", &object], None)?;
        ObjectId::from_hex(answer.stdout.trim()).ok_or_else(|| Error::Revision { name: name.to_owned() })
    }

    /// The commit that `HEAD` names; none before the first commit.
    ///
    /// # Errors
    /// If `HEAD` is broken.
    pub fn head(&self) -> Result<Option<ObjectId>, Error> {
        match self.inner.head() {
            Ok(head) => Ok(head.target().map(plain)),
            Err(error) if matches!(error.code(), git2::ErrorCode::UnbornBranch | git2::ErrorCode::NotFound) => Ok(None),
            Err(source) => Err(Error::Doing { doing: "read `HEAD`", source }),
        }
    }

    /// The full name of the branch that is checked out; none on a detached `HEAD`, and before the first commit.
    pub fn branch(&self) -> Option<BString> {
        self.inner.head().ok().filter(git2::Reference::is_branch).map(|head| head.name_bytes().into())
    }

    /// All refs whose full names begin with `prefix` and that name a commit.
    ///
    /// # Errors
    /// If refs do not read.
    pub fn commits_below(&self, prefix: &str) -> Result<Vec<(BString, ObjectId)>, Error> {
        let refs = self.refs()?.into_iter().filter(|one| one.name.starts_with(prefix.as_bytes()));
        Ok(refs.filter_map(|one| Some((one.name.clone(), self.commit_of(&one)?))).collect())
    }

    /// The best common ancestor of two commits, where they have one.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub fn merge_base(&self, one: ObjectId, two: ObjectId) -> Result<Option<ObjectId>, Error> {
        let answer = self.git(&["merge-base", &one.to_string(), &two.to_string()], None)?;
        Ok(ObjectId::from_hex(answer.stdout.trim()))
    }

    /// The tips of all refs whose full names begin with `prefix`, as commits; what names no commit is left out.
    ///
    /// # Errors
    /// If refs do not read.
    pub fn tips(&self, prefix: &str) -> Result<Vec<ObjectId>, Error> {
        let refs = self.refs()?.into_iter().filter(|one| one.name.starts_with(prefix.as_bytes()));
        let mut tips: Vec<ObjectId> = refs.filter_map(|one| self.commit_of(&one)).collect();
        tips.sort_unstable();
        tips.dedup();
        Ok(tips)
    }

    /// The names of refs from which no commit can be reached: broken ones, and those that name a tree or a blob.
    ///
    /// # Errors
    /// If refs do not read.
    pub fn refs_without_commit(&self) -> Result<Vec<BString>, Error> {
        Ok(self.refs()?.into_iter().filter(|one| self.commit_of(one).is_none()).map(|one| one.name).collect())
    }

    /// All annotated tags that a ref names.
    ///
    /// # Errors
    /// If refs do not read.
    pub fn annotated_tags(&self) -> Result<Vec<ObjectId>, Error> {
        let is_tag = |id: &ObjectId| self.read_kind(*id).is_ok_and(|(kind, _)| kind == Kind::Tag);
        let tags = self.refs()?.into_iter().filter(|one| one.name.starts_with(b"refs/tags/")).map(|one| one.target);
        Ok(tags.filter(is_tag).collect())
    }

    /// All refs that name an object; a symbolic one names another ref, which has its own turn.
    fn refs(&self) -> Result<Vec<Ref>, Error> {
        let fail = |source| Error::Doing { doing: "list refs", source };
        let mut refs = Vec::new();
        for reference in self.inner.references().map_err(fail)? {
            let reference = reference.map_err(fail)?;
            if let Some(target) = reference.target().map(plain) {
                let peeled = reference.target_peel().map(plain);
                refs.push(Ref { name: reference.name_bytes().into(), target, peeled });
            }
        }
        Ok(refs)
    }

    /// The commit that a ref names, through tags.
    fn commit_of(&self, one: &Ref) -> Option<ObjectId> {
        // A packed ref says what its tag names; other tags are followed.
        match self.tags_from(one.peeled.unwrap_or(one.target)) {
            Ok((_, commit, true)) => Some(commit),
            _ => None,
        }
    }

    /// The commits before and after the last move of `HEAD`, if that amended a commit.
    pub fn last_amend(&self) -> Option<(ObjectId, ObjectId)> {
        let log = std::fs::read(self.git_dir().join("logs/HEAD")).ok()?;
        let last = log.trim_end().rsplit_str("\n").next()?;
        let (ids, action) = last.split_once_str("\t")?;
        let mut ids = ids.split_str(" ").map(ObjectId::from_hex);
        action.starts_with(b"commit (amend)").then_some((ids.next()??, ids.next()??))
    }

    /// A string of git's configuration, from all the files that git would read.
    pub fn config(&self, key: &str) -> Option<String> {
        self.inner.config().and_then(|mut config| config.snapshot()).ok()?.get_string(key).ok()
    }

    /// Whether git takes the modes of files from the disk (`core.fileMode`).
    pub fn trusts_modes(&self) -> bool {
        self.inner.config().and_then(|config| config.get_bool("core.fileMode")).unwrap_or(true)
    }

    /// A path of git's configuration, with `~` made a folder.
    pub fn config_path(&self, key: &str) -> Option<String> {
        let path = self.inner.config().and_then(|mut config| config.snapshot()).ok()?.get_path(key).ok()?;
        Some(path.to_string_lossy().into_owned())
    }

    /// The commits at which a shallow clone ends.
    pub fn shallow_commits(&self) -> Vec<ObjectId> {
        let text = std::fs::read(self.common_dir().join("shallow")).unwrap_or_default();
        text.lines().filter_map(ObjectId::from_hex).collect()
    }

    /// The commits that `info/grafts` gives other parents than they have.
    pub fn grafted_commits(&self) -> Vec<ObjectId> {
        let text = std::fs::read(self.common_dir().join("info/grafts")).unwrap_or_default();
        text.lines().filter_map(|line| ObjectId::from_hex(line.fields().next()?)).collect()
    }

    /// The blob at `path` in the tree of `commit`.
    ///
    /// # Errors
    /// If the tree does not read; a path that is not there is `None`.
    pub fn blob_at(&self, commit: ObjectId, path: &[u8]) -> Result<Option<ObjectId>, Error> {
        let mut id = self.tree_of(commit)?;
        for part in path.split_str("/") {
            let Some(entry) = self.tree(id)?.into_iter().find(|entry| entry.name == part) else { return Ok(None) };
            id = entry.id;
        }
        Ok(Some(id))
    }

    /// What stands in a folder of the tree of `commit`, by name; nothing of a folder that is not there.
    ///
    /// # Errors
    /// If a tree does not read.
    pub fn names_at(&self, commit: ObjectId, folder: &[u8]) -> Result<Vec<(BString, Entry)>, Error> {
        let mut id = self.tree_of(commit)?;
        for part in folder.split_str("/").filter(|part| !part.is_empty()) {
            let Some(below) = self.tree(id)?.into_iter().find(|entry| entry.name == part && entry.is_tree()) else { return Ok(Vec::new()) };
            id = below.id;
        }
        Ok(self.tree(id)?.into_iter().map(|entry| (entry.name.clone(), entry.entry())).collect())
    }

    /// Asks git itself, which then looks at this repository and at the objects themselves, not at their replacements.
    pub(super) fn git(&self, arguments: &[&str], input: Option<&[u8]>) -> Result<process::Answer, Error> {
        let mut git_dir = OsString::from("--git-dir=");
        git_dir.push(self.git_dir());
        let mut all = vec![git_dir, "--no-replace-objects".into()];
        all.extend(arguments.iter().map(OsString::from));
        Ok(process::ask(Path::new("git"), &all, Path::new("."), input)?)
    }

    /// Stores a blob, and sees to it that a new one outlives a loss of power.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<ObjectId, Error> {
        let fail = |source| Error::Doing { doing: "store a blob", source };
        let odb = self.inner.odb().map_err(fail)?;
        let id = git2::Oid::hash_object_ext(git2::ObjectType::Blob, bytes, self.inner.object_format()).map(plain).map_err(fail)?;
        if !oid(id).is_ok_and(|id| odb.exists(id)) {
            odb.write(git2::ObjectType::Blob, bytes).map_err(fail)?;
            self.loose.sync(id).map_err(|source| Error::Loose { id, source })?;
        }
        Ok(id)
    }

    /// Reads an object, and says what it is.
    pub(super) fn read_kind(&self, id: ObjectId) -> Result<(Kind, Vec<u8>), Error> {
        let fail = |source| Error::Loose { id, source };
        match self.loose.open(id).map_err(fail)? {
            Some(object) => Ok((object.kind, object.content().map_err(fail)?)),
            None => self.read_packed(id),
        }
    }

    fn read_packed(&self, id: ObjectId) -> Result<(Kind, Vec<u8>), Error> {
        let fail = |source| Error::Object { id, source };
        let odb = self.inner.odb().map_err(fail)?;
        let object = odb.read(oid(id).map_err(fail)?).map_err(fail)?;
        let kind = match object.kind() {
            git2::ObjectType::Tree => Kind::Tree,
            git2::ObjectType::Commit => Kind::Commit,
            git2::ObjectType::Tag => Kind::Tag,
            _ => Kind::Blob,
        };
        Ok((kind, object.data().to_vec()))
    }
}

/// A name and what it names.
struct Ref {
    name: BString,
    target: ObjectId,
    /// What its tag names in the end, where git has written that down.
    peeled: Option<ObjectId>,
}

/// The name of a file in the repository, for messages.
pub(super) fn path_of(parts: &[u8], name: &[u8]) -> BString {
    let mut path = BString::from(parts);
    path.extend_from_slice(name);
    path
}

/// git2's form of an id.
fn oid(id: ObjectId) -> Result<git2::Oid, git2::Error> {
    git2::Oid::from_bytes(id.as_bytes())
}

/// Our form of an id.
fn plain(id: git2::Oid) -> ObjectId {
    ObjectId::from_bytes(id.as_bytes()).expect("because git2's ids have 20 or 32 bytes")
}

/// Bounds the memory that libgit2 takes, and lets it open partial clones, of which it reads what is here.
#[expect(unsafe_code, reason = "libgit2 keeps these settings in globals; see docs/decisions/0002-libgit2-settings.md")]
fn set_limits() {
    // SAFETY: the settings are globals without a lock. `LIMITS` calls this once, before any repository is open,
    // and nothing else in the program sets them.
    let set = unsafe {
        git2::opts::set_mwindow_size(MAPPED_WINDOW_BYTES)
            .and_then(|()| git2::opts::set_mwindow_mapped_limit(MAX_MAPPED_BYTES))
            .and_then(|()| git2::opts::set_cache_max_size(MAX_CACHE_BYTES))
            .and_then(|()| git2::opts::set_extensions(&["partialclone"]))
    };
    // Without them stanch takes more memory, or refuses a partial clone by name: never a silent pass.
    drop(set);
    git2::opts::strict_hash_verification(false);
}
