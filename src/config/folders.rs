//! Folders in which files of settings are looked for.

use std::collections::BTreeSet;

use bstr::{BString, ByteSlice as _};

use super::SETTINGS_FILE;

/// The folders above some files, without the root of the repository. A file of settings holds for what is below it, so no
/// other folder has to be looked into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders(BTreeSet<BString>);

impl Folders {
    /// The folders above these files.
    pub fn above<'p>(paths: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut folders = Self::default();
        paths.into_iter().for_each(|path| folders.add(path));
        folders
    }

    /// Adds the folders above a file, named from the root; one that lies elsewhere has none.
    pub fn add(&mut self, path: &[u8]) {
        let above = |path: &'_ [u8]| path.rfind_byte(b'/').unwrap_or(0);
        let mut folder = path.get(..above(path)).unwrap_or_default();
        // Where one is known, those above it are.
        if self.0.contains(folder) || folder.starts_with(b"/") || folder.split_str("/").any(|part| part == b"..") {
            return;
        }
        while !folder.is_empty() && self.0.insert(folder.into()) {
            folder = folder.get(..above(folder)).unwrap_or_default();
        }
    }

    /// Those of them in which a file of settings is, and those above them; `has` is asked for each such file.
    #[must_use]
    pub fn with_settings(&self, has: impl Fn(&[u8]) -> bool) -> Self {
        let files = self.0.iter().map(settings_of);
        let mut folders = Self::default();
        files.filter(|file| has(file)).for_each(|file| folders.add(&file));
        folders
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In order: a folder comes before those in it.
    pub(super) fn names(&self) -> &BTreeSet<BString> {
        &self.0
    }
}

/// The file of settings of a folder.
pub(super) fn settings_of(folder: &BString) -> Vec<u8> {
    [folder.as_slice(), b"/", SETTINGS_FILE.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_above_a_file_is_known_once_and_its_parent_before_it() {
        let folders = Folders::above(["a/b/c/one.py", "a/b/two.py", "a-b/x", "root.py", "/etc/x", "../up/x", ""].map(str::as_bytes));
        let names: Vec<&BString> = folders.names().iter().collect();
        assert_eq!(names, ["a", "a-b", "a/b", "a/b/c"]);
        assert_eq!(folders.with_settings(|file| file == b"a/b/stanch.toml"), Folders::above([b"a/b/x".as_slice()]));
    }
}
