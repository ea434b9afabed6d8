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
    let alone =
        |line: &&[u8]| line.find(MARK).and_then(|at| line.get(..at)).is_some_and(|lead| lead.iter().all(|byte| LEADERS.contains(byte)));
    reason_on(rule, line).or_else(|| reason_on(rule, line_before.filter(alone)?))
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
    use super::allow_comment;

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
