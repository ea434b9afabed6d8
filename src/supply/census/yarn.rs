//! Yarn's lock file, of its first version and of those after it.

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};

use super::graph::Graph;
use super::package::{Ecosystem, Found, Line, Scope};
use super::read::Files;
use super::{folder_of, manifest, name_of};

/// What the lock file says of one package.
#[derive(Debug, Default)]
struct Entry {
    line: usize,
    /// `name@range` of each who asks for it.
    asked: Vec<String>,
    version: String,
    /// `name@npm:1.0.0`, since version 2.
    resolution: String,
    /// It is a folder of the project.
    is_own: bool,
    needs: Vec<String>,
}

/// `yarn.lock`.
pub(super) fn lock(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let entries = entries(&files.text(path)?)?;
    let mut graph = Graph::default();
    for entry in &entries {
        for asked in &entry.asked {
            entry.needs.iter().for_each(|other| graph.edge(asked, other.clone()));
        }
    }
    let folder = folder_of(path);
    let manifests = files.tree.paths().iter().filter(|path| name_of(path) == b"package.json" && is_below(path, &folder));
    for manifest in manifests.cloned().collect::<Vec<_>>() {
        for (scope, name, range) in manifest::of_node(&files.json(&manifest)?) {
            graph.root(scope, descriptor(name, range));
        }
    }
    let scopes: BTreeMap<&str, Scope> = graph.scopes();
    let line = |entry: &Entry| {
        let first = entry.asked.first().map(String::as_str).unwrap_or_default();
        let own = first.split_at_checked(1).and_then(|(_, rest)| rest.find('@')).and_then(|at| first.get(..=at)).unwrap_or(first);
        let range = first.get(own.len() + 1..).unwrap_or_default();
        // Under another name: `a@npm:b@^1`.
        let aliased = entry.resolution.rsplit_once("@npm:").map(|(name, _)| name).or_else(|| range.rsplit_once('@').map(|(name, _)| name));
        let name = aliased.filter(|name| !name.is_empty() && !name.contains(':')).unwrap_or(own);
        let scope = entry.asked.iter().filter_map(|asked| scopes.get(asked.as_str()).copied()).max().unwrap_or_default();
        Line::either(Ecosystem::Npm, name, &entry.version, entry.line).scoped(scope)
    };
    Ok(entries.iter().filter(|entry| !entry.is_own).map(line).collect::<Vec<_>>().into())
}

fn is_below(path: &[u8], folder: &[u8]) -> bool {
    let is_installed = path.contains_str("node_modules/");
    !is_installed && (folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/")))
}

/// A name with what is asked of it, the same for all versions of Yarn.
fn descriptor(name: &str, range: &str) -> String {
    format!("{name}@{}", range.strip_prefix("npm:").unwrap_or(range))
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches('"')
}

fn entries(text: &str) -> Result<Vec<Entry>, String> {
    let (mut entries, mut in_needs): (Vec<Entry>, bool) = (Vec::new(), false);
    for (number, line) in text.lines().enumerate() {
        let said = line.trim();
        if said.is_empty() || said.starts_with('#') {
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        let pair = said.split_once(": ").or_else(|| split_pair(said));
        match (depth, entries.last_mut(), pair) {
            (0, ..) => {
                let keys = said.strip_suffix(':').ok_or_else(|| format!("line {}: this is no lock file of Yarn", number + 1))?;
                let key = |key: &str| {
                    let key = unquoted(key);
                    let at = key.split_at_checked(1).and_then(|(_, rest)| rest.find('@')).map_or(key.len(), |at| at + 1);
                    let (name, range) = key.split_at_checked(at).unwrap_or((key, ""));
                    descriptor(name, range.strip_prefix('@').unwrap_or(range))
                };
                let asked = keys.trim_matches('"').split(", ").map(key).collect();
                entries.push(Entry { line: number + 1, asked, ..Entry::default() });
                in_needs = false;
            }
            (2, Some(entry), pair) => {
                in_needs = matches!(said, "dependencies:" | "optionalDependencies:");
                match pair {
                    Some(("version", value)) => unquoted(value).clone_into(&mut entry.version),
                    Some(("resolution", value)) => unquoted(value).clone_into(&mut entry.resolution),
                    Some(("linkType", value)) => entry.is_own = value == "soft",
                    _ => {}
                }
            }
            (4, Some(entry), Some((name, range))) if in_needs => entry.needs.push(descriptor(unquoted(name), unquoted(range))),
            _ => {}
        }
    }
    entries.retain(|entry| entry.asked.first().is_none_or(|asked| asked != "__metadata@"));
    Ok(entries)
}

/// `name "range"`, of which the name may be quoted.
fn split_pair(said: &str) -> Option<(&str, &str)> {
    said.split_once(' ')
}
