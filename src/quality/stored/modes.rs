//! Scripts that cannot be run, and files that can and should not.

use super::whole;
use crate::model::Span;
use crate::quality::text::text_of;
use crate::quality::{Defect, File};

/// Any of the three bits that make a file executable.
const EXECUTABLE: u32 = 0o111;

/// The first line of a script that git does not store as executable.
pub(in crate::quality) fn shebang_without_mode(file: &File<'_>) -> Vec<Defect> {
    let plain = file.mode.is_some_and(|mode| mode & EXECUTABLE == 0);
    let Some(text) = text_of(file).filter(|text| plain && has_shebang(text)) else { return Vec::new() };
    let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    vec![Defect { span: Span { start: 0, end }, detail: None }]
}

/// A text that git stores as executable, and that no kernel can run.
pub(in crate::quality) fn mode_without_shebang(file: &File<'_>) -> Vec<Defect> {
    let executable = file.mode.is_some_and(|mode| mode & EXECUTABLE != 0);
    let Some(text) = text_of(file).filter(|text| executable && !has_shebang(text)) else { return Vec::new() };
    let marked = text.strip_prefix(b"\xEF\xBB\xBF").is_some_and(has_shebang);
    vec![whole(marked.then(|| "a byte order mark stands before it".to_owned()))]
}

/// Whether a text begins with `#!` and the path of an interpreter. `#![…]` of Rust is none.
fn has_shebang(text: &[u8]) -> bool {
    text.strip_prefix(b"#!").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"/") && !rest.starts_with(b"\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Option<u32> = Some(0o100_644);
    const EXEC: Option<u32> = Some(0o100_755);

    fn both(bytes: &[u8], mode: Option<u32>) -> (Vec<Span>, Vec<Span>) {
        let file = File { path: b"a", bytes, mode, ..File::default() };
        let spans = |defects: Vec<Defect>| defects.into_iter().map(|defect| defect.span).collect();
        (spans(shebang_without_mode(&file)), spans(mode_without_shebang(&file)))
    }

    #[test]
    fn a_script_and_its_mode_go_together() {
        let line = |end| vec![Span { start: 0, end }];
        for script in ["#!/bin/sh\n", "#! /usr/bin/env python3\r\nx", "#!/bin/sh"] {
            let end = script.find(['\r', '\n']).unwrap_or(script.len());
            assert_eq!(both(script.as_bytes(), PLAIN), (line(end), vec![]), "{script:?}");
            assert_eq!(both(script.as_bytes(), EXEC), (vec![], vec![]), "{script:?}");
        }
        for text in ["", "a\n", "#![warn(a)]\n", "#!\n/bin/sh", "# !/bin/sh"] {
            assert_eq!(both(text.as_bytes(), PLAIN), (vec![], vec![]), "{text:?}");
            assert_eq!(both(text.as_bytes(), EXEC), (vec![], line(0)), "{text:?}");
        }
    }

    #[test]
    fn without_a_mode_in_a_program_and_behind_a_link_nothing_is_said() {
        assert_eq!(both(b"#!/bin/sh\n", None), (vec![], vec![]));
        assert_eq!(both(b"a", None), (vec![], vec![]));
        assert_eq!(both(b"\x7FELF\0", EXEC), (vec![], vec![]));
        assert_eq!(both(b"../a", Some(0o120_000)), (vec![], vec![]));
    }

    #[test]
    fn a_byte_order_mark_before_a_shebang_is_named() {
        let file = File { path: b"a", bytes: b"\xEF\xBB\xBF#!/bin/sh\n", mode: EXEC, ..File::default() };
        assert!(mode_without_shebang(&file).into_iter().all(|defect| defect.detail.is_some()));
    }
}
