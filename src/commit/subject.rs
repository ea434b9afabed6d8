//! Subjects: who wrote one, and the type that it begins with.

use bstr::ByteSlice as _;

use crate::model::{Check, Span};

/// How subjects begin that git writes for commits that will become part of others (git-commit(1), `--fixup`).
const FIXUPS: [&[u8]; 3] = [b"fixup! ", b"squash! ", b"amend! "];
/// How those begin that git writes for reverts.
const REVERTS: [&[u8]; 2] = [b"Revert \"", b"Reapply \""];

/// What kind of commit a message is of, as far as that changes what is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One that a person described.
    Own,
    /// One with several parents.
    Merge,
    /// One that undoes another, or undoes that.
    Revert,
    /// One that will become part of another.
    Fixup,
}

impl Kind {
    /// What a subject says of its commit.
    pub(super) fn of(subject: &[u8]) -> Self {
        match subject {
            _ if FIXUPS.iter().any(|word| subject.starts_with(word)) => Self::Fixup,
            _ if REVERTS.iter().any(|word| subject.starts_with(word)) => Self::Revert,
            _ => Self::Own,
        }
    }

    /// Whether a check asks something of such a message.
    pub(super) fn is_asked(self, check: Check) -> bool {
        match self {
            Self::Own => check != Check::MessageFixup,
            Self::Merge => false,
            Self::Revert => matches!(check, Check::MessageBlankLine | Check::MessageBodyWidth | Check::MessageSignOff),
            Self::Fixup => check == Check::MessageFixup,
        }
    }
}

/// What is wrong with the type, the scope or the blank behind them, and where in the subject.
pub(super) fn bad_type(subject: &[u8], types: &[String], scopes: &[String]) -> Option<(Span, String)> {
    let whole = Span { start: 0, end: subject.len() };
    let form = || format!("it begins with a type and a colon, such as `{}: `", types.first().map_or("feat", String::as_str));
    let Some(colon) = subject.find_byte(b':') else { return Some((whole, form())) };
    let head = subject.get(..colon).unwrap_or_default();
    let head = head.strip_suffix(b"!").unwrap_or(head);
    let (kind, scope) = match head.find_byte(b'(') {
        Some(at) if head.ends_with(b")") => (head.get(..at).unwrap_or_default(), head.get(at + 1..head.len() - 1)),
        _ => (head, None),
    };
    if kind.is_empty() || !kind.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')) {
        return Some((whole, form()));
    }
    let is_one = |words: &[String], word: &[u8]| words.iter().any(|known| known.as_bytes() == word);
    if !is_one(types, kind) {
        return Some((Span { start: 0, end: kind.len() }, format!("the type is one of {}", types.join(", "))));
    }
    if let Some(scope) = scope {
        let span = Span { start: kind.len() + 1, end: kind.len() + 1 + scope.len() };
        let parts = || scope.split(|byte| matches!(byte, b',' | b'/')).all(|part| is_one(scopes, part.trim_ascii()));
        if scope.trim_ascii().is_empty() {
            return Some((Span { start: kind.len(), end: span.end + 1 }, "the brackets hold no scope".to_owned()));
        }
        if !scopes.is_empty() && !is_one(scopes, scope) && !parts() {
            return Some((span, format!("the scope is one of {}", scopes.join(", "))));
        }
    }
    let words = subject.get(colon + 1..).unwrap_or_default();
    let is_said = words.strip_prefix(b" ").is_some_and(|words| !words.trim_ascii().is_empty());
    (!is_said).then(|| (Span { start: colon, end: colon + 1 }, "a blank and a description follow the colon".to_owned()))
}

/// Where each character of a line ends, in bytes; a byte that is no UTF-8 counts as one.
pub(super) fn characters(line: &[u8]) -> impl Iterator<Item = usize> + '_ {
    line.char_indices().map(|(_, end, _)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_told_from_words_before_a_colon() {
        let types = ["feat", "fix", "build"].map(str::to_owned);
        let bad = |subject: &'static str, scopes: &[&str]| {
            let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
            bad_type(subject.as_bytes(), &types, &scopes).map(|(span, _)| subject.get(span.start..span.end).unwrap())
        };
        for subject in ["feat: a", "fix(a thing): a", "feat!: a", "build(x)!: b: c"] {
            assert_eq!(bad(subject, &[]), None, "{subject}");
        }
        for subject in ["feat(api): a", "feat(api,web): a", "feat(api, web): a", "feat(a/b): a", "feat: a"] {
            assert_eq!(bad(subject, &["api", "web", "a/b"]), None, "{subject}");
        }
        assert_eq!(bad("feat(db): a", &["api"]), Some("db"));
        assert_eq!(bad("feat(): a", &[]), Some("()"));
        assert_eq!(bad("Feat: a", &[]), Some("Feat"));
        assert_eq!(bad("chore: a", &[]), Some("chore"));
        assert_eq!(bad("feat:a", &[]), Some(":"));
        assert_eq!(bad("feat: ", &[]), Some(":"));
        assert_eq!(bad("feat : a", &[]), Some("feat : a"));
        assert_eq!(bad("add a thing", &[]), Some("add a thing"));
        assert_eq!(bad("", &[]), Some(""));
        assert_eq!(bad(": a", &[]), Some(": a"));
    }
}
