//! Packages to hold against the database: from an SBOM, or from a census of a tree.

mod sbom;

use std::collections::BTreeSet;
use std::path::Path;

use bstr::{BString, ByteSlice as _};

pub use sbom::read as read_sbom;

use super::check::{Gap, Named};
use super::ecosystem::Ecosystem;
use crate::supply::census::{self, Census, Place};

/// A package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Of which ecosystem.
    pub ecosystem: &'static Ecosystem,
    /// Its name.
    pub name: String,
    /// Its version, where it is known.
    pub version: Option<String>,
    /// Where it was read.
    pub origins: Vec<String>,
}

impl Package {
    /// For people: `PyPI django 4.2`.
    pub(super) fn shown(&self) -> String {
        let version = self.version.as_deref().unwrap_or("without a version");
        format!("{} {} {version}", self.ecosystem.name, self.name)
    }

    pub(super) fn named(&self) -> Named {
        let (ecosystem, name) = (self.ecosystem.name, self.name.clone());
        Named { ecosystem, name, version: self.version.clone(), origins: self.origins.clone() }
    }
}

/// What files say of packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The packages.
    pub packages: Vec<Package>,
    /// What was not understood.
    pub gaps: Vec<Gap>,
    /// How many files were read.
    pub files: usize,
}

impl Found {
    fn gap(&mut self, place: &str, what: impl Into<String>) {
        self.gaps.push(Gap { place: place.to_owned(), what: what.into() });
    }

    /// Takes in what a census counted in a tree that people know as `root`. What is pinned nowhere has no version.
    pub fn take(&mut self, census: &Census, root: &Path) {
        let shown = |path: &BString| root.join(path.to_path_lossy()).to_string_lossy().into_owned();
        let mut one = |kind: census::Ecosystem, name: &str, version: Option<&str>, places: &[&Place]| {
            // What a census counts by itself is of an ecosystem that is known here.
            let Some(ecosystem) = Ecosystem::named(kind.name()) else { return };
            let origins = places.iter().map(|place| shown(&place.path)).collect::<BTreeSet<_>>().into_iter().collect();
            self.packages.push(Package { ecosystem, name: name.to_owned(), version: version.map(str::to_owned), origins });
        };
        for (key, package) in &census.packages {
            one(key.ecosystem, &package.name, Some(&key.version), &package.places.iter().collect::<Vec<_>>());
        }
        for open in &census.unresolved {
            one(open.ecosystem, &open.name, None, &[&open.place]);
        }
        for fault in &census.faults {
            self.gap(&shown(&fault.path), fault.what.clone());
        }
        self.files += census.files.len();
    }
}
