//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), with what GitHub code scanning
//! asks for on top: a physical location and a fingerprint for each result, severity and precision for each rule.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Map, Value, json};

use super::{Options, file, justification, missed, sanitize, write_json};
use crate::model::{Confidence, Edit, Finding, Judged, Location, Mend, Origin, Outcome, Pack, Reason, Report, RuleInfo, Severity, Verdict};

/// The name under which viewers know the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// Writes one log of one run.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let rules: BTreeMap<&str, &RuleInfo> = report.judged.iter().map(|judged| (&*judged.finding.rule.id, &*judged.finding.rule)).collect();
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(at, &id)| (id, at)).collect();
    let results: Vec<Value> = report.judged.iter().map(|judged| result(judged, &index)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "stanch",
                "semanticVersion": options.version,
                "rules": rules.values().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            } },
            "originalUriBaseIds": { ROOT: { "description": { "text": "the root of the repository" } } },
            "columnKind": "utf16CodeUnits",
            "invocations": [invocation(report, options)],
            "results": results,
            "properties": properties(report),
        }],
    });
    write_json(&log, out)
}

fn descriptor(rule: &RuleInfo) -> Value {
    let level = match rule.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    };
    // The bands by which GitHub names a score: over 9 critical, from 7 high, from 4 medium.
    let score = match rule.severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
    };
    let precision = match rule.confidence {
        Confidence::Proved => "very-high",
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    let (why, fix, rotate) = (&rule.why, &rule.fix, &rule.rotate);
    let (text, markdown) = if rotate.is_empty() {
        (format!("{why}\n\nMend: {fix}"), format!("{why}\n\n**Mend**: {fix}"))
    } else {
        (format!("{why}\n\nMend: {fix}\n\nRotate: {rotate}"), format!("{why}\n\n**Mend**: {fix}\n\n**Rotate**: <{rotate}>"))
    };
    let mut descriptor = json!({
        "id": rule.id,
        "name": pascal_case(&rule.id),
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.why },
        "help": { "text": text, "markdown": markdown },
        "defaultConfiguration": { "level": level },
        "properties": { "tags": ["security", "secret"], "security-severity": score, "precision": precision },
    });
    if rule.pack != Pack::Secrets
        && let Some(fields) = descriptor.as_object_mut()
    {
        fields.insert("properties".to_owned(), json!({ "tags": [rule.pack.name()], "precision": precision }));
    }
    if let (Some(page), Some(fields)) = (rule.references.iter().find(|page| is_page(page)), descriptor.as_object_mut()) {
        fields.insert("helpUri".to_owned(), json!(page));
    }
    descriptor
}

fn result(judged: &Judged, index: &BTreeMap<&str, usize>) -> Value {
    let finding = &judged.finding;
    let (level, suppressions, is_known) = match &judged.verdict {
        Verdict::Block => ("error", json!([]), false),
        Verdict::Warn => ("warning", json!([]), false),
        Verdict::Allow(reason) => ("note", json!([suppression(reason)]), matches!(reason, Reason::Old | Reason::Baseline)),
    };
    let mut properties = Map::new();
    properties.insert("origin".to_owned(), json!(finding.origin.name()));
    if let Some(commit) = finding.origin.commit() {
        properties.insert("commit".to_owned(), json!(commit.to_string()));
    }
    if let Some(trail) = &finding.trail {
        let trail = json!({ "first": trail.first.to_string(), "last": trail.last.to_string(), "inTree": trail.in_tree });
        properties.insert("trail".to_owned(), trail);
    }
    let mut location = json!({ "physicalLocation": { "artifactLocation": artifact(finding), "region": region(finding) } });
    if let (Some(member), Some(fields)) = (&finding.member, location.as_object_mut()) {
        // The region is one of the member: the file itself is an archive.
        let name = sanitize::utf8(member);
        fields.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": name, "kind": "member" }]));
        properties.insert("member".to_owned(), json!(name));
    }
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": index.get(&*finding.rule.id),
        "level": level,
        "message": { "text": message(finding) },
        "locations": [location],
        "partialFingerprints": { "stanch/v1": finding.fingerprint.to_string() },
        // Given for every result or for none (section 3.27.23): an empty list says that nothing suppresses it.
        "suppressions": suppressions,
        "baselineState": if is_known || !finding.is_new { "unchanged" } else { "new" },
        "properties": properties,
    });
    if let (Some(fix), Some(fields)) = (fix(finding), result.as_object_mut()) {
        fields.insert("fixes".to_owned(), json!([fix]));
    }
    result
}

/// How a machine mends it (section 3.55), where that is a change of text and may be shown.
fn fix(finding: &Finding) -> Option<Value> {
    let Some(Mend::Edits { edits, places }) = &finding.mend else { return None };
    let replacement = |(edit, at): (&Edit, &Location)| {
        json!({
            "deletedRegion": {
                "startLine": at.line,
                "startColumn": at.column_utf16,
                "endLine": at.end_line,
                "endColumn": at.end_column_utf16,
            },
            "insertedContent": { "text": sanitize::utf8(&edit.replacement) },
        })
    };
    let replacements: Vec<Value> = edits.iter().zip(places).map(replacement).collect();
    (!replacements.is_empty()).then(|| {
        json!({
            "description": { "text": finding.rule.fix },
            "artifactChanges": [{ "artifactLocation": artifact(finding), "replacements": replacements }],
        })
    })
}

fn suppression(reason: &Reason) -> Value {
    let kind = if matches!(reason, Reason::Comment(_)) { "inSource" } else { "external" };
    json!({ "kind": kind, "status": "accepted", "justification": justification(reason) })
}

/// What was found. It holds no path: brackets and braces mean something in a SARIF message (section 3.11).
fn message(finding: &Finding) -> String {
    let place = match finding.origin {
        Origin::WorkTree | Origin::Index | Origin::Stdin => String::new(),
        Origin::Commit(id) => format!(" in commit {}", id.short()),
        Origin::CommitMessage(id) => format!(" in the message of commit {}", id.short()),
        Origin::TagMessage(id) => format!(" in the message of tag {}", id.short()),
        Origin::Message => " in the commit message".to_owned(),
        Origin::Branch(_) => " (a branch)".to_owned(),
    };
    format!("{}{place}: {}", finding.headline(), finding.rule.fix)
}

/// Where the text lives. A message has no file, and GitHub refuses a whole log for one result without a place, so it
/// gets a name that git lets no file have. It refuses any scheme but `file` as well.
fn artifact(finding: &Finding) -> Value {
    match (file(finding), finding.origin) {
        (Some(path @ [b'/', ..]), _) => json!({ "uri": format!("file://{}", percent_encoded(path)) }),
        (Some(path), _) => json!({ "uri": percent_encoded(path), "uriBaseId": ROOT }),
        (None, Origin::CommitMessage(id)) => json!({ "uri": format!(".git/commit-message/{id}"), "uriBaseId": ROOT }),
        (None, Origin::TagMessage(id)) => json!({ "uri": format!(".git/tag-message/{id}"), "uriBaseId": ROOT }),
        (None, Origin::Branch(_)) => json!({ "uri": format!(".git/{}", percent_encoded(&finding.path)), "uriBaseId": ROOT }),
        (None, Origin::Stdin) => json!({ "uri": ".git/stdin", "uriBaseId": ROOT }),
        (None, _) => json!({ "uri": ".git/COMMIT_EDITMSG", "uriBaseId": ROOT }),
    }
}

fn region(finding: &Finding) -> Value {
    let at = &finding.location;
    json!({
        "startLine": at.line,
        "startColumn": at.column_utf16,
        "endLine": at.end_line,
        "endColumn": at.end_column_utf16,
        "snippet": { "text": finding.excerpt.text },
    })
}

fn invocation(report: &Report, options: &Options) -> Value {
    let outcome = report.outcome();
    let gaps = report
        .coverage
        .gaps
        .iter()
        .map(|gap| json!({ "level": "error", "descriptor": { "id": "not-looked-at" }, "message": { "text": missed(gap) } }));
    let notices = report
        .notices
        .iter()
        .map(|notice| json!({ "level": "note", "descriptor": { "id": notice.code }, "message": { "text": notice.text } }));
    json!({
        "executionSuccessful": outcome != Outcome::Incomplete,
        "exitCode": outcome.exit_code(),
        "startTimeUtc": format!("{}Z", options.started),
        "endTimeUtc": format!("{}Z", options.finished),
        "toolExecutionNotifications": gaps.chain(notices).collect::<Vec<_>>(),
    })
}

fn properties(report: &Report) -> Value {
    let seen = &report.coverage;
    let skipped: Map<String, Value> = seen.skipped.iter().map(|skip| (skip.reason.name().to_owned(), json!(skip.count))).collect();
    json!({
        "subject": report.subject,
        "outcome": report.outcome().name(),
        "rules": { "count": report.rules.count, "digest": report.rules.digest },
        "coverage": {
            "blobs": seen.blobs,
            "bytes": seen.bytes,
            "commits": seen.commits,
            "windowed": seen.windowed,
            "members": seen.members,
            "skipped": skipped,
            "gaps": seen.gaps.len(),
        },
    })
}

/// Bytes as a path of a URI (RFC 3986): all but unreserved characters and `/` in per cent. A colon too, or a first
/// part such as `a:b` would read as a scheme.
fn percent_encoded(path: &[u8]) -> String {
    path.iter().fold(String::with_capacity(path.len()), |mut uri, &byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                let digits = [byte >> 4, byte & 15].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16));
                uri.push('%');
                uri.extend(digits.map(|digit| digit.to_ascii_uppercase()));
            }
        }
        uri
    })
}

fn is_page(page: &str) -> bool {
    (page.starts_with("https://") || page.starts_with("http://")) && page.bytes().all(|byte| byte.is_ascii_graphic())
}

fn pascal_case(id: &str) -> String {
    id.split('-').flat_map(|part| part.chars().enumerate().map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris_byte_by_byte() {
        assert_eq!(percent_encoded(b"a b/c:d%\xff\n~.py"), "a%20b/c%3Ad%25%FF%0A~.py");
        assert_eq!(percent_encoded("ż".as_bytes()), "%C5%BC");
    }

    #[test]
    fn ids_become_names() {
        assert_eq!(pascal_case("aws-secret-access-key"), "AwsSecretAccessKey");
    }
}
