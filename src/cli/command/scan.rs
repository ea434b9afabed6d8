//! `stanch scan`.

use std::collections::HashSet;
use std::io::Read as _;

use bstr::BString;

use crate::cli::args::{Run, Scan};
use crate::cli::error::Usage;
use crate::cli::pushing::{Side, bound};
use crate::cli::scanning::{Outputs, Scanning, Stream};
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::commit::Cleanup;
use crate::config::{self, Change, ChangeId, Folders, SETTINGS_FILE, Version};
use crate::git::{self, Range, Repo};
use crate::model::{ObjectId, Report};
use crate::scan::{Bound, Told};
use crate::source::{Commits, MessageFile, Pushed, Source, Staged, Stdin, WorkTree};

pub(in crate::cli) fn run(args: &Scan, session: &Session, term: &Term) -> anyhow::Result<u8> {
    let outputs = Outputs::new(&args.run)?;
    if args.fix {
        super::fix::before_scan(&args.run, session, term)?;
    }
    let report = scan(args, session)?;
    outputs.write(&report, Stream::Out, term)?;
    Ok(report.outcome().exit_code())
}

fn scan(args: &Scan, session: &Session) -> anyhow::Result<Report> {
    if args.staged {
        let repo = session.called_repo().or_else(|_| Session::repo())?;
        let parents = parents_of_next(&repo, &[])?;
        return Ok(staged(&repo, &parents, session, &args.run)?.0);
    }
    if let Some(range) = &args.range {
        return scan_range(range, session, &args.run);
    }
    if args.push {
        let repo = Session::repo()?;
        let mut lines = Vec::new();
        std::io::stdin().lock().read_to_end(&mut lines)?;
        return push(&repo, &lines, session, &args.run);
    }
    if let Some(revisions) = &args.history {
        return history(revisions, args.all, session, &args.run);
    }
    if args.stdin {
        let source = Stdin { name: BString::from(args.path.as_encoded_bytes()) };
        let folders = Folders::above([source.name.as_slice()]);
        return text(&source, &folders, session, &args.run);
    }
    if let Some(file) = &args.message {
        return message(&MessageFile { path: file.clone() }, session, &args.run);
    }
    files(args, session)
}

/// What is staged, on top of `parents`, and the name of that change.
pub(in crate::cli) fn staged(repo: &Repo, parents: &[ObjectId], session: &Session, run: &Run) -> anyhow::Result<(Report, ChangeId)> {
    let (staged, scanning) = scanning_staged(repo, parents, session, run)?;
    let id = ChangeId::new(parents, &staged.changes);
    let asks = scanning.change.versions().any(|settings| settings.wishes.branch.is_some());
    let source = Staged::new(repo, &staged).with_branch(if asks { repo.branch() } else { None });
    Ok((scanning.report(&source)?, id))
}

/// What is staged on top of `parents`, and how it is scanned.
pub(super) fn scanning_staged<'s>(
    repo: &'s Repo,
    parents: &[ObjectId],
    session: &'s Session,
    run: &'s Run,
) -> anyhow::Result<(git::Staged, Scanning<'s>)> {
    let index = repo.index()?;
    let accepted = base(repo, run)?.or(parents.first().copied());
    let staged = index.as_ref().map(|index| repo.staged(index, parents)).transpose()?.unwrap_or_default();
    let mut folders = Folders::above(staged.changes.iter().map(|change| change.path.as_slice()));
    if let Some(index) = index.as_ref().filter(|_| parents.len() < 2 && accepted.as_ref() == parents.first()) {
        // What is not staged is as it was in the one parent, so no tree has to be read to know that there is nothing.
        let changed: HashSet<&[u8]> =
            staged.changes.iter().map(|change| change.path.as_slice()).filter(|path| path.ends_with(SETTINGS_FILE.as_bytes())).collect();
        folders = folders.with_settings(|file| index.blob_at(file).is_some() || changed.contains(file));
    }
    let change = Change::read(Some(repo), Version::Commit(accepted), Version::Index(index.as_ref()), &folders)?;
    Ok((staged, Scanning { session, repo: Some(repo), change, run, whole_tree: false, told: Told::default() }))
}

/// The parents that the next commit will have: `HEAD`, what is being merged, and those that git names as `merged`.
pub(in crate::cli) fn parents_of_next(repo: &Repo, merged: &[String]) -> Result<Vec<ObjectId>, git::Error> {
    let mut parents: Vec<ObjectId> = repo.head()?.into_iter().collect();
    let merging = std::fs::read_to_string(repo.git_dir().join("MERGE_HEAD")).unwrap_or_default();
    let named = merging.lines().chain(merged.iter().map(String::as_str));
    for id in named.filter_map(|hex| ObjectId::from_hex(hex.as_bytes())) {
        if !parents.contains(&id) && repo.has(id) {
            parents.push(id);
        }
    }
    Ok(parents)
}

/// What a push sends that no remote is known to have.
pub(in crate::cli) fn push(repo: &Repo, lines: &[u8], session: &Session, run: &Run) -> anyhow::Result<Report> {
    let pushed = Pushed::from_pre_push(lines)?;
    let known = repo.tips("refs/remotes/")?;
    let has_pushed = !known.is_empty();
    let source = Commits::pushed(repo, &pushed, known)?;
    let tip = source.tips().first().copied();
    let accepted = match base(repo, run)? {
        Some(base) => Some(base),
        None => before_push(repo, &pushed, &source)?,
    };
    // Before anything was pushed there is no other version than that of the tip. A branch that shares nothing with
    // what was pushed begins without settings.
    let folders = folders(&source)?;
    let change = if accepted.is_some() || has_pushed {
        Change::read(Some(repo), Version::Commit(accepted), Version::Commit(tip), &folders)
    } else {
        Change::single(Some(repo), Version::Commit(tip), &folders)
    }?;
    let (source, told) = bound(repo, &pushed, Side::Sender, &change, source)?;
    Scanning { session, repo: Some(repo), change, run, whole_tree: false, told }.report(&source)
}

/// The commit whose settings held before a push: where what it brings began, and of one that takes commits away what the
/// remote has, as far as it is here.
fn before_push(repo: &Repo, pushed: &Pushed, source: &Commits<'_>) -> anyhow::Result<Option<ObjectId>> {
    let base = source.base()?;
    let first = pushed.updates.iter().find(|update| update.new.is_some()).or(pushed.updates.first());
    let old = first.and_then(|update| update.old).filter(|&old| base != Some(old) && repo.has(old));
    let (Some(update), Some(old)) = (first, old) else { return Ok(base) };
    let is_kept = match update.new {
        Some(new) => repo.merge_base(old, new)? == Some(old),
        None => false,
    };
    Ok(if is_kept { base } else { Some(old) })
}

/// What a repository receives. The settings are those of its own `HEAD`; what is pushed may only tighten them.
pub(in crate::cli) fn receive(repo: &Repo, pushed: &Pushed, session: &Session, run: &Run) -> anyhow::Result<Report> {
    let known = repo.tips("refs/")?;
    let source = Commits::pushed(repo, pushed, known)?;
    let tip = source.tips().first().copied();
    let accepted = repo.head()?;
    let change = match accepted {
        Some(_) => Change::read(Some(repo), Version::Commit(accepted), Version::Commit(tip), &folders(&source)?),
        None => Change::single(Some(repo), Version::Commit(None), &Folders::default()),
    }?;
    let (source, told) = bound(repo, pushed, Side::Receiver, &change, source)?;
    Scanning { session, repo: Some(repo), change, run, whole_tree: false, told }.report(&source)
}

fn scan_range(range: &str, session: &Session, run: &Run) -> anyhow::Result<Report> {
    let repo = Session::repo()?;
    let form = || Usage::new(format!("not a range: `{range}`"), "write it as A..B, both commits, tags or branches");
    let (from, to) = range.split_once("..").ok_or_else(form)?;
    let to = repo.commit(if to.is_empty() { "HEAD" } else { to.trim_start_matches('.') })?;
    // CI gives an id of zeros for a branch that is new: then all that no other ref holds is new.
    let zeros = !from.is_empty() && from.bytes().all(|digit| digit == b'0');
    let known = if zeros {
        repo.tips("refs/")?.into_iter().filter(|&tip| tip != to).collect()
    } else {
        vec![repo.commit(if from.is_empty() { "HEAD" } else { from })?]
    };
    let from = if zeros { None } else { known.first().copied() };
    let source = Commits::range(&repo, Range { tips: vec![to], known }, format!("the commits of {range}"));
    let accepted = match (base(&repo, run)?, from) {
        (Some(base), _) => Some(base),
        (None, Some(from)) => repo.merge_base(from, to)?,
        (None, None) => source.base()?,
    };
    let change = Change::read(Some(&repo), Version::Commit(accepted), Version::Commit(Some(to)), &folders(&source)?)?;
    // A range is what somebody asks to have merged.
    let told = Told { protected: Bound::All, ..Told::default() };
    Scanning { session, repo: Some(&repo), change, run, whole_tree: false, told }.report(&source)
}

fn history(revisions: &[String], all: bool, session: &Session, run: &Run) -> anyhow::Result<Report> {
    let repo = Session::repo()?;
    let mut tips = revisions.iter().map(|name| repo.commit(name)).collect::<Result<Vec<_>, _>>()?;
    if all {
        tips.extend(repo.tips("refs/")?);
    }
    let head = repo.head()?;
    if revisions.is_empty() {
        tips.extend(head);
    }
    tips.sort_unstable();
    tips.dedup();
    let version = base(&repo, run)?.or(head);
    let files = version.map(|version| repo.files_named(version, SETTINGS_FILE.as_bytes())).transpose()?.unwrap_or_default();
    let folders = Folders::above(files.iter().map(|file| file.as_slice()));
    let change = Change::single(Some(&repo), Version::Commit(version), &folders)?.of_history();
    let tags = if all { repo.annotated_tags()? } else { Vec::new() };
    let strays = if all { repo.refs_without_commit()? } else { Vec::new() };
    let source =
        Commits::range(&repo, Range { tips, known: Vec::new() }, "the whole history".to_owned()).with_tags(tags).with_strays(strays);
    Scanning { session, repo: Some(&repo), change, run, whole_tree: false, told: Told::default() }.report(&source)
}

/// A single text: judged by the settings of the repository it is scanned in, if any.
fn text(source: &dyn Source, folders: &Folders, session: &Session, run: &Run) -> anyhow::Result<Report> {
    let repo = text_repo(session);
    let change = repo.as_ref().map(|repo| settings_of_text(repo, folders, run)).transpose()?.unwrap_or_default();
    Scanning { session, repo: repo.as_ref(), change, run, whole_tree: false, told: Told::default() }.report(source)
}

/// A commit message that is being written.
pub(in crate::cli) fn message(file: &MessageFile, session: &Session, run: &Run) -> anyhow::Result<Report> {
    let repo = text_repo(session);
    let (mut change, mut told) = (Change::default(), Told::default());
    if let Some(repo) = &repo {
        change = settings_of_text(repo, &Folders::default(), run)?;
        let comment = repo.config("core.commentString").or_else(|| repo.config("core.commentChar"));
        told.cleanup = Cleanup::of_git(repo.config("commit.cleanup").as_deref(), comment.as_deref(), !session.env.is_unedited);
        told.is_merge = parents_of_next(repo, &session.env.merge_heads)?.len() > 1;
    }
    Scanning { session, repo: repo.as_ref(), change, run, whole_tree: false, told }.report(file)
}

fn text_repo(session: &Session) -> Option<Repo> {
    session.called_repo().or_else(|_| Session::repo()).ok()
}

fn settings_of_text(repo: &Repo, folders: &Folders, run: &Run) -> anyhow::Result<Change> {
    let accepted = Version::Commit(base(repo, run)?.or(repo.head()?));
    match Change::single(Some(repo), accepted, folders) {
        // The message may be that of the commit which mends the settings; only then is the index worth reading.
        Err(config::Error::Faults { .. }) => Ok(Change::read(Some(repo), accepted, Version::Index(repo.index()?.as_ref()), folders)?),
        change => Ok(change?),
    }
}

fn files(args: &Scan, session: &Session) -> anyhow::Result<Report> {
    let repo = match Session::repo() {
        Ok(repo) => Some(repo),
        // Outside any repository, files are scanned as they are; a repository that does not open is an error.
        Err(error) if error.is_no_repository() => None,
        Err(error) => return Err(error.into()),
    };
    let source = WorkTree::new(repo.as_ref(), &args.paths)?;
    let folders = Folders::above(source.names());
    let here = std::path::PathBuf::from(".");
    let folder = repo.as_ref().and_then(Repo::work_dir).unwrap_or(&here);
    let change = match (&repo, &args.run.base) {
        (Some(repo), Some(_)) => Change::read(Some(repo), Version::Commit(base(repo, &args.run)?), Version::Folder(folder), &folders)?,
        _ => Change::single(repo.as_ref(), Version::Folder(folder), &folders)?,
    };
    let whole_tree = args.paths.is_empty();
    Scanning { session, repo: repo.as_ref(), change, run: &args.run, whole_tree, told: Told::default() }.report(&source)
}

/// The folders in which the commits of a source change something.
fn folders(source: &Commits<'_>) -> anyhow::Result<Folders> {
    let mut folders = Folders::default();
    source.paths(&mut |path| folders.add(path))?;
    Ok(folders)
}

fn base(repo: &Repo, run: &Run) -> Result<Option<ObjectId>, git::Error> {
    run.base.as_ref().map(|name| repo.commit(name)).transpose()
}
