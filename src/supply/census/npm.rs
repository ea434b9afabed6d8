//! The lock files of npm, in their three versions.

use bstr::BString;

use super::node::Node;
use super::package::{Ecosystem, Found, Line, Scope};
use super::read::Files;

/// `package-lock.json` and `npm-shrinkwrap.json`.
pub(super) fn lock(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let lock = files.json(path)?;
    let mut lines = Vec::new();
    if lock.get("packages").is_some() {
        for (key, package) in lock.entries_of("packages") {
            // What stands elsewhere is a folder of the project itself.
            let Some((_, place)) = key.rsplit_once("node_modules/") else { continue };
            if package.flag("link") {
                continue;
            }
            let alias = package.text("name");
            let name = if alias.is_empty() { place } else { alias };
            let line = Line::either(Ecosystem::Npm, name, package.text("version"), package.line);
            lines.push(line.scoped(scope(package)).licensed(licence(package)));
        }
    } else {
        nested(&lock, &mut lines);
    }
    Ok(lines.into())
}

/// The first version's, in which what a package alone needs stands in it. The parser bounds the depth.
fn nested(holder: &Node, lines: &mut Vec<Line>) {
    for (key, package) in holder.entries_of("dependencies") {
        let version = package.text("version");
        let aliased = version.strip_prefix("npm:").and_then(|other| other.rsplit_once('@'));
        let (name, version) = aliased.unwrap_or((key, version));
        if !version.starts_with("file:") {
            lines.push(Line::either(Ecosystem::Npm, name, version, package.line).scoped(scope(package)));
        }
        nested(package, lines);
    }
}

fn scope(package: &Node) -> Scope {
    match package {
        _ if package.flag("dev") => Scope::Dev,
        _ if package.flag("optional") || package.flag("devOptional") => Scope::Optional,
        _ => Scope::Prod,
    }
}

fn licence(package: &Node) -> Option<String> {
    package.get("license").and_then(Node::as_text).map(str::to_owned)
}
