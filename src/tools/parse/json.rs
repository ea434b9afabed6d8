//! Forms that are JSON: those of reviewdog, of `ESLint`, of GitLab.

use serde_json::Value;

use super::{Columns, Remark, level_of};
use crate::model::Severity;

/// Reads a document of JSON.
pub(super) fn document(bytes: &[u8], form: &str) -> Result<Value, String> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| format!("it is no {form}: {error}"))
}

/// A text at a way into a document; empty where there is none.
pub(super) fn text(value: &Value, way: &str) -> String {
    value.pointer(way).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A number at a way into a document; 0 where there is none.
pub(super) fn number(value: &Value, way: &str) -> u32 {
    value.pointer(way).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}

/// A path at a way into a document.
pub(super) fn path(value: &Value, way: &str) -> Option<bstr::BString> {
    value.pointer(way).and_then(Value::as_str).filter(|path| !path.is_empty()).map(Into::into)
}

/// The list at a way into a document.
pub(super) fn list<'v>(value: &'v Value, way: &str) -> Option<&'v [Value]> {
    value.pointer(way).and_then(Value::as_array).map(Vec::as_slice)
}

/// Reviewdog's form: one document with a list, or one diagnostic a line.
pub(super) fn rdjson(bytes: &[u8]) -> Result<Vec<Remark>, String> {
    let diagnostics = match document(bytes, "rdjson") {
        Ok(whole) if whole.get("diagnostics").is_some() => {
            let level = text(&whole, "/severity");
            let items = list(&whole, "/diagnostics").ok_or("`diagnostics` is no list")?;
            items.iter().map(|item| (item.clone(), level.clone())).collect()
        }
        Ok(one) if one.get("message").is_some() => vec![(one, String::new())],
        Ok(_) => return Err("it is no rdjson: there is no `diagnostics`".to_owned()),
        Err(error) => {
            let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
            let lines: Result<Vec<_>, _> = lines.map(|line| document(line, "rdjson").map(|item| (item, String::new()))).collect();
            lines.map_err(|_| error)?
        }
    };
    let remark = |(item, level): (Value, String)| Remark {
        path: path(&item, "/location/path"),
        line: number(&item, "/location/range/start/line"),
        column: number(&item, "/location/range/start/column"),
        end_line: number(&item, "/location/range/end/line"),
        end_column: number(&item, "/location/range/end/column"),
        columns: Columns::Bytes,
        code: text(&item, "/code/value"),
        message: text(&item, "/message"),
        level: level_of(&text(&item, "/severity")).or_else(|| level_of(&level)),
        page: text(&item, "/code/url"),
        ..Remark::default()
    };
    Ok(diagnostics.into_iter().map(remark).collect())
}

/// The results of `ESLint`: a list of files, each with its messages.
pub(super) fn eslint(bytes: &[u8]) -> Result<Vec<Remark>, String> {
    let whole = document(bytes, "list of ESLint's results")?;
    let files = list(&whole, "").ok_or("it is no list of ESLint's results")?;
    let mut remarks = Vec::new();
    for file in files {
        let messages = list(file, "/messages").ok_or("a result has no `messages`")?;
        let of_file = path(file, "/filePath");
        remarks.extend(messages.iter().map(|item| Remark {
            path: of_file.clone(),
            line: number(item, "/line"),
            column: number(item, "/column"),
            end_line: number(item, "/endLine"),
            end_column: number(item, "/endColumn"),
            columns: Columns::Utf16,
            code: text(item, "/ruleId"),
            message: text(item, "/message"),
            level: level_of(if number(item, "/severity") >= 2 { "error" } else { "warning" }),
            ..Remark::default()
        }));
    }
    Ok(remarks)
}

/// GitLab's report on code quality.
pub(super) fn gitlab(bytes: &[u8]) -> Result<Vec<Remark>, String> {
    let whole = document(bytes, "report of GitLab's")?;
    let items = list(&whole, "").ok_or("it is no report of GitLab's: it should be a list")?;
    let mut remarks = Vec::new();
    for item in items {
        let begin = |way: &str| number(item, &format!("/location/{way}"));
        remarks.push(Remark {
            path: Some(path(item, "/location/path").ok_or("an entry has no path")?),
            line: begin("lines/begin").max(begin("positions/begin/line")),
            column: begin("positions/begin/column"),
            end_line: begin("lines/end").max(begin("positions/end/line")),
            end_column: begin("positions/end/column"),
            code: text(item, "/check_name"),
            message: text(item, "/description"),
            level: grade(&text(item, "/severity")),
            ..Remark::default()
        });
    }
    Ok(remarks)
}

/// GitLab's five grades.
fn grade(word: &str) -> Option<Severity> {
    Some(match word {
        "blocker" => Severity::Critical,
        "critical" => Severity::High,
        "major" => Severity::Medium,
        "minor" | "info" => Severity::Low,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rdjson_is_read_whole_and_by_lines() {
        let one = r#"{"message":"m","location":{"path":"a.py","range":{"start":{"line":2,"column":3},"end":{"line":2,"column":9}}},"severity":"WARNING","code":{"value":"E1","url":"https://example.com/E1"}}"#;
        let whole =
            format!(r#"{{"source":{{"name":"x"}},"severity":"ERROR","diagnostics":[{one},{{"message":"n","location":{{"path":"b"}}}}]}}"#);
        let remarks = rdjson(whole.as_bytes()).unwrap();
        assert_eq!((remarks[0].line, remarks[0].column, remarks[0].end_column, remarks[0].code.as_str()), (2, 3, 9, "E1"));
        assert_eq!((remarks[0].level, remarks[1].level), (Some(Severity::Medium), Some(Severity::High)));
        assert_eq!(rdjson(format!("{one}\n{one}\n").as_bytes()).unwrap().len(), 2);
        assert!(rdjson(b"Traceback: no").is_err() && rdjson(b"{}").is_err());
    }

    #[test]
    fn eslint_tells_errors_from_warnings() {
        let said = br#"[{"filePath":"/x/a.js","messages":[{"ruleId":"no-undef","severity":2,"message":"m","line":1,"column":5,"endLine":1,"endColumn":8},{"ruleId":null,"fatal":true,"severity":1,"message":"n"}],"errorCount":1}]"#;
        let remarks = eslint(said).unwrap();
        assert_eq!((remarks[0].level, remarks[1].level), (Some(Severity::High), Some(Severity::Medium)));
        assert_eq!((remarks[0].code.as_str(), remarks[1].code.as_str(), remarks[1].line), ("no-undef", "", 0));
        assert!(eslint(b"{}").is_err() && eslint(b"[{}]").is_err());
    }

    #[test]
    fn gitlab_gives_lines_or_positions() {
        let said = br#"[{"description":"d","check_name":"lint/x","fingerprint":"f","severity":"major","location":{"path":"a.ts","lines":{"begin":4}}},
            {"description":"e","check_name":"y","severity":"info","location":{"path":"b.ts","positions":{"begin":{"line":2,"column":3},"end":{"line":2,"column":5}}}}]"#;
        let remarks = gitlab(said).unwrap();
        assert_eq!((remarks[0].line, remarks[0].level, remarks[0].code.as_str()), (4, Some(Severity::Medium), "lint/x"));
        assert_eq!((remarks[1].line, remarks[1].column, remarks[1].level), (2, 3, Some(Severity::Low)));
        assert!(gitlab(b"[{}]").is_err());
    }
}
