//! Hooks that look at branches and messages.

use super::made::Made;
use crate::check::path_globs;
use crate::rules::import::{Hook, Origin};

/// Branches that `no-commit-to-branch` protects unless it names others.
const USUAL_BRANCHES: [&str; 2] = ["main", "master"];
/// The types of `@commitlint/config-conventional`, and of those who follow it.
const USUAL_TYPES: [&str; 11] = ["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"];

/// What a hook became.
pub(super) struct Asked {
    pub(super) here: String,
    pub(super) differs: Vec<String>,
}

/// The keys of `[branch]` or `[message]` that say what a hook says; none where they do not.
pub(super) fn of(hook: &Hook, made: &mut Made) -> Option<Asked> {
    match (&hook.origin, hook.id.as_str()) {
        (Origin::Remote(_) | Origin::Builtin, "no-commit-to-branch") => branches(hook, made),
        (Origin::Remote(_), "conventional-pre-commit" | "commitizen") => types(hook, made),
        _ => None,
    }
}

fn branches(hook: &Hook, made: &mut Made) -> Option<Asked> {
    let mut named: Vec<String> = Vec::new();
    let mut has_branch = false;
    let mut words = hook.args.iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
        let mut value = || value.map(str::to_owned).or_else(|| words.next().cloned());
        match name {
            "-b" | "--branch" => {
                has_branch = true;
                named.push(value()?);
            }
            "-p" | "--pattern" => {
                let globs = path_globs(&format!("^(?:{})", value()?))?;
                named.extend(globs.iter().flat_map(|glob| [glob.clone(), format!("{glob}/**")]));
            }
            _ => return None,
        }
    }
    if !has_branch {
        named.extend(USUAL_BRANCHES.map(str::to_owned));
    }
    made.protected.extend(named);
    let differs = vec!["the first commit of a repository is let through".to_owned()];
    Some(Asked { here: "rule `protected-branch-commit`".to_owned(), differs })
}

fn types(hook: &Hook, made: &mut Made) -> Option<Asked> {
    let is_plain = |word: &String| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let strict = hook.id == "commitizen" || hook.args.iter().all(is_plain);
    if !strict {
        return None;
    }
    let named = if hook.id == "commitizen" || hook.args.is_empty() { USUAL_TYPES.map(str::to_owned).to_vec() } else { hook.args.clone() };
    // Two hooks that name types ask for both.
    if !made.types.is_empty() {
        made.types.retain(|word| named.contains(word));
    } else {
        made.types = named;
    }
    let mut differs = vec!["what git writes itself, as merges and reverts, is asked less".to_owned()];
    if hook.id == "commitizen" {
        differs.push("the types are the usual ones: its own settings are not read".to_owned());
    }
    Some(Asked { here: "rules `message-type`, `message-blank-line`".to_owned(), differs })
}
