//! What a program said, and how it ended.

use std::fmt;
use std::path::Path;
use std::process::Output;

use regex::Regex;

/// A program that has ended.
#[must_use]
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    what: String,
    root: String,
}

impl Ran {
    pub(super) fn new(what: String, output: Output, root: &Path) -> Self {
        Self { code: output.status.code(), stdout: output.stdout, stderr: output.stderr, what, root: root.display().to_string() }
    }

    /// It ended well.
    #[track_caller]
    pub(crate) fn ok(&self) -> &Self {
        self.ends(0)
    }

    /// stanch looked, and nothing stands in the way.
    #[track_caller]
    pub(crate) fn clean(&self) -> &Self {
        self.ok().says("clean")
    }

    /// stanch stopped it for a secret at `place`: a path with a line, or the beginning of one.
    #[track_caller]
    pub(crate) fn blocks(&self, place: &str) -> &Self {
        self.ends(1).says(&format!("blocked: {place}"))
    }

    /// stanch could not look at everything, and says so.
    #[track_caller]
    pub(crate) fn incomplete(&self) -> &Self {
        self.ends(2).says("incomplete")
    }

    /// git stopped because stanch could not look at everything. git has a code of its own.
    #[track_caller]
    pub(crate) fn stops(&self) -> &Self {
        self.ends(1).says("incomplete: ")
    }

    #[track_caller]
    pub(crate) fn ends(&self, code: i32) -> &Self {
        assert!(self.code == Some(code), "it should end with {code}:\n{self}");
        self
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "it should say `{text}`:\n{self}");
        self
    }

    #[track_caller]
    pub(crate) fn never_says(&self, text: &str) -> &Self {
        assert!(!self.text().contains(text), "it should not say `{text}`:\n{self}");
        self
    }

    /// All that it said.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.out(), String::from_utf8_lossy(&self.stderr))
    }

    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// What it said, without what differs from run to run.
    pub(crate) fn redacted(&self) -> String {
        let mut text = format!("exit code {}\n", self.code.unwrap_or(-1));
        for (name, bytes) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !bytes.is_empty() {
                text.push_str(&format!("----- {name}\n{}", String::from_utf8_lossy(bytes)));
            }
        }
        let text = text.replace(&self.root, "[ROOT]");
        let marks = [
            (r"\b([0-9a-f]{64}|[0-9a-f]{40})\b", "[ID]"),
            (r"\b[0-9a-f]{12}\b", "[SHORT]"),
            (r"\b[0-9a-f]{7}\.\.[0-9a-f]{7}\b", "[FROM]..[TO]"),
            (r"\b\d+ rules\b", "[N] rules"),
            (r"under 1 ms|\b\d+ ms\b|\b\d+\.\d s\b", "[TIME]"),
        ];
        marks.iter().fold(text, |text, (pattern, mark)| Regex::new(pattern).unwrap().replace_all(&text, *mark).into_owned())
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (out, err) = (String::from_utf8_lossy(&self.stdout), String::from_utf8_lossy(&self.stderr));
        let command = self.what.rsplit_once("GIT_TERMINAL_PROMPT=\"0\"").map_or(self.what.as_str(), |(_, command)| command);
        let code = self.code.map_or("none: a signal".to_owned(), |code| code.to_string());
        write!(f, "{command}\nexit code {code}\n----- stdout\n{out}\n----- stderr\n{err}\n-----")
    }
}
