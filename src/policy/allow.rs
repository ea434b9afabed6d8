//! `[[allow]]` entries.

use globset::{Glob, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};
use jiff::civil::Date;

use crate::model::{Finding, Fingerprint};

/// A glob that does not read.
#[derive(Debug, thiserror::Error)]
#[error("not a glob")]
pub struct GlobError(#[from] globset::Error);

/// A glob over paths from the root of the repository: `*` stays in one folder, `**` crosses folders.
#[derive(Clone, Debug)]
pub struct PathGlob(GlobMatcher);

impl PathGlob {
    /// Reads a glob.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(glob: &str) -> Result<Self, GlobError> {
        Ok(Self(read(glob)?.compile_matcher()))
    }

    /// The text of a glob that is taken from a folder, taken from the root.
    pub fn below(folder: &str, glob: &str) -> String {
        format!("{}/{}", globset::escape(folder), plain(glob))
    }

    /// Whether it names `path`. A glob that names a folder names all below it.
    pub fn matches(&self, path: &[u8]) -> bool {
        let path = bstr::ByteSlice::to_path_lossy(path);
        path.ancestors().any(|part| !part.as_os_str().is_empty() && self.0.is_match(part))
    }

    /// As it was written, but for what a path can be written with and without.
    pub fn text(&self) -> &str {
        self.0.glob().glob()
    }
}

fn read(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(plain(glob)).literal_separator(true).build()
}

/// A glob as paths of git are written: `./a`, `/a` and `a/` name what `a` does, and `.` is all.
fn plain(mut glob: &str) -> &str {
    while let Some(rest) = glob.strip_prefix("./").or_else(|| glob.strip_prefix('/')) {
        glob = rest;
    }
    while let Some(rest) = glob.strip_suffix("/.").or_else(|| glob.strip_suffix('/')) {
        glob = rest;
    }
    if glob == "." { "**" } else { glob }
}

/// Globs of paths that are asked together. Those that name an end or a name, as most do, need no expression.
#[derive(Clone, Debug, Default)]
pub struct PathSet(GlobSet);

impl PathSet {
    /// Reads globs.
    ///
    /// # Errors
    /// If one is none.
    pub fn parse<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<Self, GlobError> {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            set.add(read(glob)?);
        }
        Ok(Self(set.build()?))
    }

    /// Whether it has no globs.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any names the file `path` itself, and no folder above it.
    pub fn has_file(&self, path: &[u8]) -> bool {
        self.0.is_match(bstr::ByteSlice::to_path_lossy(path))
    }

    /// Whether any names `path` or a folder above it.
    pub fn has(&self, path: &[u8]) -> bool {
        let path = bstr::ByteSlice::to_path_lossy(path);
        !self.is_empty() && path.ancestors().any(|part| !part.as_os_str().is_empty() && self.0.is_match(part))
    }
}

/// A finding that the team lets pass, and why. What it leaves out, it does not ask for; it asks for something.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Only what this rule finds.
    pub rule: Option<String>,
    /// Only in these paths.
    pub path: Option<PathGlob>,
    /// Only this very value.
    pub fingerprint: Option<Fingerprint>,
    /// Why it may pass.
    pub reason: String,
    /// Who says so.
    pub author: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Holds only in a push that names it: `git push -o stanch.allow=NAME`.
    pub named: Option<String>,
}

impl Entry {
    /// Whether it speaks of this finding, whatever the day.
    pub fn names(&self, finding: &Finding) -> bool {
        self.rule.as_ref().is_none_or(|rule| *rule == finding.rule.id)
            && self.fingerprint.is_none_or(|fingerprint| fingerprint == finding.fingerprint)
            && self.path.as_ref().is_none_or(|glob| glob.matches(&finding.path))
    }

    /// Whether its last day is over.
    pub fn has_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// What it speaks of, for messages.
    pub fn describe(&self) -> String {
        let fingerprint = self.fingerprint.map(|fingerprint| fingerprint.to_string());
        let parts = [self.rule.clone(), self.path.as_ref().map(|glob| glob.text().to_owned()), fingerprint];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
