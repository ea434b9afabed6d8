//! What rules say about the things they find. `rules/build.rs` reads this file too, so it stands alone.

use std::borrow::Cow;

/// Text that is embedded at build time or read at run time.
pub type Text = Cow<'static, str>;

/// What a thief could do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Little harm by itself.
    Low,
    /// Harm in combination.
    Medium,
    /// Access to data or to a service.
    High,
    /// Access to everything the owner has.
    Critical,
}

/// How sure a finding is; another axis than [`Severity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Worth a look.
    Low,
    /// The context says so, or the shape is loose.
    Medium,
    /// The shape is exact.
    High,
    /// An offline proof holds: a checksum, a parsed key.
    Proved,
}

macro_rules! words {
    ($type:ty: $($variant:ident = $word:literal),+) => {
        impl $type {
            /// All values, lowest first.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that rules, settings and reports use.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == word)
            }
        }
    };
}

words!(Severity: Low = "low", Medium = "medium", High = "high", Critical = "critical");
words!(Confidence: Low = "low", Medium = "medium", High = "high", Proved = "proved");

/// What a rule says about the things it finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// `vendor-thing`, in kebab case; never renamed, never reused.
    pub id: Text,
    /// A name for people.
    pub title: Text,
    /// What a thief could do with it.
    pub severity: Severity,
    /// How sure a match is.
    pub confidence: Confidence,
    /// Why it matters, in a sentence.
    pub why: Text,
    /// How to mend it.
    pub fix: Text,
    /// The page where its owner rotates it; empty where there is none.
    pub rotate: Text,
    /// Pages to read.
    pub references: Cow<'static, [Text]>,
}
