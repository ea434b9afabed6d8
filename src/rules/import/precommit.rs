//! pre-commit's settings, as prek reads them too: `.pre-commit-config.yaml`
//! (<https://pre-commit.com/#pre-commit-configyaml---top-level>). Each hook comes with what its file says of it; what its
//! repository says of it is known to nobody here.

use super::tree::{self, Node};
use super::{Lost, fault, text};
use crate::rules::Fault;

/// The file that pre-commit reads unless it is told another.
pub const PRE_COMMIT_FILE: &str = ".pre-commit-config.yaml";

/// The most hooks that a file may name.
const MAX_HOOKS: usize = 1_000;
/// Keys of a hook that say how it is shown or run, and nothing about what it looks for.
const SILENT: [&str; 13] = [
    "name",
    "description",
    "language_version",
    "log_file",
    "verbose",
    "require_serial",
    "minimum_pre_commit_version",
    "minimum_prek_version",
    "fail_fast",
    "always_run",
    "priority",
    "env",
    "groups",
];

/// Where a hook comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A repository, by its address without `.git`.
    Remote(String),
    /// The file itself says what runs (`local`).
    Local,
    /// It looks at the file of settings (`meta`).
    Meta,
    /// prek has it in itself (`builtin`).
    Builtin,
}

/// A hook as the file names it. A key that is not there is none, empty, or false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The line on which it begins.
    pub line: usize,
    /// Where it comes from.
    pub origin: Origin,
    /// Its id.
    pub id: String,
    /// Another name for it on the command line.
    pub alias: Option<String>,
    /// The name for people.
    pub name: Option<String>,
    /// What runs, in a local one: a command, or an expression (`pygrep`), or a message (`fail`).
    pub entry: Option<String>,
    /// How it is run.
    pub language: Option<String>,
    /// What comes behind the command.
    pub args: Vec<String>,
    /// The expression that paths must match.
    pub files: Option<String>,
    /// The expression that they must not match.
    pub exclude: Option<String>,
    /// Kinds that a file must all have.
    pub types: Option<Vec<String>>,
    /// Kinds of which it must have one.
    pub types_or: Option<Vec<String>>,
    /// Kinds that it must not have.
    pub exclude_types: Vec<String>,
    /// When it runs.
    pub stages: Option<Vec<String>>,
    /// Whether it is given no files.
    pub without_files: bool,
    /// Whether more is installed beside it.
    pub has_dependencies: bool,
    /// Keys that nothing here knows.
    pub unknown: Vec<String>,
}

impl Hook {
    /// The name that `pre-commit run` takes.
    pub fn run_name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.id)
    }
}

/// What a file of pre-commit says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreCommit {
    /// Its hooks, in order.
    pub hooks: Vec<Hook>,
    /// The expression that paths must match for any hook.
    pub files: Option<String>,
    /// The expression that they must not match.
    pub exclude: Option<String>,
    /// When hooks run that do not say it themselves.
    pub default_stages: Option<Vec<String>>,
    /// Whether it stops at the first hook that fails.
    pub fail_fast: bool,
    /// Other keys of the file, with what becomes of them.
    pub lost: Vec<Lost>,
}

/// Reads a file of pre-commit, which the user knows as `name`.
///
/// # Errors
/// If it is none, with the place.
pub fn read_pre_commit(name: &str, bytes: &[u8]) -> Result<PreCommit, Fault> {
    let root = tree::lax_yaml(name, text(name, bytes)?)?;
    // Before its first version, the file was a list.
    let repos = if root.list().is_some() { Some(&root) } else { root.get("repos") };
    let hint = "name the file of pre-commit: `stanch init --from-pre-commit FILE`";
    let none = || fault(name, root.line.max(1), "there is no list `repos`".to_owned(), hint);
    let repos = repos.and_then(Node::list).ok_or_else(none)?;
    let mut read = PreCommit {
        files: pattern(&root, "files"),
        exclude: pattern(&root, "exclude").filter(|expression| expression != "^$"),
        default_stages: texts(&root, "default_stages"),
        fail_fast: root.flag("fail_fast"),
        ..PreCommit::default()
    };
    for (key, node) in root.entries() {
        if let Some(why) = lost(key) {
            read.lost.push(Lost { line: node.line, what: format!("`{key}`"), why: why.to_owned() });
        }
    }
    for repo in repos {
        let origin = match repo.text("repo").trim() {
            "" => return Err(fault(name, repo.line, "a repository without `repo`".to_owned(), hint)),
            "local" => Origin::Local,
            "meta" => Origin::Meta,
            "builtin" => Origin::Builtin,
            address => Origin::Remote(bare(address)),
        };
        for key in ["files", "exclude"].into_iter().filter(|key| repo.get(key).is_some()) {
            let why = "a repository has no such key: pre-commit passes it over".to_owned();
            read.lost.push(Lost { line: repo.line, what: format!("`{key}` of a repository"), why });
        }
        for hook in repo.get("hooks").and_then(Node::list).unwrap_or_default() {
            let hook = read_hook(hook, &origin).ok_or_else(|| fault(name, hook.line, "a hook without `id`".to_owned(), hint))?;
            read.hooks.push(hook);
        }
        if read.hooks.len() > MAX_HOOKS {
            return Err(fault(name, repo.line, format!("there are more than {MAX_HOOKS} hooks"), "split the file"));
        }
    }
    Ok(read)
}

fn read_hook(node: &Node, origin: &Origin) -> Option<Hook> {
    let node = &node.merged();
    let text = |key: &str| Some(node.text(key).trim().to_owned()).filter(|text| !text.is_empty());
    let mut hook = Hook {
        line: node.line,
        origin: origin.clone(),
        id: text("id")?,
        alias: text("alias"),
        name: text("name"),
        entry: text("entry"),
        language: text("language"),
        args: node.get("args").map(|_| node.texts("args")).unwrap_or_default(),
        files: pattern(node, "files"),
        exclude: pattern(node, "exclude").filter(|expression| expression != "^$"),
        types: texts(node, "types"),
        types_or: texts(node, "types_or"),
        exclude_types: texts(node, "exclude_types").unwrap_or_default(),
        stages: texts(node, "stages"),
        without_files: node.text("pass_filenames") == "false",
        has_dependencies: node.get("additional_dependencies").is_some(),
        unknown: Vec::new(),
    };
    let read = ["id", "alias", "entry", "language", "args", "files", "exclude", "types", "types_or", "exclude_types", "stages"];
    let known = |key: &str| read.contains(&key) || SILENT.contains(&key) || ["pass_filenames", "additional_dependencies"].contains(&key);
    hook.unknown = node.entries().iter().map(|(key, _)| key.clone()).filter(|key| !known(key)).collect();
    Some(hook)
}

/// An expression; an empty one asks for nothing.
fn pattern(node: &Node, key: &str) -> Option<String> {
    Some(node.text(key).to_owned()).filter(|text| !text.trim().is_empty())
}

fn texts(node: &Node, key: &str) -> Option<Vec<String>> {
    let words: Vec<String> = node.texts(key).into_iter().filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then_some(words)
}

/// An address without what does not tell it apart.
fn bare(address: &str) -> String {
    let bare = address.trim_end_matches('/');
    bare.strip_suffix(".git").unwrap_or(bare).to_owned()
}

/// What becomes of a key of the whole file; none where it is read, or is about pre-commit alone.
fn lost(key: &str) -> Option<&'static str> {
    Some(match key {
        "repos" | "files" | "exclude" | "default_stages" | "fail_fast" => return None,
        "minimum_pre_commit_version" | "minimum_prek_version" => return None,
        "ci" => "it is for pre-commit.ci, which makes and updates commits of its own; stanch does not",
        "default_language_version" => "it says what hooks are installed with, and holds for those that prek or pre-commit runs",
        "default_install_hook_types" => "`stanch install` comes among every hook that it has work in",
        "orphan" | "auto_update" | "update" => "it is about prek alone",
        _ => "nothing here knows the key",
    })
}
