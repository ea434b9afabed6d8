//! What is wrong with a file beside others: names that differ in case alone, links that lead nowhere, a lock file that did not
//! follow. These checks ask for the files around the one that they look at, in the same state of the repository.

mod case;
mod lock;
mod stored;

use std::rc::Rc;

use bstr::BString;

pub(super) use case::case_conflict;
pub(super) use lock::lock_drift;
pub(super) use stored::{dangling_link, destroyed_link, new_submodule};

/// The state that a file is part of: the index, the tree of a commit, or the disk. What cannot be read is not there; whoever
/// made the tree knows it and says that the run is incomplete.
pub trait Tree {
    /// The mode of what has this name in a folder; the root has the empty name.
    fn mode(&self, folder: &[u8], name: &[u8]) -> Option<u32>;

    /// The names in a folder; none of one that is not there.
    fn names(&self, folder: &[u8]) -> Vec<BString>;

    /// Another name in a folder that is the same where case does not count.
    fn alike(&self, folder: &[u8], name: &[u8]) -> Option<BString>;

    /// The content of a file or link; none of what is no such thing.
    fn read(&self, path: &[u8]) -> Option<Rc<[u8]>>;
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
    use std::rc::Rc;

    use bstr::BString;

    use super::Tree;

    /// Files by their paths. One whose content begins with `-> ` is a link.
    pub(in crate::quality) struct Files(pub(in crate::quality) BTreeMap<&'static str, &'static str>);

    impl Files {
        pub(in crate::quality) fn of(files: &[(&'static str, &'static str)]) -> Self {
            Self(files.iter().copied().collect())
        }

        fn in_folder(&self, folder: &[u8]) -> BTreeMap<BString, u32> {
            let folder = if folder.is_empty() { String::new() } else { format!("{}/", String::from_utf8_lossy(folder)) };
            let below = self.0.iter().filter_map(|(path, text)| Some((path.strip_prefix(&folder)?, text)));
            let named = below.map(|(rest, text)| match rest.split_once('/') {
                Some((name, _)) => (name.into(), 0o040_000),
                None if text.starts_with("-> ") => (rest.into(), 0o120_000),
                None => (rest.into(), 0o100_644),
            });
            named.collect()
        }
    }

    impl Tree for Files {
        fn mode(&self, folder: &[u8], name: &[u8]) -> Option<u32> {
            self.in_folder(folder).get(&BString::from(name)).copied()
        }

        fn names(&self, folder: &[u8]) -> Vec<BString> {
            self.in_folder(folder).into_keys().collect()
        }

        fn alike(&self, folder: &[u8], name: &[u8]) -> Option<BString> {
            self.names(folder).into_iter().find(|other| *other != name && other.eq_ignore_ascii_case(name))
        }

        fn read(&self, path: &[u8]) -> Option<Rc<[u8]>> {
            let text = self.0.get(std::str::from_utf8(path).ok()?)?;
            Some(text.strip_prefix("-> ").unwrap_or(text).as_bytes().into())
        }
    }
}
