//! The census: our own count of what every manifest and lock file of a tree names. What is not pinned is listed and never
//! guessed; a file that cannot be read is a fault and never an empty one.

mod folder;
mod graph;
mod languages;
mod manifest;
mod node;
mod npm;
mod package;
mod pnpm;
mod python;
mod read;
mod requirements;
mod system;
mod yarn;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use bstr::{BString, ByteSlice};

pub use folder::{Commit, Folder};
pub use package::{Ecosystem, Key, Package, Place, Scope, Unresolved};

use package::{Found, Line};
use read::Files;

/// How large a file may be that is read whole, in bytes.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// Files of one tree, whichever way it is stored.
pub trait Tree {
    /// The paths of all files from the root, sorted; no links and no submodules.
    fn paths(&self) -> &[BString];

    /// The content of one of them.
    ///
    /// # Errors
    /// If it does not read, or is larger than [`MAX_FILE_BYTES`].
    fn read(&self, path: &BString) -> io::Result<Vec<u8>>;
}

/// Something that could not be read, so that the count is not whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file.
    pub path: BString,
    /// What is wrong with it.
    pub what: String,
}

/// What a tree is made of, as far as its files say.
#[derive(Clone, Debug, Default)]
pub struct Census {
    /// Packages of one version each, by what they are.
    pub packages: BTreeMap<Key, Package>,
    /// What is asked for and pinned nowhere beside it.
    pub unresolved: BTreeSet<Unresolved>,
    /// What could not be read.
    pub faults: BTreeSet<Fault>,
    /// The manifests and lock files that were read.
    pub files: BTreeSet<BString>,
    /// What the tree calls itself, by a manifest at its root.
    pub name: Option<String>,
}

impl Census {
    /// Counts a tree.
    pub fn of(tree: &dyn Tree) -> Self {
        let mut census = Self::default();
        let mut asked: Vec<(BString, Line)> = Vec::new();
        let mut files = Files::new(tree);
        for path in tree.paths() {
            let Some(reader) = read::reader_of(path) else { continue };
            census.take(path, reader(&mut files, path), &mut asked);
        }
        for (path, found) in requirements::all(&mut files) {
            census.take(&path, found, &mut asked);
        }
        census.name = manifest::own_name(&mut files);
        census.settle(asked);
        census
    }

    /// Takes in what one file says.
    fn take(&mut self, path: &BString, found: Result<Found, String>, asked: &mut Vec<(BString, Line)>) {
        self.files.insert(path.clone());
        let Found { lines, faults } = found.unwrap_or_else(|what| Found { lines: Vec::new(), faults: vec![what] });
        self.faults.extend(faults.into_iter().map(|what| Fault { path: path.clone(), what }));
        for line in lines {
            if line.version.is_none() {
                asked.push((line.file.clone().unwrap_or_else(|| path.clone()), line));
                continue;
            }
            if let Some((key, package)) = line.package(path) {
                self.packages.entry(key).and_modify(|known| known.join(&package)).or_insert(package).settle();
            } else {
                let what = format!("line {}: `{}` is no name of a package", line.at, line.name);
                self.faults.insert(Fault { path: path.clone(), what });
            }
        }
    }

    /// Lists what is asked for in a folder for which neither it nor one above holds a version.
    fn settle(&mut self, asked: Vec<(BString, Line)>) {
        let mut pinned: BTreeSet<(Ecosystem, String, BString)> = BTreeSet::new();
        for (key, package) in &self.packages {
            pinned.extend(package.places.iter().map(|place| (key.ecosystem, key.name.clone(), folder_of(&place.path))));
        }
        for (path, line) in asked {
            let Some(key) = Key::of(line.ecosystem, &line.name, "") else { continue };
            let mut folder = folder_of(&path);
            let is_pinned = loop {
                if pinned.contains(&(key.ecosystem, key.name.clone(), folder.clone())) {
                    break true;
                }
                if folder.is_empty() {
                    break false;
                }
                folder = folder_of(&folder);
            };
            if !is_pinned {
                let place = Place { path, line: line.at };
                self.unresolved.insert(Unresolved {
                    ecosystem: key.ecosystem,
                    name: key.name,
                    asked: line.asked,
                    scope: line.scope,
                    place,
                });
            }
        }
    }
}

/// The folder of a path, without the slash at its end; empty at the root.
fn folder_of(path: &[u8]) -> BString {
    path.rsplit_once_str("/").map_or_else(BString::default, |(folder, _)| folder.into())
}

/// The last part of a path.
fn name_of(path: &[u8]) -> &[u8] {
    path.rsplit_once_str("/").map_or(path, |(_, name)| name)
}

/// A path beside another.
fn beside(path: &[u8], name: &str) -> BString {
    let folder = folder_of(path);
    if folder.is_empty() { name.into() } else { format!("{}/{name}", folder.to_str_lossy()).into() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A tree of texts.
    struct Texts(Vec<BString>, Vec<String>);

    impl Tree for Texts {
        fn paths(&self) -> &[BString] {
            &self.0
        }

        fn read(&self, path: &BString) -> io::Result<Vec<u8>> {
            let at = self.0.binary_search(path).map_err(|_| io::ErrorKind::NotFound)?;
            Ok(self.1.get(at).map(|text| text.clone().into_bytes()).unwrap_or_default())
        }
    }

    const NAMES: [&str; 19] = [
        "Cargo.lock",
        "Cargo.toml",
        "Gemfile.lock",
        "Pipfile",
        "Pipfile.lock",
        "composer.json",
        "composer.lock",
        "go.mod",
        "go.sum",
        "lib/apk/db/installed",
        "package-lock.json",
        "package.json",
        "pdm.lock",
        "pnpm-lock.yaml",
        "pylock.toml",
        "pyproject.toml",
        "requirements.txt",
        "uv.lock",
        "yarn.lock",
    ];

    /// Texts made of the words that these files are made of, and of any others.
    fn text() -> impl Strategy<Value = String> {
        let words = prop::sample::select(vec![
            "[[package]]\n",
            "name = \"a\"\n",
            "version = \"1\"\n",
            "{",
            "}",
            "\"packages\": ",
            "\"node_modules/a\": ",
            "\n",
            "  ",
            "    ",
            "@",
            "/",
            "\"",
            "a==1",
            "-r ",
            "-c ",
            "requirements.txt",
            "../",
            "#egg=",
            "://",
            ".whl",
            "require (",
            ")",
            "=>",
            "replace ",
            "GEM\n",
            "specs:\n",
            "packages:\n",
            "a@1(b)",
            "é",
            ":",
            ": ",
            "P:",
            "\\\n",
            "[",
            "]",
            ",",
            "npm:",
            "dependencies:\n",
        ]);
        prop::collection::vec(prop_oneof![9 => words.prop_map(str::to_owned), 1 => "\\PC{0,4}"], 0..24).prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn no_text_stops_the_count_and_every_package_has_a_url(texts in prop::collection::vec(text(), NAMES.len())) {
            let tree = Texts(NAMES.iter().map(|name| BString::from(*name)).collect(), texts);
            for (key, package) in Census::of(&tree).packages {
                prop_assert_eq!(Key::of_purl(&package.purl), Some(key));
            }
        }
    }
}
