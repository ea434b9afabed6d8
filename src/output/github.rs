//! Workflow commands of GitHub Actions, which become annotations of a pull request
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>).

use std::io;

use super::{Options, allow_command, file, human, missed, place, sanitize, shown};
use crate::model::{Finding, Report, Verdict};

/// Writes a command for each finding, gap and notice, and then the summary as a line of the log.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    for judged in shown(report) {
        let command = if judged.verdict == Verdict::Block { "error" } else { "warning" };
        writeln!(out, "::{command} {}::{}", properties(&judged.finding), message(&judged.finding))?;
    }
    for gap in &report.coverage.gaps {
        let text = format!("not looked at: {}", sanitize::text(&missed(gap)));
        writeln!(out, "::error title={}::{}", property("stanch: incomplete"), data(&text))?;
    }
    for notice in &report.notices {
        writeln!(out, "::notice title={}::{}", property("stanch"), data(&sanitize::text(&notice.text)))?;
    }
    if options.quiet && human::is_clean(report) {
        return Ok(());
    }
    writeln!(out, "{}", human::summary(report))
}

fn properties(finding: &Finding) -> String {
    let title = property(&format!("stanch: {}", sanitize::text(&finding.rule.id)));
    let Some(path) = file(finding) else { return format!("title={title}") };
    let at = &finding.location;
    let file = property(&sanitize::bytes(path));
    // GitHub takes columns only for what begins and ends on one line.
    let columns =
        if at.line == at.end_line { format!(",col={},endColumn={}", at.column_utf16, at.end_column_utf16) } else { String::new() };
    format!("file={file},line={},endLine={}{columns},title={title}", at.line, at.end_line)
}

fn message(finding: &Finding) -> String {
    let rule = &finding.rule;
    let head = format!("{} at {}", sanitize::text(&finding.headline()), place(finding));
    let (why, fix) = (sanitize::text(&rule.why), sanitize::text(&rule.fix));
    data(&format!("{head}\nwhy: {why}\nmend: {fix}\nelse: {}", allow_command(finding)))
}

/// A text as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn nothing_ends_a_property_or_a_command_early() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
