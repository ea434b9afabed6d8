//! Whether a file can be read as what its name says it is. What it means is not asked, and nothing in it is run or fetched.
//!
//! Each reader stands in its own file and gives the exact place of a fault. A text that nests more deeply than [`MAX_DEPTH`]
//! is a fault of its own: most programs that read such files give up somewhere there too, and no reader here may run out
//! of stack. What cannot be told without more than the file has no defects.

pub(super) mod dotenv;
pub(super) mod json;
pub(super) mod notebook;
pub(super) mod python;
pub(super) mod toml;
pub(super) mod xml;
pub(super) mod yaml;

use std::borrow::Cow;
use std::collections::HashMap;

pub(super) use json::{Entry, entries};

use super::{Defect, File};
use crate::model::Span;

/// How deep lists, tables, elements and blocks may nest.
const MAX_DEPTH: usize = 128;
/// How many defects of one file are told: a list of thousands helps nobody.
const MAX_DEFECTS: usize = 100;
/// How a name is told that is there twice. A text with such names can be read; a text with other defects cannot.
pub(super) const TWICE: &str = "is there twice, first on line";
/// How much of a name is told.
const MAX_NAME_CHARS: usize = 40;

/// A defect with something to say.
fn defect(start: usize, end: usize, detail: impl Into<String>) -> Defect {
    Defect { span: Span { start, end }, detail: Some(detail.into()) }
}

/// What a text that nests too deep is told.
fn too_deep(start: usize, end: usize) -> Defect {
    defect(start, end, format!("nests more deeply than {MAX_DEPTH}"))
}

/// The text of a file, or where it is none.
fn text<'f>(file: &File<'f>) -> Result<&'f str, Defect> {
    std::str::from_utf8(file.bytes).map_err(|error| {
        let start = error.valid_up_to();
        let end = error.error_len().map_or(file.bytes.len(), |len| start + len);
        defect(start, end, "not UTF-8")
    })
}

/// Bytes of another encoding, with a letter for each byte beyond ASCII: places stay what they are.
fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { 'x' }).collect()
}

/// The place of one character; empty at the end of a text.
fn place_of_char(text: &str, at: usize) -> Span {
    let len = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span { start: at.min(text.len()), end: at.min(text.len()) + len }
}

/// The line of a byte, from 1.
fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

/// A name as it is told: short, and on one line.
fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(MAX_NAME_CHARS).map(|char| if char.is_control() { ' ' } else { char }).collect();
    if name.chars().nth(MAX_NAME_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// The names that were given in one place, and where.
#[derive(Default)]
struct Names<'t>(HashMap<Cow<'t, str>, usize>);

impl<'t> Names<'t> {
    /// Adds a name; a defect where it was there before. `what` is what it is a name of: `key`.
    fn add(&mut self, what: &str, name: Cow<'t, str>, span: Span, bytes: &[u8]) -> Option<Defect> {
        if let Some(first) = self.0.get(&name) {
            let line = line_of(bytes, *first);
            return Some(defect(span.start, span.end, format!("the {what} `{}` {TWICE} {line}", shown(&name))));
        }
        self.0.insert(name, span.start);
        None
    }
}

#[cfg(test)]
mod tests;
