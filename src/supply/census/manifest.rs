//! Manifests: what is asked for. It counts where it says one version, and else where no lock file pins it.

use bstr::BString;

use super::node::Node;
use super::package::{Ecosystem, Found, Line, Scope, is_for_work};
use super::read::Files;
use super::requirements::Requirement;

/// The tables of dependencies of Node.js.
const NODE: [(&str, Scope); 3] =
    [("dependencies", Scope::Prod), ("devDependencies", Scope::Dev), ("optionalDependencies", Scope::Optional)];

/// What a project calls itself, by a manifest at the root of its tree.
pub(super) fn own_name(files: &mut Files<'_>) -> Option<String> {
    let places: [(&str, &[&str]); 5] = [
        ("pyproject.toml", &["project", "name"]),
        ("pyproject.toml", &["tool", "poetry", "name"]),
        ("package.json", &["name"]),
        ("Cargo.toml", &["package", "name"]),
        ("composer.json", &["name"]),
    ];
    places.into_iter().find_map(|(file, keys)| {
        let path = BString::from(file);
        if !files.has(&path) {
            return None;
        }
        let node = if file.contains(".toml") { files.toml(&path) } else { files.json(&path) };
        node.ok()?.at(keys).and_then(Node::as_text).filter(|name| !name.is_empty()).map(str::to_owned)
    })
}

/// What `[project]` and `[dependency-groups]` of a `pyproject.toml` ask for, with the line.
pub(super) fn python_requirements(manifest: &Node) -> Vec<(Scope, Requirement, usize)> {
    let empty = Node::default();
    let project = manifest.get("project").unwrap_or(&empty);
    let mut lists: Vec<(Scope, &Node)> = project.get("dependencies").map(|list| (Scope::Prod, list)).into_iter().collect();
    lists.extend(project.entries_of("optional-dependencies").iter().map(|(_, list)| (Scope::Optional, list)));
    lists.extend(manifest.entries_of("dependency-groups").iter().map(|(_, list)| (Scope::Dev, list)));
    let items = lists.iter().flat_map(|(scope, list)| list.items().iter().map(|item| (*scope, item)));
    items.filter_map(|(scope, item)| Some((scope, Requirement::read(item.as_text()?.trim())?, item.line))).collect()
}

/// What the tables of Poetry ask for, by name.
pub(super) fn poetry_tables(poetry: &Node) -> Vec<(Scope, &str, &Node)> {
    let mut tables = vec![(Scope::Prod, poetry.entries_of("dependencies")), (Scope::Dev, poetry.entries_of("dev-dependencies"))];
    for (group, node) in poetry.entries_of("group") {
        let scope = if is_for_work(group) || !node.flag("optional") { Scope::Dev } else { Scope::Optional };
        tables.push((scope, node.entries_of("dependencies")));
    }
    let entries = tables.into_iter().flat_map(|(scope, entries)| entries.iter().map(move |(name, node)| (scope, name.as_str(), node)));
    entries.filter(|(_, name, _)| *name != "python").collect()
}

/// `pyproject.toml`.
pub(super) fn pyproject(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let manifest = files.toml(path)?;
    let mut lines: Vec<Line> = Vec::new();
    for (scope, asked, line) in python_requirements(&manifest) {
        lines.push(of_python(&asked, line).scoped(scope));
    }
    for (scope, name, node) in manifest.at(&["tool", "poetry"]).map(poetry_tables).unwrap_or_default() {
        if node.get("path").is_some() {
            continue;
        }
        let said = node.as_text().unwrap_or_else(|| node.text("version"));
        // A version alone is one version here, and no other.
        let version = said.trim_start_matches('=').trim();
        let is_version = version.split('.').count() > 1 && version.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        let asked = if said.is_empty() { node.text("git") } else { said };
        let line = if is_version {
            Line::pinned(Ecosystem::Pypi, name, version, node.line)
        } else {
            Line::open(Ecosystem::Pypi, name, asked, node.line)
        };
        lines.push(line.scoped(if node.flag("optional") { Scope::Optional } else { scope }));
    }
    Ok(lines.into())
}

fn of_python(asked: &Requirement, line: usize) -> Line {
    match &asked.pin {
        Some(version) => Line::pinned(Ecosystem::Pypi, &asked.name, version, line),
        None => Line::open(Ecosystem::Pypi, &asked.name, &asked.asked, line),
    }
}

/// `Pipfile`.
pub(super) fn pipfile(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let manifest = files.toml(path)?;
    let mut lines = Vec::new();
    for (table, scope) in [("packages", Scope::Prod), ("dev-packages", Scope::Dev)] {
        for (name, node) in manifest.entries_of(table) {
            let said = node.as_text().unwrap_or_else(|| node.text("version"));
            let said = if said == "*" { "" } else { said };
            let asked = Requirement::read(&format!("{name}{said}"));
            if node.get("path").is_none() {
                let open = || Line::open(Ecosystem::Pypi, name, node.text("git"), node.line);
                lines.push(asked.map_or_else(open, |asked| of_python(&asked, node.line)).scoped(scope));
            }
        }
    }
    Ok(lines.into())
}

/// `package.json`.
pub(super) fn package_json(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let manifest = files.json(path)?;
    let asked = NODE.iter().flat_map(|(table, scope)| manifest.entries_of(table).iter().map(|(name, node)| (*scope, name, node)));
    let is_local = |asked: &str| ["workspace:", "file:", "link:", "portal:", "catalog:"].iter().any(|local| asked.starts_with(local));
    let asked = asked.filter(|(.., node)| !is_local(node.as_text().unwrap_or_default()));
    Ok(asked.map(|(scope, name, node)| exact(Ecosystem::Npm, name, node).scoped(scope)).collect::<Vec<_>>().into())
}

/// What a `package.json` asks for, with what it is needed for.
pub(super) fn of_node(manifest: &Node) -> Vec<(Scope, &str, &str)> {
    let tables = NODE.iter().map(|(table, scope)| (*scope, manifest.entries_of(table)));
    tables
        .flat_map(|(scope, entries)| entries.iter().filter_map(move |(name, node)| Some((scope, name.as_str(), node.as_text()?))))
        .collect()
}

/// `composer.json`.
pub(super) fn composer(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let manifest = files.json(path)?;
    let mut lines = Vec::new();
    for (table, scope) in [("require", Scope::Prod), ("require-dev", Scope::Dev)] {
        // `php` and `ext-json` are of the machine.
        let packages = manifest.entries_of(table).iter().filter(|(name, _)| name.contains('/'));
        lines.extend(packages.map(|(name, node)| exact(Ecosystem::Composer, name, node).scoped(scope)));
    }
    Ok(lines.into())
}

/// A package of which the whole version may be said.
fn exact(ecosystem: Ecosystem, name: &str, node: &Node) -> Line {
    let said = node.as_text().unwrap_or_default();
    let numbers: Vec<&str> = said.split(['-', '+']).next().unwrap_or_default().split('.').collect();
    let is_version = numbers.len() == 3 && numbers.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if is_version { Line::either(ecosystem, name, said, node.line) } else { Line::open(ecosystem, name, said, node.line) }
}

/// `Cargo.toml`.
pub(super) fn cargo(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let manifest = files.toml(path)?;
    let targets = manifest.entries_of("target").iter().map(|(_, node)| node);
    let mut lines = Vec::new();
    for holder in targets.chain([&manifest]).chain(manifest.get("workspace")) {
        for (table, scope) in [("dependencies", Scope::Prod), ("build-dependencies", Scope::Prod), ("dev-dependencies", Scope::Dev)] {
            for (key, node) in holder.entries_of(table) {
                if node.get("path").is_some() || node.flag("workspace") {
                    continue;
                }
                let name = Some(node.text("package")).filter(|name| !name.is_empty()).unwrap_or(key);
                let said = node.as_text().unwrap_or_else(|| node.text("version"));
                let scope = if node.flag("optional") { Scope::Optional } else { scope };
                let asked = if said.is_empty() { node.text("git") } else { said };
                let line = match said.strip_prefix('=') {
                    Some(version) => Line::either(Ecosystem::Cargo, name, version.trim(), node.line),
                    None => Line::open(Ecosystem::Cargo, name, asked, node.line),
                };
                lines.push(line.scoped(scope));
            }
        }
    }
    Ok(lines.into())
}
