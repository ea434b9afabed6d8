//! Pointers of git LFS (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>). One that is not of its form is checked
//! out as the text it is, and nobody gets the file that it stood for.

use crate::model::Span;
use crate::quality::text::is_regular;
use crate::quality::{Defect, File};

/// How every pointer begins.
const BEGINNING: &[u8] = b"version https://git-lfs.github.com/spec/";
/// The one version there is.
const VERSION: &[u8] = b"version https://git-lfs.github.com/spec/v1";
/// A pointer is shorter.
const LIMIT_BYTES: usize = 1024;
/// Hexadecimal digits of SHA-256.
const DIGITS: usize = 64;

/// What is wrong with a file that begins as a pointer does.
pub(in crate::quality) fn lfs_pointer(file: &File<'_>) -> Vec<Defect> {
    if !is_regular(file) || !file.bytes.starts_with(BEGINNING) {
        return Vec::new();
    }
    let length = file.bytes.len();
    let defect = |start, end, detail: &str| Defect { span: Span { start, end }, detail: Some(detail.to_owned()) };
    if length >= LIMIT_BYTES {
        return vec![defect(LIMIT_BYTES - 1, length, "no pointer has 1024 bytes or more")];
    }
    let mut defects = Vec::new();
    let (mut start, mut last, mut seen) = (0, Key::None, [false; 2]);
    for line in file.bytes.split_inclusive(|byte| *byte == b'\n') {
        let said = line.strip_suffix(b"\n").unwrap_or(line);
        let key = Key::of(said);
        let fault = match key {
            _ if said.ends_with(b"\r") => Some("its lines end with CRLF"),
            Key::None => Some("no line of a pointer"),
            _ if key <= last && key != Key::Extension => Some("its lines are not in order"),
            _ if line.len() == said.len() => Some("no newline at the end"),
            _ => None,
        };
        defects.extend(fault.map(|fault| defect(start, start + said.len(), fault)));
        last = last.max(key);
        seen = [seen[0] || key == Key::Id, seen[1] || key == Key::Size];
        start += line.len();
    }
    if defects.is_empty() {
        let missing = ["`oid` is missing", "`size` is missing"].into_iter().zip(seen).find(|(_, seen)| !seen);
        defects.extend(missing.map(|(fault, _)| defect(length, length, fault)));
    }
    defects
}

/// What a line of a pointer says, in the order of lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// Nothing that a pointer says.
    None,
    Version,
    Extension,
    Id,
    Size,
}

impl Key {
    fn of(line: &[u8]) -> Self {
        let is_id = |id: &[u8]| {
            let digits = id.strip_prefix(b"sha256:").unwrap_or_default();
            digits.len() == DIGITS && digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        // Sizes are signed numbers of 64 bits.
        let is_size = |size: &[u8]| (1..=19).contains(&size.len()) && size.iter().all(u8::is_ascii_digit);
        let mut halves = line.splitn(2, |byte| *byte == b' ');
        let (key, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        match key {
            _ if line == VERSION => Self::Version,
            b"oid" if is_id(value) => Self::Id,
            b"size" if is_size(value) => Self::Size,
            _ if key.starts_with(b"ext-") && is_id(value) => Self::Extension,
            _ => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(usize, usize, String)> {
        let defects = lfs_pointer(&File { path: b"a.bin", bytes: text.as_bytes(), ..File::default() });
        defects.into_iter().map(|defect| (defect.span.start, defect.span.end, defect.detail.unwrap())).collect()
    }

    fn pointer() -> String {
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n", "0f".repeat(32))
    }

    #[test]
    fn a_pointer_of_its_form_and_other_files_are_left_alone() {
        assert_eq!(faults(&pointer()), []);
        assert_eq!(faults(&pointer().replace("oid ", &format!("ext-0-foo sha256:{}\noid ", "a0".repeat(32)))), []);
        for text in ["", "a", "version 1\n", "a pointer begins with version https://git-lfs.github.com/spec/v1\n"] {
            assert_eq!(faults(text), [], "{text}");
        }
    }

    #[test]
    fn each_fault_is_named_where_it_stands() {
        let told = |text: &str| faults(text).into_iter().map(|(start, _, detail)| (start, detail)).collect::<Vec<_>>();
        let one = |start, detail: &str| vec![(start, detail.to_owned())];
        let sound = pointer();
        assert_eq!(told(&sound.replace("v1", "v7")), one(0, "no line of a pointer"));
        assert_eq!(told(&sound.replace("0f0f", "XX")), one(43, "no line of a pointer"));
        assert_eq!(told(&sound.replace("12345", "")), one(119, "no line of a pointer"));
        assert_eq!(told(sound.trim_end()), one(119, "no newline at the end"));
        assert_eq!(told(&sound.replace('\n', "\r\n")).len(), 3);
        assert_eq!(told(&format!("{sound}\n")), one(130, "no line of a pointer"));
        assert_eq!(told(&format!("{sound}size 1\n")), one(130, "its lines are not in order"));
        assert_eq!(told(&sound.replace("size 12345\n", "")), one(119, "`size` is missing"));
        assert_eq!(faults(&sound.repeat(10)), [(1023, 1300, "no pointer has 1024 bytes or more".to_owned())]);
    }
}
