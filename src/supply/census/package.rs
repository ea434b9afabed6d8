//! What is counted.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;
use packageurl::PackageUrl;

/// Whose rules names and versions follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ecosystem {
    /// Alpine's packages.
    Alpine,
    /// Rust's crates.
    Cargo,
    /// PHP's Composer.
    Composer,
    /// Debian's packages, and those of distributions made of it.
    Debian,
    /// Ruby's gems.
    Gem,
    /// Go's modules.
    Go,
    /// Packages of Node.js.
    Npm,
    /// Packages of Python.
    Pypi,
    /// What Syft alone knows.
    Other,
}

impl Ecosystem {
    /// Its name, as the database of vulnerabilities of OSV writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alpine => "Alpine",
            Self::Cargo => "crates.io",
            Self::Composer => "Packagist",
            Self::Debian => "Debian",
            Self::Gem => "RubyGems",
            Self::Go => "Go",
            Self::Npm => "npm",
            Self::Pypi => "PyPI",
            Self::Other => "other",
        }
    }

    /// The type in a package URL.
    fn kind(self) -> &'static str {
        match self {
            Self::Alpine => "apk",
            Self::Cargo => "cargo",
            Self::Composer => "composer",
            Self::Debian => "deb",
            Self::Gem => "gem",
            Self::Go => "golang",
            Self::Npm => "npm",
            Self::Pypi => "pypi",
            Self::Other => "generic",
        }
    }

    /// The ecosystem of a type in a package URL.
    fn of_kind(kind: &str) -> Self {
        let all = [Self::Alpine, Self::Cargo, Self::Composer, Self::Debian, Self::Gem, Self::Go, Self::Npm, Self::Pypi];
        all.into_iter().find(|known| known.kind() == kind).unwrap_or(Self::Other)
    }
}

/// What a package is needed for. The later weighs more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// To work on the project: tests, linters, documents.
    Dev,
    /// Where somebody asks for it: an extra, another system.
    Optional,
    /// To run it.
    #[default]
    Prod,
}

impl Scope {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Optional => "optional",
            Self::Prod => "prod",
        }
    }
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, from the root of the tree.
    pub path: BString,
    /// The line, counted from 1; 0 where it is not known.
    pub line: usize,
}

/// What a package is, whoever names it: no qualifiers, names in the one form of their ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name, with what stands before it: `@babel/core`, `symfony/console`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Key {
    /// The key of a name as somebody wrote it; none for what is no name.
    pub fn of(ecosystem: Ecosystem, name: &str, version: &str) -> Option<Self> {
        let name = name.trim();
        let is_odd = |sign: char| sign.is_control() || sign.is_whitespace();
        if name.is_empty() || name.contains(is_odd) || version.contains(is_odd) {
            return None;
        }
        let name = match ecosystem {
            Ecosystem::Pypi => plain_python(name),
            Ecosystem::Composer | Ecosystem::Debian | Ecosystem::Alpine | Ecosystem::Npm => name.to_ascii_lowercase(),
            // In a package URL, all but the last part is in small letters.
            Ecosystem::Go => name.rsplit_once('/').map_or(name.to_owned(), |(space, last)| format!("{}/{last}", space.to_lowercase())),
            _ => name.to_owned(),
        };
        Some(Self { ecosystem, name, version: version.to_owned() })
    }

    /// The key of a package URL, and the URL without version and qualifiers where nobody knows its kind.
    pub fn of_purl(purl: &str) -> Option<Self> {
        let read: PackageUrl<'_> = purl.parse().ok()?;
        let ecosystem = Ecosystem::of_kind(read.ty());
        let name = match (ecosystem, read.namespace()) {
            // The distribution, which the name goes without elsewhere too.
            (Ecosystem::Debian | Ecosystem::Alpine, _) | (_, None) => read.name().to_owned(),
            (_, Some(namespace)) => format!("{namespace}/{}", read.name()),
        };
        let name = if ecosystem == Ecosystem::Other { format!("{}:{name}", read.ty()) } else { name };
        Self::of(ecosystem, &name, read.version().unwrap_or_default())
    }

    /// Its package URL (<https://github.com/package-url/purl-spec>).
    pub fn purl(&self, more: &BTreeMap<&'static str, String>) -> Option<String> {
        let (namespace, name) = match self.ecosystem {
            Ecosystem::Composer | Ecosystem::Go | Ecosystem::Npm => {
                self.name.rsplit_once('/').map_or((None, self.name.as_str()), |(namespace, name)| (Some(namespace), name))
            }
            Ecosystem::Debian => (Some(more.get("").map_or("debian", String::as_str)), self.name.as_str()),
            Ecosystem::Alpine => (Some(more.get("").map_or("alpine", String::as_str)), self.name.as_str()),
            _ => (None, self.name.as_str()),
        };
        let mut purl = PackageUrl::new(self.ecosystem.kind(), name).ok()?;
        if let Some(namespace) = namespace {
            purl.with_namespace(namespace).ok()?;
        }
        if !self.version.is_empty() {
            purl.with_version(self.version.as_str()).ok()?;
        }
        for (key, value) in more.iter().filter(|(key, value)| !key.is_empty() && !value.is_empty()) {
            purl.add_qualifier(*key, value.as_str()).ok()?;
        }
        // What a file of another's says may hold what no purl can: `1/2` for a version.
        let purl = purl.to_string();
        (Self::of_purl(&purl).as_ref() == Some(self)).then_some(purl)
    }
}

/// A name of Python's in the form in which all ways to write it are one (PEP 503).
pub(super) fn plain_python(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// A package of one version.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name as its ecosystem writes it.
    pub name: String,
    /// Its package URL.
    pub purl: String,
    /// What it is needed for; of several places, what weighs most.
    pub scope: Scope,
    /// Where it stands, sorted.
    pub places: Vec<Place>,
    /// Its licences, as the file writes them.
    pub licences: BTreeSet<String>,
}

impl Package {
    /// Takes in another that is the same.
    pub(super) fn join(&mut self, other: &Self) {
        self.scope = self.scope.max(other.scope);
        self.places.extend(other.places.iter().cloned());
        self.licences.extend(other.licences.iter().cloned());
    }

    pub(super) fn settle(&mut self) {
        self.places.sort();
        self.places.dedup();
    }
}

/// What is asked for and pinned nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unresolved {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name.
    pub name: String,
    /// What is asked for, as written: `>=2`; empty where it is anything.
    pub asked: String,
    /// What it is needed for.
    pub scope: Scope,
    /// Where.
    pub place: Place,
}

/// A line of a manifest or lock file.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) ecosystem: Ecosystem,
    pub(super) name: String,
    /// The version that it pins.
    pub(super) version: Option<String>,
    /// What is asked for, where no version is pinned.
    pub(super) asked: String,
    pub(super) scope: Scope,
    pub(super) at: usize,
    /// Where it stands, if not in the file that was read.
    pub(super) file: Option<BString>,
    pub(super) licences: BTreeSet<String>,
    /// Qualifiers of the package URL; under the empty key its namespace.
    pub(super) more: BTreeMap<&'static str, String>,
}

impl Line {
    /// A package with a version.
    pub(super) fn pinned(ecosystem: Ecosystem, name: &str, version: &str, line: usize) -> Self {
        Self {
            ecosystem,
            name: name.to_owned(),
            version: Some(version.to_owned()),
            asked: String::new(),
            scope: Scope::Prod,
            at: line,
            file: None,
            licences: BTreeSet::new(),
            more: BTreeMap::new(),
        }
    }

    /// A package without one.
    pub(super) fn open(ecosystem: Ecosystem, name: &str, asked: &str, line: usize) -> Self {
        Self { version: None, asked: without_user(asked.trim()), ..Self::pinned(ecosystem, name, "", line) }
    }

    /// A package with a version, or without where it is empty or no version: a place to fetch from.
    pub(super) fn either(ecosystem: Ecosystem, name: &str, version: &str, line: usize) -> Self {
        let is_version = version.starts_with(|sign: char| sign.is_ascii_alphanumeric()) && !version.contains([':', '/', ' ']);
        if is_version { Self::pinned(ecosystem, name, version, line) } else { Self::open(ecosystem, name, version, line) }
    }

    pub(super) fn scoped(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    pub(super) fn licensed(mut self, licences: impl IntoIterator<Item = String>) -> Self {
        self.licences.extend(licences.into_iter().filter(|licence| !licence.is_empty()));
        self
    }

    /// What it is, found in the file at `path`; none where it has no name.
    pub(super) fn package(&self, path: &BString) -> Option<(Key, Package)> {
        let key = Key::of(self.ecosystem, &self.name, self.version.as_deref()?)?;
        let purl = key.purl(&self.more)?;
        let place = Place { path: self.file.clone().unwrap_or_else(|| path.clone()), line: self.at };
        let name = if self.ecosystem == Ecosystem::Pypi { key.name.clone() } else { self.name.trim().to_owned() };
        Some((key, Package { name, purl, scope: self.scope, places: vec![place], licences: self.licences.clone() }))
    }
}

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) lines: Vec<Line>,
    /// What of it could not be read.
    pub(super) faults: Vec<String>,
}

impl From<Vec<Line>> for Found {
    fn from(lines: Vec<Line>) -> Self {
        Self { lines, faults: Vec::new() }
    }
}

/// What packages are for that only these groups ask for.
pub(super) fn scope_of_groups<'g>(groups: impl IntoIterator<Item = &'g str>) -> Scope {
    let scope = |group: &str| match group {
        "main" | "default" => Scope::Prod,
        _ if is_for_work(group) => Scope::Dev,
        _ => Scope::Optional,
    };
    groups.into_iter().map(scope).max().unwrap_or_default()
}

/// Whether a name is one that people give to what is needed for work on a project alone.
pub(super) fn is_for_work(name: &str) -> bool {
    let words = ["dev", "develop", "development", "test", "tests", "testing", "lint", "linting", "doc", "docs", "typing", "ci", "qa"];
    name.to_ascii_lowercase().split(|sign: char| !sign.is_ascii_alphanumeric()).any(|part| words.contains(&part))
}

/// A place to fetch from without who fetches: that may be a password.
fn without_user(asked: &str) -> String {
    let Some((before, rest)) = asked.split_once("://") else { return asked.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    // A query may hold one too.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("{before}://{}{path}", host.rsplit_once('@').map_or(host, |(_, host)| host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_by_name_and_by_package_url() {
        for (ecosystem, name, purl) in [
            (Ecosystem::Pypi, "Foo_Bar.baz", "pkg:pypi/foo-bar-baz@1.0"),
            (Ecosystem::Npm, "@Babel/core", "pkg:npm/%40babel/core@1.0"),
            (Ecosystem::Go, "github.com/BurntSushi/toml", "pkg:golang/github.com/burntsushi/toml@1.0"),
            (Ecosystem::Composer, "Symfony/Console", "pkg:composer/symfony/console@1.0"),
            (Ecosystem::Debian, "libc6", "pkg:deb/debian/libc6@1.0?arch=amd64"),
            (Ecosystem::Cargo, "serde_json", "pkg:cargo/serde_json@1.0"),
        ] {
            let key = Key::of(ecosystem, name, "1.0").unwrap();
            assert_eq!(Key::of_purl(purl).as_ref(), Some(&key));
            assert_eq!(Key::of_purl(&key.purl(&BTreeMap::new()).unwrap()), Some(key));
        }
        assert_eq!(Key::of(Ecosystem::Pypi, "a b", "1"), None);
    }

    #[test]
    fn who_fetches_is_not_kept() {
        assert_eq!(without_user("git+https://me:word@example.org/x.git?t=word"), "git+https://example.org/x.git");
        assert_eq!(without_user(">=1"), ">=1");
    }

    #[test]
    fn groups_are_for_work_or_optional() {
        assert_eq!(scope_of_groups(["dev", "main"]), Scope::Prod);
        assert_eq!(scope_of_groups(["unit-test"]), Scope::Dev);
        assert_eq!(scope_of_groups(["redis", "dev"]), Scope::Optional);
    }
}
