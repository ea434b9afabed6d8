//! CycloneDX 1.6 (<https://cyclonedx.org/docs/1.6/json/>). The serial number is made of what the document says, and the time is
//! the commit's, so that the same tree gives the same bytes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Bom, Component, by_package, digest};
use crate::supply::census::{Key, Place, Scope, Unresolved};

/// The bill as a document.
pub fn cyclonedx(bom: &Bom) -> String {
    let mut parts: Vec<Value> = bom.components.iter().map(|(key, component)| known(key, component)).collect();
    parts.extend(by_package(bom).iter().filter_map(|(key, asked)| unknown(key, asked)));
    let mut document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": metadata(bom),
        "components": parts,
    });
    let serial = serial(&document.to_string());
    if let Some(document) = document.as_object_mut() {
        document.insert("serialNumber".to_owned(), serial.into());
    }
    format!("{document:#}\n")
}

/// A UUID of version 8, made of a digest (RFC 9562).
fn serial(text: &str) -> String {
    let digest = digest(text);
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}

fn metadata(bom: &Bom) -> Value {
    let mut tools = vec![json!({ "type": "application", "name": "stanch", "version": env!("CARGO_PKG_VERSION") })];
    tools.extend(bom.syft.iter().map(|version| json!({ "type": "application", "name": "syft", "version": version })));
    let mut component = json!({ "type": "application", "bom-ref": "subject", "name": bom.subject.name });
    if let (Some(component), Some(commit)) = (component.as_object_mut(), &bom.subject.commit) {
        component.insert("version".to_owned(), commit.as_str().into());
    }
    let asked = if bom.syft.is_some() { "syft and census" } else { "census" };
    let mut properties = vec![property("stanch:asked", asked)];
    properties.extend(bom.submodules.iter().map(|path| property("stanch:not-looked-at", &path.to_string())));
    let mut metadata = Map::new();
    metadata.insert("tools".to_owned(), json!({ "components": tools }));
    metadata.insert("component".to_owned(), component);
    metadata.insert("properties".to_owned(), properties.into());
    if let Some(time) = &bom.subject.time {
        metadata.insert("timestamp".to_owned(), time.as_str().into());
    }
    metadata.into()
}

fn known(key: &Key, component: &Component) -> Value {
    let mut properties = vec![property("stanch:origin", component.origin.name())];
    properties.extend(component.scope.map(|scope| property("stanch:scope", scope.name())));
    properties.extend(component.places.iter().map(|place| property("stanch:place", &shown(place))));
    let mut part = Map::new();
    part.insert("type".to_owned(), "library".into());
    part.insert("bom-ref".to_owned(), component.purl.as_str().into());
    part.insert("name".to_owned(), component.name.as_str().into());
    part.insert("version".to_owned(), key.version.as_str().into());
    part.insert("purl".to_owned(), component.purl.as_str().into());
    part.insert("properties".to_owned(), properties.into());
    part.extend(component.scope.map(|scope| ("scope".to_owned(), in_words(scope).into())));
    part.extend(component.cpe.as_ref().map(|cpe| ("cpe".to_owned(), cpe.as_str().into())));
    if !component.licences.is_empty() {
        let licence = |(text, is_id): (&String, &bool)| json!({ "license": { if *is_id { "id" } else { "name" }: text } });
        part.insert("licenses".to_owned(), component.licences.iter().map(licence).collect::<Vec<_>>().into());
    }
    part.into()
}

/// A package of which no version is known.
fn unknown(key: &Key, asked: &[&Unresolved]) -> Option<Value> {
    let purl = key.purl(&BTreeMap::new())?;
    let scope = asked.iter().map(|asked| asked.scope).max().unwrap_or_default();
    let mut properties = vec![property("stanch:origin", "census"), property("stanch:scope", scope.name())];
    for asked in asked {
        properties.push(property("stanch:unresolved", if asked.asked.is_empty() { "any version" } else { &asked.asked }));
        properties.push(property("stanch:place", &shown(&asked.place)));
    }
    Some(json!({
        "type": "library",
        "bom-ref": purl,
        "name": key.name,
        "purl": purl,
        "scope": in_words(scope),
        "properties": properties,
    }))
}

fn in_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Prod => "required",
        Scope::Optional => "optional",
        Scope::Dev => "excluded",
    }
}

fn property(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}

/// A place, with its line where it is known.
fn shown(place: &Place) -> String {
    if place.line == 0 { place.path.to_string() } else { format!("{}:{}", place.path, place.line) }
}
