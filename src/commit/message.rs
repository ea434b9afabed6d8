//! What git keeps of a message, with the places where it stands in the file.

use bstr::ByteSlice as _;

use crate::model::Span;

/// git puts what it drops below this line (git-commit(1), `--cleanup=scissors` and `--verbose`).
const SCISSORS: &[u8] = b"------------------------ >8 ------------------------";
/// What git chooses from where `core.commentChar` is `auto`.
const COMMENT_CHARACTERS: &[u8] = b"#;@!$%^&|:";

/// What git will drop of a message before it stores it (git-commit(1), `--cleanup`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cleanup {
    /// Nothing any more: the message is stored.
    #[default]
    Stored,
    /// What stands below the scissors. An editor did not run, so no line is a comment.
    Whitespace,
    /// Comments too, which begin with this; none where git chooses it by the message.
    Comments(Option<Vec<u8>>),
}

impl Cleanup {
    /// What git does with a message that was typed, by its settings: `commit.cleanup`, `core.commentChar` (or
    /// `core.commentString`), and whether an editor ran.
    pub fn of_git(mode: Option<&str>, comment: Option<&str>, is_edited: bool) -> Self {
        match (mode, is_edited) {
            (Some("strip"), _) | (None | Some("default"), true) => {
                let comment = comment.unwrap_or("#");
                Self::Comments((comment != "auto").then(|| comment.as_bytes().to_vec()))
            }
            (Some("verbatim"), false) => Self::Stored,
            _ => Self::Whitespace,
        }
    }
}

/// A message as git stores it: no line of it is empty at its beginning or end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message<'t> {
    /// The text that it was read from.
    pub text: &'t [u8],
    /// Its lines, without the blanks at their ends. The first is the subject.
    pub lines: Vec<Span>,
}

impl<'t> Message<'t> {
    /// Reads a message.
    pub fn read(text: &'t [u8], cleanup: &Cleanup) -> Self {
        let text = if *cleanup == Cleanup::Stored { text } else { before_scissors(text) };
        let comment = match cleanup {
            Cleanup::Comments(Some(comment)) => Some(comment.clone()),
            Cleanup::Comments(None) => Some(chosen_comment(text)),
            Cleanup::Stored | Cleanup::Whitespace => None,
        };
        let mut lines = Vec::new();
        let mut start = 0;
        for whole in text.lines_with_terminator() {
            let is_comment = comment.as_ref().is_some_and(|comment| whole.starts_with(comment));
            if !is_comment {
                lines.push(Span { start, end: start + whole.trim_ascii_end().len() });
            }
            start += whole.len();
        }
        while lines.pop_if(|line| line.is_empty()).is_some() {}
        let blank = lines.iter().take_while(|line| line.is_empty()).count();
        lines.drain(..blank);
        Self { text, lines }
    }

    /// The first line; empty where there is none.
    pub fn subject(&self) -> &'t [u8] {
        self.subject_span().of(self.text)
    }

    /// Where it stands.
    pub fn subject_span(&self) -> Span {
        self.lines.first().copied().unwrap_or(Span { start: 0, end: 0 })
    }

    /// The lines below the subject, each with its place.
    pub fn body(&self) -> impl Iterator<Item = (Span, &'t [u8])> + '_ {
        self.lines.iter().skip(1).map(|line| (*line, line.of(self.text)))
    }
}

fn before_scissors(text: &[u8]) -> &[u8] {
    let mut start = 0;
    for line in text.lines_with_terminator() {
        // The line begins with the comment character, and a blank.
        if line.len() < SCISSORS.len() + 8 && line.trim_ascii_end().ends_with(SCISSORS) {
            return text.get(..start).unwrap_or_default();
        }
        start += line.len();
    }
    text
}

/// The character that git chose for comments: that of the last line which is not empty, where it wrote some.
fn chosen_comment(text: &[u8]) -> Vec<u8> {
    let last = text.lines().rfind(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let chosen = last.first().filter(|first| COMMENT_CHARACTERS.contains(first));
    vec![chosen.copied().unwrap_or(b'#')]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines<'t>(text: &'t str, cleanup: &Cleanup) -> Vec<&'t str> {
        let message = Message::read(text.as_bytes(), cleanup);
        message.lines.iter().map(|line| text.get(line.start..line.end).unwrap()).collect()
    }

    #[test]
    fn what_git_drops_is_dropped() {
        let text = "\n\na subject  \n\nwords\n# a comment\n; other\n\n\n# ------------------------ >8 ------------------------\ndiff\n";
        let edited = Cleanup::of_git(None, None, true);
        assert_eq!(lines(text, &edited), ["a subject", "", "words", "; other"]);
        assert_eq!(lines(text, &Cleanup::of_git(Some("strip"), Some(";"), false)), ["a subject", "", "words", "# a comment"]);
        let typed = ["a subject", "", "words", "# a comment", "; other"];
        assert_eq!(lines(text, &Cleanup::of_git(None, None, false)), typed);
        assert_eq!(lines(text, &Cleanup::of_git(Some("scissors"), None, true)), typed);
        assert_eq!(lines(text, &Cleanup::Stored).len(), 9);
        assert_eq!(lines("# all\n#\n", &edited), [""; 0]);
    }

    #[test]
    fn the_comment_character_that_git_chose_is_told_by_its_last_line() {
        let auto = Cleanup::of_git(None, Some("auto"), true);
        assert_eq!(lines("#12: a subject\n\n; Please enter\n", &auto), ["#12: a subject"]);
        assert_eq!(lines("a subject\n", &auto), ["a subject"]);
    }
}
