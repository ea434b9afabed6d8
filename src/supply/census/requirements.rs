//! Files of requirements, as pip reads them, under any name, with the files that they include (`-r`) and those that only say
//! which version (`-c`).

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice};

use super::package::{Ecosystem, Found, Line, Scope, is_for_work, plain_python};
use super::read::Files;
use super::{folder_of, name_of};

/// Options of pip's that say nothing of packages.
const OPTIONS: [&str; 17] = [
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
    "--no-deps",
    "--process-dependency-links",
    "--config-settings",
    "--hash",
];
/// How large a text may be that does not say by its name what it is, in bytes.
const GUESS_BYTES: usize = 1 << 20;

/// What is asked for in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    /// In the one form of Python's names.
    pub(super) name: String,
    /// The version, if no other will do.
    pub(super) pin: Option<String>,
    /// What is said of versions, or from where it comes.
    pub(super) asked: String,
}

impl Requirement {
    /// Reads one (PEP 508); none for what is no requirement.
    pub(super) fn read(text: &str) -> Option<Self> {
        let end = text.find(|sign: char| !sign.is_ascii_alphanumeric() && !"._-".contains(sign)).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let is_name =
            name.starts_with(|sign: char| sign.is_ascii_alphanumeric()) && name.ends_with(|sign: char| sign.is_ascii_alphanumeric());
        if !is_name {
            return None;
        }
        let rest = rest.trim_start();
        let rest = match rest.strip_prefix('[') {
            Some(extras) => extras.split_once(']')?.1.trim_start(),
            None => rest,
        };
        let name = plain_python(name);
        if let Some(url) = rest.strip_prefix('@') {
            let url = url.split_whitespace().next()?;
            return Some(Self { name, pin: None, asked: url.to_owned() });
        }
        let rest = rest.split(';').next().unwrap_or_default();
        let rest = rest.split(" --").next().unwrap_or_default().trim();
        let asked = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(rest).trim().to_owned();
        let mut pin = None;
        for clause in asked.split(',').map(str::trim).filter(|clause| !clause.is_empty()) {
            let operator = clause.find(|sign: char| !"=<>!~".contains(sign))?;
            let (operator, version) = clause.split_at(operator);
            let version = version.trim();
            let is_known = ["==", "===", "~=", "!=", "<=", ">=", "<", ">"].contains(&operator);
            if !is_known || version.is_empty() || version.contains(char::is_whitespace) {
                return None;
            }
            if operator.starts_with("==") && !version.ends_with('*') {
                pin = Some(version.to_owned());
            }
        }
        Some(Self { name, pin, asked })
    }
}

/// What a line of a file of requirements is.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Wanted(Requirement),
    /// `-r`.
    Include(String),
    /// `-c`.
    Constrain(String),
    /// An option, or a place in the tree itself.
    Nothing,
    /// None of these.
    Unknown,
}

/// The lines of a file, with their numbers: a backslash goes on in the next, and a comment is none.
fn said(text: &str) -> Vec<(usize, Said)> {
    let (mut lines, mut whole, mut first) = (Vec::new(), String::new(), 0);
    for (number, line) in text.lines().enumerate() {
        let is_comment = line.trim_start().starts_with('#');
        if whole.is_empty() {
            first = number + 1;
        }
        if let Some(part) = line.strip_suffix('\\').filter(|_| !is_comment) {
            whole.push_str(part);
            whole.push(' ');
            continue;
        }
        if !is_comment {
            whole.push_str(line);
        }
        lines.push((first, std::mem::take(&mut whole)));
    }
    lines.push((first, whole));
    let plain = |line: &str| line.split(" #").next().unwrap_or_default().split("\t#").next().unwrap_or_default().trim().to_owned();
    let lines = lines.into_iter().map(|(number, line)| (number, plain(&line)));
    lines.filter(|(_, line)| !line.is_empty()).map(|(number, line)| (number, of_line(&line))).collect()
}

fn of_line(line: &str) -> Said {
    let option = |short: &str, long: &str| {
        let value = match line.strip_prefix(long) {
            Some(value) => Some(value).filter(|value| value.starts_with(['=', ' ', '\t'])),
            None => line.strip_prefix(short).filter(|_| !line.starts_with("--")),
        };
        value.map(|value| value.trim_start_matches(['=', ' ', '\t']).trim_matches(['"', '\'']).to_owned())
    };
    if let Some(file) = option("-r", "--requirement") {
        return Said::Include(file);
    }
    if let Some(file) = option("-c", "--constraint") {
        return Said::Constrain(file);
    }
    let editable = option("-e", "--editable");
    let line = editable.as_deref().unwrap_or(line);
    let word = line.split(['=', ' ', '\t']).next().unwrap_or_default();
    if OPTIONS.contains(&word) {
        return Said::Nothing;
    }
    let place = line.split([';', ' ']).next().unwrap_or_default();
    if let Some((_, name)) = place.rsplit_once("#egg=").or_else(|| place.rsplit_once("&egg=")) {
        let name = name.split(['&', '[']).next().unwrap_or_default();
        let asked = Requirement { name: plain_python(name), pin: None, asked: place.to_owned() };
        return if name.is_empty() { Said::Unknown } else { Said::Wanted(asked) };
    }
    if let Some(wheel) = wheel(place) {
        return Said::Wanted(wheel);
    }
    let is_place = place.starts_with(['.', '/']) || place.starts_with("file:") || (editable.is_some() && !place.contains("://"));
    match Requirement::read(line) {
        _ if is_place => Said::Nothing,
        Some(wanted) => Said::Wanted(wanted),
        None => Said::Unknown,
    }
}

/// The package of a wheel, which names it.
fn wheel(place: &str) -> Option<Requirement> {
    let file = place.split(['#', '?']).next()?.rsplit('/').next()?.strip_suffix(".whl")?;
    let mut parts = file.split('-');
    let (name, version) = (parts.next()?, parts.next()?);
    Some(Requirement { name: plain_python(name), pin: Some(version.to_owned()), asked: String::new() })
}

/// What all files of requirements of a tree say, by the file that was begun with.
pub(super) fn all(files: &mut Files<'_>) -> Vec<(BString, Result<Found, String>)> {
    let (mut all, mut begun, mut only_pins) = (Vec::new(), Vec::new(), BTreeSet::new());
    for path in files.tree.paths() {
        let named = is_named_so(path);
        let may_be = named || path.ends_with(b".txt") || path.ends_with(b".in");
        if !may_be || path.split_str("/").any(|part| part == b"node_modules") {
            continue;
        }
        match files.text(path) {
            Ok(text) if (named && (is_plainly_so(path) || has_any(&text))) || looks_so(&text) => {
                for (_, said) in said(&text) {
                    if let Said::Constrain(file) = said {
                        only_pins.extend(included(files, path, &file));
                    }
                }
                begun.push((path, named));
            }
            Err(what) if named => all.push((path.clone(), Err(what))),
            // Nothing says that it would be one.
            _ => files.forget(path),
        }
    }
    let is_constraint = |path: &BString| only_pins.contains(path) || name_of(path).to_ascii_lowercase().starts_with(b"constraint");
    begun.retain(|(path, named)| *named || !is_constraint(path));
    all.extend(begun.into_iter().map(|(path, _)| (path.clone(), chain(files, path))));
    all
}

/// Whether a path is one that people give to such files.
fn is_named_so(path: &[u8]) -> bool {
    let name = name_of(path).to_ascii_lowercase();
    let in_folder = matches!(name_of(&folder_of(path)), b"requirements" | b"reqs") && !name.starts_with(b"constraint");
    let is_text = name.ends_with(b".txt") || name.ends_with(b".in") || name.ends_with(b".pip");
    is_text && (in_folder || name.contains_str("requirement") || name.starts_with(b"reqs"))
}

/// Whether it is the one name that nobody gives to a text of another kind: what stands there and is not understood is a fault.
fn is_plainly_so(path: &[u8]) -> bool {
    name_of(path) == b"requirements.txt"
}

/// Whether any line says something to pip, or there is none that says anything: a text of another kind is not read.
fn has_any(text: &str) -> bool {
    let lines = said(text);
    lines.is_empty() || lines.iter().any(|(_, said)| *said != Said::Unknown)
}

/// Whether every line says something to pip, and one of them a version or a file.
fn looks_so(text: &str) -> bool {
    if text.len() > GUESS_BYTES || !(text.contains("==") || text.contains(">=") || text.contains("-r ")) {
        return false;
    }
    let lines = said(text);
    let is_sure = |said: &Said| matches!(said, Said::Include(_)) || matches!(said, Said::Wanted(wanted) if !wanted.asked.is_empty());
    lines.iter().any(|(_, said)| is_sure(said)) && lines.iter().all(|(_, said)| *said != Said::Unknown)
}

/// A file with all that it includes.
fn chain(files: &mut Files<'_>, first: &BString) -> Result<Found, String> {
    let scope = if is_for_work(&name_of(first).to_str_lossy()) { Scope::Dev } else { Scope::Prod };
    let (mut wanted, mut pins, mut faults) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut seen: BTreeSet<(BString, bool)> = BTreeSet::new();
    let mut left = vec![(first.clone(), false)];
    while let Some((path, only_pins)) = left.pop() {
        if !seen.insert((path.clone(), only_pins)) {
            continue;
        }
        let from = if path == *first { String::new() } else { format!("{path}: ") };
        for (number, said) in said(&files.text(&path).map_err(|what| format!("{from}{what}"))?) {
            match said {
                Said::Wanted(Requirement { name, pin, .. }) if only_pins => drop(pin.map(|pin| pins.insert(name, pin))),
                Said::Wanted(requirement) => wanted.push((path.clone(), number, requirement)),
                Said::Include(file) => {
                    left.push((included(files, &path, &file).map_err(|what| format!("{from}line {number}: {what}"))?, only_pins));
                }
                Said::Constrain(file) => {
                    left.push((included(files, &path, &file).map_err(|what| format!("{from}line {number}: {what}"))?, true));
                }
                Said::Nothing => {}
                Said::Unknown => faults.push(format!("{from}line {number}: this is no requirement")),
            }
        }
    }
    let line = |(path, number, wanted): (BString, usize, Requirement)| {
        let line = match wanted.pin.or_else(|| pins.get(&wanted.name).cloned().filter(|_| !wanted.asked.contains("://"))) {
            Some(version) => Line::pinned(Ecosystem::Pypi, &wanted.name, &version, number),
            None => Line::open(Ecosystem::Pypi, &wanted.name, &wanted.asked, number),
        };
        Line { scope, file: Some(path), ..line }
    };
    Ok(Found { lines: wanted.into_iter().map(line).collect(), faults })
}

/// A file that another names.
fn included(files: &Files<'_>, from: &BString, name: &str) -> Result<BString, String> {
    if name.contains("://") {
        return Err("it includes a file of another machine, which is not read".to_owned());
    }
    let mut parts: Vec<BString> = folder_of(from).split_str("/").filter(|part| !part.is_empty()).map(BString::from).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Err(format!("it includes `{name}`, which is outside of the tree")),
            ".." => {}
            part => parts.push(part.into()),
        }
    }
    let path = BString::from(bstr::join("/", parts));
    if files.has(&path) { Ok(path) } else { Err(format!("it includes `{name}`, which is not in the tree")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_is_pinned_or_not() {
        for (text, pin) in [
            ("Django==5.0.1", Some("5.0.1")),
            ("a_b[x, y] == 1.0 ; python_version < '3.9'", Some("1.0")),
            ("a===1.0+local --hash=sha256:00", Some("1.0+local")),
            ("a (==1.0)", Some("1.0")),
            ("a>=1,==1.5", Some("1.5")),
            ("a==1.*", None),
            ("a>=1", None),
            ("a", None),
            ("a @ https://example.org/a.zip", None),
        ] {
            assert_eq!(Requirement::read(text).map(|read| read.pin).as_ref().map(Option::as_deref), Some(pin), "{text}");
        }
        for text in ["hello world", "a=1", "a==", "{{ x }}", "-x", "a>=1 <2"] {
            assert_eq!(Requirement::read(text), None, "{text}");
        }
    }

    #[test]
    fn lines_are_those_of_pip() {
        let text = "# x\n-r base.txt\n--constraint=c.txt # y\na==1 \\\n  --hash=sha256:00\n\n-e .\n-e git+https://example.org/x.git#egg=x_y\n./w/b-2.0-py3-none-any.whl\n--pre\n";
        let lines = said(text);
        let numbers: Vec<usize> = lines.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [2, 3, 4, 7, 8, 9, 10]);
        let names: Vec<&str> = lines
            .iter()
            .map(|(_, said)| match said {
                Said::Wanted(wanted) => wanted.name.as_str(),
                Said::Include(file) | Said::Constrain(file) => file,
                Said::Nothing => "-",
                Said::Unknown => "?",
            })
            .collect();
        assert_eq!(names, ["base.txt", "c.txt", "a", "-", "x-y", "b", "-"]);
    }

    #[test]
    fn a_text_that_happens_to_be_there_is_no_requirement() {
        assert!(looks_so("Django==5\n") && looks_so("-r base.txt\n"));
        assert!(!looks_so("hello\n") && !looks_so("a b == c\n") && !looks_so("x = [\n'a==1'\n"));
    }
}
