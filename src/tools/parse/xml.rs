//! Checkstyle's XML: files, and errors in them.

use xml::attribute::OwnedAttribute;
use xml::reader::{EventReader, ParserConfig, XmlEvent};

use super::{Remark, level_of};

/// How deeply a report may nest: the reader takes longer for each level.
const MAX_DEPTH: usize = 64;

/// Reads a report.
pub(super) fn checkstyle(bytes: &[u8]) -> Result<Vec<Remark>, String> {
    let mut remarks = Vec::new();
    let (mut file, mut is_report, mut depth) = (None, false, 0_usize);
    for event in EventReader::new_with_config(bytes, ParserConfig::new()) {
        let event = event.map_err(|error| format!("it is no XML: {}", error.msg()))?;
        if matches!(event, XmlEvent::EndElement { .. }) {
            depth = depth.saturating_sub(1);
        }
        let XmlEvent::StartElement { name, attributes, .. } = event else { continue };
        depth += 1;
        if depth > MAX_DEPTH {
            return Err(format!("it nests more deeply than {MAX_DEPTH}"));
        }
        let get = |key: &str| attributes.iter().find(|one: &&OwnedAttribute| one.name.local_name == key).map(|one| one.value.as_str());
        match name.local_name.as_str() {
            "checkstyle" => is_report = true,
            "file" => file = get("name").map(Into::into),
            "error" if is_report => {
                let number = |key| get(key).and_then(|number| number.parse().ok()).unwrap_or(0);
                let code = get("source").unwrap_or_default();
                remarks.push(Remark {
                    path: file.clone(),
                    line: number("line"),
                    column: number("column"),
                    code: code.strip_prefix("ShellCheck.").unwrap_or(code).to_owned(),
                    message: get("message").unwrap_or_default().to_owned(),
                    level: level_of(get("severity").unwrap_or_default()),
                    ..Remark::default()
                });
            }
            _ => {}
        }
    }
    if is_report { Ok(remarks) } else { Err("it is no report of Checkstyle's".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity;

    #[test]
    fn checkstyle_gives_errors_by_file() {
        let said = b"<?xml version='1.0' encoding='UTF-8'?>\n<checkstyle version='4.3'>\n<file name='a b.sh' >\n\
            <error line='3' column='6' severity='info' message='Double &quot;quote&quot;.' source='ShellCheck.SC2086' />\n</file>\n</checkstyle>\n";
        let remarks = checkstyle(said).unwrap();
        assert_eq!((remarks[0].line, remarks[0].column, remarks[0].code.as_str()), (3, 6, "SC2086"));
        assert_eq!((remarks[0].message.as_str(), remarks[0].level), ("Double \"quote\".", Some(Severity::Low)));
        assert!(checkstyle(b"a.sh: openBinaryFile: does not exist").is_err() && checkstyle(b"<x/>").is_err());
        assert!(checkstyle(b"<checkstyle><file name='a'>").is_err());
        assert_eq!(checkstyle("<a>".repeat(900_000).as_bytes()).unwrap_err(), "it nests more deeply than 64");
    }
}
