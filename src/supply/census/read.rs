//! Which file is read by what.

use std::collections::HashMap;

use bstr::{BString, ByteSlice};

use super::node::{self, Node};
use super::package::Found;
use super::{Tree, name_of};
use super::{languages, manifest, npm, pnpm, python, system, yarn};

/// The files of a tree, read when they are asked for.
pub(super) struct Files<'t> {
    pub(super) tree: &'t dyn Tree,
    texts: HashMap<BString, Result<String, String>>,
}

impl<'t> Files<'t> {
    pub(super) fn new(tree: &'t dyn Tree) -> Self {
        Self { tree, texts: HashMap::new() }
    }

    /// Whether there is such a file.
    pub(super) fn has(&self, path: &BString) -> bool {
        self.tree.paths().binary_search(path).is_ok()
    }

    /// The text of a file, in UTF-8 or, with its mark, in UTF-16.
    pub(super) fn text(&mut self, path: &BString) -> Result<String, String> {
        let tree = self.tree;
        self.texts
            .entry(path.clone())
            .or_insert_with(|| tree.read(path).map_err(|error| format!("it does not read: {error}")).and_then(|bytes| decoded(&bytes)))
            .clone()
    }

    /// Lets go of the text of a file that nothing asks for again.
    pub(super) fn forget(&mut self, path: &BString) {
        self.texts.remove(path);
    }

    pub(super) fn toml(&mut self, path: &BString) -> Result<Node, String> {
        node::toml(&self.text(path)?)
    }

    pub(super) fn json(&mut self, path: &BString) -> Result<Node, String> {
        node::json(&self.text(path)?)
    }

    pub(super) fn yaml(&mut self, path: &BString) -> Result<Node, String> {
        node::yaml(&self.text(path)?)
    }
}

fn decoded(bytes: &[u8]) -> Result<String, String> {
    let wide = |little: bool, bytes: &[u8]| {
        let unit = |pair: &[u8]| match pair {
            [low, high] if little => u16::from_le_bytes([*low, *high]),
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => u16::MAX,
        };
        let units: Vec<u16> = bytes.chunks(2).map(unit).collect();
        String::from_utf16(&units).map_err(|_| "it is no UTF-16".to_owned())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(true, rest),
        [0xfe, 0xff, rest @ ..] => wide(false, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => {
            rest.to_str().map(|text| text.replace("\r\n", "\n")).map_err(|_| "it is no UTF-8".to_owned())
        }
    }
}

/// Reads the file of a path.
pub(super) type Reader = fn(&mut Files<'_>, &BString) -> Result<Found, String>;

/// What reads the file of a path; none for a file that is neither manifest nor lock file, and for files of requirements, which
/// are read together.
pub(super) fn reader_of(path: &[u8]) -> Option<Reader> {
    let name = name_of(path).to_str().ok()?;
    // What is installed there is not what the project asks for.
    if path.split_str("/").any(|part| part == b"node_modules") {
        return None;
    }
    let reader: Reader = match name {
        "poetry.lock" => python::poetry,
        "uv.lock" => python::uv,
        "pdm.lock" => python::pdm,
        "Pipfile.lock" => python::pipfile,
        "package-lock.json" | "npm-shrinkwrap.json" => npm::lock,
        "pnpm-lock.yaml" => pnpm::lock,
        "yarn.lock" => yarn::lock,
        "Cargo.lock" => languages::cargo,
        "go.mod" => languages::go_mod,
        "go.sum" => languages::go_sum,
        "composer.lock" => languages::composer,
        "Gemfile.lock" | "gems.locked" => languages::gems,
        "pyproject.toml" => manifest::pyproject,
        "Pipfile" => manifest::pipfile,
        "package.json" => manifest::package_json,
        "composer.json" => manifest::composer,
        "Cargo.toml" => manifest::cargo,
        _ if name == "pylock.toml" || (name.starts_with("pylock.") && name.as_bytes().ends_with(b".toml")) => python::pylock,
        _ if path == b"var/lib/dpkg/status" || path.ends_with(b"/var/lib/dpkg/status") => system::dpkg,
        _ if path.contains_str("var/lib/dpkg/status.d/") && !name.ends_with(".md5sums") => system::dpkg,
        _ if path == b"lib/apk/db/installed" || path.ends_with(b"/lib/apk/db/installed") => system::apk,
        _ => return None,
    };
    Some(reader)
}
