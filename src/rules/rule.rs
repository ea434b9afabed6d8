//! A rule, whole.

use std::borrow::Cow;

use super::shape::Shape;
use crate::model::{Check, Languages, Pack, Proof, RuleInfo, Text};

/// The fewest bytes a keyword may have. The keyword index looks at four bytes at a time, and shorter words occur
/// in every file.
pub const MIN_KEYWORD_BYTES: usize = 4;

/// How a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For a text of a shape of its own: an expression near a keyword.
    Pattern,
    /// For a value that only its surroundings betray: an expression over whole values near a word.
    Value,
    /// For what no expression tells: code of the room `quality`.
    Check(Check),
    /// For what the syntax tree of a file in one of these languages tells: a query over its nodes.
    Tree(Languages),
}

/// One table of `rules/*.toml` or of `stanch.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What it says about the things it finds.
    pub info: RuleInfo,
    /// The rule is looked at only where one of these occurs; lower case, matched in any case.
    pub keywords: Cow<'static, [Text]>,
    /// How it looks.
    pub kind: Kind,
    /// Globs of paths, of which one must match; none asked for where it is empty.
    pub paths: Cow<'static, [Text]>,
    /// Globs of paths, of which none may match.
    pub except: Cow<'static, [Text]>,
    /// A regular expression over bytes. Of a pattern, group 1 is the secret, without a group the whole match; of a value
    /// rule, it must match a whole value. Of a tree rule, a query of tree-sitter with a capture `@match`.
    pub pattern: Text,
    /// Words of which one must stand near the value; lower case. None asked for where it is empty.
    pub near: Cow<'static, [Text]>,
    /// Words of which the value's own key must hold one; lower case. None asked for where it is empty.
    pub keys: Cow<'static, [Text]>,
    /// What can be computed about the secret.
    pub proof: Option<Proof>,
    /// Rules whose finding nearby makes this one sure.
    pub companions: Cow<'static, [Text]>,
    /// How many lines away such a finding may stand.
    pub companion_lines: usize,
    /// Whether each match begins with a keyword. Worked out, not written.
    pub leads: bool,
    /// The fewest and the most bytes of what the expression matches. Worked out, not written.
    pub lengths: (usize, usize),
    /// What its matches have in common. Worked out, not written.
    pub shape: Shape,
    /// How many bytes before a keyword a match may start.
    pub before: usize,
    /// How many bytes after a keyword's start a match may reach.
    pub after: usize,
    /// The least Shannon entropy of the secret, in bits per byte; 0 asks for none.
    pub entropy: f32,
    /// The least score of a value, 0 to 100. Of value rules alone.
    pub score: usize,
    /// Texts in which the rule must find exactly one secret each, with fillers such as `${hex:40}`.
    pub matches: Cow<'static, [Text]>,
    /// Texts in which it must find none.
    pub misses: Cow<'static, [Text]>,
}

impl Rule {
    /// Whether what it finds must not be shown.
    pub fn is_secret(&self) -> bool {
        self.info.pack == Pack::Secrets
    }
}
