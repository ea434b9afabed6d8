//! GitLab's two reports: secret detection, for its vulnerability list, and code quality, for every tier. What is
//! allowed is left out of both.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Map, Value, json};

use super::{Options, file, missed, path_of, place, sanitize, shown, write_json};
use crate::model::{Finding, Report, Severity};

/// The version of the schema of secret detection reports
/// (<https://gitlab.com/gitlab-org/security-products/security-report-schemas>).
const SCHEMA_VERSION: &str = "15.0.7";

/// What stands for a commit where nothing is committed; GitLab's own analyzer writes it for scans without git.
const NO_COMMIT: &str = "0000000";

/// The most characters that the schema allows a name and a solution.
const MAX_NAME_CHARS: usize = 255;
const MAX_SOLUTION_CHARS: usize = 7000;

/// Writes a secret detection report.
pub(super) fn write_secrets(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let tool = json!({ "id": "stanch", "name": "stanch", "version": options.version, "vendor": { "name": "stanch" } });
    let gaps = report.coverage.gaps.iter().map(|gap| json!({ "level": "warn", "value": format!("not looked at: {}", missed(gap)) }));
    let notices = report.notices.iter().map(|notice| json!({ "level": "info", "value": notice.text }));
    let document = json!({
        "version": SCHEMA_VERSION,
        "scan": {
            "analyzer": tool,
            "scanner": tool,
            "type": "secret_detection",
            "status": if report.coverage.gaps.is_empty() { "success" } else { "failure" },
            "start_time": options.started,
            "end_time": options.finished,
            "messages": gaps.chain(notices).collect::<Vec<_>>(),
        },
        "vulnerabilities": named(report).filter(|(finding, _)| finding.is_secret()).map(|(finding, id)| vulnerability(finding, &id)).collect::<Vec<_>>(),
    });
    write_json(&document, out)
}

/// Writes a code quality report. It has no place for a run that was incomplete, so each gap is an entry of its own.
pub(super) fn write_quality(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = named(report).map(|(finding, id)| {
        let severity = match finding.rule.severity {
            Severity::Critical => "blocker",
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
        };
        json!({
            "description": format!("{} at {}", finding.headline(), place(finding)),
            "check_name": finding.rule.id,
            "fingerprint": id,
            "severity": severity,
            "location": { "path": quality_path(finding), "lines": { "begin": finding.location.line } },
        })
    });
    let gaps = report.coverage.gaps.iter().map(|gap| {
        let place = sanitize::utf8(&gap.place);
        json!({
            "description": format!("not looked at: {}", missed(gap)),
            "check_name": "not-looked-at",
            "fingerprint": uuid(&[&gap.place, gap.what.as_bytes()]),
            "severity": "blocker",
            "location": { "path": if place.is_empty() { "." } else { &place }, "lines": { "begin": 1 } },
        })
    });
    write_json(&findings.chain(gaps).collect::<Vec<_>>(), out)
}

fn vulnerability(finding: &Finding, id: &str) -> Value {
    let rule = &finding.rule;
    let severity = match rule.severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    };
    let commit = finding.origin.commit().map_or_else(|| NO_COMMIT.to_owned(), |id| id.to_string());
    let mut location = Map::new();
    location.insert("commit".to_owned(), json!({ "sha": commit }));
    if let Some(path) = file(finding) {
        location.insert("file".to_owned(), json!(sanitize::utf8(path)));
        location.insert("start_line".to_owned(), json!(finding.location.line));
        location.insert("end_line".to_owned(), json!(finding.location.end_line));
    }
    let pages = [&rule.rotate].into_iter().chain(&*rule.references).filter(|page| page.starts_with("http"));
    json!({
        "id": id,
        "category": "secret_detection",
        "name": rule.title.chars().take(MAX_NAME_CHARS).collect::<String>(),
        "description": format!("{} at {}. {}", finding.headline(), place(finding), rule.why),
        "severity": severity,
        "solution": rule.fix.chars().take(MAX_SOLUTION_CHARS).collect::<String>(),
        "location": location,
        "identifiers": [{ "type": "stanch_rule_id", "name": format!("stanch rule {}", rule.id), "value": rule.id }],
        "links": pages.map(|page| json!({ "url": page })).collect::<Vec<_>>(),
        // GitLab means the bare line here; that would put the secret into one more database.
        "raw_source_code_extract": finding.excerpt.text,
    })
}

/// Messages have no file, and GitLab drops an entry without one.
fn quality_path(finding: &Finding) -> String {
    file(finding).map_or_else(|| ".".to_owned(), sanitize::utf8)
}

/// The findings to report, each with a name of its own that lasts while lines move: one secret in three places has
/// one fingerprint, and GitLab keeps one entry of each name.
fn named(report: &Report) -> impl Iterator<Item = (&Finding, String)> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    shown(report).map(move |judged| {
        let finding = &judged.finding;
        let commit = finding.origin.commit().map(|id| id.to_string()).unwrap_or_default();
        let parts =
            [finding.fingerprint.to_string().as_bytes(), finding.origin.name().as_bytes(), commit.as_bytes(), &path_of(finding)].concat();
        let count = seen.entry(uuid(&[&parts])).and_modify(|count| *count += 1).or_insert(0);
        (finding, uuid(&[&parts, &count.to_be_bytes()]))
    })
}

/// A lasting name in the form of a UUID of version 8, which leaves its bits to the maker (RFC 9562, section 5.8),
/// from the 128 bits of FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>).
fn uuid(parts: &[&[u8]]) -> String {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0100_0000_0000_0000_013b;
    let separated = parts.iter().flat_map(|part| part.iter().copied().chain([0]));
    let hash = separated.fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    let bits = hash & !(0xf << 76) & !(0x3 << 62) | 0x8 << 76 | 0x2 << 62;
    let part = |shift: u32, digits: u32| bits >> shift & ((1 << (digits * 4)) - 1);
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", part(96, 8), part(80, 4), part(64, 4), part(48, 4), part(0, 12))
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn names_look_like_uuids_and_differ() {
        let one = uuid(&[b"a", b"b"]);
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(one.chars().nth(14), Some('8'));
        assert!(one.chars().nth(19).is_some_and(|c| "89ab".contains(c)));
        assert_ne!(one, uuid(&[b"ab", b""]));
    }
}
