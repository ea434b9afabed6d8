//! The bill of materials: what Syft finds, what the census counts, and where they disagree, in documents that are the same for
//! the same tree.

mod cyclonedx;
mod diff;
mod spdx;
mod syft;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use bstr::BString;

pub use cyclonedx::cyclonedx;
pub use diff::{Diff, compare};
pub use spdx::spdx;
pub use syft::{Listed, look};

use crate::model::Hex;
use crate::process;
use crate::supply::census::{Census, Ecosystem, Key, Place, Scope, Unresolved};

/// Why there is no bill.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Syft does not start.
    #[error(transparent)]
    Start(#[from] process::Error),
    /// Syft did not come to its end.
    #[error("Syft {0}")]
    Ended(String),
    /// What Syft said is no bill.
    #[error("what Syft said is no CycloneDX: {0}")]
    Said(String),
    /// A copy of the tree cannot be made.
    #[error("cannot copy `{path}` for Syft: {source}")]
    Copy {
        /// The file.
        path: BString,
        /// Why.
        source: io::Error,
    },
    /// A document is none.
    #[error("this is no bill of materials: {0}")]
    Document(String),
}

/// Who found a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Syft and the census.
    Both,
    /// The census alone.
    Census,
    /// Syft alone.
    Syft,
}

impl Origin {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Census => "census",
            Self::Syft => "syft",
        }
    }
}

/// What the bill is of.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// What it is called.
    pub name: String,
    /// The commit, where it is the tree of one.
    pub commit: Option<String>,
    /// When that was made, as RFC 3339.
    pub time: Option<String>,
}

/// A package in the bill.
#[derive(Clone, Debug)]
pub struct Component {
    /// Its name as its ecosystem writes it.
    pub name: String,
    /// Its package URL.
    pub purl: String,
    /// What it is needed for, where the census knows.
    pub scope: Option<Scope>,
    /// Who found it.
    pub origin: Origin,
    /// Where.
    pub places: Vec<Place>,
    /// Its licences, and of each whether it is an identifier of SPDX.
    pub licences: BTreeMap<String, bool>,
    /// Syft's name for it in the dictionary of products.
    pub cpe: Option<String>,
}

/// A package of which the two name other versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name.
    pub name: String,
    /// The versions that the census alone names.
    pub census: Vec<String>,
    /// The versions that Syft alone names.
    pub syft: Vec<String>,
}

/// The bill.
#[derive(Clone, Debug, Default)]
pub struct Bom {
    /// What it is of.
    pub subject: Subject,
    /// The version of Syft; none where the census alone was asked.
    pub syft: Option<String>,
    /// All packages of one version.
    pub components: BTreeMap<Key, Component>,
    /// What is asked for and pinned nowhere.
    pub unresolved: BTreeSet<Unresolved>,
    /// What Syft names without a version, most often the project itself.
    pub unversioned: BTreeSet<(Key, Place)>,
    /// Submodules, of which nothing was looked at.
    pub submodules: Vec<BString>,
}

impl Bom {
    /// Makes the bill of what was found.
    pub fn new(subject: Subject, census: &Census, listed: Option<Listed>) -> Self {
        let mut bom = Self { subject, unresolved: census.unresolved.clone(), ..Self::default() };
        for (key, package) in &census.packages {
            let licences = package.licences.iter().map(|licence| (licence.clone(), is_common(licence))).collect();
            let component = Component {
                name: package.name.clone(),
                purl: package.purl.clone(),
                scope: Some(package.scope),
                origin: Origin::Census,
                places: package.places.clone(),
                licences,
                cpe: None,
            };
            bom.components.insert(key.clone(), component);
        }
        if let Some(listed) = listed {
            bom.syft = Some(listed.version);
            for (key, found) in listed.components {
                bom.add(key, found);
            }
            bom.unversioned = listed.unversioned;
        }
        bom
    }

    /// Adds what Syft found.
    fn add(&mut self, key: Key, found: Component) {
        match self.components.get_mut(&key) {
            Some(known) => {
                if known.origin == Origin::Census {
                    known.origin = Origin::Both;
                }
                known.licences.extend(found.licences);
                known.cpe = known.cpe.take().or(found.cpe);
                let new = found.places.into_iter().filter(|place| !known.places.iter().any(|there| there.path == place.path));
                let new: Vec<Place> = new.collect();
                known.places.extend(new);
                known.places.sort();
            }
            None => drop(self.components.insert(key, found)),
        }
    }

    /// The components that one found.
    pub fn by(&self, origin: Origin) -> impl Iterator<Item = (&Key, &Component)> {
        self.components.iter().filter(move |(_, component)| component.origin == origin)
    }

    /// The packages of which the two name other versions.
    pub fn differences(&self) -> Vec<Difference> {
        let mut all: BTreeMap<(Ecosystem, &str), Difference> = BTreeMap::new();
        for (key, component) in &self.components {
            let empty = || Difference { ecosystem: key.ecosystem, name: key.name.clone(), census: Vec::new(), syft: Vec::new() };
            let difference = all.entry((key.ecosystem, key.name.as_str())).or_insert_with(empty);
            match component.origin {
                Origin::Both => {}
                Origin::Census => difference.census.push(key.version.clone()),
                Origin::Syft => difference.syft.push(key.version.clone()),
            }
        }
        all.into_values().filter(|difference| !difference.census.is_empty() && !difference.syft.is_empty()).collect()
    }
}

/// What is asked for and pinned nowhere, by package.
fn by_package(bom: &Bom) -> BTreeMap<Key, Vec<&Unresolved>> {
    let mut all: BTreeMap<Key, Vec<&Unresolved>> = BTreeMap::new();
    for asked in &bom.unresolved {
        let key = Key { ecosystem: asked.ecosystem, name: asked.name.clone(), version: String::new() };
        all.entry(key).or_default().push(asked);
    }
    all
}

/// A text as hexadecimal digits that no other text has.
fn digest(text: &str) -> String {
    use sha2::Digest as _;
    Hex(&sha2::Sha256::digest(text.as_bytes())).to_string()
}

/// Whether a licence is written as an identifier of SPDX; of those that are met most.
fn is_common(licence: &str) -> bool {
    const COMMON: [&str; 24] = [
        "0BSD",
        "AGPL-3.0-only",
        "AGPL-3.0-or-later",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "EPL-2.0",
        "GPL-2.0-only",
        "GPL-2.0-or-later",
        "GPL-3.0-only",
        "GPL-3.0-or-later",
        "ISC",
        "LGPL-2.1-only",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "MIT",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "WTFPL",
        "Zlib",
    ];
    COMMON.contains(&licence)
}
