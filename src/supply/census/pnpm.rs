//! pnpm's lock file, in its forms 5 to 9.

use std::collections::HashMap;

use bstr::BString;

use super::graph::Graph;
use super::node::Node;
use super::package::{Ecosystem, Found, Line, Scope};
use super::read::Files;

/// `pnpm-lock.yaml`.
pub(super) fn lock(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let lock = files.yaml(path)?;
    let graph = graph(&lock);
    // A package stands once for each set of what others give it.
    let mut scopes: HashMap<&str, Scope> = HashMap::new();
    for (key, scope) in graph.scopes() {
        scopes.entry(plain(key)).and_modify(|known| *known = (*known).max(scope)).or_insert(scope);
    }
    let mut lines = Vec::new();
    for (key, package) in lock.entries_of("packages") {
        let Some((name, version)) = split(key) else { return Err(format!("line {}: `{key}` names no package", package.line)) };
        let name = Some(package.text("name")).filter(|name| !name.is_empty()).unwrap_or(name);
        let version = Some(package.text("version")).filter(|version| !version.is_empty()).unwrap_or(version);
        let scope = match scopes.get(plain(key)) {
            _ if package.flag("dev") => Scope::Dev,
            _ if package.flag("optional") => Scope::Optional,
            _ if package.get("dev").is_some() => Scope::Prod,
            known => known.copied().unwrap_or_default(),
        };
        lines.push(Line::either(Ecosystem::Npm, name, version, package.line).scoped(scope));
    }
    Ok(lines.into())
}

/// Who asks for whom. Since form 9 nothing else says what a package is for.
fn graph(lock: &Node) -> Graph {
    let mut graph = Graph::default();
    let kinds = [("dependencies", Scope::Prod), ("devDependencies", Scope::Dev), ("optionalDependencies", Scope::Optional)];
    for (_, importer) in lock.entries_of("importers") {
        for (table, scope) in kinds {
            for (name, asked) in importer.entries_of(table) {
                let version = asked.as_text().unwrap_or_else(|| asked.text("version"));
                graph.root(scope, resolved(name, version));
            }
        }
    }
    for (key, snapshot) in lock.entries_of("snapshots") {
        for (name, version) in ["dependencies", "optionalDependencies"].iter().flat_map(|table| snapshot.entries_of(table)) {
            graph.edge(key, resolved(name, version.as_text().unwrap_or_default()));
        }
    }
    graph
}

/// The key of what a name resolves to; under another name the version is the whole key.
fn resolved(name: &str, version: &str) -> String {
    let is_key = plain(version).rfind('@').is_some_and(|at| at > 0) && !version.contains("://");
    if is_key { version.to_owned() } else { format!("{name}@{version}") }
}

/// A key without what others give the package.
fn plain(key: &str) -> &str {
    let key = key.strip_prefix('/').unwrap_or(key);
    key.split('(').next().unwrap_or(key)
}

/// Name and version of a key: `@a/b@1.0.0(c@2.0.0)`, before form 6 `/@a/b/1.0.0_c@2.0.0`.
fn split(key: &str) -> Option<(&str, &str)> {
    let plain = plain(key);
    if let Some((name, version)) = plain.split_at_checked(1).and_then(|(_, rest)| rest.find('@').map(|at| plain.split_at(at + 1))) {
        let version = version.strip_prefix('@').unwrap_or(version);
        // In the old form, the sign stands in what comes after the version.
        if !name.rsplit('/').next().unwrap_or(name).starts_with(|sign: char| sign.is_ascii_digit()) || !name.contains('_') {
            return Some((name, version));
        }
    }
    let (name, version) = match plain.strip_prefix('@') {
        Some(_) => {
            let (space, rest) = plain.split_once('/')?;
            let (name, version) = rest.split_once('/')?;
            (plain.get(..space.len() + 1 + name.len())?, version)
        }
        None => plain.split_once('/')?,
    };
    Some((name, version.split(['_', '/']).next().unwrap_or(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_name_and_a_version() {
        for (key, name, version) in [
            ("a@1.0.0", "a", "1.0.0"),
            ("@a/b@1.0.0(c@2.0.0)", "@a/b", "1.0.0"),
            ("/a@1.0.0", "a", "1.0.0"),
            ("/@a/b/1.0.0", "@a/b", "1.0.0"),
            ("/a/1.0.0_c@2.0.0", "a", "1.0.0"),
            ("/a/1.0.0", "a", "1.0.0"),
        ] {
            assert_eq!(split(key), Some((name, version)), "{key}");
        }
        assert_eq!(split("a"), None);
    }
}
