//! What changed between two bills, whichever of the two forms each has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Error;
use crate::supply::census::Key;

/// How deep parts may stand in parts.
const MAX_DEPTH: usize = 32;

/// A package as a document has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    versions: BTreeSet<String>,
    licences: BTreeSet<String>,
}

/// What changed, each as a line: ecosystem, name, and what was and is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Packages that came.
    pub added: Vec<String>,
    /// Packages that went.
    pub removed: Vec<String>,
    /// Packages of other versions.
    pub versions: Vec<String>,
    /// Packages under other licences.
    pub licences: Vec<String>,
}

/// Compares two documents, of CycloneDX or SPDX.
///
/// # Errors
/// If one is neither.
pub fn compare(before: &[u8], after: &[u8]) -> Result<Diff, Error> {
    let (before, after) = (read(before)?, read(after)?);
    let mut diff = Diff::default();
    let versions = |seen: &Seen| seen.versions.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let licences = |seen: &Seen| {
        if seen.licences.is_empty() { "none known".to_owned() } else { seen.licences.iter().cloned().collect::<Vec<_>>().join(", ") }
    };
    for (name, now) in &after {
        let Some(was) = before.get(name) else {
            diff.added.push(format!("{name} {}", versions(now)));
            continue;
        };
        if was.versions != now.versions {
            diff.versions.push(format!("{name} {} -> {}", versions(was), versions(now)));
        }
        if was.licences != now.licences {
            diff.licences.push(format!("{name} {} -> {}", licences(was), licences(now)));
        }
    }
    let gone = before.iter().filter(|(name, _)| !after.contains_key(*name));
    diff.removed.extend(gone.map(|(name, was)| format!("{name} {}", versions(was))));
    Ok(diff)
}

fn read(bytes: &[u8]) -> Result<BTreeMap<String, Seen>, Error> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| Error::Document(error.to_string()))?;
    let mut packages = BTreeMap::new();
    if text(&document, "bomFormat") == "CycloneDX" {
        of_cyclonedx(&document, MAX_DEPTH, &mut packages)?;
    } else if text(&document, "spdxVersion").starts_with("SPDX-2.") {
        of_spdx(&document, &mut packages);
    } else {
        return Err(Error::Document("it is neither CycloneDX nor SPDX 2".to_owned()));
    }
    Ok(packages)
}

fn of_cyclonedx(holder: &Value, depth: usize, packages: &mut BTreeMap<String, Seen>) -> Result<(), Error> {
    let deeper = depth.checked_sub(1).ok_or_else(|| Error::Document(format!("its parts nest deeper than {MAX_DEPTH}")))?;
    for part in list(holder, "components") {
        of_cyclonedx(part, deeper, packages)?;
        if text(part, "type") == "file" {
            continue;
        }
        let seen = packages.entry(name(text(part, "purl"), part)).or_default();
        seen.versions.insert(text(part, "version").to_owned());
        seen.licences.extend(licences(part).into_iter().map(|(licence, _)| licence));
    }
    Ok(())
}

fn of_spdx(document: &Value, packages: &mut BTreeMap<String, Seen>) {
    let described: Vec<&str> = list(document, "relationships")
        .filter(|relationship| text(relationship, "relationshipType") == "DESCRIBES")
        .map(|relationship| text(relationship, "relatedSpdxElement"))
        .collect();
    for part in list(document, "packages").filter(|part| !described.contains(&text(part, "SPDXID"))) {
        let purl = list(part, "externalRefs")
            .find(|outside| text(outside, "referenceType") == "purl")
            .map(|outside| text(outside, "referenceLocator"));
        let seen = packages.entry(name(purl.unwrap_or_default(), part)).or_default();
        seen.versions.insert(text(part, "versionInfo").to_owned());
        let declared = text(part, "licenseDeclared");
        let told = if matches!(declared, "NOASSERTION" | "NONE" | "") { text(part, "licenseComments") } else { declared };
        seen.licences.extend(told.split(" AND ").flat_map(|told| told.split(", ")).filter(|told| !told.is_empty()).map(str::to_owned));
    }
}

/// What a package is called, whatever its version.
fn name(purl: &str, part: &Value) -> String {
    Key::of_purl(purl).map_or_else(|| text(part, "name").to_owned(), |key| format!("{} {}", key.ecosystem.name(), key.name))
}

/// The licences of a component of CycloneDX, and of each whether it is an identifier.
pub(super) fn licences(part: &Value) -> Vec<(String, bool)> {
    let one = |licence: &Value| {
        let (id, name) = (licence.pointer("/license/id"), licence.pointer("/license/name").or(licence.get("expression")));
        let told = id.or(name).and_then(Value::as_str)?;
        Some((told.to_owned(), id.is_some()))
    };
    list(part, "licenses").filter_map(one).collect()
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
