//! Lines of any form, by an expression with named groups.

use regex::bytes::{Captures, Regex};

use super::{Remark, level_of};

/// The groups that are asked for.
const GROUPS: [&str; 8] = ["path", "line", "column", "end_line", "end_column", "severity", "code", "message"];
/// The longest line that is looked at, in bytes.
const MAX_LINE_BYTES: usize = 16 << 10;

/// An expression for one line.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads an expression.
    ///
    /// # Errors
    /// If it does not compile, has no group `message` or `line`, or a group that nobody asks for.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let regex = Regex::new(pattern).map_err(|error| {
            let text = error.to_string();
            format!("the pattern does not compile: {}", text.lines().last().unwrap_or_default())
        })?;
        if let Some(unknown) = regex.capture_names().flatten().find(|name| !GROUPS.contains(name)) {
            return Err(format!("the pattern has a group `{unknown}` that means nothing"));
        }
        if !regex.capture_names().flatten().any(|name| name == "message" || name == "line") {
            return Err("the pattern has no group `message` or `line`".to_owned());
        }
        Ok(Self(regex))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What the lines of both outputs say that match.
    pub(super) fn remarks(&self, stdout: &[u8], stderr: &[u8]) -> Vec<Remark> {
        let lines = stdout.split(|&byte| byte == b'\n').chain(stderr.split(|&byte| byte == b'\n'));
        let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).filter(|line| line.len() <= MAX_LINE_BYTES);
        lines.filter_map(|line| self.0.captures(line)).map(|found| remark(&found)).collect()
    }
}

fn remark(found: &Captures<'_>) -> Remark {
    let bytes = |name: &str| found.name(name).map(|group| group.as_bytes()).filter(|bytes| !bytes.is_empty());
    let text = |name: &str| bytes(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let number = |name: &str| text(name).parse().unwrap_or(0);
    let message = if bytes("message").is_some() { text("message") } else { String::new() };
    Remark {
        path: bytes("path").map(Into::into),
        line: number("line"),
        column: number("column"),
        end_line: number("end_line"),
        end_column: number("end_column"),
        code: text("code"),
        level: level_of(&text("severity")),
        message,
        ..Remark::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_match_are_remarks_and_others_are_not() {
        let pattern =
            Pattern::new(r"^(?<path>[^:]+):(?<line>\d+):(?<column>\d+): (?<severity>\w+): (?<message>.*?)(?: \[(?<code>[\w-]+)\])?$")
                .unwrap();
        let said = b"In file included from a.h\na.c:3:5: warning: unused 'x' [-Wunused]\r\n  int x;\n1 warning\n";
        let remarks = pattern.remarks(said, b"b.c:1:1: error: bad\n");
        assert_eq!(remarks.len(), 2);
        assert_eq!((remarks[0].line, remarks[0].column, remarks[0].code.as_str()), (3, 5, "-Wunused"));
        assert_eq!((remarks[0].level, remarks[0].message.as_str()), (level_of("warning"), "unused 'x'"));
        assert_eq!(remarks[1].path, Some("b.c".into()));
    }

    #[test]
    fn a_pattern_that_says_nothing_is_refused() {
        for bad in ["(", "(?<path>.)", "(?<message>.)(?<colour>.)"] {
            assert!(Pattern::new(bad).is_err(), "{bad}");
        }
    }
}
