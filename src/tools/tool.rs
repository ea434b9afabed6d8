//! What a `[[tool]]` table says, with its preset filled in.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::parse::Pattern;
use crate::model::{Hex, Severity, words};
use crate::policy::PathGlob;

/// What a tool must see to say something true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The changed files, each by itself.
    Blob,
    /// The changed files and those that `also` names.
    Tree,
    /// All files.
    Project,
}

/// How a tool is told of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// By their names.
    Files,
    /// One at a time, on its standard input.
    Stdin,
}

/// At which of git's hooks a tool runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before a commit.
    Commit,
    /// Before a push.
    Push,
}

/// In which form a tool says what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// SARIF 2.1.0.
    Sarif,
    /// Reviewdog's diagnostics, one document or one a line.
    Rdjson,
    /// Checkstyle's XML.
    Checkstyle,
    /// The messages of cargo, one a line.
    CargoJson,
    /// The results of `ESLint`.
    EslintJson,
    /// GitLab's report on code quality.
    Gitlab,
    /// Lines that match `pattern`.
    Regex,
    /// A unified diff, of which each change is a suggestion.
    Diff,
    /// Its exit code alone.
    Exit,
}

words!(Needs: Blob = "blob", Tree = "tree", Project = "project");
words!(Input: Files = "files", Stdin = "stdin");
words!(When: Commit = "commit", Push = "push");
words!(
    Form: Sarif = "sarif",
    Rdjson = "rdjson",
    Checkstyle = "checkstyle",
    CargoJson = "cargo-json",
    EslintJson = "eslint-json",
    Gitlab = "gitlab",
    Regex = "regex",
    Diff = "diff",
    Exit = "exit"
);

/// What a tool's exit codes mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exits {
    /// It looked and found nothing.
    pub clean: Vec<i32>,
    /// It looked and found something.
    pub findings: Vec<i32>,
    /// It could not look. Where this is written, every code that no list names means findings.
    pub fault: Option<Vec<i32>>,
}

/// What one exit code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It looked and found nothing.
    Clean,
    /// It looked and found something.
    Findings,
    /// It could not look.
    Fault,
}

impl Exits {
    /// What `code` means.
    pub fn of(&self, code: i32) -> Exit {
        match &self.fault {
            _ if self.clean.contains(&code) => Exit::Clean,
            _ if self.findings.contains(&code) => Exit::Findings,
            Some(fault) if !fault.contains(&code) => Exit::Findings,
            _ => Exit::Fault,
        }
    }
}

impl Default for Exits {
    fn default() -> Self {
        Self { clean: vec![0], findings: vec![1], fault: None }
    }
}

/// Another program that looks at files.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Its name, with which its findings' rules begin.
    pub name: String,
    /// Globs of files it looks at; all where there is none.
    pub files: Vec<String>,
    /// Globs of files it does not look at.
    pub except: Vec<String>,
    /// The program and its arguments, with places for files.
    pub command: Vec<String>,
    /// What it must see.
    pub needs: Needs,
    /// Globs of further files that it must see.
    pub also: Vec<String>,
    /// Paths of the work tree that git does not hold and it must see: `node_modules`.
    pub link: Vec<String>,
    /// Whether it must see a git repository.
    pub repository: bool,
    /// How it is told of its files.
    pub input: Input,
    /// How many files it is told of at once.
    pub batch: usize,
    /// After so many seconds it is ended.
    pub timeout_secs: usize,
    /// How much it may say, in bytes.
    pub output_bytes: usize,
    /// What its exit codes mean.
    pub exits: Exits,
    /// The command that tells its version; empty where none is known.
    pub version: Vec<String>,
    /// In which form it says what it found.
    pub form: Form,
    /// What its lines look like, where the form is [`Form::Regex`].
    pub pattern: Option<Pattern>,
    /// How grave its findings are, whatever it says itself.
    pub severity: Option<Severity>,
    /// At which hooks it runs; a scan runs all.
    pub on: Vec<When>,
    /// The line of the settings on which its table begins, from 1.
    pub line: u32,
    /// By each version of the settings, in which parts of the repository it looks; later ones win.
    pub parts: Vec<Vec<(PathGlob, bool)>>,
}

impl Default for Tool {
    fn default() -> Self {
        Self {
            name: String::new(),
            files: Vec::new(),
            except: Vec::new(),
            command: Vec::new(),
            needs: Needs::Blob,
            also: Vec::new(),
            link: Vec::new(),
            repository: false,
            input: Input::Files,
            batch: Self::BATCH,
            timeout_secs: Self::TIMEOUT_SECS,
            output_bytes: Self::OUTPUT_BYTES,
            exits: Exits::default(),
            version: Vec::new(),
            form: Form::Exit,
            pattern: None,
            severity: None,
            on: When::ALL.to_vec(),
            line: 1,
            parts: Vec::new(),
        }
    }
}

impl Tool {
    /// How many files a tool is told of at once unless it says otherwise.
    pub const BATCH: usize = 500;
    /// After how many seconds it is ended unless it says otherwise.
    pub const TIMEOUT_SECS: usize = 60;
    /// How much it may say unless it says otherwise, in bytes.
    pub const OUTPUT_BYTES: usize = 16 << 20;

    /// Whether a part of the repository that holds `path` keeps it from looking there, by each version of the settings.
    pub fn is_kept_from(&self, path: &[u8]) -> bool {
        let is_off =
            |parts: &Vec<(PathGlob, bool)>| parts.iter().rev().find(|(glob, _)| glob.matches(path)).is_some_and(|(_, looks)| !looks);
        !self.parts.is_empty() && self.parts.iter().all(is_off)
    }

    /// The name of all that its table decides, in hexadecimal: a person accepts this, and nothing else under its name.
    pub fn digest(&self) -> String {
        let words = |words: &[When]| words.iter().map(|word| word.name()).collect::<Vec<_>>();
        let whole = json!([
            self.name,
            self.files,
            self.except,
            self.command,
            self.needs.name(),
            self.also,
            self.link,
            self.repository,
            self.input.name(),
            [self.batch, self.timeout_secs, self.output_bytes],
            [&self.exits.clean, &self.exits.findings],
            self.exits.fault,
            self.version,
            self.form.name(),
            self.pattern.as_ref().map(Pattern::as_str),
            self.severity.map(Severity::name),
            words(&self.on),
        ]);
        Hex(&Sha256::digest(whole.to_string())).to_string()
    }

    /// Its command as a person may read it.
    pub fn shown_command(&self) -> String {
        let quoted = |word: &String| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,{}@+".contains(c);
            if !word.is_empty() && word.chars().all(is_plain) { word.clone() } else { format!("'{}'", word.replace('\'', "'\\''")) }
        };
        self.command.iter().map(quoted).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_no_list_names_are_faults_unless_faults_are_named() {
        let exits = Exits::default();
        assert_eq!([0, 1, 2].map(|code| exits.of(code)), [Exit::Clean, Exit::Findings, Exit::Fault]);
        let exits = Exits { fault: Some(vec![2]), ..exits };
        assert_eq!([0, 2, 7].map(|code| exits.of(code)), [Exit::Clean, Exit::Fault, Exit::Findings]);
    }

    #[test]
    fn the_digest_tells_tables_apart_and_not_where_they_stand() {
        let tool = Tool { command: vec!["a".into(), "b".into()], ..Tool::default() };
        assert_eq!(tool.digest(), Tool { line: 9, ..tool.clone() }.digest());
        assert_ne!(tool.digest(), Tool { command: vec!["a b".into()], ..tool.clone() }.digest());
        assert_ne!(tool.digest(), Tool { exits: Exits { findings: Vec::new(), ..Exits::default() }, ..tool.clone() }.digest());
    }

    #[test]
    fn a_command_is_shown_so_that_its_parts_can_be_told_apart() {
        let command = ["ruff", "check", "{files}", "a b", "it's", ""].map(str::to_owned).to_vec();
        assert_eq!(Tool { command, ..Tool::default() }.shown_command(), "ruff check {files} 'a b' 'it'\\''s' ''");
    }
}
