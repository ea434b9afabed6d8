//! What is wrong with a file beside others: names that differ in case alone, links that lead nowhere, a lock file that did not
//! follow. These checks ask for the files around the one that they look at, in the same state of the repository.

mod case;
mod lock;
mod stored;

use bstr::BString;

pub(super) use case::case_conflict;
pub(super) use lock::lock_drift;
pub(super) use stored::{dangling_link, destroyed_link, new_submodule};

/// The state that a file is part of: the index, the tree of a commit, or the disk. What cannot be read is not there; whoever
/// made the tree knows it and says that the run is incomplete.
pub trait Tree {
    /// What stands in a folder, in order; the root has the empty name. Nothing of a folder that is not there.
    fn names(&self, folder: &[u8]) -> Vec<Name>;

    /// The content of a file or link; none of what is no such thing.
    fn read(&self, path: &[u8]) -> Option<Vec<u8>>;
}

/// What stands in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its name, without folders.
    pub name: BString,
    /// Its mode as git writes it: octal `40000` of a folder, `160000` of a submodule.
    pub mode: u32,
}

/// Where a path's folder ends: `a/b` of `a/b/c`, nothing of `c`.
pub(super) fn folder_of(path: &[u8]) -> &[u8] {
    path.iter().rposition(|byte| *byte == b'/').and_then(|slash| path.get(..slash)).unwrap_or_default()
}

/// A name in a folder.
pub(super) fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use super::{Name, Tree};

    /// Files by their paths. One whose content begins with `-> ` is a link.
    pub(in crate::quality) struct Files(pub(in crate::quality) BTreeMap<&'static str, &'static str>);

    impl Files {
        pub(in crate::quality) fn of(files: &[(&'static str, &'static str)]) -> Self {
            Self(files.iter().copied().collect())
        }
    }

    impl Tree for Files {
        fn names(&self, folder: &[u8]) -> Vec<Name> {
            let folder = if folder.is_empty() { String::new() } else { format!("{}/", String::from_utf8_lossy(folder)) };
            let mut names: Vec<Name> = Vec::new();
            for (path, text) in &self.0 {
                let Some(rest) = path.strip_prefix(&folder) else { continue };
                let (name, mode) = match rest.split_once('/') {
                    Some((name, _)) => (name, 0o040_000),
                    None if text.starts_with("-> ") => (rest, 0o120_000),
                    None => (rest, 0o100_644),
                };
                if names.last().is_none_or(|last| last.name != name) {
                    names.push(Name { name: name.into(), mode });
                }
            }
            names
        }

        fn read(&self, path: &[u8]) -> Option<Vec<u8>> {
            let text = self.0.get(std::str::from_utf8(path).ok()?)?;
            Some(text.strip_prefix("-> ").unwrap_or(text).as_bytes().to_vec())
        }
    }
}
