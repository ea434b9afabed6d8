//! `stanch fix`.

use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use bstr::{BString, ByteSlice as _, ByteVec as _};

use super::scan::{parents_of_next, scanning_staged};
use crate::cli::args::{Fix, Run};
use crate::cli::error::{EXIT_CODE, Usage};
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::fix::{self, Apply, Journal, Left, Planned, Wanted};
use crate::git::{Entry, Repo};
use crate::model::Candidate;
use crate::output::{Side, patch, sanitize};
use crate::scan::{self, Mended};
use crate::source::{Source as _, Staged};

/// The exit code when something is left to mend.
const LEFT: u8 = 1;

pub(in crate::cli) fn run(args: &Fix, session: &Session, term: &Term) -> anyhow::Result<u8> {
    let repo = open(session)?;
    let asked = Asked::new(&repo, &args.paths)?;
    let journal = if args.write { Some(open_to_write(&repo)?) } else { Journal::open_existing(&repo)? };
    if let Some(journal) = &journal {
        recover(&repo, journal, term)?;
    }
    if args.undo {
        let journal = journal.ok_or(fix::Error::Nothing)?;
        return undo(&repo, &journal, &asked, term);
    }
    let run = Run { base: args.base.clone(), ..Run::default() };
    let found = look(&repo, &asked, session, &run)?;
    let code = match journal.filter(|_| args.write) {
        Some(journal) => write(&repo, &journal, &found, term)?,
        None => show(&found, term)?,
    };
    Ok(if found.gaps.is_empty() { code } else { say_gaps(&found.gaps, term)? })
}

/// Mends what is staged before it is scanned.
pub(super) fn before_scan(run: &Run, session: &Session, term: &Term) -> anyhow::Result<()> {
    let repo = open(session)?;
    let journal = open_to_write(&repo)?;
    recover(&repo, &journal, term)?;
    let found = look(&repo, &Asked::default(), session, run)?;
    // What is left, or could not be looked at, the scan tells.
    write(&repo, &journal, &found, term)?;
    Ok(())
}

fn open(session: &Session) -> anyhow::Result<Repo> {
    Ok(session.called_repo().or_else(|_| Session::repo())?)
}

/// The journal, to write by. In the index of `git commit FILE` nothing is mended: git throws it away and keeps its own.
fn open_to_write(repo: &Repo) -> anyhow::Result<Journal> {
    let index = repo.index_path();
    if index.file_name().is_some_and(|name| name.to_string_lossy().starts_with("next-index-")) {
        let hint = "mend first: `stanch fix --write`, then `git commit` the file";
        return Err(Usage::new("`git commit FILE` commits from an index that it throws away: a fix in it would be undone", hint).into());
    }
    Ok(Journal::open(repo)?)
}

/// The paths that were asked for, from the root of the work tree; none is all.
#[derive(Debug, Default)]
struct Asked(Vec<BString>);

impl Asked {
    fn new(repo: &Repo, paths: &[PathBuf]) -> anyhow::Result<Self> {
        let root = repo.work_dir().ok_or(fix::Error::Bare)?;
        let root = root.canonicalize().with_context(|| format!("cannot read `{}`", root.display()))?;
        let here = Path::new(".").canonicalize().context("cannot read this folder")?;
        let name = |path: &PathBuf| {
            let outside = || Usage::new(format!("not in this work tree: `{}`", path.display()), "name files and folders of it");
            let full = plain(&here.join(path));
            let name = full.strip_prefix(&root).map_err(|_| outside())?;
            Ok(BString::from(Vec::from_path_lossy(name).into_owned()))
        };
        let names: Result<Vec<BString>, Usage> = paths.iter().map(name).collect();
        Ok(Self(names?))
    }

    /// A path that nothing has is a slip, and not one without faults.
    fn check(&self, repo: &Repo, staged: &[Candidate]) -> anyhow::Result<()> {
        let root = repo.work_dir().ok_or(fix::Error::Bare)?;
        let is_there = |name: &BString| {
            let one = Self(vec![name.clone()]);
            staged.iter().any(|candidate| one.names(&candidate.path)) || root.join(name.to_path_lossy()).symlink_metadata().is_ok()
        };
        match self.0.iter().find(|name| !is_there(name)) {
            Some(name) => {
                Err(Usage::new(format!("there is no `{}`", sanitize::bytes(name)), "name files and folders that are staged").into())
            }
            None => Ok(()),
        }
    }

    fn names(&self, path: &[u8]) -> bool {
        let below = |name: &BString| {
            name.is_empty() || path.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        };
        self.0.is_empty() || self.0.iter().any(below)
    }
}

/// A path without `.` and `..`. No link is followed: the last part may be one that is staged.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// What can be mended, and what could not be looked at.
struct Found {
    files: Vec<(BString, Mended)>,
    gaps: Vec<String>,
}

fn look(repo: &Repo, asked: &Asked, session: &Session, run: &Run) -> anyhow::Result<Found> {
    let parents = parents_of_next(repo, &[])?;
    let (staged, scanning) = scanning_staged(repo, &parents, session, run)?;
    let plan = scanning.plan()?;
    let source = Staged::new(repo, &staged);
    let mut candidates = Vec::new();
    source.list(&mut |candidate| candidates.push(candidate))?;
    asked.check(repo, &candidates)?;
    let reader = source.reader()?;
    let mut found = Found { files: Vec::new(), gaps: Vec::new() };
    for candidate in candidates.into_iter().filter(|candidate| asked.names(&candidate.path)) {
        match scan::mend(&plan, &reader, &candidate) {
            Ok(mended) => found.files.extend(mended.map(|mended| (candidate.path, mended))),
            Err(error) => found.gaps.push(format!("{}: {}", sanitize::bytes(&candidate.path), sanitize::text(&error.to_string()))),
        }
    }
    Ok(found)
}

/// Shows the patch.
fn show(found: &Found, term: &Term) -> anyhow::Result<u8> {
    let mut text = Vec::new();
    for (path, mended) in &found.files {
        let old = Side { mode: mended.mode, text: &mended.before, hidden: &mended.hidden };
        let new = Side { mode: mended.mended_mode, text: &mended.after, hidden: &mended.hidden_after };
        patch(path, old, new, term.colour_out(), &mut text)?;
    }
    term.out(&text)?;
    if found.files.is_empty() {
        term.say("nothing to mend in what is staged")?;
        return Ok(0);
    }
    let rules: std::collections::BTreeSet<&str> =
        found.files.iter().flat_map(|(_, mended)| mended.rules.iter().map(|rule| &**rule)).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    term.say(&format!("{} to mend ({}); `stanch fix --write` does it", files(found.files.len()), rules.join(", ")))?;
    Ok(LEFT)
}

/// Puts the patch into the index and the work tree.
fn write(repo: &Repo, journal: &Journal, found: &Found, term: &Term) -> anyhow::Result<u8> {
    let wanted = |(path, mended): &(BString, Mended)| Wanted {
        path: path.clone(),
        old: Entry { mode: mended.mode, id: mended.blob },
        before: mended.before.clone(),
        after: mended.after.clone(),
        mode: mended.mended_mode,
    };
    let wanted: Vec<Wanted> = found.files.iter().map(wanted).collect();
    let planned = fix::plan(repo, &wanted)?;
    apply(repo, journal, &planned)?;
    for change in &planned.changes {
        let rules = found.files.iter().find(|(path, _)| *path == change.path).map(|(_, mended)| mended.rules.iter().map(|rule| &**rule));
        let rules: Vec<&str> = rules.into_iter().flatten().collect();
        term.say(&format!("mended: {}  {}", sanitize::bytes(&change.path), rules.join(", ")))?;
    }
    say_left(&planned.left, term)?;
    match planned.changes.len() {
        0 if planned.left.is_empty() => term.say("nothing to mend in what is staged")?,
        0 => {}
        count => {
            term.say(&format!("{} mended in the index and in the work tree; `stanch fix --undo` puts back what was there", files(count)))?;
        }
    }
    Ok(if planned.left.is_empty() { 0 } else { LEFT })
}

fn undo(repo: &Repo, journal: &Journal, asked: &Asked, term: &Term) -> anyhow::Result<u8> {
    let planned = fix::undo(repo, journal, |path| asked.names(path))?;
    apply(repo, journal, &planned)?;
    for change in &planned.changes {
        term.say(&format!("put back: {}", sanitize::bytes(&change.path)))?;
    }
    say_left(&planned.left, term)?;
    if planned.changes.is_empty() && planned.left.is_empty() {
        term.say("the last fix changed nothing there")?;
    }
    Ok(if planned.left.is_empty() { 0 } else { LEFT })
}

fn apply(repo: &Repo, journal: &Journal, planned: &Planned) -> Result<(), fix::Error> {
    if planned.changes.is_empty() { Ok(()) } else { Apply::new(repo, journal, planned)?.run() }
}

fn recover(repo: &Repo, journal: &Journal, term: &Term) -> anyhow::Result<()> {
    for recovered in fix::recover(repo, journal)? {
        let what = if recovered.is_finished { "is finished now" } else { "was rolled back" };
        term.say(&format!("note: an earlier fix that was cut off {what}"))?;
        for path in &recovered.left {
            term.say(&format!("left alone: {}  it changed since", sanitize::bytes(path)))?;
        }
    }
    Ok(())
}

fn say_left(left: &[Left], term: &Term) -> std::io::Result<()> {
    left.iter().try_for_each(|left| term.say(&format!("left alone: {}  {}", sanitize::bytes(&left.path), sanitize::text(&left.why))))
}

fn say_gaps(gaps: &[String], term: &Term) -> std::io::Result<u8> {
    gaps.iter().try_for_each(|gap| term.say(&format!("not looked at: {gap}")))?;
    Ok(EXIT_CODE)
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
