//! What a team asks of messages, and where one does not follow.

use bstr::ByteSlice as _;

use super::subject::{Kind, bad_type, characters};
use super::{Defect, Message};
use crate::model::{Check, Span};
use crate::policy::PathSet;

/// How lines begin that are not wrapped: code, quotations, and what git writes of a revert.
const QUOTED: [&[u8]; 4] = [b"    ", b"\t", b">", b"This reverts commit "];
/// How a line begins with which somebody signs a message off (git-commit(1), `--signoff`).
const SIGN_OFF: &[u8] = b"Signed-off-by: ";

/// What a team asks of messages. What is empty or none is not asked.
#[derive(Clone, Debug, Default)]
pub struct MessageWishes {
    /// The words with which a subject may begin: `feat` of `feat(api): words`.
    pub types: Vec<String>,
    /// What may stand in brackets behind them; any where it is empty.
    pub scopes: Vec<String>,
    /// The most characters of a subject.
    pub subject_length: Option<usize>,
    /// The most characters of a line below it.
    pub body_width: Option<usize>,
    /// The form of an issue's name, of which there must be one.
    pub issue: Option<Pattern>,
    /// Whether somebody must sign it off.
    pub sign_off: bool,
    /// The branches that take no `fixup!`, `squash!` and `amend!`.
    pub protected: PathSet,
}

/// A message, and what is known of its commit.
#[derive(Clone, Debug, Default)]
pub struct Said<'t> {
    /// The message.
    pub message: Message<'t>,
    /// Whether its commit has several parents.
    pub is_merge: bool,
    /// Whether its commit is on its way to a protected branch.
    pub is_for_protected: bool,
}

impl MessageWishes {
    /// The checks that something is asked of.
    pub fn checks(&self) -> impl Iterator<Item = Check> + '_ {
        Check::ALL.iter().copied().filter(|check| match check {
            Check::MessageType => !self.types.is_empty(),
            Check::MessageSubjectLength => self.subject_length.is_some(),
            Check::MessageBlankLine => true,
            Check::MessageBodyWidth => self.body_width.is_some(),
            Check::MessageIssue => self.issue.is_some(),
            Check::MessageSignOff => self.sign_off,
            Check::MessageFixup => !self.protected.is_empty(),
            _ => false,
        })
    }

    /// Whether a branch takes no `fixup!`.
    pub fn protects(&self, branch: &[u8]) -> bool {
        self.protected.has_file(branch)
    }

    /// What a check finds in a message. git itself writes those of merges, reverts and fixups, so less is asked of them.
    pub fn find(&self, check: Check, said: &Said<'_>) -> Vec<Defect> {
        let message = &said.message;
        let (subject, span) = (message.subject(), message.subject_span());
        let kind = if said.is_merge { Kind::Merge } else { Kind::of(subject) };
        let one = |span: Span, detail: String| vec![Defect { span, detail: Some(detail) }];
        if !kind.is_asked(check) {
            return Vec::new();
        }
        match check {
            Check::MessageType => bad_type(subject, &self.types, &self.scopes)
                .map(|(bad, detail)| one(Span { start: span.start + bad.start, end: span.start + bad.end }, detail))
                .unwrap_or_default(),
            Check::MessageSubjectLength => too_long(subject, span, self.subject_length).into_iter().collect(),
            Check::MessageBlankLine => {
                let second = message.body().next().filter(|(_, line)| !line.is_empty());
                second.map(|(span, _)| vec![Defect { span, detail: None }]).unwrap_or_default()
            }
            Check::MessageBodyWidth => self.wide_lines(message),
            Check::MessageIssue => {
                let is_named = self.issue.as_ref().is_none_or(|issue| message.lines.iter().any(|line| issue.is_in(line.of(message.text))));
                if is_named { Vec::new() } else { vec![Defect { span, detail: None }] }
            }
            Check::MessageSignOff if !message.body().any(|(_, line)| is_sign_off(line)) => {
                vec![Defect { span: Span { start: span.end, end: span.end }, detail: None }]
            }
            Check::MessageFixup if said.is_for_protected => {
                let word = subject.find_byte(b'!').map_or(span.end, |at| span.start + at + 1);
                vec![Defect { span: Span { start: span.start, end: word }, detail: None }]
            }
            _ => Vec::new(),
        }
    }

    /// Lines that are too long and that a person could have broken: no address, code, quotation or trailer.
    fn wide_lines(&self, message: &Message<'_>) -> Vec<Defect> {
        let lines: Vec<(Span, &[u8])> = message.body().collect();
        let trailers = lines.iter().rposition(|(_, line)| line.is_empty()).map_or(0, |at| at + 1);
        let is_trailer = |at: usize, line: &[u8]| {
            let name = line.find(b": ").and_then(|end| line.get(..end)).unwrap_or(b" ");
            at >= trailers && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        };
        let can_be_broken = |line: &[u8]| {
            let is_quoted = QUOTED.iter().any(|lead| line.starts_with(lead));
            !is_quoted && line.trim_ascii().contains(&b' ') && line.find("://").is_none()
        };
        let wide = lines.iter().enumerate().filter(|(at, (_, line))| can_be_broken(line) && !is_trailer(*at, line));
        wide.filter_map(|(_, (span, line))| too_long(line, *span, self.body_width)).collect()
    }
}

/// A line with more than so many characters; the first one too many is where it stands.
fn too_long(line: &[u8], span: Span, most: Option<usize>) -> Option<Defect> {
    let most = most?;
    let ends: Vec<usize> = characters(line).collect();
    let first = ends.get(most.checked_sub(1)?).copied().filter(|_| ends.len() > most)?;
    Some(Defect {
        span: Span { start: span.start + first, end: span.end },
        detail: Some(format!("{} characters, of which {most} may be", ends.len())),
    })
}

/// `Signed-off-by:`, a name and an address.
fn is_sign_off(line: &[u8]) -> bool {
    let who = line.strip_prefix(SIGN_OFF).unwrap_or_default().trim_ascii();
    let address = who.find(b" <").and_then(|at| who.get(at + 2..)).and_then(|rest| rest.strip_suffix(b">"));
    address.is_some_and(|address| address.contains(&b'@'))
}

/// An expression over a message or a name of a branch.
#[derive(Clone, Debug)]
pub struct Pattern(regex::bytes::Regex);

/// An expression that does not compile.
#[derive(Debug, thiserror::Error)]
#[error("not an expression: {}", source.to_string().lines().last().unwrap_or_default())]
pub struct PatternError {
    /// Why.
    #[from]
    source: regex::Error,
}

impl Pattern {
    /// Compiles an expression.
    ///
    /// # Errors
    /// If it is none.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        Ok(Self(regex::bytes::Regex::new(text)?))
    }

    /// Compiles an expression for a whole text.
    ///
    /// # Errors
    /// If it is none.
    pub fn whole(text: &str) -> Result<Self, PatternError> {
        // What is wrong with it is told of what was written.
        Self::new(text)?;
        Self::new(&format!(r"\A(?:{text})\z"))
    }

    /// Whether it is found in a text.
    pub fn is_in(&self, text: &[u8]) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::Cleanup;
    use super::*;

    fn wishes() -> MessageWishes {
        MessageWishes {
            types: ["feat", "fix"].map(str::to_owned).into(),
            scopes: ["api", "web"].map(str::to_owned).into(),
            subject_length: Some(20),
            body_width: Some(30),
            issue: Some(Pattern::new("[A-Z]+-[0-9]+").unwrap()),
            sign_off: true,
            protected: PathSet::parse(["main", "release/*"]).unwrap(),
        }
    }

    /// The checks that a message does not pass.
    fn failed(text: &str, is_merge: bool, is_for_protected: bool) -> Vec<&'static str> {
        let wishes = wishes();
        let said = Said { message: Message::read(text.as_bytes(), &Cleanup::Stored), is_merge, is_for_protected };
        let checks = wishes.checks().filter(|check| !wishes.find(*check, &said).is_empty());
        checks.map(Check::name).collect()
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_panic_and_each_span_lies_in_the_text(
            pieces in vec(
                prop_oneof![
                    4 => proptest::sample::select(vec![
                        "feat", "(", ")", "!", ":", " ", "\n", "\r\n", "#", ";", "é", "fixup! ", "A-1", "Signed-off-by: a <@>", "://", "word ",
                        "# ------------------------ >8 ------------------------\n",
                    ]).prop_map(|word| word.as_bytes().to_vec()),
                    1 => vec(any::<u8>(), 0..4),
                ],
                0..40,
            ),
            is_merge: bool,
            is_for_protected: bool,
        ) {
            let (text, wishes) = (pieces.concat(), wishes());
            for cleanup in [Cleanup::Stored, Cleanup::Whitespace, Cleanup::Comments(None), Cleanup::Comments(Some(b"#".to_vec()))] {
                let message = Message::read(&text, &cleanup);
                prop_assert!(message.lines.iter().all(|line| line.start <= line.end && line.end <= text.len()));
                let said = Said { message, is_merge, is_for_protected };
                for defect in wishes.checks().flat_map(|check| wishes.find(check, &said)) {
                    prop_assert!(defect.span.start <= defect.span.end && defect.span.end <= text.len(), "{defect:?}");
                }
            }
        }
    }

    const SIGNED: &str = "\n\nSigned-off-by: A. Author <a@example.org>\n";

    #[test]
    fn a_message_that_follows_has_no_defect() {
        assert_eq!(failed(&format!("feat: A-1{SIGNED}"), false, true), [""; 0]);
        assert_eq!(failed(&format!("feat(api)!: a{}\nRefs: AB-12\n", SIGNED.trim_end()), false, true), [""; 0]);
    }

    #[test]
    fn each_wish_is_asked() {
        assert_eq!(failed(&format!("fix: a subject that is long A-1{SIGNED}"), false, false), ["message-subject-length"]);
        assert_eq!(failed(&format!("fix: a\nA-1{SIGNED}"), false, false), ["message-blank-line"]);
        assert_eq!(failed("fix: A-1", false, false), ["message-sign-off"]);
        assert_eq!(failed(&format!("fix: a{SIGNED}"), false, false), ["message-issue"]);
        assert_eq!(failed(&format!("Fix A-1{SIGNED}"), false, false), ["message-type"]);
        assert_eq!(failed("", false, false), ["message-type", "message-issue", "message-sign-off"]);
    }

    #[test]
    fn a_wide_line_is_one_that_could_be_broken() {
        let of = |line: &str| failed(&format!("fix: A-1\n\n{line}{SIGNED}"), false, false);
        assert_eq!(of("word word word word word word word"), ["message-body-width"]);
        for line in [
            "see https://example.org/a/very/long/address",
            "    code that nobody wants to be wrapped",
            "> quoted by somebody who has said it",
            &"a".repeat(60),
        ] {
            assert_eq!(of(line), [""; 0], "{line}");
        }
        let trailers = "fix: A-1\n\nCo-authored-by: A. Very Long Name <name@example.org>\nSigned-off-by: A <a@example.org>\n";
        assert_eq!(failed(trailers, false, false), [""; 0]);
        assert_eq!(of(&"é ".repeat(15)), [""; 0], "characters are counted");
    }

    #[test]
    fn what_git_writes_itself_is_asked_less() {
        assert_eq!(failed("Merge branch 'a long name of a branch' into main", true, true), [""; 0]);
        assert_eq!(failed("Merge branch 'x'", false, false), ["message-type", "message-issue", "message-sign-off"]);
        assert_eq!(failed("Revert \"feat: something that was long\"\n\nThis reverts commit 0123.", false, true), ["message-sign-off"]);
        assert_eq!(failed("fixup! feat: something that was long", false, false), [""; 0]);
        for word in ["fixup!", "squash!", "amend!"] {
            assert_eq!(failed(&format!("{word} feat: something that was long"), false, true), ["message-fixup"]);
        }
    }

    #[test]
    fn protected_branches_are_named_whole() {
        let wishes = wishes();
        let protects = |name: &str| wishes.protects(name.as_bytes());
        assert!(protects("main") && protects("release/1.2"));
        assert!(!protects("main/x") && !protects("release/a/b") && !protects("x/main") && !protects("maintain"));
    }
}
