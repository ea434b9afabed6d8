//! What was found.

use std::sync::Arc;

use bstr::BString;

use super::{Confidence, Edit, Fingerprint, Location, ObjectId, Origin, Pack, RuleInfo, Secret, Span, Text};

/// What a check found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// All that matched.
    pub span: Span,
    /// The secret inside it.
    pub secret: Span,
    /// What must not be shown: the secret, and whatever else a rule took for one where it stands.
    pub hidden: Span,
    /// How many of the secret's first bytes are the public mark of its kind.
    pub prefix_bytes: usize,
    /// How sure it is.
    pub confidence: Confidence,
    /// What makes it that sure.
    pub grounds: Vec<Ground>,
    /// The value, where the text holds it in another encoding.
    pub decoded: Option<Secret>,
    /// The other half of a pair.
    pub beside: Option<Span>,
}

/// The ground of what stands in a test, an example or a document.
pub const ASIDE: &str = "in a test, an example or a document";

impl Match {
    /// Whether it stands in a test, an example or a document.
    pub fn is_aside(&self) -> bool {
        self.grounds.iter().any(|ground| ground.what == ASIDE)
    }
}

impl Default for Match {
    fn default() -> Self {
        let none = Span { start: 0, end: 0 };
        Self {
            span: none,
            secret: none,
            hidden: none,
            prefix_bytes: 0,
            confidence: Confidence::Medium,
            grounds: Vec::new(),
            decoded: None,
            beside: None,
        }
    }
}

/// Something that makes a match more or less sure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// What, in a few words; no part of a secret.
    pub what: Text,
    /// The points of the score that it gave or took; 0 where it is not counted in points.
    pub points: i8,
}

/// A match with its place and lasting name.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What found it.
    pub rule: Arc<RuleInfo>,
    /// The file, as in [`super::Candidate::path`].
    pub path: BString,
    /// The way to the member that holds it, where the file is an archive: `a.txt`, `inner.zip!/a.txt`.
    pub member: Option<BString>,
    /// Where the file lives.
    pub origin: Origin,
    /// The blob that holds it, where git has one.
    pub blob: Option<ObjectId>,
    /// Where in the file the secret stands.
    pub location: Location,
    /// The line it stands on, with the secret hidden.
    pub excerpt: Excerpt,
    /// Its lasting name.
    pub fingerprint: Fingerprint,
    /// The value; of what is no secret, what it is known by.
    pub secret: Secret,
    /// What exactly is wrong, where the rule's title does not say all.
    pub detail: Option<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What makes it that sure.
    pub grounds: Vec<Ground>,
    /// Where the other half of a pair stands.
    pub beside: Option<Beside>,
    /// How it is mended, where a machine can.
    pub mend: Option<Mend>,
    /// Whether any line of it is new.
    pub is_new: bool,
    /// Where in history it lives, in scans of commits.
    pub trail: Option<Trail>,
    /// The reason of a `stanch:allow` comment that names this rule on its lines.
    pub comment: Option<String>,
}

impl Finding {
    /// Whether it is a secret, whose value must not be shown.
    pub fn is_secret(&self) -> bool {
        self.rule.pack == Pack::Secrets
    }

    /// What was found, in a few words: the rule's title, and what may be said of this finding.
    pub fn headline(&self) -> String {
        match &self.detail {
            _ if self.is_secret() => format!("{} {}", self.rule.title, self.secret.masked()),
            Some(detail) => format!("{}: {detail}", self.rule.title),
            None => self.rule.title.to_string(),
        }
    }
}

/// How a machine mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mend {
    /// By a change to the text, apart from each other and ascending.
    Edits(Vec<Edit>),
    /// By storing the file with this mode, in octal `100644` or `100755`.
    Mode(u32),
}

/// The other half of a pair: the id that goes with a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The file it stands in.
    pub path: BString,
    /// Where in it.
    pub location: Location,
}

/// A line of a file with every secret on it hidden.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The line, shortened around the secret where it is long. Still hostile text: clean it before a terminal.
    pub text: String,
    /// The first character of `text` that stands for the secret, from 0.
    pub mark_start: usize,
    /// How many characters of `text` stand for it.
    pub mark_length: usize,
}

/// In which commits a secret lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The commit that brought it in.
    pub first: ObjectId,
    /// The last commit that holds it.
    pub last: ObjectId,
    /// Whether the newest commit's tree still holds it.
    pub in_tree: bool,
    /// How many parents the first commit has: none for a root, several for a merge. Each is rewritten in another way.
    pub first_parents: usize,
}
