//! Files of the work tree: read and replaced without following a link.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use bstr::{BStr, ByteSlice as _};

use super::Error;

/// What stands at a path of the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Missing,
    /// A file.
    File(File),
    /// Something that is left alone; why, in a few words.
    Other(&'static str),
}

/// A file of the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    /// Its permissions, as far as the system has such.
    pub(super) permissions: u32,
}

/// Reads what stands at a path below `root`.
pub(super) fn read(root: &Path, path: &BStr) -> Result<Standing, Error> {
    let mut place = root.to_owned();
    let parts: Vec<&BStr> = path.split_str("/").map(BStr::new).collect();
    for (number, part) in parts.iter().enumerate() {
        place.push(part.to_path_lossy());
        let last = number + 1 == parts.len();
        let kind = match fs::symlink_metadata(&place) {
            Ok(kind) => kind,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(Standing::Missing),
            Err(source) => return Err(Error::File { doing: "read", path: place, source }),
        };
        match (last, kind.is_symlink(), kind.is_file()) {
            (false, true, _) => return Ok(Standing::Other("a folder on the way to it is a link")),
            (true, true, _) => return Ok(Standing::Other("on disk it is a link")),
            (true, false, false) => return Ok(Standing::Other("on disk it is no file")),
            (true, false, true) => return read_file(&place, &kind),
            (false, false, _) => {}
        }
    }
    Ok(Standing::Missing)
}

fn read_file(place: &Path, kind: &fs::Metadata) -> Result<Standing, Error> {
    let bytes = fs::read(place).map_err(|source| Error::File { doing: "read", path: place.to_owned(), source })?;
    Ok(Standing::File(File { bytes, permissions: permissions(kind) }))
}

/// Reads the file of that name beside the one at `path`.
pub(super) fn read_beside(root: &Path, path: &BStr, name: &str) -> Result<Standing, Error> {
    let place = beside(root, path, name);
    match fs::symlink_metadata(&place) {
        Ok(kind) if kind.is_file() => read_file(&place, &kind),
        Ok(_) => Ok(Standing::Other("no file")),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Standing::Missing),
        Err(source) => Err(Error::File { doing: "read", path: place, source }),
    }
}

/// Writes a file beside the one at `path`, under a name that nothing has.
pub(super) fn write_beside(root: &Path, path: &BStr, name: &str, file: &File) -> Result<(), Error> {
    let beside = beside(root, path, name);
    let write = || {
        let mut open = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        open.write_all(&file.bytes)?;
        set_permissions(&open, file.permissions)?;
        open.sync_all()
    };
    write().map_err(|source| Error::File { doing: "write", path: beside.clone(), source })
}

/// Puts the file of that name in the place of the one at `path`.
pub(super) fn replace(root: &Path, path: &BStr, name: &str) -> Result<(), Error> {
    let (from, to) = (beside(root, path, name), root.join(path.to_path_lossy()));
    fs::rename(from, &to).map_err(|source| Error::File { doing: "write", path: to, source })
}

/// Lets the file of that name and the one at `path` change places, at once; false where the system cannot.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn exchange(root: &Path, path: &BStr, name: &str) -> Result<bool, Error> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    let (from, to) = (beside(root, path, name), root.join(path.to_path_lossy()));
    match renameat_with(CWD, from, CWD, &to, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(Error::File { doing: "write", path: to, source: error.into() }),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn exchange(_: &Path, _: &BStr, _: &str) -> Result<bool, Error> {
    Ok(false)
}

/// Takes the file of that name away, if it is there.
pub(super) fn remove_beside(root: &Path, path: &BStr, name: &str) -> Result<(), Error> {
    let beside = beside(root, path, name);
    match fs::remove_file(&beside) {
        Err(source) if !matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Err(Error::File { doing: "remove", path: beside, source })
        }
        _ => Ok(()),
    }
}

/// Waits until the names of files are on the disk itself.
pub(super) fn sync_folders<'p>(root: &Path, paths: impl Iterator<Item = &'p BStr>) {
    let folder = |path: &BStr| path.rfind_byte(b'/').map_or(Vec::new(), |slash| path.get(..=slash).unwrap_or_default().to_vec());
    for folder in paths.map(folder).collect::<BTreeSet<_>>() {
        sync_folder(&root.join(folder.to_path_lossy()).join("any"));
    }
}

/// Waits until the name of a file is on the disk itself, where the system can be asked to.
pub(super) fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent() {
        // A system that cannot do so has nothing better.
        fs::File::open(folder).and_then(|folder| folder.sync_all()).ok();
    }
}

/// The permissions of a file that git stores under `mode`, read off those it has.
pub(super) fn permissions_for(mode: u32, permissions: u32) -> u32 {
    if mode & 0o111 == 0 { permissions & !0o111 } else { permissions | (permissions & 0o444) >> 2 }
}

fn beside(root: &Path, path: &BStr, name: &str) -> PathBuf {
    root.join(path.to_path_lossy()).with_file_name(name)
}

#[cfg(unix)]
fn permissions(kind: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&kind.permissions()) & 0o7777
}

#[cfg(not(unix))]
fn permissions(_: &fs::Metadata) -> u32 {
    0
}

#[cfg(unix)]
fn set_permissions(file: &fs::File, permissions: u32) -> io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(permissions))
}

#[cfg(not(unix))]
fn set_permissions(_: &fs::File, _: u32) -> io::Result<()> {
    Ok(())
}
