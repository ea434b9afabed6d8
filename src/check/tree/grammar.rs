//! Which grammar reads a file, and which are built in: each is a feature of the build, so that whoever wants a smaller program
//! leaves some out.

use crate::model::Language;

/// A grammar. TypeScript has two: in one `<T>x` is a type, in the other an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grammar {
    /// The one of a language, or its first.
    Of(Language),
    /// TypeScript with elements.
    Tsx,
}

/// How names of files end, without the dot, in lower case.
const ENDS: &[(&str, Grammar)] = &[
    ("py", Grammar::Of(Language::Python)),
    ("pyi", Grammar::Of(Language::Python)),
    ("pyw", Grammar::Of(Language::Python)),
    ("js", Grammar::Of(Language::JavaScript)),
    ("jsx", Grammar::Of(Language::JavaScript)),
    ("mjs", Grammar::Of(Language::JavaScript)),
    ("cjs", Grammar::Of(Language::JavaScript)),
    ("ts", Grammar::Of(Language::TypeScript)),
    ("mts", Grammar::Of(Language::TypeScript)),
    ("cts", Grammar::Of(Language::TypeScript)),
    ("tsx", Grammar::Tsx),
    ("go", Grammar::Of(Language::Go)),
    ("rs", Grammar::Of(Language::Rust)),
    ("java", Grammar::Of(Language::Java)),
    ("rb", Grammar::Of(Language::Ruby)),
    ("rake", Grammar::Of(Language::Ruby)),
    ("ru", Grammar::Of(Language::Ruby)),
    ("gemspec", Grammar::Of(Language::Ruby)),
    ("sh", Grammar::Of(Language::Shell)),
    ("bash", Grammar::Of(Language::Shell)),
    ("ksh", Grammar::Of(Language::Shell)),
    ("zsh", Grammar::Of(Language::Shell)),
];

/// Whole names.
const NAMES: &[(&str, Grammar)] = &[
    ("Rakefile", Grammar::Of(Language::Ruby)),
    ("Gemfile", Grammar::Of(Language::Ruby)),
    ("Guardfile", Grammar::Of(Language::Ruby)),
    ("Capfile", Grammar::Of(Language::Ruby)),
    ("Vagrantfile", Grammar::Of(Language::Ruby)),
    ("Podfile", Grammar::Of(Language::Ruby)),
    (".profile", Grammar::Of(Language::Shell)),
    (".bashrc", Grammar::Of(Language::Shell)),
    (".bash_profile", Grammar::Of(Language::Shell)),
    (".zshrc", Grammar::Of(Language::Shell)),
    (".envrc", Grammar::Of(Language::Shell)),
];

/// Programs that a first line names, without their version.
const PROGRAMS: &[(&str, Grammar)] = &[
    ("python", Grammar::Of(Language::Python)),
    ("node", Grammar::Of(Language::JavaScript)),
    ("ruby", Grammar::Of(Language::Ruby)),
    ("sh", Grammar::Of(Language::Shell)),
    ("bash", Grammar::Of(Language::Shell)),
    ("dash", Grammar::Of(Language::Shell)),
    ("ksh", Grammar::Of(Language::Shell)),
    ("zsh", Grammar::Of(Language::Shell)),
];

/// The most bytes of a first line.
const MAX_SHEBANG_BYTES: usize = 256;

impl Grammar {
    /// The grammar that reads the file `path`: told by its name, or by its first line where the name tells nothing.
    pub fn of(path: &[u8], text: &[u8]) -> Option<Self> {
        let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        if let Some((_, grammar)) = NAMES.iter().find(|(known, _)| known.as_bytes() == name) {
            return Some(*grammar);
        }
        match name.iter().rposition(|&byte| byte == b'.').filter(|&dot| dot > 0) {
            Some(dot) => {
                let end = name.get(dot + 1..).unwrap_or_default();
                ENDS.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(end)).map(|(_, grammar)| *grammar)
            }
            None => Self::of_shebang(text),
        }
    }

    /// The grammar of the program that the first line names.
    fn of_shebang(text: &[u8]) -> Option<Self> {
        let line = text.get(..text.len().min(MAX_SHEBANG_BYTES))?.split(|&byte| byte == b'\n').next()?.strip_prefix(b"#!")?;
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let base = |word: &[u8]| word.rsplit(|&byte| byte == b'/').next().unwrap_or_default().to_vec();
        let mut program = base(words.next()?);
        if program == b"env" {
            // `env -S VAR=value program`
            program = base(words.find(|word| !word.starts_with(b"-") && !word.contains(&b'='))?);
        }
        let length = program.iter().rposition(|byte| !byte.is_ascii_digit() && *byte != b'.').map_or(0, |last| last + 1);
        program.truncate(length);
        PROGRAMS.iter().find(|(known, _)| known.as_bytes() == program).map(|(_, grammar)| *grammar)
    }

    /// All grammars of a language.
    pub fn all_of(language: Language) -> impl Iterator<Item = Self> {
        [Self::Of(language)].into_iter().chain((language == Language::TypeScript).then_some(Self::Tsx))
    }

    /// Its language.
    pub fn language(self) -> Language {
        match self {
            Self::Of(language) => language,
            Self::Tsx => Language::TypeScript,
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Of(Language::Python) => "Python",
            Self::Of(Language::JavaScript) => "JavaScript",
            Self::Of(Language::TypeScript) => "TypeScript",
            Self::Tsx => "TSX",
            Self::Of(Language::Go) => "Go",
            Self::Of(Language::Rust) => "Rust",
            Self::Of(Language::Java) => "Java",
            Self::Of(Language::Ruby) => "Ruby",
            Self::Of(Language::Shell) => "shell",
        }
    }

    /// The feature of the build that it is.
    pub fn feature(self) -> String {
        format!("tree-{}", self.language().name())
    }

    /// Its number, from 0; below [`Grammar::COUNT`].
    pub fn number(self) -> usize {
        match self {
            Self::Of(language) => language as usize,
            Self::Tsx => Language::ALL.len(),
        }
    }

    /// How many there are.
    pub const COUNT: usize = Language::ALL.len() + 1;

    /// Whether it is built in.
    pub fn is_built_in(self) -> bool {
        self.load().is_some()
    }

    /// Its tables, if they are built in.
    pub(super) fn load(self) -> Option<tree_sitter::Language> {
        match self {
            #[cfg(feature = "tree-python")]
            Self::Of(Language::Python) => Some(tree_sitter_python::LANGUAGE.into()),
            #[cfg(feature = "tree-javascript")]
            Self::Of(Language::JavaScript) => Some(tree_sitter_javascript::LANGUAGE.into()),
            #[cfg(feature = "tree-typescript")]
            Self::Of(Language::TypeScript) => Some(tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()),
            #[cfg(feature = "tree-typescript")]
            Self::Tsx => Some(tree_sitter_typescript::LANGUAGE_TSX.into()),
            #[cfg(feature = "tree-go")]
            Self::Of(Language::Go) => Some(tree_sitter_go::LANGUAGE.into()),
            #[cfg(feature = "tree-rust")]
            Self::Of(Language::Rust) => Some(tree_sitter_rust::LANGUAGE.into()),
            #[cfg(feature = "tree-java")]
            Self::Of(Language::Java) => Some(tree_sitter_java::LANGUAGE.into()),
            #[cfg(feature = "tree-ruby")]
            Self::Of(Language::Ruby) => Some(tree_sitter_ruby::LANGUAGE.into()),
            #[cfg(feature = "tree-shell")]
            Self::Of(Language::Shell) => Some(tree_sitter_bash::LANGUAGE.into()),
            #[allow(unreachable_patterns, reason = "with every feature on, no grammar is left")]
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_language_that_its_name_or_its_first_line_tells() {
        for (path, text, language) in [
            ("a/b.py", "", Some("Python")),
            ("a/B.PY", "", Some("Python")),
            ("a.d.ts", "", Some("TypeScript")),
            ("a.tsx", "", Some("TSX")),
            ("ops/Rakefile", "", Some("Ruby")),
            (".bashrc", "", Some("shell")),
            ("run", "#!/bin/sh\n", Some("shell")),
            ("run", "#! /usr/bin/env -S FOO=1 python3.12 -u\nx", Some("Python")),
            ("run", "#!/usr/local/bin/ruby2.7", Some("Ruby")),
            ("run", "#!/usr/bin/env", None),
            ("run", "#!3\n", None),
            ("run", "", None),
            ("run.txt", "#!/bin/sh\n", None),
            (".py", "", None),
            ("py", "", None),
            ("", "", None),
        ] {
            assert_eq!(Grammar::of(path.as_bytes(), text.as_bytes()).map(Grammar::name), language, "{path} {text}");
        }
    }

    #[test]
    fn each_grammar_has_its_own_number() {
        let mut numbers: Vec<usize> = Language::ALL.iter().flat_map(|&language| Grammar::all_of(language)).map(Grammar::number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..Grammar::COUNT).collect::<Vec<_>>());
    }
}
