//! Cargo's messages, one document of JSON a line, with other lines between.

use serde_json::Value;

use super::json::{document, list, number, path, text};
use super::{Remark, level_of};

/// The messages of the compiler and of Clippy.
pub(super) fn cargo(bytes: &[u8]) -> Result<Vec<Remark>, String> {
    let mut remarks: Vec<Remark> = Vec::new();
    let mut is_cargo = false;
    for line in bytes.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"{")) {
        let Ok(item) = document(line, "message of cargo") else { continue };
        is_cargo |= item.get("reason").is_some();
        if text(&item, "/reason") == "compiler-message"
            && let Some(remark) = item.get("message").and_then(remark)
            // A file is compiled once for itself and once for its tests.
            && !remarks.contains(&remark)
        {
            remarks.push(remark);
        }
    }
    if is_cargo { Ok(remarks) } else { Err("there is no message of cargo in it".to_owned()) }
}

fn remark(message: &Value) -> Option<Remark> {
    let spans = list(message, "/spans").unwrap_or_default();
    let span = spans.iter().find(|span| span.get("is_primary").and_then(Value::as_bool) == Some(true));
    let level = text(message, "/level");
    let said = text(message, "/message");
    let is_tally = said.starts_with("aborting due to") || said.contains("warning emitted") || said.contains("warnings emitted");
    if level == "failure-note" || (span.is_none() && is_tally) {
        return None;
    }
    let at = span.unwrap_or(&Value::Null);
    Some(Remark {
        path: path(at, "/file_name"),
        line: number(at, "/line_start"),
        column: number(at, "/column_start"),
        end_line: number(at, "/line_end"),
        end_column: number(at, "/column_end"),
        code: text(message, "/code/code"),
        message: said,
        level: level_of(level.split(':').next().unwrap_or_default()),
        ..Remark::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity;

    #[test]
    fn cargo_gives_the_primary_span_of_each_message_once() {
        let message = r#"{"reason":"compiler-message","message":{"code":{"code":"clippy::needless_return"},"level":"warning","message":"unneeded","spans":[{"file_name":"src/b.rs","is_primary":false,"line_start":9},{"file_name":"src/a.rs","is_primary":true,"line_start":2,"line_end":2,"column_start":5,"column_end":13}]}}"#;
        let tally = r#"{"reason":"compiler-message","message":{"code":null,"level":"warning","message":"1 warning emitted","spans":[]}}"#;
        let said = format!(
            "{{\"reason\":\"compiler-artifact\"}}\n{message}\nhello\n{message}\n{tally}\n{{\"reason\":\"build-finished\",\"success\":true}}\n"
        );
        let remarks = cargo(said.as_bytes()).unwrap();
        assert_eq!(remarks.len(), 1);
        assert_eq!((remarks[0].line, remarks[0].end_column, remarks[0].level), (2, 13, Some(Severity::Medium)));
        assert_eq!(remarks[0].path, Some("src/a.rs".into()));
        assert!(cargo(b"error: no such command: `clippy`\n").is_err());
    }
}
