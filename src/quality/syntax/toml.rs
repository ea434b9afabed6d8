//! TOML.

use toml::de::DeTable;

use super::{MAX_DEFECTS, defect, text};
use crate::quality::{Defect, File};

/// Where TOML does not parse; a key that is there twice is one of the faults. All of a file are told, not the first alone.
///
/// What TOML 1.1 added is taken too, and a byte order mark.
pub(in crate::quality) fn find(file: &File<'_>) -> Vec<Defect> {
    let text = match text(file) {
        Ok(text) => text,
        Err(defect) => return vec![defect],
    };
    let (_, errors) = DeTable::parse_recoverable(text);
    let mut defects: Vec<Defect> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            let end = span.end.min(text.len());
            defect(span.start.min(end), end, error.message().replace('\n', ", "))
        })
        .collect();
    defects.sort_by_key(|defect| (defect.span.start, defect.span.end));
    defects.dedup();
    defects.truncate(MAX_DEFECTS);
    defects
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, of};
    use super::*;

    #[test]
    fn good_toml_has_no_defects() {
        for good in
            ["", "# a\n[a.b]\r\nc = 1\n[[d]]\ne = {f = 'g'}\n", "\u{feff}a = 1979-05-27T07:32:00Z", "a = '''\nb'''\n\"é\" = [1,\n2,]"]
        {
            check(find, good, &[]);
        }
    }

    #[test]
    fn each_fault_of_toml_is_told_at_its_place() {
        check(find, "a = 1\n«a» = 2\n", &["duplicate key"]);
        assert_eq!(of(find, "a\n".repeat(1000).as_bytes()).len(), MAX_DEFECTS);
        check(find, "[a]\nb = 1\n[«a»]\n", &["duplicate key"]);
        let lines =
            |text: &str| of(find, text.as_bytes()).iter().map(|defect| super::super::line_of(text.as_bytes(), defect.span.start)).collect();
        let bad: [(&str, Vec<usize>); 6] = [
            ("a = \nb = 2\nc d\n", vec![1, 3]),
            ("a = 'x\n", vec![1]),
            ("a = 1\n\n[b\n", vec![3]),
            ("a = 01\nb = tru\n", vec![1, 2]),
            ("é = 1\n", vec![1]),
            ("a = \"\\q\"\n", vec![1]),
        ];
        for (text, expected) in bad {
            let mut told: Vec<usize> = lines(text);
            told.dedup();
            assert_eq!(told, expected, "{text}: {:?}", of(find, text.as_bytes()));
        }
    }

    #[test]
    fn what_nests_too_deep_is_a_defect_and_takes_no_stack() {
        for (open, close) in [("[", "]"), ("{a=", "}")] {
            let deep = |depth: usize| format!("a = {}1{}", open.repeat(depth), close.repeat(depth));
            assert_eq!(of(find, deep(50).as_bytes()), []);
            assert!(!of(find, deep(100_000).as_bytes()).is_empty());
        }
        drop(of(find, format!("{}a = 1", "a.".repeat(100_000)).as_bytes()));
        drop(of(find, format!("[{}a]", "a.".repeat(100_000)).as_bytes()));
    }
}
