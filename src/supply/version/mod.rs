//! Which of two versions is the newer, as each ecosystem has it.

#[cfg(test)]
mod tests;

/// How an ecosystem orders its versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// PEP 440, of Python.
    Pep440,
    /// Semantic versioning 2.0.
    SemVer,
    /// An order that is not compared yet, by its name.
    Foreign(&'static str),
}

impl Order {
    /// A version as this order reads it; none where it is not of its form, or the order is foreign.
    pub fn parse(self, text: &str) -> Option<Version> {
        match self {
            // A build of one's own is a build of the public version: what is known of that holds for it.
            Self::Pep440 => text.trim().parse().ok().map(|version: pep440_rs::Version| Version::Pep440(version.without_local())),
            Self::SemVer => semver(text.trim()).map(Version::SemVer),
            Self::Foreign(_) => None,
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pep440 => "PEP 440",
            Self::SemVer => "SemVer",
            Self::Foreign(name) => name,
        }
    }
}

/// A version that can be compared with others of its order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Of PEP 440.
    Pep440(pep440_rs::Version),
    /// Of SemVer, without its build metadata, which says nothing of the order.
    SemVer(semver::Version),
}

/// A version with a `v` before it, or with less than three numbers, is read as people mean it.
fn semver(text: &str) -> Option<semver::Version> {
    let text = text.strip_prefix(['v', '=']).unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(before, _)| before);
    let (numbers, rest) = text.split_once('-').map_or((text, None), |(numbers, rest)| (numbers, Some(rest)));
    let padding = match numbers.split('.').count() {
        1 => ".0.0",
        2 => ".0",
        _ => "",
    };
    let whole = rest.map_or_else(|| format!("{numbers}{padding}"), |rest| format!("{numbers}{padding}-{rest}"));
    semver::Version::parse(&whole).ok()
}
