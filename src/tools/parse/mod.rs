//! What tools print, in their several forms, as remarks. Bytes that are not of the form are an error and never nothing.

mod diff;
mod json;
mod lines;
mod pattern;
mod sarif;
mod xml;

use bstr::BString;

pub(super) use diff::changes;
pub use pattern::Pattern;

use super::tool::{Form, Tool};
use crate::model::Severity;

/// The longest message that is kept, in characters.
const MAX_MESSAGE: usize = 600;
/// The longest code.
const MAX_CODE: usize = 80;
/// The most remarks that one run of a tool may make; more are no list for people any more.
pub(super) const MAX_REMARKS: usize = 100_000;

/// In what a tool counts columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Columns {
    /// Characters.
    #[default]
    Characters,
    /// Units of UTF-16.
    Utf16,
    /// Bytes.
    Bytes,
}

/// A change of a file that would mend it: whole lines, and what to write in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The first line that it takes out, from 1; where it takes out none, the line before which it writes.
    pub first_line: u32,
    /// How many lines it takes out.
    pub lines: u32,
    /// What it writes, with line ends.
    pub text: Vec<u8>,
}

/// Something that a tool says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remark {
    /// Of which file, as the tool names it; none where it says nothing of that.
    pub path: Option<BString>,
    /// The first line, from 1; 0 for the file as a whole.
    pub line: u32,
    /// The first column, from 1; 0 for the line as a whole.
    pub column: u32,
    /// The last line; 0 where it is the first.
    pub end_line: u32,
    /// One past the last column; 0 where that is not told.
    pub end_column: u32,
    /// In what the columns are counted.
    pub columns: Columns,
    /// Its name for what it found: `F401`.
    pub code: String,
    /// What it says.
    pub message: String,
    /// How grave it is.
    pub level: Option<Severity>,
    /// A page that says more.
    pub page: String,
    /// What it would write in place.
    pub suggestion: Option<Suggestion>,
}

/// Reads what `tool` printed.
///
/// # Errors
/// If it is not of the form that the tool's table says, with what was wrong.
pub(super) fn parse(tool: &Tool, stdout: &[u8], stderr: &[u8]) -> Result<Vec<Remark>, String> {
    let remarks = match tool.form {
        Form::Exit => Ok(Vec::new()),
        Form::Regex => Ok(tool.pattern.as_ref().map(|pattern| pattern.remarks(stdout, stderr)).unwrap_or_default()),
        // Who finds nothing often prints nothing.
        _ if stdout.trim_ascii().is_empty() => Ok(Vec::new()),
        Form::Sarif => sarif::read(stdout),
        Form::Rdjson => json::rdjson(stdout),
        Form::Checkstyle => xml::checkstyle(stdout),
        Form::CargoJson => lines::cargo(stdout),
        Form::EslintJson => json::eslint(stdout),
        Form::Gitlab => json::gitlab(stdout),
        Form::Diff => diff::read(stdout),
    }?;
    if remarks.len() > MAX_REMARKS {
        return Err(format!("it says {} things, more than {MAX_REMARKS}", remarks.len()));
    }
    let bare = |remark: Remark| Remark { code: bare_code(&tool.name, &remark.code), ..remark };
    Ok(remarks.into_iter().map(bare).map(tidy).collect())
}

/// A code without the name of its tool in front: `clippy::needless_return`, `zizmor/artipacked`.
fn bare_code(tool: &str, code: &str) -> String {
    let rest = code.strip_prefix(tool).and_then(|rest| rest.strip_prefix("::").or_else(|| rest.strip_prefix('/')));
    rest.unwrap_or(code).to_owned()
}

/// A remark with a message of one line and a code that can be the end of a rule's id.
pub(super) fn tidy(remark: Remark) -> Remark {
    let mut message: String = remark.message.split_whitespace().collect::<Vec<_>>().join(" ");
    if message.chars().count() > MAX_MESSAGE {
        message = message.chars().take(MAX_MESSAGE).chain(['…']).collect();
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    let code = remark.code.trim().chars().take(MAX_CODE).map(|c| if is_plain(c) { c } else { '-' }).collect();
    let page = if remark.page.starts_with("https://") { remark.page } else { String::new() };
    Remark { code, message, page, ..remark }
}

/// The severity that a word of some tool means.
pub(super) fn level_of(word: &str) -> Option<Severity> {
    Some(match word.to_ascii_lowercase().as_str() {
        "critical" | "fatal" | "blocker" => Severity::Critical,
        "error" | "err" | "e" | "high" | "major" | "deny" => Severity::High,
        "warning" | "warn" | "w" | "medium" | "minor" => Severity::Medium,
        "note" | "info" | "information" | "style" | "help" | "hint" | "low" | "convention" | "refactor" | "i" | "c" | "r" => Severity::Low,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_does_not_repeat_its_tool() {
        assert_eq!(bare_code("clippy", "clippy::x"), "x");
        assert_eq!(bare_code("zizmor", "zizmor/y"), "y");
        assert_eq!(bare_code("ruff", "ruffian"), "ruffian");
    }

    #[test]
    fn messages_are_one_line_and_codes_are_plain() {
        let remark =
            Remark { message: "a\n  b\u{1b}[31m".into(), code: "a b\u{202e}c".into(), page: "javascript:x".into(), ..Remark::default() };
        let tidied = tidy(remark);
        assert_eq!((tidied.message.as_str(), tidied.code.as_str(), tidied.page.as_str()), ("a b\u{1b}[31m", "a-b-c", ""));
        let long = tidy(Remark { message: "x".repeat(9_999), ..Remark::default() });
        assert_eq!(long.message.chars().count(), MAX_MESSAGE + 1);
    }

    /// What the forms are made of.
    const PIECES: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"runs\"",
        "\"results\"",
        "\"message\"",
        "\"location\"",
        "null",
        "1",
        "-1",
        "1e99",
        "\"a\"",
        "\n",
        "<file name=\"a\">",
        "<error line=\"1\"/>",
        "</file>",
        "--- a/x\n",
        "+++ b/x\n",
        "@@ -1,2 +1 @@\n",
        "@@ -0,0 +1,99999999999 @@\n",
        " a\n",
        "-b\n",
        "+c\n",
        "\\ No newline at end of file\n",
        "\"spans\"",
        "\"range\"",
        "\"start\"",
        "a.py:1:2: E1 x\n",
        "\u{feff}",
    ];

    proptest! {
        #[test]
        fn no_output_makes_a_panic(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..30), bytes: Vec<u8>) {
            let output = [pieces.concat().as_bytes(), &bytes].concat();
            for form in Form::ALL {
                let pattern = Pattern::new(r"(?<path>[^:]+):(?<line>\d+):(?<column>\d+): (?<code>\w+) (?<message>.*)").ok();
                parse(&Tool { form: *form, pattern, ..Tool::default() }, &output, &bytes).ok();
            }
        }
    }
}
