//! `stanch hook`: git calls.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bstr::BString;

use super::scan;
use crate::cli::args::{Hook, Run};
use crate::cli::error::Usage;
use crate::cli::scanning::{Outputs, Scanning, Stream};
use crate::cli::session::{Session, local};
use crate::cli::term::Term;
use crate::config::{At, Change, ChangeId, Folders, Local, Version};
use crate::git::{Range, Repo};
use crate::hooks::{Event, kept_hook};
use crate::model::{ObjectId, Outcome, Report};
use crate::process;
use crate::scan::Told;
use crate::source::{Commits, MessageFile, Pushed, RefUpdate};
use crate::tools::When;

pub(in crate::cli) fn run(args: &Hook, session: &Session, term: &Term) -> anyhow::Result<u8> {
    let event = Event::parse(&args.event).ok_or_else(|| {
        Usage::new(format!("git has no hook `{}`", args.event), "`git help hooks` lists them; `stanch doctor` shows those in use")
    })?;
    let mut lines = None;
    if event.reads_input() {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        lines = Some(bytes);
    }
    let call = Call { event, arguments: &args.arguments, lines: lines.as_deref().unwrap_or_default(), session, term };
    let code = call.look()?;
    if code != 0 {
        return Ok(code);
    }
    match args.script.as_deref().and_then(|script| kept(script, event)) {
        Some(kept) => {
            let status = process::hand_on(&kept, &args.arguments, lines.as_deref())?;
            Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
        }
        None => Ok(0),
    }
}

/// The hook that stood here before. git runs hooks in the root of the work tree, or in a bare repository.
fn kept(script: &Path, event: Event) -> Option<PathBuf> {
    kept_hook(script, event, Path::new("."))
}

/// One call of git.
struct Call<'c> {
    event: Event,
    arguments: &'c [OsString],
    lines: &'c [u8],
    session: &'c Session,
    term: &'c Term,
}

impl Call<'_> {
    fn look(&self) -> anyhow::Result<u8> {
        match self.event {
            Event::Store(name) => {
                // Only `git merge` itself names what it merges before it writes that down.
                let merged = if name == "pre-merge-commit" { self.session.env.merge_heads.as_slice() } else { &[] };
                let repo = self.session.called_repo()?;
                let parents = scan::parents_of_next(&repo, merged)?;
                let report = self.store(&repo, &parents, &at(false, When::Commit))?;
                self.show(&report)
            }
            Event::Prepare => self.prepare(),
            Event::Message(_) => self.message(),
            Event::Stored => self.stored(),
            Event::Send => {
                let repo = self.session.called_repo()?;
                self.show(&scan::push(&repo, self.lines, self.session, &at(false, When::Push))?)
            }
            Event::Receive => {
                let repo = self.session.called_repo()?;
                let pushed = Pushed::from_pre_receive(self.lines)?;
                self.show(&scan::receive(&repo, &pushed, self.session, &receiving())?)
            }
            Event::Update => self.update(),
            Event::Other(_) => Ok(0),
        }
    }

    /// What is staged on top of `parents`, and a receipt if it may be stored.
    fn store(&self, repo: &Repo, parents: &[ObjectId], run: &Run) -> anyhow::Result<Report> {
        let (report, change) = scan::staged(repo, parents, self.session, run)?;
        if report.outcome() == Outcome::Clean {
            // Without a receipt the commit is looked at once more when it is made: nothing is lost.
            local(repo).write_receipt(change, &report.rules.digest).ok();
        }
        Ok(report)
    }

    /// An amended commit is what is staged on top of the parents of `HEAD`; `pre-commit` cannot know that it is one.
    fn prepare(&self) -> anyhow::Result<u8> {
        let amends = self.argument(1) == Some(OsStr::new("commit")) && self.argument(2) == Some(OsStr::new("HEAD"));
        if !amends {
            return Ok(0);
        }
        let repo = self.session.called_repo()?;
        let Some(head) = repo.head()? else { return Ok(0) };
        let parents = repo.commit_object(head)?.parents;
        let report = self.store(&repo, &parents, &at(true, When::Commit))?;
        self.show_quietly(&report)
    }

    fn message(&self) -> anyhow::Result<u8> {
        let file = self.argument(0).ok_or_else(|| Usage::new("git named no message file", "call this as `stanch hook commit-msg FILE`"))?;
        let report = scan::message(&MessageFile { path: PathBuf::from(file) }, self.session, &quiet(true))?;
        self.show_quietly(&report)
    }

    /// A commit without a receipt was made while no hook looked: with `-n`, or by a pick or a rebase. It is looked at
    /// now and named; git asks for no verdict any more.
    fn stored(&self) -> anyhow::Result<u8> {
        let repo = self.session.called_repo()?;
        let Some(head) = repo.head()? else { return Ok(0) };
        let commit = repo.commit_object(head)?;
        let changes = repo.changes_of(&commit)?;
        let id = ChangeId::new(&commit.parents, &changes);
        let local = local(&repo);
        if local.has_receipt(id) {
            return Ok(0);
        }
        let accepted = commit.parents.first().copied();
        let folders = Folders::above(changes.iter().map(|change| change.path.as_slice()));
        let change = Change::read(Some(&repo), Version::Commit(accepted), Version::Commit(Some(head)), &folders)?;
        let range = Range { tips: vec![head], known: commit.parents.clone() };
        let source = Commits::range(&repo, range, format!("commit {}", head.short()));
        let run = quiet(true);
        let report = Scanning { session: self.session, repo: Some(&repo), change, run: &run, whole_tree: false, told: Told::default() }
            .report(&source)?;
        if report.outcome() == Outcome::Clean {
            local.write_receipt(id, &report.rules.digest).ok();
        }
        let amended = amended(&repo, &local)?;
        if !amended {
            let said =
                if report.outcome() == Outcome::Clean { "looked at now: clean" } else { "looked at now, and it must not be pushed:" };
            self.term.say(&format!(
                "stanch: commit {} was unscanned, made while no hook looked (`-n`, a pick, a rebase); {said}",
                head.short()
            ))?;
        } else if report.outcome() != Outcome::Clean {
            self.term.say(&format!("stanch: the amended commit {} must not be pushed:", head.short()))?;
        }
        self.show_quietly(&report)?;
        Ok(0)
    }

    fn update(&self) -> anyhow::Result<u8> {
        let form = || Usage::new("git named no ref", "call this as `stanch hook update REF OLD NEW`");
        let [name, old, new] = self.arguments else { return Err(form().into()) };
        let id = |hex: &OsStr| ObjectId::from_hex(hex.as_encoded_bytes()).ok_or_else(form);
        let (old, new) = (id(old)?, id(new)?);
        let known = |id: ObjectId| if id.is_zero() { None } else { Some(id) };
        let update = RefUpdate { name: BString::from(name.as_encoded_bytes()), old: known(old), new: known(new) };
        let repo = self.session.called_repo()?;
        self.show(&scan::receive(&repo, &Pushed { updates: vec![update] }, self.session, &receiving())?)
    }

    fn argument(&self, number: usize) -> Option<&OsStr> {
        self.arguments.get(number).map(OsString::as_os_str)
    }

    fn show(&self, report: &Report) -> anyhow::Result<u8> {
        Outputs::new(&quiet(false))?.write(report, Stream::Err, self.term)?;
        Ok(report.outcome().exit_code())
    }

    fn show_quietly(&self, report: &Report) -> anyhow::Result<u8> {
        Outputs::new(&quiet(true))?.write(report, Stream::Err, self.term)?;
        Ok(report.outcome().exit_code())
    }
}

/// Whether `HEAD` was just amended, by a change that `pre-commit` saw.
fn amended(repo: &Repo, local: &Local) -> anyhow::Result<bool> {
    let Some((old, new)) = repo.last_amend() else { return Ok(false) };
    let changes = repo.changes_between(old, new)?;
    Ok(local.has_receipt(ChangeId::new(&[old], &changes)))
}

/// How a hook runs for which a person waits.
fn quiet(quiet: bool) -> Run {
    Run { quiet, in_hook: true, at: At::Nowhere, ..Run::default() }
}

/// How a hook runs that looks at all files.
fn at(is_quiet: bool, when: When) -> Run {
    Run { at: At::Hook(when), ..quiet(is_quiet) }
}

/// How a hook runs that receives a push.
fn receiving() -> Run {
    Run { at: At::Receive, ..Run::default() }
}
