//! What was found.

use std::sync::Arc;

use bstr::BString;

use super::{Fingerprint, Location, ObjectId, Origin, RuleInfo, Secret, Span};

/// What a check found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// All that matched.
    pub span: Span,
    /// The secret inside it.
    pub secret: Span,
    /// What must not be shown: the secret, and whatever else a rule took for one where it stands.
    pub hidden: Span,
    /// How many of the secret's first bytes are the public mark of its kind.
    pub prefix_bytes: usize,
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
    /// The value.
    pub secret: Secret,
    /// Whether any line of it is new.
    pub is_new: bool,
    /// Where in history it lives, in scans of commits.
    pub trail: Option<Trail>,
    /// The reason of a `stanch:allow` comment that names this rule on its lines.
    pub comment: Option<String>,
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
