//! What a commit would store: the index against the commit it goes on top of.

use super::{Error, FarReader, Reader, Source};
use crate::git::{self, Change, Repo};
use crate::model::{Candidate, Coverage, Origin, Since, SkipReason};

/// The index, against the parents of the commit to be.
#[derive(Debug)]
pub struct Staged<'r> {
    repo: &'r Repo,
    staged: &'r git::Staged,
}

impl<'r> Staged<'r> {
    /// What [`Repo::staged`] told.
    pub fn new(repo: &'r Repo, staged: &'r git::Staged) -> Self {
        Self { repo, staged }
    }
}

impl Source for Staged<'_> {
    fn subject(&self) -> String {
        "what is staged".to_owned()
    }

    fn list(&self, emit: &mut dyn FnMut(Candidate)) -> Result<Coverage, Error> {
        let mut coverage = Coverage::default();
        for change in &self.staged.changes {
            list_change(change.clone(), Origin::Index, &mut coverage, emit);
        }
        (0..self.staged.intents_to_add).for_each(|_| coverage.skip(SkipReason::IntentToAdd));
        Ok(coverage)
    }

    fn reader(&self) -> Result<Reader<'_>, Error> {
        Ok(Reader::of_repo(self.repo))
    }

    fn far_reader(&self) -> Result<FarReader, Error> {
        Ok(FarReader::of_repo(self.repo.reopen()?))
    }
}

/// Makes a candidate of a change that brings content, and counts one that does not.
pub(super) fn list_change(change: Change, origin: Origin, coverage: &mut Coverage, emit: &mut dyn FnMut(Candidate)) {
    let Some(new) = change.new else { return coverage.skip(SkipReason::Deleted) };
    if new.is_submodule() {
        coverage.skip(SkipReason::Submodule);
        // One that moves says nothing new; of one that comes the name is looked at.
        if change.old.iter().flatten().any(|old| old.is_submodule()) {
            return;
        }
    }
    let since = if change.bases.is_empty() { Since::Nothing } else { Since::Parents(change.bases) };
    emit(Candidate { path: change.path, origin, id: Some(new.id), mode: Some(new.mode), since });
}
