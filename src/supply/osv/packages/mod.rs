//! Packages to hold against the database: from an SBOM, or from pins and lock files.

mod lock;
mod requirements;
mod sbom;

pub use sbom::read as read_sbom;

use super::check::{Gap, Named};
use super::ecosystem::Ecosystem;

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

    fn package(&mut self, ecosystem: &str, name: &str, version: Option<&str>, origin: &str) {
        let ecosystem = Ecosystem::named(ecosystem).expect("because the readers name known ecosystems");
        let (name, version) = (name.to_owned(), version.map(str::to_owned));
        self.packages.push(Package { ecosystem, name, version, origins: vec![origin.to_owned()] });
    }

    /// Reads a file of packages; `name` is its path.
    pub fn read(&mut self, name: &str, bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else { return self.gap(name, "it is not UTF-8") };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        self.files += 1;
        let read = match last(name) {
            "poetry.lock" | "uv.lock" => lock::python(self, name, text),
            "Cargo.lock" => lock::cargo(self, name, text),
            "package-lock.json" | "npm-shrinkwrap.json" => lock::npm(self, name, text),
            _ => {
                requirements::read(self, name, text);
                Ok(())
            }
        };
        if let Err(why) = read {
            self.gap(name, why);
        }
    }
}

/// Whether a file is one of those that are read, by its path.
pub fn is_read(path: &str) -> bool {
    let name = last(path);
    let is_pins = name.starts_with("requirements") && name.rsplit_once('.').is_some_and(|(_, end)| end == "txt");
    is_pins || ["poetry.lock", "uv.lock", "Cargo.lock", "package-lock.json", "npm-shrinkwrap.json"].contains(&name)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
