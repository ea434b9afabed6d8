//! Expressions of other scanners in our own form: one group, which is the secret; words of which each match holds one;
//! texts that they match. Nothing is guessed: what has no form here is an error that says why.

mod dialect;
mod groups;
mod path;
mod sample;
mod words;

use regex_syntax::ast::parse::ParserBuilder as AstParserBuilder;
use regex_syntax::ast::print::Printer;
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::Hir;
use regex_syntax::hir::translate::TranslatorBuilder;

use crate::rules::{Dialect, SecretPart};
pub use path::path_glob;
pub use sample::Sample;

/// The longest expression that is taken over, in bytes.
const MAX_PATTERN_BYTES: usize = 16 << 10;
/// How deep an expression may nest.
const MAX_NESTING: u32 = 100;
/// The most rules that one expression may become.
const MAX_PARTS: usize = 8;
/// How far before a keyword a match may start where the expression sets no bound, in bytes.
const UNBOUNDED_BEFORE: usize = 1024;
/// The usual reach of a rule, in bytes (`docs/rules.md`).
const USUAL_BEFORE: usize = 64;
/// As above.
const USUAL_AFTER: usize = 256;
/// The furthest reach of a rule, in bytes.
const MAX_REACH: usize = 65_536;

/// Why an expression cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdoptError {
    /// It looks around.
    #[error("it looks around (`(?=`, `(?!`, `(?<=`, `(?<!`), which this regex does not")]
    LookAround,
    /// It refers back.
    #[error("it refers back to a group, which this regex does not")]
    BackReference,
    /// It does not read.
    #[error("the expression does not read: {0}")]
    Syntax(String),
    /// It is too long, or becomes too many.
    #[error("the expression is too large")]
    TooLarge,
    /// The group of the secret is not there.
    #[error("the group of its secret is not in the expression")]
    NoGroup,
    /// There is nothing to find it by.
    #[error("no word of at least 4 bytes stands in every match, so there is nothing to look for it by")]
    NoWord,
}

/// An expression in our form.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// The expression; group 1, or the whole match, is the secret.
    pub pattern: String,
    /// Words of which each match holds at least one, in lower case.
    pub keywords: Vec<String>,
    /// How many bytes before a keyword a match may start.
    pub before: usize,
    /// How many bytes after one it is looked for.
    pub after: usize,
    /// Whether there were groups that are not the secret's and became part of it.
    pub joined: bool,
    hir: Hir,
}

impl Adopted {
    /// A text that it should match, with fillers; each number makes another. None where none can be made.
    pub fn sample(&self, number: usize) -> Option<Sample> {
        sample::draw(&self.hir, number)
    }
}

/// Takes over an expression. Where its secret stands in another group in each of several branches, it becomes several.
/// Of `theirs`, words without which the other scanner does not try it, those are used that are in every match.
///
/// # Errors
/// If it has no form here.
pub fn adopt(regex: &str, dialect: Dialect, secret: &SecretPart, theirs: &[String]) -> Result<Vec<Adopted>, AdoptError> {
    if regex.len() > MAX_PATTERN_BYTES {
        return Err(AdoptError::TooLarge);
    }
    let regex = match dialect {
        Dialect::Go => dialect::from_go(regex),
        Dialect::Rust => regex.to_owned(),
    };
    let ast = parse(&regex)?;
    let parts = groups::parts(&ast, secret).ok_or(AdoptError::NoGroup)?;
    if parts.len() > MAX_PARTS {
        return Err(AdoptError::TooLarge);
    }
    parts.iter().map(|part| one(&ast, part, theirs)).collect()
}

fn one(ast: &Ast, part: &groups::Part, theirs: &[String]) -> Result<Adopted, AdoptError> {
    let mut ast = ast.clone();
    groups::keep(&mut ast, part);
    let mut pattern = String::new();
    Printer::new().print(&ast, &mut pattern).map_err(|_| AdoptError::TooLarge)?;
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(AdoptError::TooLarge);
    }
    // What is printed is read anew: it is what will run.
    let hir = translate(&pattern, &parse(&pattern)?)?;
    let found = words::required(&hir, theirs).ok_or(AdoptError::NoWord)?;
    let before = found.before.map_or(UNBOUNDED_BEFORE, |bytes| bytes.clamp(USUAL_BEFORE, MAX_REACH));
    let properties = hir.properties();
    let length = properties.maximum_len().unwrap_or_else(|| properties.minimum_len().unwrap_or(0).saturating_add(USUAL_AFTER));
    // A search reaches `after` beyond the last place where a match may start, which lies `after` behind the keyword.
    let after = length.div_ceil(2).clamp(USUAL_AFTER, MAX_REACH);
    Ok(Adopted { pattern, keywords: found.words, before, after, joined: part.joined, hir })
}

fn parse(regex: &str) -> Result<Ast, AdoptError> {
    AstParserBuilder::new().nest_limit(MAX_NESTING).build().parse(regex).map_err(|error| match error.kind() {
        ast::ErrorKind::UnsupportedLookAround => AdoptError::LookAround,
        ast::ErrorKind::UnsupportedBackreference => AdoptError::BackReference,
        ast::ErrorKind::NestLimitExceeded(_) => AdoptError::TooLarge,
        kind => AdoptError::Syntax(kind.to_string()),
    })
}

fn translate(regex: &str, ast: &Ast) -> Result<Hir, AdoptError> {
    let mut translator = TranslatorBuilder::new().unicode(false).utf8(false).build();
    translator.translate(regex, ast).map_err(|error| AdoptError::Syntax(error.kind().to_string()))
}
