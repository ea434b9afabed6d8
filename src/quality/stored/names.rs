//! Names that do harm.

use bstr::ByteSlice as _;

use super::whole;
use crate::quality::{Defect, File};

/// What no name may hold on Windows, besides control characters.
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>
const FORBIDDEN: &[u8] = b"<>:\"\\|?*";

/// The first part of a path that Windows cannot store: a device, a sign that is forbidden there, a blank or a dot at the end.
pub(in crate::quality) fn windows_name(file: &File<'_>) -> Vec<Defect> {
    file.path.split(|byte| *byte == b'/').find_map(fault_of).map(|detail| whole(Some(detail))).into_iter().collect()
}

fn fault_of(part: &[u8]) -> Option<String> {
    let shown = part.as_bstr();
    let stem = part.split(|byte| *byte == b'.').next().unwrap_or_default();
    if is_device(stem.trim_ascii_end()) {
        return Some(format!("`{}` is a device", stem.as_bstr()));
    }
    if let Some(byte) = part.iter().find(|byte| **byte < b' ' || FORBIDDEN.contains(byte)) {
        return Some(format!("`{}` in `{shown}`", byte.escape_ascii()));
    }
    match part.last()? {
        b'.' => Some(format!("`{shown}` ends with a dot")),
        b' ' => Some(format!("`{shown}` ends with a blank")),
        _ => None,
    }
}

fn is_device(stem: &[u8]) -> bool {
    let name = stem.to_ascii_lowercase();
    let number = name.strip_prefix(b"com").or(name.strip_prefix(b"lpt")).and_then(|number| number.to_str().ok());
    matches!(&*name, b"con" | b"prn" | b"aux" | b"nul" | b"conin$" | b"conout$")
        || number.is_some_and(|number| ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"].contains(&number))
}

/// Any file: the rule's own globs say which are forbidden.
pub(in crate::quality) fn forbidden_file(_: &File<'_>) -> Vec<Defect> {
    vec![whole(None)]
}

/// A migration that others may have run: its name is remembered as done, so that nobody runs what it says now.
pub(in crate::quality) fn edited_migration(file: &File<'_>) -> Vec<Defect> {
    let name = file.path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let is_numbered = name.len() > 4 && name.iter().take(4).all(u8::is_ascii_digit);
    if file.is_changed && is_numbered { vec![whole(None)] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(path: &str) -> Option<String> {
        let defects = windows_name(&File { path: path.as_bytes(), bytes: b"", ..File::default() });
        defects.into_iter().next().and_then(|defect| defect.detail)
    }

    #[test]
    fn what_windows_cannot_store_is_named() {
        for (path, detail) in [
            ("a/aux.c", "`aux` is a device"),
            ("NUL", "`NUL` is a device"),
            ("con/a", "`con` is a device"),
            ("Com1.tar.gz", "`Com1` is a device"),
            ("lpt²", "`lpt²` is a device"),
            ("con .txt", "`con ` is a device"),
            ("a:b", "`:` in `a:b`"),
            ("a\\b", "`\\\\` in `a\\b`"),
            ("a/b?", "`?` in `b?`"),
            ("a\nb", "`\\n` in `a\nb`"),
            ("a./b", "`a.` ends with a dot"),
            ("a/b ", "`b ` ends with a blank"),
        ] {
            assert_eq!(fault(path).as_deref(), Some(detail), "{path:?}");
        }
    }

    #[test]
    fn other_names_are_left_alone() {
        for path in
            ["", "a", ".gitignore", "aux_files/console.c", "com10", "com", "common", "a.b.c", "src/nul_byte.rs", "ä/ö", "lpt1x", "a.aux"]
        {
            assert_eq!(fault(path), None, "{path}");
        }
    }
}
