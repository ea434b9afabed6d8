//! Where in an archive a thing stands.

use bstr::{BString, ByteSlice};

/// What stands between an archive and its member.
const INSIDE: &[u8] = b"!/";
/// What the names of packed files end with, and what they end with unpacked.
const PACKED: [(&[u8], &[u8]); 9] = [
    (b".tgz", b".tar"),
    (b".tbz2", b".tar"),
    (b".tbz", b".tar"),
    (b".txz", b".tar"),
    (b".tzst", b".tar"),
    (b".gz", b""),
    (b".bz2", b""),
    (b".xz", b""),
    (b".zst", b""),
];

/// Where a thing stands in the archive that was opened.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The way to it; empty for the archive itself.
    path: BString,
    /// Its own name.
    name: BString,
    /// Whether it is what came out of a packed file, which gives it no path of its own.
    unpacked: bool,
}

impl Place {
    /// The archive itself, whose file is called `path`.
    pub(super) fn top(path: &[u8]) -> Self {
        Self { path: BString::default(), name: last(path).into(), unpacked: false }
    }

    /// A member of this archive.
    pub(super) fn inside(&self, name: &[u8]) -> Self {
        let name = name.strip_prefix(b"./").unwrap_or(name);
        Self { path: self.join(name), name: last(name).into(), unpacked: false }
    }

    /// What comes out of this packed file.
    pub(super) fn unpacked(&self) -> Self {
        let (end, put) = PACKED.into_iter().find(|(end, _)| self.name.ends_with(end)).unwrap_or_default();
        let stem = self.name.strip_suffix(end).unwrap_or(&self.name);
        Self { path: self.path.clone(), name: [stem, put].concat().into(), unpacked: true }
    }

    /// The way to it, for an archive: empty for the one that was opened.
    pub(super) fn of_archive(&self) -> BString {
        self.path.clone()
    }

    /// The way to it, for a file.
    pub(super) fn of_file(&self) -> BString {
        if self.unpacked || self.path.is_empty() { self.join(&self.name) } else { self.path.clone() }
    }

    fn join(&self, name: &[u8]) -> BString {
        if self.path.is_empty() { name.into() } else { [&self.path, INSIDE, name].concat().into() }
    }
}

fn last(path: &[u8]) -> &[u8] {
    path.rsplit_str("/").next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn packing_gives_no_path_of_its_own_and_archives_do() {
        let dump = Place::top(b"db/dump.sql.gz");
        assert_eq!(dump.unpacked().of_file(), "dump.sql");
        assert_eq!(dump.of_archive(), "");
        let app = Place::top(b"app.tgz").unpacked().inside(b"./lib/app.jar");
        assert_eq!(app.of_file(), "lib/app.jar");
        assert_eq!(app.inside(b"a.properties").of_file(), "lib/app.jar!/a.properties");
        assert_eq!(app.inside(b"log.xz").unpacked().of_file(), "lib/app.jar!/log.xz!/log");
    }
}
