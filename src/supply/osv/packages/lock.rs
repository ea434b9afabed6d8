//! Lock files that name each package with its version.

use serde_json::{Map, Value};

use super::Found;

/// `poetry.lock` and `uv.lock`. The project itself, which uv lists too, is no package of PyPI.
pub(super) fn python(found: &mut Found, file: &str, text: &str) -> Result<(), String> {
    for package in packages(text)? {
        let source = package.get("source").and_then(toml::Value::as_table);
        let is_own = source.is_some_and(|source| ["virtual", "editable"].iter().any(|key| source.contains_key(*key)));
        if !is_own {
            one(found, "PyPI", &package, file);
        }
    }
    Ok(())
}

/// `Cargo.lock`. A package without a source is one of the workspace.
pub(super) fn cargo(found: &mut Found, file: &str, text: &str) -> Result<(), String> {
    for package in packages(text)? {
        if package.contains_key("source") {
            one(found, "crates.io", &package, file);
        }
    }
    Ok(())
}

fn packages(text: &str) -> Result<Vec<toml::Table>, String> {
    let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| format!("it does not parse: {}", error.message()))?;
    let Some(packages) = table.remove("package") else { return Ok(Vec::new()) };
    packages.try_into().map_err(|_| "`package` is no list of tables".to_owned())
}

fn one(found: &mut Found, ecosystem: &str, package: &toml::Table, file: &str) {
    let text = |key: &str| package.get(key).and_then(toml::Value::as_str);
    match text("name") {
        Some(name) => found.package(ecosystem, name, text("version"), file),
        None => found.gap(file, "a package has no name"),
    }
}

/// `package-lock.json`, of all its versions.
pub(super) fn npm(found: &mut Found, file: &str, text: &str) -> Result<(), String> {
    let lock: Map<String, Value> = serde_json::from_str(text).map_err(|error| format!("it does not parse: {error}"))?;
    if let Some(packages) = lock.get("packages").and_then(Value::as_object) {
        for (place, package) in packages {
            let is_link = package.get("link").and_then(Value::as_bool).unwrap_or(false);
            // What lies elsewhere is of the workspace.
            if let Some((_, name)) = place.rsplit_once("node_modules/").filter(|_| !is_link) {
                // Installed under another name.
                let name = package.get("name").and_then(Value::as_str).unwrap_or(name);
                found.package("npm", name, package.get("version").and_then(Value::as_str), file);
            }
        }
        return Ok(());
    }
    let mut open: Vec<&Map<String, Value>> = lock.get("dependencies").and_then(Value::as_object).into_iter().collect();
    if open.is_empty() && !lock.contains_key("lockfileVersion") {
        return Err("it does not say that it is a lock file".to_owned());
    }
    while let Some(packages) = open.pop() {
        for (name, package) in packages {
            let version = package.get("version").and_then(Value::as_str);
            match version.and_then(|version| version.strip_prefix("npm:")).and_then(|alias| alias.rsplit_once('@')) {
                Some((name, version)) => found.package("npm", name, Some(version), file),
                None => found.package("npm", name, version, file),
            }
            open.extend(package.get("dependencies").and_then(Value::as_object));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Package, is_read};

    fn shown(name: &str, text: &str) -> Vec<String> {
        let mut found = Found::default();
        found.read(name, text.as_bytes());
        let mut shown: Vec<String> = found.packages.iter().map(Package::shown).collect();
        shown.extend(found.gaps.iter().map(|gap| format!("{}: {}", gap.place, gap.what)));
        shown.sort();
        shown
    }

    #[test]
    fn lock_files_name_what_is_installed_and_not_the_project() {
        let uv = "version = 1\n[[package]]\nname = \"own\"\nversion = \"0\"\nsource = { editable = \".\" }\n\
                  [[package]]\nname = \"django\"\nversion = \"4.2\"\nsource = { registry = \"https://pypi.org/simple\" }\n";
        assert_eq!(shown("a/uv.lock", uv), ["PyPI django 4.2"]);
        assert_eq!(shown("poetry.lock", "[[package]]\nname = \"six\"\nversion = \"1.0\"\n"), ["PyPI six 1.0"]);
        let cargo = "[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n[[package]]\nname = \"time\"\nversion = \"0.1.0\"\nsource = \"registry+x\"\n";
        assert_eq!(shown("Cargo.lock", cargo), ["crates.io time 0.1.0"]);
        let npm = r#"{"lockfileVersion": 3, "packages": {"": {"name": "own"}, "lib/x": {"version": "1.0.0"}, "node_modules/x": {"link": true},
            "node_modules/@a/b": {"version": "1.0.0"}, "node_modules/c/node_modules/d": {"name": "e", "version": "2.0.0"}}}"#;
        assert_eq!(shown("package-lock.json", npm), ["npm @a/b 1.0.0", "npm e 2.0.0"]);
        let old =
            r#"{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "npm:c@2.0.0"}}}}}"#;
        assert_eq!(shown("package-lock.json", old), ["npm a 1.0.0", "npm c 2.0.0"]);
    }

    #[test]
    fn a_broken_lock_file_is_a_gap() {
        for (name, text) in
            [("uv.lock", "[[package"), ("Cargo.lock", "package = 1"), ("package-lock.json", "{"), ("package-lock.json", "{}")]
        {
            assert_eq!(shown(name, text).len(), 1, "{name} {text}");
        }
        assert!(is_read("a/requirements-dev.txt") && is_read("uv.lock") && !is_read("requirements.md") && !is_read("x.lock"));
    }
}
