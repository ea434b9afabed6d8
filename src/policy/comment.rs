//! The comment in a line of code that lets a finding pass: `stanch:allow RULE reason`.

use bstr::ByteSlice;

/// How the comment begins.
const MARK: &[u8] = b"stanch:allow";
/// What may stand before the mark on a line that is a comment and nothing else.
const LEADERS: &[u8] = b"#/*-;%!<\"' \t";
/// What ends a comment and is no part of its reason.
const ENDINGS: [&str; 4] = ["*/", "-->", "#}", "%}"];

/// The reason given for `rule` on `line`, or on the line before if that is nothing but a comment. Without a reason
/// a comment allows nothing.
pub fn allow_comment(rule: &str, line: &[u8], line_before: Option<&[u8]>) -> Option<String> {
    reason_on(rule, line).or_else(|| reason_on(rule, line_before.filter(|line| is_alone(line))?))
}

/// Whether such a comment was meant for `rule` and allows nothing: it names no rule, gives no reason, or is of another form.
pub fn is_unfinished(rule: &str, line: &[u8], line_before: Option<&[u8]>) -> bool {
    let is_meant = |line: &[u8]| {
        let Some(rest) = line.find(MARK).and_then(|at| line.get(at + MARK.len()..)) else { return false };
        let rest = rest.to_str_lossy();
        // `stanch:allowed` is another word.
        let is_mark = !rest.starts_with(|sign: char| sign.is_alphanumeric() || sign == '-' || sign == '_');
        let named =
            rest.split(|sign: char| !sign.is_alphanumeric() && sign != '-' && sign != '_').find(|word| !word.is_empty() && *word != "--");
        is_mark && named.is_none_or(|word| word == rule)
    };
    allow_comment(rule, line, line_before).is_none() && (is_meant(line) || line_before.filter(|line| is_alone(line)).is_some_and(is_meant))
}

/// Whether a line is a comment with the mark, and nothing else.
fn is_alone(line: &[u8]) -> bool {
    line.find(MARK).and_then(|at| line.get(..at)).is_some_and(|lead| lead.iter().all(|byte| LEADERS.contains(byte)))
}

fn reason_on(rule: &str, line: &[u8]) -> Option<String> {
    let at = line.find(MARK)?;
    let rest = line.get(at + MARK.len()..)?.to_str_lossy().into_owned();
    let mut words = rest.split_whitespace();
    if !rest.starts_with(char::is_whitespace) || words.next() != Some(rule) {
        return None;
    }
    let reason: Vec<&str> = words.filter(|word| !ENDINGS.contains(word)).collect();
    if reason.is_empty() { None } else { Some(reason.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::{allow_comment, is_unfinished};

    #[test]
    fn one_that_was_meant_and_allows_nothing_is_known() {
        let meant = |line: &str, before: Option<&str>| is_unfinished("a-b", line.as_bytes(), before.map(str::as_bytes));
        for line in ["x # stanch:allow", "x /* stanch:allow a-b */", "x # stanch:allow(a-b) why", "x # stanch:allow: a-b why"] {
            assert!(meant(line, None), "{line}");
        }
        assert!(meant("x = 1", Some("# stanch:allow a-b")));
        for line in ["x # stanch:allow a-b why", "x # stanch:allow c-d", "x # stanch:allowed a-b", "x"] {
            assert!(!meant(line, None), "{line}");
        }
    }

    #[test]
    fn names_its_rule_and_gives_a_reason_or_allows_nothing() {
        let allow = |line: &str, before: Option<&str>| allow_comment("a-b", line.as_bytes(), before.map(str::as_bytes));
        assert_eq!(allow("x = 1  # stanch:allow a-b test vector", None).as_deref(), Some("test vector"));
        assert_eq!(allow("x /* stanch:allow a-b revoked */", None).as_deref(), Some("revoked"));
        assert_eq!(allow("x = 1", Some("  // stanch:allow a-b old")).as_deref(), Some("old"));
        assert_eq!(allow("x = 1", Some("y = 2  # stanch:allow a-b old")), None);
        assert_eq!(allow("x # stanch:allow a-b", None), None);
        assert_eq!(allow("x # stanch:allow a-bc why", None), None);
        assert_eq!(allow("x # stanch:allowa-b why", None), None);
    }
}
