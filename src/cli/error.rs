//! Every error to what a person sees: what failed, why, and how to mend it.

use super::term::Term;
use crate::output::sanitize;
use crate::supply::osv;
use crate::{config, fix, git, hooks, scan, source};

/// The exit code of every error: it could not be told whether all is clean.
pub(super) const EXIT_CODE: u8 = 2;

/// A mistake in how the program is used, with its remedy.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(super) struct Usage {
    what: String,
    hint: String,
}

impl Usage {
    pub(super) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into() }
    }
}

/// Shows an error.
pub(super) fn show(error: &anyhow::Error, term: &Term) {
    let mut text = format!("{} {}\n", term.bad("error:"), sanitize::text(&error.to_string()));
    for cause in error.chain().skip(1) {
        text.push_str(&format!("  because: {}\n", sanitize::text(&cause.to_string())));
    }
    if let Some(config::Error::Faults { faults }) = error.chain().find_map(|cause| cause.downcast_ref()) {
        for fault in faults {
            let lines: Vec<String> = fault.to_string().lines().map(sanitize::text).collect();
            text.push_str(&format!("{}\n", lines.join("\n")));
        }
    } else if let Some(hint) = error.chain().find_map(hint) {
        text.push_str(&format!("{} {hint}\n", term.good("hint:")));
    }
    let is_half_done = error.chain().any(|cause| matches!(cause.downcast_ref(), Some(fix::Error::HalfDone { .. })));
    let state = if is_half_done { "run `stanch fix` again: it puts back or finishes what is half done" } else { "nothing was changed" };
    text.push_str(&format!("{state}; this is not clean (exit code 2)\n"));
    // When standard error is gone, nobody is left to tell.
    term.err(text.as_bytes()).ok();
}

fn hint(cause: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(usage) = cause.downcast_ref::<Usage>() {
        return Some(usage.hint.clone());
    }
    if let Some(hooks::Error::InTheWay { path, .. }) = cause.downcast_ref::<hooks::Error>() {
        let path = sanitize::text(&path.display().to_string());
        return Some(format!("make one hook of the two, keep it as `{path}`, remove the other, and install again"));
    }
    if let Some(error) = cause.downcast_ref::<config::Error>() {
        return match error {
            config::Error::Digest { .. } => Some("run the stanch version and the settings that the other side ran".to_owned()),
            config::Error::Git(error) => git_hint(error),
            _ => None,
        };
    }
    if let Some(error) = cause.downcast_ref::<scan::Error>() {
        return match error {
            scan::Error::Source(source::Error::Git(error)) => git_hint(error),
            _ => None,
        };
    }
    if let Some(source::Error::Git(error)) = cause.downcast_ref::<source::Error>() {
        return git_hint(error);
    }
    if let Some(error) = cause.downcast_ref::<fix::Error>() {
        return match error {
            fix::Error::Git(error) => git_hint(error),
            fix::Error::Changed { .. } => Some("run it again when nothing else writes there".to_owned()),
            fix::Error::Busy => Some("wait until it ends".to_owned()),
            fix::Error::Journal { .. } => Some("it was written by hand or by another version: move it away".to_owned()),
            _ => None,
        };
    }
    match cause.downcast_ref::<osv::Error>() {
        Some(osv::Error::Mixed { .. }) => return Some("name those that it holds whole: --ecosystem NAME".to_owned()),
        Some(osv::Error::Form { .. }) => return Some("move it away and import again".to_owned()),
        Some(osv::Error::Database { .. } | osv::Error::Damaged { .. }) => {
            return Some("when it stays so, move the file away and import again".to_owned());
        }
        _ => {}
    }
    cause.downcast_ref::<git::Error>().and_then(git_hint)
}

fn git_hint(error: &git::Error) -> Option<String> {
    match error {
        git::Error::Open { place, .. } if error.is_foreign_owner() => Some(format!(
            "the repository belongs to another user; if you trust it: git config --global --add safe.directory {}",
            place.display()
        )),
        git::Error::Open { .. } => Some("run this inside a git repository, or give paths: `stanch scan PATH`".to_owned()),
        git::Error::Index { .. } => Some("`git status` says whether git can read it; `git read-tree HEAD` writes it anew".to_owned()),
        git::Error::Unmerged { .. } => Some("solve the conflicts, `git add` the files, and go on".to_owned()),
        git::Error::Revision { .. } => Some("`git log --oneline --all` shows what there is; in CI, fetch it first".to_owned()),
        git::Error::Object { .. } if error.is_missing_object() => {
            Some("the object is not in this clone: `git fetch --unshallow` or `git fetch --refetch` brings it".to_owned())
        }
        git::Error::Object { .. } | git::Error::Kind { .. } => Some("`git fsck` tells what is broken".to_owned()),
        git::Error::Loose { .. } => Some("`git fsck` tells what is broken".to_owned()),
        git::Error::Git { .. } => Some("`git fsck` tells what is broken; in a shallow clone, `git fetch --unshallow`".to_owned()),
        git::Error::Locked { .. } => {
            Some("another git runs here, or one was cut off: when none runs, remove the lock and go on".to_owned())
        }
        git::Error::Write { .. } => None,
        git::Error::Process(_) => Some("put git on the PATH".to_owned()),
        git::Error::Doing { .. } => None,
    }
}
