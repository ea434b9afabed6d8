//! The environment: every variable that stanch reads.

use std::ffi::OsString;
use std::path::PathBuf;

/// What the environment says.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a variable that is there or not")]
pub struct Env {
    /// `GIT_INDEX_FILE`: the index that git is about to commit.
    pub index_file: Option<PathBuf>,
    /// `GIT_OBJECT_DIRECTORY` and `GIT_ALTERNATE_OBJECT_DIRECTORIES`: where objects lie while a push is received.
    pub object_folders: Vec<PathBuf>,
    /// `GIT_PUSH_OPTION_0` and so on: what a push says with `-o`.
    pub push_options: Vec<String>,
    /// `GIT_QUARANTINE_PATH`: git receives a push, and its objects are not in the repository yet.
    pub in_quarantine: bool,
    /// `GIT_REFLOG_ACTION`: which operation calls the hooks.
    pub reflog_action: Option<String>,
    /// `GITHEAD_<id>`: commits that `git merge` is merging; it names them so before it writes `MERGE_HEAD`.
    pub merge_heads: Vec<String>,
    /// `GIT_EDITOR=:`: git ran no editor for the message that a hook is to look at.
    pub is_unedited: bool,
    /// `NO_COLOR`: no colours, whatever the terminal (<https://no-color.org>).
    pub no_color: bool,
    /// `CLICOLOR_FORCE`: colours, even without a terminal.
    pub force_color: bool,
    /// `STANCH_BIN`: where the hook scripts find stanch; `doctor` shows it.
    pub binary: Option<OsString>,
    /// `PATH`.
    pub path: Option<OsString>,
    /// `XDG_DATA_HOME`, or `.local/share` in `HOME`: where a person's programs keep what they need.
    pub data_folder: Option<PathBuf>,
}

impl Env {
    /// Reads the environment.
    pub fn read() -> Self {
        Self {
            index_file: var("GIT_INDEX_FILE").map(PathBuf::from),
            object_folders: object_folders(),
            push_options: push_options(),
            in_quarantine: var("GIT_QUARANTINE_PATH").is_some(),
            reflog_action: text("GIT_REFLOG_ACTION"),
            merge_heads: merge_heads(),
            is_unedited: var("GIT_EDITOR").is_some_and(|editor| editor == ":"),
            no_color: var("NO_COLOR").is_some_and(|value| !value.is_empty()),
            force_color: var("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0"),
            binary: var("STANCH_BIN"),
            path: var("PATH"),
            data_folder: data_folder(),
        }
    }

    /// Where a program lies on the `PATH`.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        std::env::split_paths(self.path.as_ref()?).map(|folder| folder.join(program)).find(|file| file.is_file())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the room that reads the environment")]
fn var(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// By the rules of freedesktop.org: a path that is not whole counts as none.
fn data_folder() -> Option<PathBuf> {
    let own = var("XDG_DATA_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    own.or_else(|| Some(PathBuf::from(var("HOME")?).join(".local/share")))
}

fn text(name: &str) -> Option<String> {
    var(name).map(|value| value.to_string_lossy().into_owned())
}

#[expect(clippy::disallowed_methods, reason = "this is the room that reads the environment")]
fn merge_heads() -> Vec<String> {
    let name = |(name, _): (OsString, OsString)| name.to_str()?.strip_prefix("GITHEAD_").map(str::to_owned);
    std::env::vars_os().filter_map(name).collect()
}

fn object_folders() -> Vec<PathBuf> {
    let alternates = var("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
    var("GIT_OBJECT_DIRECTORY").map(PathBuf::from).into_iter().chain(std::env::split_paths(&alternates)).collect()
}

/// git gives push options one by one, and their number (githooks(5), pre-receive).
fn push_options() -> Vec<String> {
    let count = text("GIT_PUSH_OPTION_COUNT").and_then(|count| count.parse::<usize>().ok()).unwrap_or(0);
    (0..count).map_while(|number| text(&format!("GIT_PUSH_OPTION_{number}"))).collect()
}
