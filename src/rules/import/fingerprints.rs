//! `.gitleaksignore`: a fingerprint a line, `commit:file:rule:line` or `file:rule:line`.

use super::{Foreign, ForeignAllow, ForeignPath};

/// Reads the file.
pub(super) fn read(text: &str) -> Foreign {
    let mut foreign = Foreign::default();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((path, rule)) = fingerprint(line) else {
            foreign.lose(number + 1, "this line", "it is no fingerprint: `commit:file:rule:line` or `file:rule:line`");
            continue;
        };
        // A path inside an archive: `outer.zip!inner/file`.
        if path.contains('!') {
            foreign.lose(number + 1, format!("`{rule}`"), "a path inside an archive has no form here");
            continue;
        }
        foreign.allows.push(ForeignAllow {
            line: number + 1,
            rule: Some(rule.to_owned()),
            path: ForeignPath::Plain(path.to_owned()),
            reason: "let pass in .gitleaksignore".to_owned(),
        });
    }
    if !foreign.allows.is_empty() {
        foreign.notes.push(
            "an entry holds for its whole file, on every line and in every commit: stanch has no line numbers in its entries".to_owned(),
        );
    }
    foreign
}

/// The path and the rule of a fingerprint.
pub(super) fn fingerprint(line: &str) -> Option<(&str, &str)> {
    let (rest, number) = line.rsplit_once(':')?;
    number.parse::<u64>().ok()?;
    let (rest, rule) = rest.rsplit_once(':')?;
    let is_commit = |word: &str| (40..=64).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let path = match rest.split_once(':') {
        Some((commit, path)) if is_commit(commit) => path,
        _ => rest,
    };
    let is_rule = !rule.is_empty() && rule.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (!path.is_empty() && is_rule).then_some((path, rule))
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_fingerprint_has_a_path_and_a_rule_with_or_without_a_commit() {
        let commit = "0f".repeat(20);
        assert_eq!(fingerprint("a/b.txt:acme-token:7"), Some(("a/b.txt", "acme-token")));
        assert_eq!(fingerprint(&format!("{commit}:a:b.txt:acme-token:7")), Some(("a:b.txt", "acme-token")));
        for none in ["", "a", "a:b", "a:b:c", "a:b c:1", ":rule:1"] {
            assert_eq!(fingerprint(none), None, "{none}");
        }
    }
}
