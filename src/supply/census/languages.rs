//! The lock files of Rust, Go, PHP and Ruby.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;

use super::beside;
use super::node::Node;
use super::package::{Ecosystem, Found, Line, Scope};
use super::read::Files;

/// `Cargo.lock`. What has no source is of the project.
pub(super) fn cargo(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let lock = files.toml(path)?;
    let packages = lock.list("package").iter().filter(|package| package.get("source").is_some());
    let line = |package: &Node| {
        let at = package.get("name").map_or(package.line, |name| name.line);
        Line::either(Ecosystem::Cargo, package.text("name"), package.text("version"), at)
    };
    Ok(packages.map(line).collect::<Vec<_>>().into())
}

/// `composer.lock`.
pub(super) fn composer(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let lock = files.json(path)?;
    let mut lines = Vec::new();
    for (list, scope) in [("packages", Scope::Prod), ("packages-dev", Scope::Dev)] {
        for package in lock.list(list) {
            let line = Line::either(Ecosystem::Composer, package.text("name"), package.text("version"), package.line);
            lines.push(line.scoped(scope).licensed(package.texts("license").into_iter().map(str::to_owned)));
        }
    }
    Ok(lines.into())
}

/// `Gemfile.lock`: gems of the sections `GEM` and `GIT`; those of `PATH` are of the project.
pub(super) fn gems(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let text = files.text(path)?;
    let (mut lines, mut section, mut in_specs) = (Vec::new(), "", false);
    for (number, line) in text.lines().enumerate() {
        match line.len() - line.trim_start().len() {
            0 => (section, in_specs) = (line.trim(), false),
            2 => in_specs = line.trim() == "specs:",
            4 if in_specs && matches!(section, "GEM" | "GIT") => {
                let (name, version) = line
                    .trim()
                    .strip_suffix(')')
                    .and_then(|gem| gem.split_once(" ("))
                    .ok_or_else(|| format!("line {}: this is no gem with its version", number + 1))?;
                // `1.15.0-x86_64-linux` is made for one kind of machine.
                let (version, platform) = version.split_once('-').unwrap_or((version, ""));
                let mut line = Line::pinned(Ecosystem::Gem, name, version, number + 1);
                line.more.insert("platform", platform.to_owned());
                lines.push(line);
            }
            _ => {}
        }
    }
    if lines.is_empty() && !text.contains("GEM\n") {
        return Err("this is no lock file of Bundler".to_owned());
    }
    Ok(lines.into())
}

/// `go.mod`. It names all modules that are built since Go 1.17; before, `go.sum` is asked too.
pub(super) fn go_mod(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    Ok(modules(&files.text(path)?)?.0.into())
}

/// The modules of a `go.mod`, and whether those are all.
fn modules(text: &str) -> Result<(Vec<Line>, bool), String> {
    let (mut wanted, mut replaced) = (Vec::new(), BTreeMap::new());
    let (mut block, mut is_whole) = (String::new(), false);
    for (number, line) in text.lines().enumerate() {
        let said = line.split("//").next().unwrap_or_default();
        let words: Vec<&str> = said.split_whitespace().map(|word| word.trim_matches('"')).collect();
        match (block.as_str(), words.as_slice()) {
            (_, [")"]) => block.clear(),
            ("", [word, "("]) => (*word).clone_into(&mut block),
            ("", ["go", version]) => is_whole = is_since_17(version),
            ("", ["require", module, version]) | ("require", [module, version]) => {
                wanted.push(Line::either(Ecosystem::Go, module, version, number + 1));
            }
            ("", ["require", ..]) | ("require", [_, ..]) => return Err(format!("line {}: this is no module with its version", number + 1)),
            ("", ["replace", rest @ ..]) | ("replace", rest @ [_, ..]) => {
                let Some(at) = rest.iter().position(|word| *word == "=>") else { continue };
                let (before, after) = rest.split_at(at);
                let old = (before.first().copied().unwrap_or_default().to_owned(), before.get(1).map(|version| (*version).to_owned()));
                let new = after.get(1).map(|module| ((*module).to_owned(), after.get(2).map(|version| (*version).to_owned())));
                replaced.insert(old, new);
            }
            _ => {}
        }
    }
    for line in &mut wanted {
        let new = replaced.get(&(line.name.clone(), line.version.clone())).or_else(|| replaced.get(&(line.name.clone(), None)));
        match new.cloned().flatten() {
            Some((module, Some(version))) => (line.name, line.version) = (module, Some(version)),
            // By a folder, which is of the tree.
            Some((_, None)) => line.name.clear(),
            None => {}
        }
    }
    wanted.retain(|line| !line.name.is_empty());
    Ok((wanted, is_whole))
}

fn is_since_17(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    version >= (1, 17)
}

/// `go.sum`, where no `go.mod` beside it names all. It holds more than is built.
pub(super) fn go_sum(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let manifest = beside(path, "go.mod");
    let mut known: BTreeSet<String> = BTreeSet::new();
    if files.has(&manifest) {
        let (lines, is_whole) = modules(&files.text(&manifest)?)?;
        if is_whole {
            return Ok(Found::default());
        }
        known = lines.into_iter().map(|line| line.name).collect();
    }
    let mut lines = Vec::new();
    for (number, line) in files.text(path)?.lines().enumerate() {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            [] => {}
            [module, version, _] if version.ends_with("/go.mod") || known.contains(*module) => {}
            [module, version, _] => lines.push(Line::either(Ecosystem::Go, module, version, number + 1)),
            _ => return Err(format!("line {}: this is no module with its digest", number + 1)),
        }
    }
    Ok(lines.into())
}
