//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::config::At;

/// The help of all fits a small terminal, so that of each command lists the options.
const HELP: &str = "\
{about}

{usage-heading} {usage}

Commands:
{subcommands}

Options: --color <WHEN> (auto, always or never), --help, --version{after-help}";

/// Stops secrets and bad code at git commit and git push, and again in CI.
#[derive(Debug, Parser)]
#[command(
    name = "stanch",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    help_template = HELP,
    after_help = "Start with `stanch install`. Exit codes: 0 clean, 1 blocked, 2 could not tell."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Colours: auto, always or never
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", hide_possible_values = true)]
    pub(super) color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a first stanch.toml and install the hooks
    #[command(after_help = "Examples:\n  stanch init\n  stanch init --from-pre-commit")]
    Init(Init),
    /// Come among git's hooks; what is there keeps running
    #[command(after_help = "Example: stanch install")]
    Install(Install),
    /// Put the hooks back as they were, byte for byte
    #[command(after_help = "Example: stanch uninstall")]
    Uninstall,
    /// Look at files, the index, commits, a push or a text
    #[command(
        after_help = "Examples:\n  stanch scan\n  stanch scan --staged\n  stanch scan --range origin/main..HEAD --output sarif=out.sarif --output human\n\n\
                      Exit codes: 0 clean, 1 blocked, 2 could not tell, 130 interrupted."
    )]
    Scan(Scan),
    /// Show a patch that mends what is staged; write it, undo it
    #[command(after_help = "Examples:\n  stanch fix\n  stanch fix --write src/\n  stanch fix --undo\n\n\
                      The patch is made of what is staged, on the lines that the change touched. --write puts it into\n\
                      the index and, merged with what is not staged, into the work tree: both, or neither.\n\
                      Exit codes: 0 nothing is left to mend, 1 something is, 2 could not tell.")]
    Fix(Fix),
    /// Let a finding pass, with a reason
    #[command(after_help = "Example: stanch allow 7f3a9c2b1d44 --reason \"revoked test key\"")]
    Allow(Allow),
    /// Write down what was there before
    #[command(after_help = "Example: stanch baseline create")]
    Baseline(Baseline),
    /// List, show and prove rules
    #[command(after_help = "Example: stanch rules show github-pat")]
    Rules(Rules),
    /// List and accept the tools that run beside
    #[command(after_help = "Example: stanch tools list")]
    Tools(Tools),
    /// Hold packages against known vulnerabilities, without a network
    #[command(after_help = "Examples:\n  stanch vulns\n  stanch vulns --sbom app.cdx.json --output json\n\n\
                      `stanch db import` brings what is known. Exit codes: 0 nothing is known, 1 something is, 2 could not tell:\n\
                      no packages, no database or an old one, a version that cannot be compared.")]
    Vulns(Vulns),
    /// Bring what is known of vulnerabilities, and show its age
    #[command(after_help = "Example: stanch db status")]
    Db(Db),
    /// Say what a rule or a finding means
    #[command(after_help = "Example: stanch explain github-pat")]
    Explain(Explain),
    /// Say what runs for each of git's hooks, and what is missing
    #[command(after_help = "Example: stanch doctor")]
    Doctor,
    /// Write the bill of materials: Syft's and our own census
    #[command(
        after_help = "Examples:\n  stanch sbom\n  stanch sbom --commit HEAD --output cyclonedx=sbom.json --output spdx=sbom.spdx.json\n\n\
                      Exit codes: 0 written, 2 could not tell: Syft is missing or fails, a file cannot be read, or no package\n\
                      is found though there are manifests."
    )]
    Sbom(Sbom),
    /// Called by git: run one of its hooks
    #[command(hide = true, after_help = "Example: stanch hook pre-commit")]
    Hook(Hook),
    /// Print completions for a shell
    #[command(hide = true, after_help = "Example: stanch completions bash > ~/.local/share/bash-completion/completions/stanch")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(hide = true, after_help = "Example: stanch man | man -l -")]
    Man,
    /// Print the JSON schema of stanch.toml
    #[command(hide = true)]
    Schema,
}

#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// Write the settings only; install no hooks
    #[arg(long)]
    pub(super) no_hooks: bool,
    /// Make the settings of a file of pre-commit [default: .pre-commit-config.yaml], and say what each hook became
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "clap tells by it a flag without its value from no flag")]
    pub(super) from_pre_commit: Option<Option<PathBuf>>,
    /// Write no file and install nothing; print the settings
    #[arg(long, requires = "from_pre_commit")]
    pub(super) print: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Install {
    /// Only these hooks
    #[arg(long = "hook", value_name = "EVENT")]
    pub(super) hooks: Vec<String>,
}

#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a person types; clap keeps them apart")]
pub(super) struct Scan {
    /// Files and folders [default: the work tree, without what git ignores]
    #[arg(value_name = "PATH", group = "source")]
    pub(super) paths: Vec<PathBuf>,
    /// What a commit would store
    #[arg(long, group = "source")]
    pub(super) staged: bool,
    /// With --staged: first mend what a machine can, as `stanch fix --write` does
    #[arg(long, requires = "staged")]
    pub(super) fix: bool,
    /// What the commits of a range brought
    #[arg(long, value_name = "A..B", group = "source")]
    pub(super) range: Option<String>,
    /// What a push would send; the lines of git's pre-push hook on standard input
    #[arg(long, group = "source")]
    pub(super) push: bool,
    /// What all commits ever brought, from HEAD or from the revisions given
    #[arg(long, value_name = "REV", num_args = 0.., group = "source")]
    pub(super) history: Option<Vec<String>>,
    /// With --history: from every ref
    #[arg(long, requires = "history")]
    pub(super) all: bool,
    /// Standard input
    #[arg(long, group = "source")]
    pub(super) stdin: bool,
    /// With --stdin: the name findings give it
    #[arg(long, value_name = "NAME", requires = "stdin", default_value = "stdin", hide_default_value = true)]
    pub(super) path: OsString,
    /// A commit message in a file, as git will store it
    #[arg(long, value_name = "FILE", group = "source")]
    pub(super) message: Option<PathBuf>,
    #[command(flatten)]
    pub(super) run: Run,
}

/// How to run and what to write.
#[derive(Debug, Default, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a person types; clap keeps them apart")]
pub(super) struct Run {
    /// human, json, jsonl, sarif, junit, github, gitlab-secrets or gitlab-quality; repeats
    #[arg(long, short, value_name = "FORMAT[=FILE]")]
    pub(super) output: Vec<String>,
    /// Say nothing when clean
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Also list what is allowed, and why
    #[arg(long, short)]
    pub(super) verbose: bool,
    /// Take the settings from this revision; the scanned version may only tighten them
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Fail unless rules, settings and engine have this digest
    #[arg(long, value_name = "DIGEST")]
    pub(super) expect_rules: Option<String>,
    /// Stop after so many seconds, incomplete
    #[arg(long, value_name = "SECS")]
    pub(super) deadline: Option<u64>,
    /// How many threads look at once [default: one for each core]
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Run the tools of the accepted settings, accepted on this machine or not: for CI
    #[arg(long, conflicts_with = "no_tools")]
    pub(super) tools: bool,
    /// Run no tools, and say so
    #[arg(long)]
    pub(super) no_tools: bool,
    /// From where it is started, for the tools that run there.
    #[arg(skip)]
    pub(super) at: At,
    /// Whether git waits for a verdict before a commit or push, so that what takes long is left to CI or a server.
    #[arg(skip)]
    pub(super) in_hook: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Fix {
    /// Only these files, and those below these folders [default: all that is staged]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Write it to the index and to the work tree
    #[arg(long, short)]
    pub(super) write: bool,
    /// Put back what the last fix changed, byte for byte
    #[arg(long, conflicts_with = "write")]
    pub(super) undo: bool,
    /// Take the settings from this revision; the scanned version may only tighten them
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Allow {
    /// The fingerprint that the finding shows, or its first digits
    pub(super) fingerprint: String,
    /// Why it may pass
    #[arg(long)]
    pub(super) reason: String,
    /// The last day on which it may, as 2027-01-31
    #[arg(long, value_name = "DAY")]
    pub(super) until: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Baseline {
    #[command(subcommand)]
    pub(super) command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum BaselineCommand {
    /// Write down all that the work tree holds now
    #[command(after_help = "Example: stanch baseline create")]
    Create,
    /// Take out what is gone; with --add, write down what has come
    #[command(after_help = "Example: stanch baseline update --add")]
    Update {
        /// Write down what has come since
        #[arg(long)]
        add: bool,
    },
    /// Walk through the entries and say of each what it is
    #[command(after_help = "Example: stanch baseline audit")]
    Audit,
}

#[derive(Debug, clap::Args)]
pub(super) struct Rules {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List the rules that run here, and their digest
    #[command(after_help = "Example: stanch rules list")]
    List,
    /// Show a rule whole
    #[command(after_help = "Example: stanch rules show github-pat")]
    Show {
        /// Its id
        rule: String,
    },
    /// Prove rules by their own examples
    #[command(after_help = "Example: stanch rules test github-pat")]
    Test {
        /// Only these [default: all]
        rules: Vec<String>,
    },
    /// Turn other scanners' rules and ignore files into stanch's own form
    #[command(after_help = "Example: stanch rules import gitleaks.toml .gitleaksignore >> stanch.toml\n\n\
                            Prints `[[rule]]` and `[[allow]]` tables; what cannot be carried over is listed, with why.")]
    Import(Import),
}

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// gitleaks.toml, betterleaks.toml, rules of Nosey Parker or Kingfisher, a baseline of detect-secrets, .gitleaksignore
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// gitleaks, betterleaks, noseyparker, kingfisher, detect-secrets or gitleaksignore [default: told by each file]
    #[arg(long, value_name = "FORMAT")]
    pub(super) from: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Tools {
    #[command(subcommand)]
    pub(super) command: ToolsCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ToolsCommand {
    /// List the tools of the settings, and which may run here
    #[command(after_help = "Example: stanch tools list")]
    List,
    /// Let the tools run here, as they stand now
    #[command(after_help = "Example: stanch tools accept\n\nShows what each runs. Whoever changes one must accept it again.")]
    Accept,
}

#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// A rule's id, or a fingerprint of the last findings
    pub(super) what: String,
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Sbom {
    #[command(subcommand)]
    pub(super) command: Option<SbomCommand>,
    /// The folder [default: this one]. In a work tree, without what git ignores
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    /// The tree of this revision
    #[arg(long, value_name = "REV")]
    pub(super) commit: Option<String>,
    /// human, cyclonedx or spdx; repeats
    #[arg(long, short, value_name = "FORMAT[=FILE]")]
    pub(super) output: Vec<String>,
    /// What the bill is of [default: the name in a manifest at the root]
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Syft [default: that of the PATH, or of `install.sh --with-syft`]
    #[arg(long, value_name = "PROGRAM", conflicts_with = "census_only")]
    pub(super) syft: Option<PathBuf>,
    /// Run no Syft, and say so
    #[arg(long)]
    pub(super) census_only: bool,
    /// How many seconds Syft may take
    #[arg(long, value_name = "SECS", default_value_t = 300)]
    pub(super) timeout: u64,
}

#[derive(Debug, Subcommand)]
pub(super) enum SbomCommand {
    /// Show what changed between two bills: packages, versions, licences
    #[command(after_help = "Example: stanch sbom diff before.json after.json")]
    Diff {
        /// A bill in CycloneDX or SPDX, as JSON
        before: PathBuf,
        /// A later one
        after: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Hook {
    /// The script that git called, to find the hook it stands in front of
    #[arg(long, value_name = "FILE")]
    pub(super) script: Option<PathBuf>,
    /// The hook's name
    pub(super) event: String,
    /// What git passes on
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(super) arguments: Vec<OsString>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Vulns {
    /// Folders, manifests and lock files, as `stanch sbom` counts them [default: the work tree, without what git ignores]
    #[arg(value_name = "PATH", conflicts_with = "sbom")]
    pub(super) paths: Vec<PathBuf>,
    /// CycloneDX in JSON; repeats
    #[arg(long, value_name = "FILE")]
    pub(super) sbom: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) place: Place,
    /// How many days old the newest record of an ecosystem may be
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub(super) max_age_days: u16,
    /// human or json
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = Form::Human, hide_possible_values = true)]
    pub(super) output: Form,
}

/// How a command that is no scan writes its report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    Human,
    Json,
}

/// Where the database is.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// The folder of the database [default: stanch/db below XDG_DATA_HOME or ~/.local/share]
    #[arg(long, value_name = "DIR")]
    pub(super) db: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Db {
    #[command(subcommand)]
    pub(super) command: DbCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum DbCommand {
    /// Replace an ecosystem by a dump of OSV, or the list of EPSS or KEV
    #[command(after_help = "Examples:\n  stanch db import PyPI-all.zip\n  stanch db import all.zip --ecosystem PyPI --ecosystem npm\n  \
                            stanch db import epss_scores-current.csv.gz\n\n\
                            Whole or not at all: a dump with one broken record changes nothing.")]
    Import {
        /// A zip of JSON records, or a folder of them; a .csv or .csv.gz of EPSS; a .json of KEV
        #[arg(value_name = "FILE|DIR")]
        dump: PathBuf,
        /// Only these, of a dump of several; repeats [default: the one that every record is about]
        #[arg(long, value_name = "NAME")]
        ecosystem: Vec<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Show what is there: ecosystems, ages, digests
    #[command(after_help = "Example: stanch db status")]
    Status {
        #[command(flatten)]
        place: Place,
        /// human or json
        #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = Form::Human, hide_possible_values = true)]
        output: Form,
    },
}
