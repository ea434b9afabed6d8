//! What rules say about the things they find. `rules/build.rs` reads this file too, so it stands alone.

use std::borrow::Cow;

/// Text that is embedded at build time or read at run time.
pub type Text = Cow<'static, str>;

/// What a thief could do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Little harm by itself.
    Low,
    /// Harm in combination.
    Medium,
    /// Access to data or to a service.
    High,
    /// Access to everything the owner has.
    Critical,
}

/// How sure a finding is; another axis than [`Severity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Worth a look.
    Low,
    /// The context says so, or the shape is loose.
    Medium,
    /// The shape is exact.
    High,
    /// An offline proof holds: a checksum, a parsed key.
    Proved,
}

/// Gives the values of a type the words that people write for them.
macro_rules! words {
    ($type:ty: $($variant:ident = $word:literal),+) => {
        impl $type {
            /// All values, lowest first.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that settings and reports use.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == word)
            }
        }
    };
}

#[allow(unused_imports, reason = "the build script reads this file too, and needs it here alone")]
pub(crate) use words;

words!(Severity: Low = "low", Medium = "medium", High = "high", Critical = "critical");
words!(Confidence: Low = "low", Medium = "medium", High = "high", Proved = "proved");
words!(
    Proof: Crc32Base62 = "crc32-base62",
    Grafana = "grafana",
    Atlassian = "atlassian",
    Confluent = "confluent",
    Zuplo = "zuplo",
    GitlabRoutable = "gitlab-routable",
    Cloudflare = "cloudflare",
    AwsAccount = "aws-account",
    Jwt = "jwt",
    PrivateKey = "private-key",
    AzureCask = "azure-cask",
    AzureKey = "azure-key",
    EntraSecret = "entra-secret",
    JfrogReference = "jfrog-reference",
    JiraDataCenter = "jira-data-center",
    Base58Check = "base58check",
    Bech32 = "bech32",
    Nkey = "nkey",
    Luhn = "luhn",
    Base64Json = "base64-json",
    BasicAuth = "basic-auth",
    DiscordBot = "discord-bot",
    Macaroon = "macaroon",
    Base64 = "base64"
);

/// What can be computed about a value without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Proof {
    /// The last six characters are the CRC-32 of those after the prefix, in base 62 (GitHub, npm).
    Crc32Base62,
    /// `glsa_`: the tail after the last `_` is the CRC-32 of the 37 characters before, in hexadecimal, lowest byte first.
    Grafana,
    /// `ATATT`, `ATCTT`: the tail after `=` is the CRC-32 of what stands before, with the `=`, in hexadecimal.
    Atlassian,
    /// `cflt`: the last six characters are the CRC-32 of the 54 before, in base 64.
    Confluent,
    /// `zpka_`: the tail after the last `_` is the CRC-32 of the 32 characters before, in hexadecimal.
    Zuplo,
    /// A GitLab token that names its route: the last seven characters are the CRC-32 of all before, in base 36.
    GitlabRoutable,
    /// `cfut_`, `cfat_`, `cfk_`: the tail is the CRC-32 of the forty characters before, in hexadecimal.
    Cloudflare,
    /// An access key id holds the number of its account.
    AwsAccount,
    /// A JSON web token: header and claims are JSON, the algorithm is named, the signature has its length.
    Jwt,
    /// A private key that parses: PEM, DER, OpenSSH, PGP, `PuTTY`, JSON.
    PrivateKey,
    /// A common annotated security key of Azure: 84 characters around `JQQJ99`, with a Marvin checksum.
    AzureCask,
    /// An Azure key of 64, 40, 39 or 32 bytes in base 64; newer ones have a signature and a Marvin checksum.
    AzureKey,
    /// A client secret of Entra with `8Q~` and a Marvin checksum.
    EntraSecret,
    /// `reftkn:` in base64 (`JFrog`).
    JfrogReference,
    /// A number and a colon in base64 (Jira and Confluence data centre).
    JiraDataCenter,
    /// Base58 with a checksum (Bitcoin keys).
    Base58Check,
    /// Bech32 with a checksum (age, Nostr).
    Bech32,
    /// A seed of NATS: base 32 with a CRC-16.
    Nkey,
    /// Digits with a checksum of ISO/IEC 7812.
    Luhn,
    /// A JSON object in base64, after a prefix.
    Base64Json,
    /// User and password in base64, with a colon between.
    BasicAuth,
    /// A bot token of Discord, whose first part is the bot's number.
    DiscordBot,
    /// A macaroon of version 2 (`PyPI`).
    Macaroon,
    /// Base64 of whole bytes.
    Base64,
}

words!(
    Pack: Secrets = "secrets",
    Quality = "quality",
    Style = "style",
    Named = "named",
    Django = "django",
    Message = "message",
    Branch = "branch"
);

/// Rules that are switched on and off together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pack {
    /// What must not be known to others. On, unless the settings say otherwise; what its rules find is never shown.
    #[default]
    Secrets,
    /// What is wrong in any file: a conflict marker, a syntax that does not parse, an order of letters that deceives.
    Quality,
    /// What a team may want to look the same everywhere: blanks at line ends, the last newline, the order of a list.
    Style,
    /// What some teams want and others do not. Its rules run where `enable` names them.
    Named,
    /// What is wrong in a Django project.
    Django,
    /// What a team asks of commit messages. Its rules run by the keys of a table of their own, `[message]`.
    Message,
    /// What a team asks of branches and pushes. Its rules run by the keys of `[branch]`.
    Branch,
}

impl Pack {
    /// Whether `packs` may name it. The rules of others run by their ids, or by the keys of their own tables.
    pub const fn is_chosen(self) -> bool {
        !matches!(self, Self::Named | Self::Message | Self::Branch)
    }

    /// Whether its rules run by the keys of their own tables, and not by their ids.
    pub const fn is_of_tables(self) -> bool {
        matches!(self, Self::Message | Self::Branch)
    }

    /// The words of those that `packs` may name.
    pub fn choices() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(|pack| pack.is_chosen()).map(|pack| pack.name())
    }
}

words!(
    Language: Python = "python",
    JavaScript = "javascript",
    TypeScript = "typescript",
    Go = "go",
    Rust = "rust",
    Java = "java",
    Ruby = "ruby",
    Shell = "shell"
);

/// A language whose syntax tree a rule can look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Python 3.
    Python,
    /// JavaScript, with JSX.
    JavaScript,
    /// TypeScript, and TSX.
    TypeScript,
    /// Go.
    Go,
    /// Rust.
    Rust,
    /// Java.
    Java,
    /// Ruby.
    Ruby,
    /// The shell: `sh`, `bash`, and what they share with `zsh` and `ksh`.
    Shell,
}

/// Some of the languages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Languages(u16);

impl Languages {
    /// Those in a list.
    pub fn of(languages: impl IntoIterator<Item = Language>) -> Self {
        Self(languages.into_iter().fold(0, |set, language| set | 1 << language as u16))
    }

    /// Whether `language` is one of them.
    pub fn has(self, language: Language) -> bool {
        self.0 >> language as u16 & 1 == 1
    }

    /// Each, in the order of [`Language::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Language> {
        Language::ALL.iter().copied().filter(move |&language| self.has(language))
    }

    /// The language, where it is but one.
    pub fn only(self) -> Option<Language> {
        self.iter().next().filter(|_| self.0.is_power_of_two())
    }

    /// Their names with commas between, as [`Languages::parse`] reads them.
    pub fn names(self) -> String {
        self.iter().map(Language::name).collect::<Vec<_>>().join(",")
    }

    /// The languages that [`Languages::names`] wrote.
    pub fn parse(names: &str) -> Option<Self> {
        names.split(',').map(Language::parse).collect::<Option<Vec<_>>>().map(Self::of)
    }
}

words!(
    Check: TrailingWhitespace = "trailing-whitespace",
    FinalNewline = "final-newline",
    MixedLineEndings = "mixed-line-endings",
    ByteOrderMark = "byte-order-mark",
    ConflictMarkers = "conflict-markers",
    InvisibleCharacters = "invisible-characters",
    Json = "json",
    Json5 = "json5",
    Yaml = "yaml",
    Toml = "toml",
    Xml = "xml",
    DotEnv = "dotenv",
    Python = "python",
    NotebookOutputs = "notebook-outputs",
    LargeFile = "large-file",
    WindowsName = "windows-name",
    ForbiddenFile = "forbidden-file",
    ShebangWithoutMode = "shebang-without-mode",
    ModeWithoutShebang = "mode-without-shebang",
    LfsPointer = "lfs-pointer",
    Requirements = "requirements",
    CsrfToken = "csrf-token",
    EditedMigration = "edited-migration",
    MessageType = "message-type",
    MessageSubjectLength = "message-subject-length",
    MessageBlankLine = "message-blank-line",
    MessageBodyWidth = "message-body-width",
    MessageIssue = "message-issue",
    MessageSignOff = "message-sign-off",
    MessageFixup = "message-fixup",
    ProtectedCommit = "protected-branch-commit",
    ProtectedPush = "protected-branch-push",
    ProtectedForce = "protected-branch-force",
    ProtectedDelete = "protected-branch-delete",
    BranchName = "branch-name",
    AllowedHosts = "allowed-hosts",
    IrreversibleMigration = "irreversible-migration",
    ScriptVariable = "script-variable",
    MigrationLeaves = "migration-leaves",
    MigrationGap = "migration-gap",
    CaseConflict = "case-conflict",
    DanglingLink = "dangling-link",
    DestroyedLink = "destroyed-link",
    NewSubmodule = "new-submodule",
    LockDrift = "lock-drift",
    Header = "header",
    BuiltinLiterals = "builtin-literals",
    DocstringFirst = "docstring-first",
    DoubleQuotes = "double-quotes",
    JsonLayout = "json-layout",
    SortedLines = "sorted-lines",
    SortedYaml = "sorted-yaml"
);

/// A check that is code, not an expression. The room `quality` has the code of those of files, `commit` of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// Blanks at the end of a line; in Markdown two of them after text are a line break and stay.
    TrailingWhitespace,
    /// A text that does not end with one newline.
    FinalNewline,
    /// Line ends of several kinds in one file.
    MixedLineEndings,
    /// A byte order mark of UTF-8.
    ByteOrderMark,
    /// What a merge left: `<<<<<<<`, and then `=======` and `>>>>>>>`.
    ConflictMarkers,
    /// Characters that are not seen, or that turn the order of others (Trojan Source, CVE-2021-42574).
    InvisibleCharacters,
    /// JSON (RFC 8259) that does not parse, or has a key twice in one object.
    Json,
    /// The same of JSON5.
    Json5,
    /// YAML 1.2 that does not parse, has a key twice in one mapping, or more aliases than a bound.
    Yaml,
    /// TOML 1.0 that does not parse.
    Toml,
    /// XML 1.0 that is not well formed.
    Xml,
    /// A line of a `.env` file that is no assignment, or a name that is assigned twice.
    DotEnv,
    /// Python that does not parse.
    Python,
    /// A notebook with what its cells said when they ran.
    NotebookOutputs,
    /// A file that is larger than a bound, and no LFS pointer.
    LargeFile,
    /// A name that Windows cannot store.
    WindowsName,
    /// A file that has no place in a repository: the rule's own globs say which.
    ForbiddenFile,
    /// A script with a shebang that git does not store as executable.
    ShebangWithoutMode,
    /// A text that git stores as executable, without a shebang.
    ModeWithoutShebang,
    /// A pointer of git LFS that is not of its form.
    LfsPointer,
    /// Requirements of pip that are not in order, or are there twice.
    Requirements,
    /// A form that posts without a token against forged requests (Django templates).
    CsrfToken,
    /// A migration of Django that was there before, and says something else now.
    EditedMigration,
    /// A subject of a commit that does not begin with a type (<https://www.conventionalcommits.org>).
    MessageType,
    /// A subject with too many characters.
    MessageSubjectLength,
    /// No empty line between a subject and what follows.
    MessageBlankLine,
    /// A line below the subject with too many characters.
    MessageBodyWidth,
    /// A message that names no issue.
    MessageIssue,
    /// A message that nobody signed off.
    MessageSignOff,
    /// A commit that should have become part of another, on its way to a protected branch.
    MessageFixup,
    /// A commit made on a protected branch.
    ProtectedCommit,
    /// A push to a protected branch.
    ProtectedPush,
    /// A push that takes commits from a protected branch.
    ProtectedForce,
    /// A push that deletes a protected branch.
    ProtectedDelete,
    /// A new branch of a name that the team does not use.
    BranchName,
    /// Settings of Django that let every host in.
    AllowedHosts,
    /// A migration of Django that runs code and names no way back.
    IrreversibleMigration,
    /// A variable of a template within a script.
    ScriptVariable,
    /// A migration of Django that is the last one beside another last one.
    MigrationLeaves,
    /// A migration of Django before whose number one is missing.
    MigrationGap,
    /// A name beside which another stands that differs in case alone.
    CaseConflict,
    /// A symbolic link to what is not in the repository.
    DanglingLink,
    /// A file that holds the target of the link that stood there.
    DestroyedLink,
    /// A submodule that is added.
    NewSubmodule,
    /// A manifest that asks for what its lock file does not hold.
    LockDrift,
    /// A text whose beginning does not hold what the rule's expression asks for.
    Header,
    /// A call of Python for which there is a literal: `dict()`.
    BuiltinLiterals,
    /// A text that stands alone in a module of Python, and not first.
    DocstringFirst,
    /// A string of Python in double quotes that could stand in single ones.
    DoubleQuotes,
    /// JSON whose keys and items do not stand on lines of their own.
    JsonLayout,
    /// A list whose lines are not in order.
    SortedLines,
    /// YAML whose blocks are not in the order of their keys.
    SortedYaml,
}

impl Check {
    /// Whether it looks at commit messages.
    pub const fn is_of_messages(self) -> bool {
        matches!(
            self,
            Self::MessageType
                | Self::MessageSubjectLength
                | Self::MessageBlankLine
                | Self::MessageBodyWidth
                | Self::MessageIssue
                | Self::MessageSignOff
                | Self::MessageFixup
        )
    }

    /// Whether it looks at branches, and at what is done to them.
    pub const fn is_of_branches(self) -> bool {
        matches!(self, Self::ProtectedCommit | Self::ProtectedPush | Self::ProtectedForce | Self::ProtectedDelete | Self::BranchName)
    }

    /// Whether it asks for a file's name, size and past alone.
    pub const fn is_of_name(self) -> bool {
        matches!(self, Self::LargeFile | Self::WindowsName | Self::ForbiddenFile | Self::EditedMigration)
    }

    /// Whether a machine can mend what it finds, without knowing what the file is for.
    pub const fn has_mend(self) -> bool {
        let text = matches!(self, Self::TrailingWhitespace | Self::FinalNewline | Self::MixedLineEndings | Self::ByteOrderMark);
        let mode = matches!(self, Self::ShebangWithoutMode | Self::ModeWithoutShebang);
        let order = matches!(self, Self::Requirements | Self::SortedLines | Self::SortedYaml);
        text || mode || order || matches!(self, Self::NotebookOutputs | Self::DoubleQuotes | Self::JsonLayout)
    }

    /// Whether it asks for the files around the one that it looks at.
    pub const fn is_of_tree(self) -> bool {
        matches!(self, Self::MigrationLeaves | Self::MigrationGap | Self::CaseConflict | Self::DanglingLink | Self::LockDrift)
    }

    /// Whether it looks at symbolic links.
    pub const fn is_of_links(self) -> bool {
        matches!(self, Self::DanglingLink | Self::WindowsName | Self::CaseConflict)
    }

    /// Whether it looks at submodules.
    pub const fn is_of_submodules(self) -> bool {
        matches!(self, Self::NewSubmodule | Self::WindowsName | Self::CaseConflict)
    }

    /// Whether it looks at files.
    pub const fn is_of_files(self) -> bool {
        !matches!(self, Self::DanglingLink | Self::NewSubmodule)
    }

    /// Whether what it finds was there before whenever the file was.
    pub const fn is_of_new_files(self) -> bool {
        matches!(self, Self::MigrationLeaves | Self::MigrationGap | Self::CaseConflict)
    }

    /// Whether it asks for a file's path alone.
    pub const fn is_of_path(self) -> bool {
        matches!(self, Self::WindowsName | Self::ForbiddenFile)
    }

    /// Whether it reads text in any encoding: UTF-16 is decoded for it. The others look at the bytes that git stores.
    pub const fn is_of_text(self) -> bool {
        matches!(
            self,
            Self::TrailingWhitespace
                | Self::FinalNewline
                | Self::MixedLineEndings
                | Self::ConflictMarkers
                | Self::InvisibleCharacters
                | Self::Requirements
                | Self::CsrfToken
                | Self::ScriptVariable
                | Self::Header
                | Self::Xml
        )
    }

    /// Whether its defect is of the whole file: then it is new where the version before had none.
    pub const fn is_of_file(self) -> bool {
        self.is_of_name()
            || self.is_of_new_files()
            || matches!(self, Self::ShebangWithoutMode | Self::ModeWithoutShebang | Self::DestroyedLink | Self::NewSubmodule)
            || matches!(self, Self::Header | Self::JsonLayout)
    }

    /// Whether it reads a syntax, and what it cannot read hides the rest of a file.
    pub const fn is_of_syntax(self) -> bool {
        matches!(self, Self::Json | Self::Json5 | Self::Yaml | Self::Toml | Self::Xml | Self::Python)
    }
}

/// What a rule says about the things it finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// `vendor-thing`, in kebab case; never renamed, never reused.
    pub id: Text,
    /// With which others it is switched on and off.
    pub pack: Pack,
    /// A name for people.
    pub title: Text,
    /// What a thief could do with it, or what it breaks.
    pub severity: Severity,
    /// How sure a match is.
    pub confidence: Confidence,
    /// Why it matters, in a sentence.
    pub why: Text,
    /// How to mend it.
    pub fix: Text,
    /// The page where its owner rotates it; empty where there is none.
    pub rotate: Text,
    /// Pages to read.
    pub references: Cow<'static, [Text]>,
}
