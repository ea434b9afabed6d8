//! The ecosystems: what OSV calls them, what purls call them, and how they spell names and order versions.

use std::borrow::Cow;

use crate::supply::version::Order;

/// An ecosystem of packages.
#[derive(Debug, PartialEq, Eq)]
pub struct Ecosystem {
    /// As OSV has it.
    pub name: &'static str,
    /// The type of its purls.
    pub purl: &'static str,
    /// How it orders versions.
    pub order: Order,
    spelling: Spelling,
}

/// How names that differ may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// Each letter counts.
    Exact,
    /// Large letters are small ones.
    Lower,
    /// Large letters are small ones, and runs of `-`, `_` and `.` one `-` (PEP 503).
    Python,
    /// Advisories name other packages than those that are installed: nothing is said without that list.
    Sources,
}

const KNOWN: &[Ecosystem] = &[
    Ecosystem { name: "PyPI", purl: "pypi", order: Order::Pep440, spelling: Spelling::Python },
    Ecosystem { name: "npm", purl: "npm", order: Order::SemVer, spelling: Spelling::Exact },
    Ecosystem { name: "crates.io", purl: "cargo", order: Order::SemVer, spelling: Spelling::Exact },
    Ecosystem { name: "Go", purl: "golang", order: Order::SemVer, spelling: Spelling::Lower },
    Ecosystem { name: "Hex", purl: "hex", order: Order::SemVer, spelling: Spelling::Lower },
    Ecosystem { name: "Pub", purl: "pub", order: Order::SemVer, spelling: Spelling::Exact },
    Ecosystem { name: "RubyGems", purl: "gem", order: Order::Foreign("RubyGems"), spelling: Spelling::Exact },
    Ecosystem { name: "Maven", purl: "maven", order: Order::Foreign("Maven"), spelling: Spelling::Exact },
    Ecosystem { name: "NuGet", purl: "nuget", order: Order::Foreign("NuGet"), spelling: Spelling::Lower },
    Ecosystem { name: "Packagist", purl: "composer", order: Order::Foreign("Composer"), spelling: Spelling::Lower },
    Ecosystem { name: "Debian", purl: "deb", order: Order::Foreign("dpkg"), spelling: Spelling::Sources },
    Ecosystem { name: "Alpine", purl: "apk", order: Order::Foreign("apk"), spelling: Spelling::Sources },
    Ecosystem { name: "Red Hat", purl: "rpm", order: Order::Foreign("rpm"), spelling: Spelling::Sources },
];

impl Ecosystem {
    /// The one that OSV calls so.
    pub fn named(name: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.name == name)
    }

    /// The one whose purls have this type.
    pub fn of_purl(kind: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.purl == kind)
    }

    /// Whether packages have in advisories the names that they are installed by.
    pub(super) fn has_plain_names(&self) -> bool {
        self.spelling != Spelling::Sources
    }

    /// A name in the spelling under which it is kept and looked up.
    pub(super) fn spell<'n>(&self, name: &'n str) -> Cow<'n, str> {
        match self.spelling {
            Spelling::Exact | Spelling::Sources => Cow::Borrowed(name),
            Spelling::Lower => Cow::Owned(name.to_lowercase()),
            Spelling::Python => {
                let parts: Vec<&str> = name.split(['-', '_', '.']).collect();
                let last = parts.len() - 1;
                let kept = parts.iter().enumerate().filter(|(at, part)| !part.is_empty() || *at == 0 || *at == last);
                Cow::Owned(kept.map(|(_, part)| part.to_lowercase()).collect::<Vec<_>>().join("-"))
            }
        }
    }
}

/// A name in the spelling of an ecosystem that may not be known here.
pub(super) fn spell<'n>(ecosystem: &str, name: &'n str) -> Cow<'n, str> {
    Ecosystem::named(ecosystem).map_or(Cow::Borrowed(name), |known| known.spell(name))
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn names_that_are_one_are_spelled_alike() {
        for (ecosystem, name, spelled) in [
            ("PyPI", "Zope.Interface", "zope-interface"),
            ("PyPI", "a__.-b", "a-b"),
            ("npm", "JSONStream", "JSONStream"),
            ("Go", "github.com/Azure/go-autorest", "github.com/azure/go-autorest"),
            ("Elsewhere", "A_b", "A_b"),
        ] {
            assert_eq!(spell(ecosystem, name), spelled, "{ecosystem} {name}");
        }
    }
}
