//! Pins of `requirements.txt`.

use super::Found;

/// Options of a line that name no package.
const WITHOUT_PACKAGES: &[&str] = &[
    "-i",
    "--index-url",
    "--extra-index-url",
    "--no-index",
    "-f",
    "--find-links",
    "--no-binary",
    "--only-binary",
    "--prefer-binary",
    "--require-hashes",
    "--pre",
    "--trusted-host",
    "--use-feature",
];

/// Reads the pins of a file. What is not pinned is a package without a version; what is no name at all is a gap.
pub(super) fn read(found: &mut Found, file: &str, text: &str) {
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in text.lines() {
        let line = line.split_once(" #").map_or(line, |(before, _)| before).trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('-') {
            let option = line.split([' ', '=']).next().unwrap_or(line);
            if !WITHOUT_PACKAGES.contains(&option) {
                found.gap(file, format!("`{option}` is not followed: {line}"));
            }
            continue;
        }
        pin(found, file, line);
    }
}

fn pin(found: &mut Found, file: &str, line: &str) {
    let wanted = line.split([';']).next().unwrap_or(line);
    let wanted = wanted.split_once(" --").map_or(wanted, |(before, _)| before).trim();
    let end = wanted.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(wanted.len());
    let (name, rest) = wanted.split_at(end);
    let rest = rest.trim_start();
    let rest = if rest.starts_with('[') { rest.split_once(']').map_or("", |(_, after)| after) } else { rest }.trim();
    let is_specifier = rest.is_empty() || rest.starts_with(['=', '<', '>', '!', '~', '(']);
    if name.is_empty() || !is_specifier || (rest.is_empty() && (line.contains('/') || is_archive(name))) {
        return found.gap(file, format!("this names no package of PyPI: {line}"));
    }
    let exact = rest.strip_prefix("===").or_else(|| rest.strip_prefix("=="));
    let version = exact.map(str::trim).filter(|version| !version.contains(['*', ',', ' ']));
    found.package("PyPI", name, version, file);
}

fn is_archive(name: &str) -> bool {
    [".whl", ".zip", ".tar.gz"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Package};
    use super::read;

    #[test]
    fn pins_have_versions_and_all_else_is_told() {
        let text = "# c\n--index-url https://pypi.example/simple\nDjango==4.2.1 --hash=sha256:aa \\\n  --hash=sha256:bb\n\
                    celery[redis] == 5.0 ; python_version < '4'  # why\nsix===1.0\nrequests>=2\nflask==2.*\nurllib3\n\
                    -r base.txt\n-e .\ngit+https://example.org/a.git\nb @ https://example.org/b.whl\n./c.whl\nd.whl\n";
        let mut found = Found::default();
        read(&mut found, "requirements.txt", text);
        let shown: Vec<String> = found.packages.iter().map(Package::shown).collect();
        let unpinned = ["requests", "flask", "urllib3"].map(|name| format!("PyPI {name} without a version"));
        assert_eq!(shown[..3], ["PyPI Django 4.2.1", "PyPI celery 5.0", "PyPI six 1.0"]);
        assert_eq!(shown[3..], unpinned);
        assert_eq!(found.gaps.len(), 6, "{:?}", found.gaps);
    }
}
