//! `JUnit` XML as CI servers read it: a finding that blocks is a failed test, one that warns a passed test with
//! output, and what could not be looked at a test in error. What is allowed is no test.

use std::io;

use super::{Options, allow_command, file, human, place, sanitize, shown};
use crate::model::{Finding, Report, Verdict};

/// Writes one suite.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let failures = report.count(|verdict| *verdict == Verdict::Block);
    let errors = report.coverage.gaps.len();
    let tests = shown(report).count() + errors;
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"{:.3}\"",
        tests.max(1),
        report.elapsed.as_secs_f64()
    );
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"stanch\" {counts}>")?;
    writeln!(out, "  <testsuite name=\"stanch\" {counts} timestamp=\"{}\">", escaped(&options.started))?;
    writeln!(out, "    <properties>")?;
    let digest = report.rules.digest.as_str();
    for (name, value) in
        [("version", options.version), ("subject", &report.subject), ("outcome", report.outcome().name()), ("rules-digest", digest)]
    {
        writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", escaped(&sanitize::text(value)))?;
    }
    writeln!(out, "    </properties>")?;
    for judged in shown(report) {
        testcase(&judged.finding, &judged.verdict, out)?;
    }
    for gap in &report.coverage.gaps {
        let name = if gap.place.is_empty() { "scan".to_owned() } else { sanitize::bytes(&gap.place) };
        writeln!(out, "    <testcase classname=\"not-looked-at\" name=\"{}\" time=\"0\">", escaped(&name))?;
        writeln!(out, "      <error type=\"incomplete\" message=\"{}\"/>", escaped(&sanitize::text(&gap.what)))?;
        writeln!(out, "    </testcase>")?;
    }
    if tests == 0 {
        writeln!(out, "    <testcase classname=\"stanch\" name=\"scan\" time=\"{:.3}\"/>", report.elapsed.as_secs_f64())?;
    }
    let notices = report.notices.iter().map(|notice| format!("note: {}\n", sanitize::text(&notice.text)));
    let said: String = notices.chain([human::summary(report)]).collect();
    writeln!(out, "    <system-out>{}</system-out>", escaped(&said))?;
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn testcase(finding: &Finding, verdict: &Verdict, out: &mut dyn io::Write) -> io::Result<()> {
    let rule = &finding.rule;
    let (place, line) = (escaped(&place(finding)), finding.location.line);
    write!(out, "    <testcase classname=\"{}\" name=\"{place}\"", escaped(&rule.id))?;
    if let Some(path) = file(finding) {
        write!(out, " file=\"{}\" line=\"{line}\"", escaped(&sanitize::bytes(path)))?;
    }
    writeln!(out, " time=\"0\">")?;
    let message = finding.headline();
    let excerpt = sanitize::excerpt(&finding.excerpt).text;
    let text = format!("{message}\n{excerpt}\nwhy: {}\nmend: {}\nelse: {}", rule.why, rule.fix, allow_command(finding));
    if *verdict == Verdict::Block {
        let (kind, message) = (rule.severity.name(), escaped(&message));
        writeln!(out, "      <failure type=\"{kind}\" message=\"{message}\">{}</failure>", escaped(&text))?;
    } else {
        writeln!(out, "      <system-out>{}</system-out>", escaped(&text))?;
    }
    writeln!(out, "    </testcase>")
}

/// A text as content or attribute of XML 1.0. Characters that no XML may hold, escaped or not, are left out
/// (<https://www.w3.org/TR/xml/#charsets>).
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut xml, c| {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            // A reader would make spaces of these in an attribute.
            '\t' => xml.push_str("&#9;"),
            '\n' => xml.push_str("&#10;"),
            '\r' => xml.push_str("&#13;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {}
            _ => xml.push(c),
        }
        xml
    })
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn xml_keeps_its_marks_and_loses_what_it_may_not_hold() {
        assert_eq!(escaped("<a b=\"&\">\x1b\0\u{ffff}\n"), "&lt;a b=&quot;&amp;&quot;&gt;&#10;");
    }
}
