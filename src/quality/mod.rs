//! What is wrong with a file, told by code: blanks, line ends, syntax, names and modes. Pure: bytes in, defects out.

mod syntax;

use crate::model::{Check, Span};

/// A file as git stores it.
#[derive(Clone, Copy, Debug)]
pub struct File<'f> {
    /// Its path, as in [`crate::model::Candidate::path`].
    pub path: &'f [u8],
    /// All of it.
    pub bytes: &'f [u8],
    /// Its mode as git writes it, in octal `100644`, `100755` or `120000`; none where it is not known.
    pub mode: Option<u32>,
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Where; empty at the place where something is missing. It lies in the file.
    pub span: Span,
    /// What exactly, in a few words, where the check's title does not say all: `expected ',' or '}'`.
    pub detail: Option<String>,
}

/// What a check finds in a file, in order. A file that the check is not for has no defects.
pub fn find(check: Check, file: &File<'_>) -> Vec<Defect> {
    match check {
        Check::Json => syntax::json::find(file),
        Check::Json5 => syntax::json::find5(file),
        Check::Yaml => syntax::yaml::find(file),
        Check::Toml => syntax::toml::find(file),
        Check::Xml => syntax::xml::find(file),
        Check::DotEnv => syntax::dotenv::find(file),
        Check::Python => syntax::python::find(file),
        Check::NotebookOutputs => syntax::notebook::find(file),
        _ => Vec::new(),
    }
}
