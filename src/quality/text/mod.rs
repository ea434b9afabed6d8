//! What is wrong with any text, whatever it says. A link, a submodule and a binary file are no texts.

mod blanks;
mod conflict;
mod ends;
mod invisible;

pub(super) use blanks::{final_newline, mend_final_newline, trailing_whitespace};
pub(super) use conflict::conflict_markers;
pub(super) use ends::{byte_order_mark, end_of, mend_line_endings, mixed_line_endings};
pub(super) use invisible::invisible_characters;

use super::File;

/// How many bytes are looked at to tell text from binary; git looks at as many (`buffer_is_binary`).
const SNIFF_BYTES: usize = 8000;
/// The modes of git that say a regular file.
const REGULAR: [u32; 3] = [0o100_644, 0o100_755, 0o100_664];

/// The file's bytes if they are text: it is a regular file, and no byte of its beginning is zero.
pub(super) fn text_of<'f>(file: &File<'f>) -> Option<&'f [u8]> {
    let head = file.bytes.get(..file.bytes.len().min(SNIFF_BYTES)).unwrap_or_default();
    (is_regular(file) && !head.contains(&0)).then_some(file.bytes)
}

/// Whether it is neither a link nor a submodule, as far as is known.
pub(super) fn is_regular(file: &File<'_>) -> bool {
    file.mode.is_none_or(|mode| REGULAR.contains(&mode))
}

/// The part of a path behind its last `/`.
pub(super) fn name_of(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or_default()
}

/// The letters behind the last dot of a file's name, in lower case; empty where there is none.
pub(super) fn extension_of(path: &[u8]) -> Vec<u8> {
    let name = name_of(path);
    let dot = name.iter().rposition(|&byte| byte == b'.');
    dot.and_then(|dot| name.get(dot + 1..)).unwrap_or_default().to_ascii_lowercase()
}

/// A line of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// Where it begins.
    pub(super) start: usize,
    /// What it says, without its end.
    pub(super) text: &'t [u8],
    /// `\n`, `\r\n`, a lone `\r`, or nothing at the end of a text.
    pub(super) end: &'t [u8],
}

impl Line<'_> {
    /// Where its end begins.
    pub(super) fn stop(&self) -> usize {
        self.start + self.text.len()
    }

    /// One past its end.
    pub(super) fn next(&self) -> usize {
        self.stop() + self.end.len()
    }
}

/// The lines of a text, in order. An empty text has none, and no line follows the last end.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let (said, behind) = rest.split_at(length);
        let ends = if behind.starts_with(b"\r\n") { 2 } else { behind.len().min(1) };
        let line = Line { start, text: said, end: behind.get(..ends).unwrap_or_default() };
        start = line.next();
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways_and_lose_no_byte() {
        let all = |text: &'static [u8]| lines(text).map(|line| (line.start, line.text, line.end)).collect::<Vec<_>>();
        assert_eq!(all(b""), []);
        assert_eq!(all(b"a"), [(0, &b"a"[..], &b""[..])]);
        assert_eq!(all(b"a\r\nb\r\rc\n"), [(0, &b"a"[..], &b"\r\n"[..]), (3, b"b", b"\r"), (5, b"", b"\r"), (6, b"c", b"\n")]);
    }

    #[test]
    fn a_link_a_submodule_and_a_binary_file_are_no_texts() {
        let file = |bytes, mode| File { path: b"a", bytes, mode, ..File::default() };
        assert!(text_of(&file(b"a", None)).is_some() && text_of(&file(b"", Some(0o100_755))).is_some());
        assert!(text_of(&file(b"a\0", None)).is_none());
        assert!(text_of(&file(b"a", Some(0o120_000))).is_none() && text_of(&file(b"a", Some(0o160_000))).is_none());
        assert!(text_of(&file(&[&[b'a'; SNIFF_BYTES][..], b"\0"].concat(), None)).is_some());
    }

    #[test]
    fn a_name_and_its_extension_are_read_off_a_path() {
        assert_eq!((name_of(b"a.b/C.Md"), extension_of(b"a.b/C.Md")), (&b"C.Md"[..], b"md".to_vec()));
        assert_eq!((name_of(b""), extension_of(b"a.b/c")), (&b""[..], b"".to_vec()));
    }
}
