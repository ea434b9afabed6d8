//! The lock files of Python.

use bstr::BString;

use super::beside;
use super::graph::Graph;
use super::node::Node;
use super::package::{Ecosystem, Found, Line, Scope, plain_python, scope_of_groups};
use super::read::Files;
use super::requirements::Requirement;

/// Poetry's. Since its version 2 it names the groups; one that names none needs the manifest beside it.
pub(super) fn poetry(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let lock = files.toml(path)?;
    let packages = lock.list("package");
    let mut graph = Graph::default();
    let manifest = beside(path, "pyproject.toml");
    if files.has(&manifest) {
        roots(&files.toml(&manifest)?, &mut graph);
    }
    for package in packages {
        let name = plain_python(package.text("name"));
        package.entries_of("dependencies").iter().for_each(|(other, _)| graph.edge(&name, plain_python(other)));
    }
    let by_graph = graph.scopes();
    let scope = |package: &Node| match (package.text("category"), package.texts("groups")) {
        ("dev", _) => Scope::Dev,
        (_, groups) if !groups.is_empty() => {
            scope_of_groups(groups).min(if package.flag("optional") { Scope::Optional } else { Scope::Prod })
        }
        _ if package.flag("optional") => Scope::Optional,
        ("", _) => by_graph.get(plain_python(package.text("name")).as_str()).copied().unwrap_or_default(),
        _ => Scope::Prod,
    };
    let kept = packages.iter().filter(|package| package.at(&["source", "type"]).and_then(Node::as_text) != Some("directory"));
    Ok(kept.map(|package| line(package).scoped(scope(package))).collect::<Vec<_>>().into())
}

/// What a manifest of Python asks for.
fn roots(manifest: &Node, graph: &mut Graph) {
    for (scope, asked, _) in super::manifest::python_requirements(manifest) {
        graph.root(scope, asked.name);
    }
    let Some(poetry) = manifest.at(&["tool", "poetry"]) else { return };
    for (scope, name, node) in super::manifest::poetry_tables(poetry) {
        graph.root(if node.flag("optional") { Scope::Optional } else { scope }, plain_python(name));
    }
}

/// uv's: what the project's own packages ask for, and what that asks for.
pub(super) fn uv(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let lock = files.toml(path)?;
    let is_own = |package: &&Node| {
        let source = package.get("source");
        ["editable", "virtual", "directory"].iter().any(|kind| source.is_some_and(|source| source.get(kind).is_some()))
    };
    let mut graph = Graph::default();
    let all = |list: &Node| list.items().iter().flat_map(names).collect::<Vec<String>>();
    for package in lock.list("package") {
        let name = plain_python(package.text("name"));
        let own = is_own(&package);
        let asked = package.get("dependencies").map(all).unwrap_or_default();
        for other in asked {
            if own { graph.root(Scope::Prod, other) } else { graph.edge(&name, other) }
        }
        for (extra, list) in package.entries_of("optional-dependencies") {
            let from = format!("{name}[{extra}]");
            for other in all(list) {
                if own { graph.root(Scope::Optional, other) } else { graph.edge(&from, other) }
            }
        }
        for (_, list) in package.entries_of("dev-dependencies") {
            for other in all(list) {
                graph.root(Scope::Dev, other);
            }
        }
    }
    let scopes = graph.scopes();
    let scope = |package: &Node| scopes.get(plain_python(package.text("name")).as_str()).copied().unwrap_or_default();
    let packages = lock.list("package").iter().filter(|package| !is_own(package));
    Ok(packages.map(|package| line(package).scoped(scope(package))).collect::<Vec<_>>().into())
}

/// A dependency by name, and by name with each extra.
fn names(asked: &Node) -> Vec<String> {
    let name = plain_python(asked.text("name"));
    let extras = asked.texts("extra").into_iter().map(|extra| format!("{name}[{extra}]")).collect::<Vec<_>>();
    extras.into_iter().chain([name]).collect()
}

/// PDM's, which names the groups.
pub(super) fn pdm(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let lock = files.toml(path)?;
    let packages = lock.list("package").iter();
    let packages = packages.map(|package| {
        let groups = package.texts("groups");
        line(package).scoped(if groups.is_empty() { Scope::Prod } else { scope_of_groups(groups) })
    });
    Ok(packages.collect::<Vec<_>>().into())
}

/// The common one (PEP 751).
pub(super) fn pylock(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let lock = files.toml(path)?;
    let scope = |package: &Node| match package.text("marker") {
        marker if marker.contains("dependency_groups") => Scope::Dev,
        marker if marker.contains("extras") => Scope::Optional,
        _ => Scope::Prod,
    };
    let own = |package: &&Node| package.get("directory").is_none();
    Ok(lock.list("packages").iter().filter(own).map(|package| line(package).scoped(scope(package))).collect::<Vec<_>>().into())
}

/// Pipenv's.
pub(super) fn pipfile(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let lock = files.json(path)?;
    let mut lines = Vec::new();
    for (table, scope) in [("default", Scope::Prod), ("develop", Scope::Dev)] {
        for (name, package) in lock.entries_of(table) {
            if package.get("path").is_some() || package.get("file").is_some_and(|file| !file.as_text().is_some_and(|at| at.contains("://")))
            {
                continue;
            }
            let line = match Requirement::read(&format!("{name}{}", package.text("version"))).and_then(|asked| asked.pin) {
                Some(version) => Line::pinned(Ecosystem::Pypi, name, &version, package.line),
                None => Line::open(Ecosystem::Pypi, name, first_of(package, &["version", "git", "file"]), package.line),
            };
            lines.push(line.scoped(scope));
        }
    }
    Ok(lines.into())
}

fn line(package: &Node) -> Line {
    let (name, line) = (package.text("name"), package.get("name").map_or(package.line, |name| name.line));
    Line::either(Ecosystem::Pypi, name, package.text("version"), line)
}

fn first_of<'n>(node: &'n Node, keys: &[&str]) -> &'n str {
    keys.iter().map(|key| node.text(key)).find(|text| !text.is_empty()).unwrap_or_default()
}
