//! SARIF 2.1.0, as other programs write it.

use serde_json::Value;

use super::json::{document, list, number, text};
use super::{Columns, Remark, level_of};

/// Reads a log: every result that is a fault and that nothing suppresses.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Remark>, String> {
    let log = document(bytes, "SARIF")?;
    let runs = list(&log, "/runs").ok_or("it is no SARIF: there are no `runs`")?;
    let mut remarks = Vec::new();
    for run in runs {
        let failed = list(run, "/invocations").unwrap_or_default();
        if failed.iter().any(|invocation| invocation.get("executionSuccessful").and_then(Value::as_bool) == Some(false)) {
            let said = failed.iter().flat_map(|one| list(one, "/toolExecutionNotifications").unwrap_or_default());
            let said: Vec<String> = said.map(|one| text(one, "/message/text")).filter(|text| !text.is_empty()).take(3).collect();
            return Err(format!("it says itself that it did not succeed: {}", said.join("; ")));
        }
        let results = list(run, "/results").unwrap_or_default();
        remarks.extend(results.iter().filter(|result| is_fault(result)).map(|result| remark(run, result)));
    }
    Ok(remarks)
}

fn is_fault(result: &Value) -> bool {
    let kind = text(result, "/kind");
    let is_suppressed = list(result, "/suppressions").unwrap_or_default().iter().any(|one| text(one, "/status") != "rejected");
    !is_suppressed && !matches!(kind.as_str(), "pass" | "notApplicable" | "informational")
}

fn remark(run: &Value, result: &Value) -> Remark {
    let rules = list(run, "/tool/driver/rules").unwrap_or_default();
    let code = [text(result, "/ruleId"), text(result, "/rule/id")].into_iter().find(|code| !code.is_empty());
    let index = result.pointer("/ruleIndex").or(result.pointer("/rule/index")).and_then(Value::as_u64);
    let by_index = index.and_then(|index| rules.get(usize::try_from(index).ok()?));
    let by_id = || code.as_ref().and_then(|code| rules.iter().find(|rule| text(rule, "/id") == *code));
    let rule = by_index.filter(|rule| code.as_ref().is_none_or(|code| text(rule, "/id") == *code)).or_else(by_id).unwrap_or(&Value::Null);
    let level = [text(result, "/level"), text(rule, "/defaultConfiguration/level")].into_iter().find(|level| !level.is_empty());
    let place = result.pointer("/locations/0/physicalLocation").unwrap_or(&Value::Null);
    let uri = text(place, "/artifactLocation/uri");
    let is_by_characters = text(run, "/columnKind") == "unicodeCodePoints";
    Remark {
        path: Some(path_of(&uri)).filter(|path| !path.is_empty()).map(Into::into),
        line: number(place, "/region/startLine"),
        column: number(place, "/region/startColumn"),
        end_line: number(place, "/region/endLine"),
        end_column: number(place, "/region/endColumn"),
        columns: if is_by_characters { Columns::Characters } else { Columns::Utf16 },
        code: code.unwrap_or_else(|| text(rule, "/id")),
        message: message(rule, result),
        level: level_of(level.as_deref().unwrap_or("warning")),
        page: text(rule, "/helpUri"),
        ..Remark::default()
    }
}

/// What a result says: its own text, or one of its rule's with the places filled.
fn message(rule: &Value, result: &Value) -> String {
    let own = [text(result, "/message/text"), text(result, "/message/markdown")].into_iter().find(|text| !text.is_empty());
    if let Some(own) = own {
        return own;
    }
    let id = text(result, "/message/id").replace('~', "~0").replace('/', "~1");
    let mut text = text(rule, &format!("/messageStrings/{id}/text"));
    for (number, argument) in list(result, "/message/arguments").unwrap_or_default().iter().enumerate() {
        text = text.replace(&format!("{{{number}}}"), argument.as_str().unwrap_or_default());
    }
    text
}

/// The path of a URI: without its scheme, and with what is in per cent undone.
fn path_of(uri: &str) -> Vec<u8> {
    let path = uri.strip_prefix("file://").unwrap_or(uri);
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let mut ahead = bytes.clone();
        match (byte, ahead.next().and_then(digit), ahead.next().and_then(digit)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(u8::try_from(high << 4 | low).unwrap_or_default());
                bytes = ahead;
            }
            _ => decoded.push(byte),
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity;

    #[test]
    fn results_have_the_place_level_and_page_of_their_rule() {
        let said = br#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x","rules":[{"id":"F401","helpUri":"https://example.com/F401","defaultConfiguration":{"level":"error"},"messageStrings":{"d":{"text":"say {0}"}}}]}},
            "results":[{"ruleId":"F401","ruleIndex":0,"message":{"id":"d","arguments":["it"]},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"file:///s/a%20b.py"},"region":{"startLine":1,"startColumn":8,"endLine":1,"endColumn":10}}}]},
            {"ruleId":"F401","kind":"pass","message":{"text":"m"}},{"ruleId":"F401","suppressions":[{"kind":"inSource"}],"message":{"text":"m"}},
            {"ruleId":"X1","level":"note","message":{"text":"m"}}]}]}"#;
        let remarks = read(said).unwrap();
        assert_eq!(remarks.len(), 2);
        assert_eq!(
            (remarks[0].message.as_str(), remarks[0].level, remarks[0].page.as_str()),
            ("say it", Some(Severity::High), "https://example.com/F401")
        );
        assert_eq!(remarks[0].path, Some("/s/a b.py".into()));
        assert_eq!((remarks[1].path.as_ref(), remarks[1].level), (None, Some(Severity::Low)));
    }

    #[test]
    fn a_run_that_did_not_succeed_and_what_is_no_sarif_are_errors() {
        let said = br#"{"runs":[{"results":[],"invocations":[{"executionSuccessful":false,"toolExecutionNotifications":[{"message":{"text":"no config"}}]}]}]}"#;
        assert!(read(said).unwrap_err().contains("no config"));
        assert!(read(b"{}").is_err() && read(b"error: x").is_err());
    }
}
