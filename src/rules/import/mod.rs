//! Other scanners' rules and ignore files in plain tables: text in, tables out. It judges no expression; what is made
//! of them, and what is not, is said in the room `scan`.

mod baseline;
mod fingerprints;
mod gitleaks;

mod nosey;
mod precommit;
mod tree;
mod write;

pub use precommit::{Hook, Origin, PRE_COMMIT_FILE, PreCommit, read_pre_commit};
pub use write::{list, quoted, write_allow, write_rule};

use super::Fault;
use super::fields::Place;
use crate::model::{Confidence, Severity};
use tree::Node;

/// The largest file that is read, in bytes.
pub const MAX_IMPORT_BYTES: usize = 16 << 20;

/// The most rules that a file may hold: each is proved.
const MAX_RULES: usize = 10_000;

/// Whose form a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// gitleaks' settings: TOML with `[[rules]]` and allowlists.
    Gitleaks,
    /// The same with expressions as filters.
    Betterleaks,
    /// Nosey Parker's rules: YAML.
    Noseyparker,
    /// Kingfisher's rules: the same with entropy, confidence and validation.
    Kingfisher,
    /// A baseline of detect-secrets: JSON.
    DetectSecrets,
    /// `.gitleaksignore`: a fingerprint a line.
    Gitleaksignore,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Gitleaks, Self::Betterleaks, Self::Noseyparker, Self::Kingfisher, Self::DetectSecrets, Self::Gitleaksignore];

    /// The word that a person types.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gitleaks => "gitleaks",
            Self::Betterleaks => "betterleaks",
            Self::Noseyparker => "noseyparker",
            Self::Kingfisher => "kingfisher",
            Self::DetectSecrets => "detect-secrets",
            Self::Gitleaksignore => "gitleaksignore",
        }
    }

    /// The format of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == word)
    }

    /// The format of a file, by its name and what it holds; none when nothing tells it.
    pub fn tell(name: &str, text: &str) -> Option<Self> {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
        let has = |mark: &str| text.lines().any(|line| line.trim_start_matches(['-', ' ', '\t', '\u{feff}']).starts_with(mark));
        if file.ends_with("gitleaksignore") || file.ends_with("betterleaksignore") {
            return Some(Self::Gitleaksignore);
        }
        if text.trim_start().starts_with('{') && text.contains("\"results\"") && text.contains("\"plugins_used\"") {
            return Some(Self::DetectSecrets);
        }
        if ["[[rules", "[allowlist", "[[allowlists", "[extend]", "rules = ["].into_iter().any(has) {
            let better = file.contains("betterleaks") || has("betterleaksMinVersion");
            return Some(if better { Self::Betterleaks } else { Self::Gitleaks });
        }
        if has("rules:") {
            let fisher = ["id: kingfisher.", "min_entropy:", "confidence:", "validation:"].into_iter().any(has);
            return Some(if fisher { Self::Kingfisher } else { Self::Noseyparker });
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
        let ignores = lines.peek().is_some() && lines.all(|line| fingerprints::fingerprint(line).is_some());
        ignores.then_some(Self::Gitleaksignore)
    }
}

/// How the expressions of a scanner are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Go's: `[` and `&&` in a class and a lone `{` are plain characters.
    Go,
    /// The one that this program uses itself, and comments: `(?# … )`.
    Rust,
}

/// Which part of a match is the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretPart {
    /// The first group that took part in the match; without one, the whole match.
    First,
    /// The group, where there is one alone; else the whole match.
    Only,
    /// The match as a whole.
    Whole,
    /// A group by its number.
    Number(u32),
    /// The group of this name, in any case; else as [`SecretPart::Only`].
    Named(&'static str),
}

/// A rule as it was written elsewhere.
#[derive(Clone, Debug)]
pub struct ForeignRule {
    /// Its id there.
    pub id: String,
    /// The line on which it begins; 0 where it is not known.
    pub line: usize,
    /// Its name for people; may be empty.
    pub title: String,
    /// What it says of itself; may be empty.
    pub description: String,
    /// Its expression.
    pub regex: String,
    /// How that is read.
    pub dialect: Dialect,
    /// The secret in it.
    pub secret: SecretPart,
    /// Words without which it is not tried there.
    pub keywords: Vec<String>,
    /// The least entropy of the secret.
    pub entropy: f32,
    /// Its severity, where it has one.
    pub severity: Option<Severity>,
    /// Its confidence, where it has one.
    pub confidence: Option<Confidence>,
    /// Pages to read.
    pub references: Vec<String>,
    /// Texts in which it finds something.
    pub matches: Vec<String>,
    /// Texts in which it finds nothing.
    pub misses: Vec<String>,
    /// What of it has no form here: it finds what it finds without these.
    pub without: Vec<String>,
    /// Whether one of these kept it from finding more: then a finding is less sure here.
    pub widened: bool,
    /// Whether its provider is asked there whether a secret is alive.
    pub validated: bool,
}

/// A path as it was written elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForeignPath {
    /// As it is.
    Plain(String),
    /// An expression that is searched in the path.
    Regex(String),
}

/// Something that is let pass elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignAllow {
    /// The line on which it stands; 0 where it is not known.
    pub line: usize,
    /// What rule it speaks of, by its id there.
    pub rule: Option<String>,
    /// Where it holds.
    pub path: ForeignPath,
    /// Why.
    pub reason: String,
}

/// Something that cannot be carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The line on which it stands; 0 where it is not known.
    pub line: usize,
    /// What it is: a rule's id, a key.
    pub what: String,
    /// Why it stays behind.
    pub why: String,
}

/// What a file of another scanner holds.
#[derive(Clone, Debug, Default)]
pub struct Foreign {
    /// Its rules.
    pub rules: Vec<ForeignRule>,
    /// What it lets pass.
    pub allows: Vec<ForeignAllow>,
    /// What has no form here.
    pub lost: Vec<Lost>,
    /// What holds for all that was carried.
    pub notes: Vec<String>,
}

impl Foreign {
    fn lose(&mut self, line: usize, what: impl Into<String>, why: impl Into<String>) {
        self.lost.push(Lost { line, what: what.into(), why: why.into() });
    }
}

/// Reads a file, which the user knows as `name`.
///
/// # Errors
/// If it does not have the format, with the place.
pub fn read(format: Format, name: &str, bytes: &[u8]) -> Result<Foreign, Fault> {
    let text = text(name, bytes)?;
    match format {
        Format::Gitleaks | Format::Betterleaks => gitleaks::read(&tree::toml(name, text)?),
        Format::Noseyparker | Format::Kingfisher => nosey::read(format, &tree::yaml(name, text)?),
        Format::DetectSecrets => baseline::read(&tree::json(name, text)?),
        Format::Gitleaksignore => Ok(fingerprints::read(text)),
    }
    .map_err(|fault: Fault| Fault { file: name.to_owned(), ..fault })
}

/// The text of a file that is not too large and is UTF-8.
///
/// # Errors
/// If it is not, with the place.
pub fn text<'b>(name: &str, bytes: &'b [u8]) -> Result<&'b str, Fault> {
    if bytes.len() > MAX_IMPORT_BYTES {
        return Err(fault(
            name,
            1,
            format!("the file is larger than {} MiB", MAX_IMPORT_BYTES >> 20),
            "split it; rules are read up to that size",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|&&byte| byte == b'\n').count() + 1;
        fault(name, line, "the file is not UTF-8 here".to_owned(), "save it as UTF-8")
    })?;
    Ok(text.trim_start_matches('\u{feff}'))
}

fn fault(name: &str, line: usize, what: String, hint: &str) -> Fault {
    Fault { file: name.to_owned(), place: Place { line, column: 1 }, what, hint: hint.to_owned() }
}

/// The list of rules of a root table.
fn rules_of<'n>(root: &'n Node, key: &str) -> Result<&'n [Node], Fault> {
    let Some(node) = root.get(key) else { return Ok(&[]) };
    let hint = "the format may be another: `--from` names it";
    let rules = node.list().ok_or_else(|| fault("", node.line, format!("`{key}` is no list"), hint))?;
    if rules.len() > MAX_RULES {
        return Err(fault("", node.line, format!("there are more than {MAX_RULES} rules"), "split the file"));
    }
    Ok(rules)
}
