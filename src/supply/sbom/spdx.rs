//! SPDX 2.3 as JSON (<https://spdx.github.io/spdx-spec/v2.3/>).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Bom, Component, by_package, digest};
use crate::supply::census::Key;

/// What stands for the time where there is none: the form asks for one, and the hour of the run would change every time.
const NO_TIME: &str = "1970-01-01T00:00:00Z";

/// The bill as a document.
pub fn spdx(bom: &Bom) -> String {
    let mut packages = vec![json!({
        "SPDXID": "SPDXRef-Subject",
        "name": bom.subject.name,
        "versionInfo": bom.subject.commit.as_deref().unwrap_or("NOASSERTION"),
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "primaryPackagePurpose": "APPLICATION",
    })];
    packages.extend(bom.components.iter().map(|(key, component)| known(key, component)));
    packages
        .extend(by_package(bom).keys().filter_map(|key| Some(package(&key.name, &key.purl(&BTreeMap::new())?, "no version is pinned"))));
    let describes =
        json!({ "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-Subject" });
    let contains = |package: &Value| json!({ "spdxElementId": "SPDXRef-Subject", "relationshipType": "CONTAINS", "relatedSpdxElement": package["SPDXID"] });
    let relationships: Vec<Value> = [describes].into_iter().chain(packages.iter().skip(1).map(contains)).collect();
    let mut creators = vec![format!("Tool: stanch-{}", env!("CARGO_PKG_VERSION"))];
    creators.extend(bom.syft.iter().map(|version| format!("Tool: syft-{version}")));
    let mut document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": bom.subject.name,
        "creationInfo": { "created": bom.subject.time.as_deref().unwrap_or(NO_TIME), "creators": creators },
        "packages": packages,
        "relationships": relationships,
    });
    let space = format!("urn:stanch:sbom:{}", digest(&document.to_string()));
    if let Some(document) = document.as_object_mut() {
        document.insert("documentNamespace".to_owned(), space.into());
    }
    format!("{document:#}\n")
}

fn known(key: &Key, component: &Component) -> Value {
    let scope = component.scope.map(|scope| format!(", {}", scope.name())).unwrap_or_default();
    let mut package = package(&component.name, &component.purl, &format!("found by {}{scope}", component.origin.name()));
    let is_plain = component.licences.values().all(|is_id| *is_id) && !component.licences.is_empty();
    let licences: Vec<&str> = component.licences.keys().map(String::as_str).collect();
    if let Some(package) = package.as_object_mut() {
        package.insert("versionInfo".to_owned(), key.version.as_str().into());
        if is_plain {
            package.insert("licenseDeclared".to_owned(), licences.join(" AND ").into());
        } else if !licences.is_empty() {
            package.insert("licenseComments".to_owned(), licences.join(", ").into());
        }
    }
    package
}

fn package(name: &str, purl: &str, comment: &str) -> Value {
    let short = digest(purl);
    json!({
        "SPDXID": format!("SPDXRef-Package-{}", short.get(..24).unwrap_or_default()),
        "name": name,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "comment": comment,
        "externalRefs": [{ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl }],
    })
}
