//! Lock files that did not follow their manifests: something that the manifest asks for is not in them.
//!
//! A lock file is looked for beside the manifest and then in the folders above; one above counts where it names the manifest's
//! folder or package, as that of a workspace does. What is compared is what a program must write there: names, and where the
//! lock file repeats what was asked for, that too. Versions are not weighed against each other.

use bstr::ByteSlice as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Tree, folder_of, join};
use crate::model::Span;
use crate::quality::syntax::entries;
use crate::quality::text::{lines, name_of, text_of};
use crate::quality::{Defect, File};

/// How many defects of one file are told.
const MOST: usize = 100;

/// Something that a manifest asks for, and one of the texts by which a lock file shows that it has it.
struct Wanted {
    name: String,
    span: Span,
    /// One of these stands in the lock file.
    marks: Vec<String>,
}

/// What a manifest asks for of a lock file with this name and text.
type Ask = fn(&str, (&str, &str)) -> Vec<Wanted>;

/// Manifests, the lock files that may go with them, and what is asked.
const KINDS: [(&str, &[&str], Ask); 6] = [
    ("package.json", &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"], of_node),
    ("Cargo.toml", &["Cargo.lock"], of_cargo),
    ("pyproject.toml", &["uv.lock", "poetry.lock", "pdm.lock"], of_python),
    ("Gemfile", &["Gemfile.lock"], of_ruby),
    ("composer.json", &["composer.lock"], of_composer),
    ("go.mod", &["go.sum"], of_go),
];

/// What a manifest asks for and its lock file does not hold.
pub(in crate::quality) fn lock_drift(file: &File<'_>, tree: &dyn Tree) -> Vec<Defect> {
    let Some(text) = text_of(file).and_then(|text| text.to_str().ok()) else { return Vec::new() };
    let kind = KINDS.iter().find(|(manifest, ..)| manifest.as_bytes() == name_of(file.path));
    let Some((_, locks, ask)) = kind else { return Vec::new() };
    let Some((name, lock)) = lock_of((file.path, text), locks, tree) else { return Vec::new() };
    let missing = ask(text, (name, &lock)).into_iter().filter(|wanted| !wanted.marks.iter().any(|mark| lock.contains(mark.as_str())));
    missing
        .take(MOST)
        .map(|Wanted { name: wanted, span, .. }| Defect { span, detail: Some(format!("`{wanted}` is not in {name}")) })
        .collect()
}

/// The nearest lock file, with its name and text; none where that is of another project.
fn lock_of<'n>((path, text): (&[u8], &str), names: &[&'n str], tree: &dyn Tree) -> Option<(&'n str, String)> {
    let own = folder_of(path);
    let mut folder = own;
    loop {
        if let Some(name) = names.iter().find(|name| tree.mode(folder, name.as_bytes()).is_some()) {
            let lock = tree.read(&join(folder, name.as_bytes()))?.to_str_lossy().replace("\r\n", "\n");
            let below = own.get(folder.len()..).unwrap_or_default();
            let below = below.strip_prefix(b"/").unwrap_or(below).to_str_lossy();
            return (below.is_empty() || is_member(&below, text, &lock)).then_some((*name, lock));
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder_of(folder);
    }
}

/// Whether a lock file is for the manifest in the folder `below` it, too.
fn is_member(below: &str, manifest: &str, lock: &str) -> bool {
    // npm, Bun and uv; Yarn; pnpm. Cargo names its packages, and those of others have a source.
    let by_folder = [format!("\"{below}\""), format!(":{below}\""), format!("\n  {below}:\n"), format!("\n  '{below}':\n")];
    let (root, _) = DeTable::parse_recoverable(manifest);
    let package = table(root.get_ref(), "package").and_then(|package| text_in(package, "name"));
    let by_name = package.is_some_and(|name| lock.contains(&format!("name = \"{name}\"\n")));
    by_name || by_folder.iter().any(|mark| lock.contains(mark))
}

fn of_node(text: &str, (name, lock): (&str, &str)) -> Vec<Wanted> {
    // Since version 2 of its form, npm repeats what each manifest asks for.
    let repeats =
        name == "bun.lock" || matches!(name, "package-lock.json" | "npm-shrinkwrap.json") && !lock.contains("\"lockfileVersion\": 1,");
    let wanted = |entry: crate::quality::syntax::Entry<'_>| {
        let asked = text.get(entry.value.start + 1..entry.value.end.saturating_sub(1))?;
        let key = entry.key.into_owned();
        let is_local = ["workspace:", "file:", "link:", "portal:", "catalog:", "patch:"].iter().any(|local| asked.starts_with(local));
        let marks = match name {
            _ if is_local => return None,
            // What is resolved by hand stands there as it was resolved.
            "yarn.lock" if text.contains("\"resolutions\"") => vec![format!("{key}@")],
            "yarn.lock" => vec![format!("{key}@{asked}"), format!("{key}@npm:{asked}")],
            "pnpm-lock.yaml" => vec![format!(" {key}:\n"), format!(" '{key}':\n"), format!(" {key}: "), format!(" '{key}': ")],
            _ if repeats => vec![format!("\"{key}\": \"{asked}\"")],
            _ => vec![format!("\"{key}\": {{")],
        };
        Some(Wanted { name: if repeats || name == "yarn.lock" { format!("{key}@{asked}") } else { key }, span: entry.key_span, marks })
    };
    entries(text, &["dependencies", "devDependencies", "optionalDependencies"]).into_iter().filter_map(wanted).collect()
}

fn of_composer(text: &str, _: (&str, &str)) -> Vec<Wanted> {
    let packages = entries(text, &["require", "require-dev"]).into_iter();
    // `php` and `ext-json` are of the machine.
    let packages = packages.filter(|entry| entry.key.contains('/'));
    packages
        .map(|entry| {
            let name = entry.key.into_owned();
            Wanted {
                marks: vec![format!("\"name\": \"{name}\""), format!("\"name\": \"{}\"", name.to_lowercase())],
                span: entry.key_span,
                name,
            }
        })
        .collect()
}

fn of_go(text: &str, _: (&str, &str)) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    let mut replaced: Vec<String> = Vec::new();
    let mut block = "";
    for line in lines(text.as_bytes()) {
        let said = line.text.to_str().unwrap_or_default();
        let said = said.split("//").next().unwrap_or_default();
        let words: Vec<&str> = said.split_whitespace().collect();
        match (block, words.as_slice()) {
            (_, [")"]) => block = "",
            ("", [word, "("]) => block = word,
            ("", ["replace", module, ..]) | ("replace", [module, ..]) => replaced.push((*module).to_owned()),
            ("", ["require", module, version]) | ("require", [module, version]) => {
                let marks = vec![format!("{module} {version}/go.mod h1:"), format!("{module} {version} h1:")];
                wanted.push(Wanted { name: format!("{module} {version}"), span: Span { start: line.start, end: line.stop() }, marks });
            }
            _ => {}
        }
    }
    wanted.retain(|one| !replaced.iter().any(|module| one.name.split(' ').next() == Some(module)));
    wanted
}

fn of_ruby(text: &str, _: (&str, &str)) -> Vec<Wanted> {
    let gem = |line: crate::quality::text::Line<'_>| {
        let said = line.text.trim_start().strip_prefix(b"gem")?.to_str().ok()?;
        let rest = said.trim_start_matches([' ', '\t', '(']);
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'') && rest.len() < said.len())?;
        let name = rest.get(1..)?.split(quote).next()?;
        let marks = [" (", "\n", "!\n"].iter().map(|end| format!("  {name}{end}")).collect();
        Some(Wanted { name: name.to_owned(), span: Span { start: line.start, end: line.stop() }, marks })
    };
    lines(text.as_bytes()).filter_map(gem).collect()
}

/// The tables of a manifest in which dependencies stand by name.
type Table<'t> = DeTable<'t>;

fn of_cargo(text: &str, (_, lock): (&str, &str)) -> Vec<Wanted> {
    let (root, _) = DeTable::parse_recoverable(text);
    let root = root.get_ref();
    let mut tables: Vec<&Table<'_>> = Vec::new();
    let targets = table(root, "target").into_iter().flat_map(DeTable::values).filter_map(|target| target.get_ref().as_table());
    for holder in targets.chain([root]) {
        tables.extend(["dependencies", "dev-dependencies", "build-dependencies"].iter().filter_map(|name| table(holder, name)));
    }
    let mut wanted: Vec<Wanted> = Vec::new();
    for (key, value) in tables.into_iter().flatten() {
        let renamed = value.get_ref().as_table().and_then(|table| text_in(table, "package"));
        let name = renamed.unwrap_or(key.get_ref()).to_owned();
        // What a workspace calls by another name is known to its root alone.
        let inherits = value.get_ref().as_table().is_some_and(|table| table.contains_key("workspace"));
        if !inherits {
            wanted.push(Wanted { marks: vec![format!("name = \"{name}\"\n")], span: span_of(key), name });
        }
    }
    // The version of the package itself is repeated there.
    let own = table(root, "package").and_then(|package| Some((text_in(package, "name")?, package.get_key_value("version")?)));
    if let Some((name, (key, version))) = own
        && let Some(version) = version.get_ref().as_str()
        && lock.contains(&format!("name = \"{name}\"\n"))
    {
        let marks = vec![format!("name = \"{name}\"\nversion = \"{version}\"\n")];
        wanted.push(Wanted { name: format!("{name} {version}"), span: span_of(key), marks });
    }
    wanted
}

fn of_python(text: &str, _: (&str, &str)) -> Vec<Wanted> {
    let (root, _) = DeTable::parse_recoverable(text);
    let root = root.get_ref();
    let mut wanted: Vec<Wanted> = Vec::new();
    let project = table(root, "project");
    let mut lists: Vec<&Spanned<DeValue<'_>>> = project.and_then(|project| project.get("dependencies")).into_iter().collect();
    for groups in [project.and_then(|project| table(project, "optional-dependencies")), table(root, "dependency-groups")] {
        lists.extend(groups.into_iter().flat_map(DeTable::values));
    }
    for item in lists.into_iter().filter_map(|list| list.get_ref().as_array()).flatten() {
        let Some(asked) = item.get_ref().as_str() else { continue };
        wanted.extend(python_package(asked, item.span()));
    }
    let poetry = table(root, "tool").and_then(|tool| table(tool, "poetry"));
    let groups = poetry.and_then(|poetry| table(poetry, "group")).into_iter().flat_map(DeTable::values);
    let groups = groups.filter_map(|group| group.get_ref().as_table());
    for holder in groups.chain(poetry) {
        let tables = ["dependencies", "dev-dependencies"].iter().filter_map(|name| table(holder, name));
        wanted.extend(
            tables.flatten().filter(|(key, _)| key.get_ref() != "python").filter_map(|(key, _)| python_package(key.get_ref(), key.span())),
        );
    }
    wanted
}

/// A package of Python under the name that lock files give it (PEP 503).
fn python_package(asked: &str, span: std::ops::Range<usize>) -> Option<Wanted> {
    let name = asked.split(|sign: char| !sign.is_ascii_alphanumeric() && !"-_.".contains(sign)).next().filter(|name| !name.is_empty())?;
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    let plain = parts.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    Some(Wanted {
        name: name.to_owned(),
        span: Span { start: span.start, end: span.end },
        marks: vec![format!("name = \"{plain}\"\n"), format!("name = \"{name}\"\n")],
    })
}

fn table<'t, 's>(holder: &'s Table<'t>, name: &str) -> Option<&'s Table<'t>> {
    holder.get(name)?.get_ref().as_table()
}

fn text_in<'s>(holder: &'s Table<'_>, name: &str) -> Option<&'s str> {
    holder.get(name)?.get_ref().as_str()
}

fn span_of<T>(spanned: &Spanned<T>) -> Span {
    Span { start: spanned.span().start, end: spanned.span().end }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Files;
    use super::*;

    #[track_caller]
    fn check(manifest: &str, text: &str, (lock, content): (&'static str, &'static str), missing: &[&str]) {
        let file = File { path: manifest.as_bytes(), bytes: text.as_bytes(), ..File::default() };
        let told: Vec<String> = lock_drift(&file, &Files::of(&[(lock, content)])).into_iter().filter_map(|defect| defect.detail).collect();
        let wanted: Vec<String> = missing.iter().map(|name| format!("`{name}` is not in {}", lock.rsplit('/').next().unwrap())).collect();
        assert_eq!(told, wanted, "{text}");
    }

    #[test]
    fn packages_of_node_are_in_the_lock_as_they_were_asked_for() {
        let manifest = "{\"dependencies\": {\"a\": \"^1.0\", \"@b/c\": \"2.x\", \"d\": \"workspace:*\"}, \"devDependencies\": {\"e\": \"~3\"}, \"peerDependencies\": {\"p\": \"1\"}}";
        let npm = "{\n \"lockfileVersion\": 3,\n \"packages\": {\"\": {\"dependencies\": {\"a\": \"^1.0\", \"@b/c\": \"1.x\"}}}}";
        check("package.json", manifest, ("package-lock.json", npm), &["@b/c@2.x", "e@~3"]);
        check("packages/x/package.json", manifest, ("package-lock.json", npm), &[]);
        let workspace: &'static str = "{\n  \"packages\": {\"packages/x\": {\"dependencies\": {\"a\": \"^1.0\", \"e\": \"~3\"}}}}";
        check("packages/x/package.json", manifest, ("package-lock.json", workspace), &["@b/c@2.x"]);
        check("package.json", manifest, ("yarn.lock", "a@^1.0:\n\n\"@b/c@npm:2.x\":\n"), &["e@~3"]);
        check(
            "package.json",
            manifest,
            ("pnpm-lock.yaml", "    dependencies:\n      a:\n        specifier: ^1.0\n      '@b/c':\n"),
            &["e"],
        );
        check(
            "package.json",
            manifest,
            ("package-lock.json", "{\n  \"lockfileVersion\": 1,\n \"dependencies\": {\"a\": {\"version\": \"1.0.0\"}, \"e\": {}}}"),
            &["@b/c"],
        );
        check("other.json", manifest, ("package-lock.json", npm), &[]);
        check("package.json", manifest, ("x/package-lock.json", npm), &[]);
    }

    #[test]
    fn crates_are_in_the_lock_by_name() {
        let manifest = "[package]\nname = \"own\"\nversion = \"0.2.0\"\n[dependencies]\na = \"1\"\nb = { package = \"bee\", version = \"1\" }\nw = { workspace = true }\n[target.'cfg(unix)'.dev-dependencies]\nc = \"1\"\n";
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";
        check("Cargo.toml", manifest, ("Cargo.lock", lock), &["c", "bee", "own 0.2.0"]);
        check("crates/own/Cargo.toml", manifest, ("Cargo.lock", lock), &["c", "bee", "own 0.2.0"]);
        check("other/Cargo.toml", &manifest.replace("own", "other"), ("Cargo.lock", lock), &[]);
    }

    #[test]
    fn packages_of_python_are_in_the_lock_by_their_plain_names() {
        let manifest = "[project]\ndependencies = [\"Foo_Bar>=1\", \"b[x]==2; python_version>'3'\"]\n[dependency-groups]\ndev = [\"c\", {include-group = \"x\"}]\n";
        check("pyproject.toml", manifest, ("uv.lock", "[[package]]\nname = \"foo-bar\"\n"), &["b", "c"]);
        let poetry = "[tool.poetry.dependencies]\npython = \"^3.12\"\na = \"*\"\n[tool.poetry.group.dev.dependencies]\nd = \"1\"\n";
        check("pyproject.toml", poetry, ("poetry.lock", "[[package]]\nname = \"a\"\n"), &["d"]);
    }

    #[test]
    fn gems_packages_of_composer_and_modules_of_go_are_in_the_lock() {
        let gems = "source \"x\"\ngem \"rails\", \"~> 8\"\n  gem 'pg'\ngem(\"rack\")\n# gem \"old\"\ngemspec\n";
        check("Gemfile", gems, ("Gemfile.lock", "GEM\n  specs:\n    rails (8.0)\n\nDEPENDENCIES\n  rails (~> 8)\n"), &["pg", "rack"]);
        let composer = "{\"require\": {\"php\": \">=8\", \"a/b\": \"^1\", \"C/D\": \"*\"}}";
        check("composer.json", composer, ("composer.lock", "{\"packages\": [{\"name\": \"c/d\"}]}"), &["a/b"]);
        let module = "module x\nrequire a.example/b v1.2.0\nrequire (\n\tc.example/d v0.1.0 // indirect\n\te.example/f v1.0.0\n)\nreplace e.example/f => ../f\n";
        check("go.mod", module, ("go.sum", "c.example/d v0.1.0/go.mod h1:x=\na.example/b v1.1.0 h1:x=\n"), &["a.example/b v1.2.0"]);
    }
}
