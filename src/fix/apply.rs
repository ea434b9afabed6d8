//! A fix as a list of steps, each of which may be the last one.

use std::path::Path;

use bstr::{BString, ByteSlice as _};

use super::Error;
use super::journal::{Change, Journal, Record};
use super::plan::{Planned, is_old, stands};
use super::recover::roll;
use super::work::{self, File};
use crate::git::{Entry, IndexLock, Repo};

/// What is done at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The journal says what will change.
    Begin,
    /// The index is locked, and all stands as it did.
    Lock,
    /// The new index stands beside the old one.
    Prepare,
    /// The new bytes of the file of this number stand beside it.
    Beside(usize),
    /// They take its place.
    Replace(usize),
    /// The new index takes the place of the old one.
    Index,
    /// The index is free.
    Unlock,
    /// What was undone is forgotten.
    Forget,
    /// The journal says that it is done.
    Finish,
}

/// A fix under way.
#[derive(Debug)]
pub struct Apply<'a> {
    repo: &'a Repo,
    root: &'a Path,
    journal: &'a Journal,
    record: Record,
    steps: Vec<Step>,
    next: usize,
    lock: Option<IndexLock>,
}

impl<'a> Apply<'a> {
    /// Gets ready; nothing is touched yet.
    ///
    /// # Errors
    /// If the journal does not read.
    pub fn new(repo: &'a Repo, journal: &'a Journal, planned: &Planned) -> Result<Self, Error> {
        let root = repo.work_dir().ok_or(Error::Bare)?;
        let index = repo.index_path();
        let fail = |source| Error::File { doing: "find", path: index.clone(), source };
        let record = Record {
            mark: journal.new_mark()?,
            // The next run may stand elsewhere.
            index: std::path::absolute(&index).map_err(fail)?,
            undoes: planned.undoes.clone(),
            changes: planned.changes.clone(),
        };
        let moving = || (0..record.changes.len()).filter(|&number| record.changes.get(number).is_some_and(|change| change.work.is_some()));
        let steps = [Step::Begin, Step::Lock, Step::Prepare].into_iter();
        let steps = steps.chain(moving().map(Step::Beside)).chain(moving().map(Step::Replace));
        let steps = steps.chain([Step::Index, Step::Unlock, Step::Forget, Step::Finish]).collect();
        Ok(Self { repo, root, journal, record, steps, next: 0, lock: None })
    }

    /// How many steps are left.
    pub fn left(&self) -> usize {
        self.steps.len() - self.next
    }

    /// Does the next step.
    ///
    /// # Errors
    /// If it cannot be done; then [`super::recover`] puts back what was done.
    pub fn step(&mut self) -> Result<(), Error> {
        let Some(&step) = self.steps.get(self.next) else { return Ok(()) };
        self.next += 1;
        self.take(step)
    }

    /// Does all that is left. When a step fails, what was done is put back; or finished, where the index was replaced.
    ///
    /// # Errors
    /// The first error, of the step or of what puts it back.
    pub fn run(mut self) -> Result<(), Error> {
        while self.left() > 0 {
            if let Err(error) = self.step() {
                let rolled = roll(self.repo, self.journal, &self.record).map_err(|error| Error::HalfDone { source: Box::new(error) })?;
                return if rolled.is_finished { Ok(()) } else { Err(error) };
            }
        }
        Ok(())
    }

    fn take(&mut self, step: Step) -> Result<(), Error> {
        let record = &self.record;
        let change = |number: usize| record.changes.get(number).and_then(|change| Some((change, change.work?)));
        match step {
            Step::Begin => self.journal.begin(record)?,
            Step::Lock => {
                self.lock = Some(IndexLock::take(&record.index, &record.mark)?);
                self.verify()?;
            }
            Step::Prepare => {
                let entries: Vec<(BString, Entry)> = record.changes.iter().map(|change| (change.path.clone(), change.new)).collect();
                self.lock.as_ref().map_or(Ok(()), |lock| lock.prepare(self.repo, &entries))?;
            }
            Step::Beside(number) => {
                if let Some((change, moved)) = change(number) {
                    let file = File { bytes: self.repo.read(moved.new)?, permissions: moved.new_permissions };
                    work::write_beside(self.root, change.path.as_bstr(), &record.beside(number), &file)?;
                }
            }
            Step::Replace(number) => {
                if let Some((change, _)) = change(number) {
                    self.verify_work(change)?;
                    self.replace(number, change)?;
                }
            }
            Step::Index => {
                work::sync_folders(self.root, record.changes.iter().map(|change| change.path.as_bstr()));
                self.lock.as_ref().map_or(Ok(()), IndexLock::replace)?;
            }
            Step::Unlock => self.lock.take().map_or(Ok(()), |lock| lock.give_back())?,
            Step::Forget => {
                if let Some(mark) = &record.undoes {
                    self.journal.forget(mark, &record.changes)?;
                }
            }
            Step::Finish if record.undoes.is_some() => self.journal.abandon(&record.mark)?,
            Step::Finish => self.journal.finish(&record.mark)?,
        }
        Ok(())
    }

    /// Puts the new bytes in the place of the old ones. Where the system can exchange two files, what was there is looked at
    /// once more: a save of somebody else in between goes back.
    fn replace(&self, number: usize, change: &Change) -> Result<(), Error> {
        let (path, name) = (change.path.as_bstr(), self.record.beside(number));
        if !work::exchange(self.root, path, &name)? {
            return work::replace(self.root, path, &name);
        }
        if is_old(self.repo, change, &work::read_beside(self.root, path, &name)?)? {
            return work::remove_beside(self.root, path, &name);
        }
        work::exchange(self.root, path, &name)?;
        Err(Error::Changed { path: change.path.clone() })
    }

    /// Whether all stands as it did when this was planned.
    fn verify(&self) -> Result<(), Error> {
        let index = self.repo.index()?;
        for change in &self.record.changes {
            if index.as_ref().and_then(|index| index.plain_entry_at(&change.path)) != Some(change.old) {
                return Err(Error::Changed { path: change.path.clone() });
            }
            self.verify_work(change)?;
        }
        Ok(())
    }

    fn verify_work(&self, change: &Change) -> Result<(), Error> {
        if stands(self.repo, self.root, change)? { Ok(()) } else { Err(Error::Changed { path: change.path.clone() }) }
    }
}
