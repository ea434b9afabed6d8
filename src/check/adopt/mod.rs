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
pub use path::{path_glob, path_globs};
pub use sample::Sample;

/// The longest expression that is taken over, in bytes.
const MAX_PATTERN_BYTES: usize = 16 << 10;
/// How deep an expression may nest.
const MAX_NESTING: u32 = 100;
/// The most rules that one expression may become; with more groups its secret is the whole match.
const MAX_PARTS: usize = 8;
/// The fewest bytes that a secret has.
const MIN_SECRET_BYTES: usize = 8;
/// How far before a keyword a match may start where the expression sets no bound, in bytes.
const UNBOUNDED_BEFORE: usize = 1024;
/// How far a match is followed where it sets no bound: a private key in its armour.
const UNBOUNDED_AFTER: usize = 4096;
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
    /// Whether its group is too short to be a secret: a word of a choice, a scheme.
    pub fn is_short(&self) -> bool {
        groups::secret(&self.hir).is_some_and(|secret| secret.properties().maximum_len().is_some_and(|length| length < MIN_SECRET_BYTES))
    }

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
        Dialect::Rust => dialect::without_comments(regex),
    };
    let ast = parse(&regex)?;
    let mut parts = groups::parts(&ast, secret).ok_or(AdoptError::NoGroup)?;
    if parts.len() > MAX_PARTS {
        parts = groups::parts(&ast, &SecretPart::Whole).ok_or(AdoptError::NoGroup)?;
    }
    parts.iter().map(|part| one(&ast, part, theirs)).collect()
}

/// A text that an expression in our form should match, with fillers; each number makes another. None where none can be made.
pub fn sample(pattern: &str, number: usize) -> Option<Sample> {
    sample::draw(&translate(pattern, &parse(pattern).ok()?).ok()?, number)
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
    let length = properties.maximum_len().unwrap_or_else(|| properties.minimum_len().unwrap_or(0).saturating_add(UNBOUNDED_AFTER));
    // A match that begins with its keyword is sought in `after` bytes from there, and in no more.
    let after = length.clamp(USUAL_AFTER, MAX_REACH);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn adopted(regex: &str, secret: &SecretPart) -> Vec<(String, Vec<String>)> {
        let all = adopt(regex, Dialect::Go, secret, &[]).unwrap();
        all.into_iter().map(|one| (one.pattern, one.keywords)).collect()
    }

    fn one(regex: &str, secret: &SecretPart) -> (String, Vec<String>) {
        adopted(regex, secret).remove(0)
    }

    #[test]
    fn the_group_of_the_secret_stays_and_the_others_do_not_count() {
        for (regex, secret, pattern) in [
            ("acme(a)(b)", SecretPart::First, "acme(a)(?:b)"),
            ("acme(a)(?P<x>b)", SecretPart::Number(2), "acme(?:a)(b)"),
            ("acme(a)(?P<token>b)", SecretPart::Named("TOKEN"), "acme(?:a)(b)"),
            ("acme(a)(b)", SecretPart::Only, "acme(?:a)(?:b)"),
            ("acme(a)?", SecretPart::First, "acme(a)?"),
            ("acme((a)b)", SecretPart::First, "acme((?:a)b)"),
            ("acme(a)?(b)", SecretPart::First, "acme(?:a)?(b)"),
            ("(?x) acme \\  (a) # c", SecretPart::First, "acme\\ (a)"),
            ("(?xi)acme", SecretPart::First, "(?i)acme"),
            ("(?x-i: acme )(?i-x)", SecretPart::First, "(?-i:acme)(?i)"),
        ] {
            assert_eq!(one(regex, &secret).0, pattern, "{regex}");
        }
        assert_eq!(adopt("acme(a)", Dialect::Go, &SecretPart::Number(2), &[]).unwrap_err(), AdoptError::NoGroup);
    }

    #[test]
    fn a_secret_in_another_group_in_each_branch_becomes_a_rule_for_each() {
        let patterns = |regex: &str| adopted(regex, &SecretPart::First).into_iter().map(|(pattern, _)| pattern).collect::<Vec<_>>();
        assert_eq!(patterns("acme(a)|beta(b)|gammas"), ["acme(a)", "beta(b)", "gammas"]);
        assert_eq!(patterns("(?i)acme(a)|beta(b)"), ["(?i)acme(a)", "(?i)beta(b)"], "a flag holds for the branches behind it");
        assert_eq!(patterns("acme(?:x(a)|y(b))z"), ["acme(?:x(a))z", "acme(?:y(b))z"]);
        assert_eq!(patterns("acme(?:(a)|b)(c)"), ["acme(?:(a))(?:c)", "acme(?:b)(c)"]);
    }

    #[test]
    fn words_are_those_that_every_match_holds() {
        for (regex, words) in [
            (r"(?i)[\w.-]{0,50}?acme(?:[ \t]{0,20})=([a-z0-9]{32})", &["acme"][..]),
            (r"(?:ACME|beta)_x", &["acme_x", "beta_x"]),
            (r"[a-z]+(?:[0-9]+acme[0-9]|beta)", &["acme", "beta"]),
            (r"(?:[0-9]?acmeacme)+", &["acmeacme"]),
            (r"https://[a-z]+\.acme\.example", &[".acme.example"]),
            (r"acme[0-9]{8}", &["acme"]),
        ] {
            assert_eq!(one(regex, &SecretPart::First).1, words, "{regex}");
        }
        for none in ["[a-z]{32}", "(?:acme)?x", "acme|xyz", "(?:acme)*", "", "a?b?c?d?"] {
            assert_eq!(adopt(none, Dialect::Go, &SecretPart::First, &[]).unwrap_err(), AdoptError::NoWord, "{none}");
        }
        let theirs = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let asked = |own: &[&str]| adopt("acme_token_(a)", Dialect::Go, &SecretPart::First, &theirs(own)).unwrap().remove(0).keywords;
        assert_eq!(asked(&["ACME_"]), ["acme_"], "theirs, where every match holds one");
        assert_eq!(asked(&["other", "acm"]), ["acme_token_a"], "else those of the expression");
    }

    #[test]
    fn the_reach_of_a_rule_is_that_of_its_expression() {
        let reach = |regex: &str| {
            let one = adopt(regex, Dialect::Go, &SecretPart::First, &[]).unwrap().remove(0);
            (one.before, one.after)
        };
        assert_eq!(reach("acme[a-z]{20}"), (64, 256));
        assert_eq!(reach(".{0,200}acme[a-z]{600}"), (200, 804));
        assert_eq!(reach("[a-z]*acme"), (UNBOUNDED_BEFORE, 4 + UNBOUNDED_AFTER));
    }

    #[test]
    fn a_sample_has_fillers_for_what_is_drawn() {
        let sample = |regex: &str| adopt(regex, Dialect::Go, &SecretPart::First, &[]).unwrap().remove(0).sample(0).unwrap();
        let one = sample(r#"(?i)acme['"]?\s*=\s*["'](ac_[a-f0-9]{32})['"]"#);
        assert_eq!((one.before.as_str(), one.after.as_str()), ("acme=\"", "\""));
        assert_eq!(one.secret, "ac_${hex:32}");
        assert_eq!(one.shorter.first().map(String::as_str), Some("ac_${hex:31}"));
        let odd = sample("acme([QPZRY]{9})").secret;
        assert!(odd.contains("${digit:0}") && !odd.contains("${alnum"), "{odd}");
        assert_eq!(sample("acme-constant").secret, "acme-c${digit:0}onstant");
    }

    #[test]
    fn what_has_no_form_says_why() {
        for (regex, error) in [
            ("acme(?=a)", AdoptError::LookAround),
            ("acme(?<!a)", AdoptError::LookAround),
            (r"acme(a)\1", AdoptError::BackReference),
            (&format!("{}{}", "(".repeat(500), ")".repeat(500)), AdoptError::TooLarge),
            (&"a".repeat(MAX_PATTERN_BYTES + 1), AdoptError::TooLarge),
        ] {
            assert_eq!(adopt(regex, Dialect::Rust, &SecretPart::First, &[]).unwrap_err(), error);
        }
        assert!(matches!(adopt("acme[", Dialect::Rust, &SecretPart::First, &[]), Err(AdoptError::Syntax(_))));
        assert!(matches!(adopt(r"acme\pL", Dialect::Go, &SecretPart::First, &[]), Err(AdoptError::Syntax(_))));
    }
}
