//! Go's expressions, and comments of Perl's, in Rust's syntax.

/// Escapes what is a plain character in Go and is not in Rust: in a class `[`, `&&`, `--` and `~~`; outside, a `{`
/// that begins no repetition.
pub(super) fn from_go(regex: &str) -> String {
    let mut out = String::with_capacity(regex.len());
    let mut rest = regex;
    let mut class = false;
    while let Some(c) = rest.chars().next() {
        let (head, tail) = rest.split_at(c.len_utf8());
        rest = tail;
        match c {
            '\\' => {
                out.push('\\');
                if let Some(next) = rest.chars().next() {
                    out.push(next);
                    rest = rest.get(next.len_utf8()..).unwrap_or_default();
                }
            }
            '[' if !class => {
                class = true;
                out.push('[');
                if let Some(after) = rest.strip_prefix('^') {
                    out.push('^');
                    rest = after;
                }
                // A `]` that comes first is a member.
                if let Some(after) = rest.strip_prefix(']') {
                    out.push_str("\\]");
                    rest = after;
                }
            }
            '[' if rest.starts_with(':') && rest.contains(":]") => {
                let end = rest.find(":]").map_or(0, |at| at + 2);
                out.push('[');
                out.push_str(rest.get(..end).unwrap_or_default());
                rest = rest.get(end..).unwrap_or_default();
            }
            '[' => out.push_str("\\["),
            '&' | '~' | '-' if class && rest.starts_with(c) => {
                out.push('\\');
                out.push_str(head);
            }
            ']' => {
                class = false;
                out.push(']');
            }
            '{' if !class && !is_repetition(rest) => out.push_str("\\{"),
            _ => out.push_str(head),
        }
    }
    out
}

/// Takes out comments: `(?# … )`.
pub(super) fn without_comments(regex: &str) -> String {
    let mut out = String::with_capacity(regex.len());
    let mut rest = regex;
    while let Some(c) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("(?#") {
            rest = comment.split_once(')').map_or("", |(_, after)| after);
            continue;
        }
        let escaped = if c == '\\' { rest.chars().nth(1).map_or(0, char::len_utf8) } else { 0 };
        let (head, tail) = rest.split_at(c.len_utf8() + escaped);
        out.push_str(head);
        rest = tail;
    }
    out
}

/// Whether what stands after a `{` makes it a repetition.
fn is_repetition(after: &str) -> bool {
    let Some((inside, _)) = after.split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

#[cfg(test)]
mod tests {
    use super::{from_go, without_comments};

    #[test]
    fn what_is_plain_in_go_is_escaped_and_the_rest_stays() {
        for (go, rust) in [
            (r"[[a]", r"[\[a]"),
            (r"[]a]", r"[\]a]"),
            (r"[^[:alpha:][]", r"[^[:alpha:]\[]"),
            (r"[a&&b~~c]", r"[a\&&b\~~c]"),
            (r"{\d}{{a{2}b{2,}c{2,3}{,3}", r"\{\d}\{\{a{2}b{2,}c{2,3}\{,3}"),
            (r"\[[\]{]\{", r"\[[\]{]\{"),
            ("a\\", "a\\"),
        ] {
            assert_eq!(from_go(go), rust, "{go}");
        }
    }

    #[test]
    fn comments_go_and_what_is_escaped_stays() {
        assert_eq!(without_comments(r"a(?# one )b\(?#c(?#"), r"ab\(?#c");
    }
}
