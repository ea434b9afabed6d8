//! Values that stand where a secret would: documentation, templates, masks.

use bstr::ByteSlice as _;

/// Words that only stand-ins contain; the providers' own example keys among them (`AKIAIOSFODNN7EXAMPLE`).
const MARKS: &[&str] = &[
    "example",
    "changeme",
    "change_me",
    "change-me",
    "placeholder",
    "your_",
    "your-",
    "yourapi",
    "yoursecret",
    "xxxx",
    "redacted",
    "replace_me",
    "replaceme",
    "insert_",
    "dummy",
    "notreal",
    "not-a-real",
    "deadbeef",
    "0123456789abcdef",
    "1234567890",
    "abcdefghij",
];

/// Whole values that nobody meant to hide.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "secret",
    "postgres",
    "postgresql",
    "mysql",
    "root",
    "admin",
    "user",
    "username",
    "test",
    "guest",
    "mypassword",
    "mysecret",
    "secretpassword",
    "pwd",
    "token",
    "apikey",
    "api_key",
    "none",
    "null",
    "true",
    "false",
    "undefined",
];

/// How templates enclose the name of a value that is put in later.
const TEMPLATES: [(&str, &str); 5] = [("${", "}"), ("{{", "}}"), ("$(", ")"), ("<%", "%>"), ("%(", ")s")];

/// The fewest distinct bytes of a real secret of twelve bytes or more.
const MIN_DISTINCT: usize = 5;

/// Whether `value` is no secret by its own look.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let holds = |mark: &str| lower.windows(mark.len()).any(|window| window == mark.as_bytes());
    let closed = |(open, close): (&str, &str)| value.find(open).is_some_and(|at| value.get(at..).unwrap_or_default().contains_str(close));
    let template = TEMPLATES.into_iter().any(closed) || value == b"%s" || value == b"%d";
    let cut = value.starts_with(b"...") || value.ends_with(b"...") || value.contains_str("****");
    let bracketed = value.first() == Some(&b'<') && value.last() == Some(&b'>');
    let variable = value.first() == Some(&b'$') && value.iter().skip(1).all(|&b| b.is_ascii_uppercase() || b == b'_');
    template
        || cut
        || bracketed
        || variable
        || WORDS.iter().any(|word| lower == word.as_bytes())
        || value.len() < 2048 && MARKS.iter().any(|mark| holds(mark))
        || value.len() >= 12 && distinct(value) < MIN_DISTINCT
}

fn distinct(value: &[u8]) -> usize {
    let mut seen = [false; 256];
    value.iter().filter(|&&byte| seen.get_mut(usize::from(byte)).is_some_and(|flag| !std::mem::replace(flag, true))).count()
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn stand_ins_are_told_from_values() {
        for value in [
            "AKIAIOSFODNN7EXAMPLE",
            "${TOKEN}",
            "{{ token }}",
            "<your token>",
            "xxxxxxxxxxxxxxxx",
            "aaaaaaaaaaaabbbb",
            "changeme",
            "$DB_PASS",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in ["kP9vXw2LqT7d", "s3cr3t-Pa55", "hunter2hunter", "a%(b$(c*d.e"] {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
    }
}
