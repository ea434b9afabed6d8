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
words!(
    Proof: Crc32Base62 = "crc32-base62",
    Grafana = "grafana",
    Atlassian = "atlassian",
    Confluent = "confluent",
    Zuplo = "zuplo",
    GitlabRoutable = "gitlab-routable",
    Cloudflare = "cloudflare",
    AwsAccount = "aws-account",
    Jwt = "jwt",
    PrivateKey = "private-key",
    AzureCask = "azure-cask",
    AzureKey = "azure-key",
    JfrogReference = "jfrog-reference",
    JiraDataCenter = "jira-data-center",
    Base58Check = "base58check",
    Bech32 = "bech32",
    Luhn = "luhn",
    Base64Json = "base64-json",
    BasicAuth = "basic-auth",
    Base64 = "base64"
);

/// What can be computed about a value without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Proof {
    /// The last six characters are the CRC-32 of those after the prefix, in base 62 (GitHub, npm).
    Crc32Base62,
    /// `glsa_`: the tail after the last `_` is the CRC-32 of the 37 characters before, in hexadecimal.
    Grafana,
    /// `ATATT`, `ATCTT`: the tail after `=` is the CRC-32 of what stands before, in hexadecimal.
    Atlassian,
    /// `cflt`: the tail is a CRC-32.
    Confluent,
    /// `zpka_`: the tail is a CRC-32.
    Zuplo,
    /// A GitLab token that names its route: a length field, and a CRC-32 in base 36.
    GitlabRoutable,
    /// `cfut_`, `cfat_`: the tail is the CRC-32 of the forty characters before.
    Cloudflare,
    /// An access key id holds the number of its account.
    AwsAccount,
    /// A JSON web token: header and claims are JSON, the algorithm is named.
    Jwt,
    /// A private key that parses: PEM, DER, OpenSSH, PGP, `PuTTY`.
    PrivateKey,
    /// A common annotated security key of Azure: 84 characters around `JQQJ99`.
    AzureCask,
    /// An Azure key of 64 bytes in base64.
    AzureKey,
    /// `reftkn:` in base64 (`JFrog`).
    JfrogReference,
    /// A number and a colon in base64 (Jira and Confluence data centre).
    JiraDataCenter,
    /// Base58 with a checksum (Bitcoin keys).
    Base58Check,
    /// Bech32 with a checksum (age, Nostr).
    Bech32,
    /// Digits with a checksum of ISO/IEC 7812.
    Luhn,
    /// A JSON object in base64, after a prefix.
    Base64Json,
    /// User and password in base64, with a colon between.
    BasicAuth,
    /// Base64 of whole bytes.
    Base64,
}

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
