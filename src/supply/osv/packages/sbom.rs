//! CycloneDX in JSON.

use std::str::FromStr as _;

use packageurl::PackageUrl;
use serde::Deserialize;

use super::{Found, Package};
use crate::supply::osv::ecosystem::Ecosystem;

/// Kinds of components that are no packages.
const NO_PACKAGES: &[&str] = &["file", "operating-system", "device", "device-driver", "platform", "data", "cryptographic-asset"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bom {
    bom_format: Option<String>,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Component {
    r#type: Option<String>,
    #[serde(default)]
    name: String,
    version: Option<String>,
    purl: Option<String>,
    #[serde(default)]
    components: Vec<Component>,
}

/// Reads the packages of an SBOM; `name` is its path.
pub fn read(name: &str, bytes: &[u8]) -> Found {
    let mut found = Found { files: 1, ..Found::default() };
    match serde_json::from_slice::<Bom>(bytes) {
        Ok(bom) if bom.bom_format.as_deref() == Some("CycloneDX") => {
            let mut open = bom.components;
            while let Some(component) = open.pop() {
                one(&mut found, name, &component);
                open.extend(component.components);
            }
        }
        Ok(_) => found.gap(name, "it does not say that it is CycloneDX"),
        Err(error) => found.gap(name, format!("it is no CycloneDX in JSON: {error}")),
    }
    found
}

fn one(found: &mut Found, file: &str, component: &Component) {
    let is_package = !component.r#type.as_deref().is_some_and(|kind| NO_PACKAGES.contains(&kind));
    let Some(text) = &component.purl else {
        if is_package {
            found.gap(&format!("{file}: {}", component.name), "the component has no purl");
        }
        return;
    };
    let Ok(purl) = PackageUrl::from_str(text) else { return found.gap(&format!("{file}: {text}"), "this is no purl") };
    let Some(ecosystem) = Ecosystem::of_purl(purl.ty()) else {
        return found.gap(text, format!("packages of the type `{}` are not compared yet", purl.ty()));
    };
    let separator = if purl.ty() == "maven" { ":" } else { "/" };
    let name = purl.namespace().map_or_else(|| purl.name().to_owned(), |space| format!("{space}{separator}{}", purl.name()));
    let version = purl.version().or(component.version.as_deref()).map(str::to_owned);
    found.packages.push(Package { ecosystem, name, version, origins: vec![text.clone()] });
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn packages_are_named_as_advisories_name_them() {
        let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
            {"type": "library", "name": "Django", "purl": "pkg:pypi/Django@4.2", "components": [
                {"type": "library", "name": "core", "purl": "pkg:npm/%40babel/core@7.0.0?x=y#z"}]},
            {"type": "library", "name": "lang", "purl": "pkg:maven/org.apache/lang@3.1"},
            {"type": "library", "name": "yaml", "purl": "pkg:golang/gopkg.in/yaml.v2@v2.2.0"},
            {"type": "library", "name": "six", "version": "1.0", "purl": "pkg:pypi/six"},
            {"type": "file", "name": "/etc/passwd"}]}"#;
        let found = read("a.json", text.as_bytes());
        let mut shown: Vec<String> = found.packages.iter().map(super::Package::shown).collect();
        shown.sort();
        let expected =
            ["Go gopkg.in/yaml.v2 v2.2.0", "Maven org.apache:lang 3.1", "PyPI django 4.2", "PyPI six 1.0", "npm @babel/core 7.0.0"];
        assert_eq!(shown, expected);
        assert_eq!(found.gaps, []);
    }

    #[test]
    fn what_is_not_understood_is_a_gap() {
        let components = [r#"{"name": "a"}"#, r#"{"name": "b", "purl": "not a purl"}"#, r#"{"name": "c", "purl": "pkg:conan/zlib@1"}"#];
        for component in components {
            let found = read("a.json", format!(r#"{{"bomFormat": "CycloneDX", "components": [{component}]}}"#).as_bytes());
            assert_eq!((found.packages.len(), found.gaps.len()), (0, 1), "{component}");
        }
        let deep = format!("{}{}", r#"{"bomFormat":"CycloneDX","components":["#, r#"{"components":["#.repeat(10_000));
        for text in ["", "<bom/>", "{}", r#"{"spdxVersion": "SPDX-2.3"}"#, deep.as_str()] {
            assert_eq!(read("a.json", text.as_bytes()).gaps.len(), 1);
        }
    }
}
