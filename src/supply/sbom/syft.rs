//! Syft: what it is shown, and what it says. It gets settings of ours, so that none of the tree counts and it asks no network.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bstr::{BString, ByteSlice};
use serde_json::Value;

use super::{Component, Error, Origin};
use crate::process::{End, Job, Scratch, run};
use crate::supply::census::{Ecosystem, Key, Place, Tree};

/// Syft's settings.
const SETTINGS: &str = "check-for-app-update: false\n";
/// How much it may say, in bytes.
const OUTPUT_BYTES: usize = 256 << 20;

/// What Syft found.
#[derive(Debug, Default)]
pub struct Listed {
    /// Its version.
    pub version: String,
    /// The packages with a version.
    pub components: Vec<(Key, Component)>,
    /// Those without one.
    pub unversioned: BTreeSet<(Key, Place)>,
}

/// Runs Syft on a copy of a tree, or, where it is given, on the folder itself.
///
/// # Errors
/// If it does not start, does not end well or in time, or says what is no bill.
pub fn look(program: &Path, tree: &dyn Tree, folder: Option<&Path>, timeout: Duration) -> Result<Listed, Error> {
    let scratch = |source| Error::Copy { path: "a new folder".into(), source };
    let (settings, copy) = (Scratch::new().map_err(scratch)?, Scratch::new().map_err(scratch)?);
    let file = settings.path().join("syft.yaml");
    fs::write(&file, SETTINGS).map_err(scratch)?;
    let folder = if let Some(folder) = folder {
        folder
    } else {
        fill(copy.path(), tree)?;
        copy.path()
    };
    let mut source = OsString::from("dir:");
    source.push(folder);
    let arguments: Vec<OsString> =
        ["scan".into(), source, "--config".into(), file.into(), "--quiet".into(), "--output".into(), "cyclonedx-json".into()].into();
    let job = Job { program, arguments: &arguments, folder: settings.path(), input: None, path: None, timeout, output_bytes: OUTPUT_BYTES };
    let ended = run(&job)?;
    match ended.end {
        End::Code(0) => listed(&ended.stdout),
        End::Code(code) => {
            let said = ended.stderr.trim().to_str_lossy().lines().last().unwrap_or_default().to_owned();
            Err(Error::Ended(format!("ended with code {code}: {said}")))
        }
        End::Signal(signal) => Err(Error::Ended(format!("was ended by signal {signal}"))),
        End::TimedOut => Err(Error::Ended(format!("took more than {} seconds", timeout.as_secs()))),
        End::SaidTooMuch => Err(Error::Ended(format!("said more than {OUTPUT_BYTES} bytes"))),
        End::LeftOpen => Err(Error::Ended("left something running".to_owned())),
    }
}

/// Writes the files of a tree into a folder. A path that would lead out of it is left out: git stores none.
fn fill(folder: &Path, tree: &dyn Tree) -> Result<(), Error> {
    let is_bad = |part: &[u8]| part.is_empty() || part == b"." || part == b".." || part.eq_ignore_ascii_case(b".git") || part.contains(&0);
    for path in tree.paths().iter().filter(|path| !path.split_str("/").any(is_bad)) {
        let fail = |source| Error::Copy { path: path.clone(), source };
        let place: PathBuf = folder.join(path.to_path_lossy());
        fs::create_dir_all(place.parent().unwrap_or(folder)).map_err(fail)?;
        let bytes = tree.read(path).map_err(fail)?;
        fs::write(&place, bytes).map_err(fail)?;
    }
    Ok(())
}

fn listed(bytes: &[u8]) -> Result<Listed, Error> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| Error::Said(error.to_string()))?;
    if text(&document, "bomFormat") != "CycloneDX" {
        return Err(Error::Said("it does not name its form".to_owned()));
    }
    let version = document.pointer("/metadata/tools/components/0/version").and_then(Value::as_str).unwrap_or("unknown").to_owned();
    let mut listed = Listed { version, ..Listed::default() };
    for part in document.get("components").and_then(Value::as_array).into_iter().flatten() {
        // Files, and the system itself, are no packages.
        let purl = text(part, "purl");
        if purl.is_empty() {
            continue;
        }
        // A URL that breaks the rules of its kind names a package all the same.
        let whole = || Key { ecosystem: Ecosystem::Other, name: purl.to_owned(), version: text(part, "version").to_owned() };
        let key = Key::of_purl(purl).unwrap_or_else(whole);
        let places = places(part);
        if matches!(key.version.as_str(), "" | "UNKNOWN") {
            let place = places.into_iter().next().unwrap_or(Place { path: BString::default(), line: 0 });
            listed.unversioned.insert((key, place));
            continue;
        }
        let component = Component {
            name: key.name.clone(),
            purl: purl.to_owned(),
            scope: None,
            origin: Origin::Syft,
            places,
            licences: super::diff::licences(part).into_iter().collect(),
            cpe: Some(text(part, "cpe").to_owned()).filter(|cpe| !cpe.is_empty()),
        };
        listed.components.push((key, component));
    }
    // Of two that are one to us, the same is taken every time.
    listed.components.sort_by(|(one, first), (two, second)| (one, &first.purl).cmp(&(two, &second.purl)));
    Ok(listed)
}

fn places(part: &Value) -> Vec<Place> {
    let properties = part.get("properties").and_then(Value::as_array).into_iter().flatten();
    let is_path = |name: &str| name.starts_with("syft:location:") && name.ends_with(":path");
    let paths = properties.filter(|property| is_path(text(property, "name"))).map(|property| text(property, "value"));
    let mut places: Vec<Place> = paths.map(|path| Place { path: path.trim_start_matches('/').into(), line: 0 }).collect();
    places.sort();
    places.dedup();
    places
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
