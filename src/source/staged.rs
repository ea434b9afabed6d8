//! What a commit would store: the index against the commit it goes on top of.

use bstr::BString;

use super::{Error, FarReader, Reader, Source, State};
use crate::git::{self, Change, Entry, Repo};
use crate::model::{BranchMove, Candidate, Coverage, Origin, Since, SkipReason};

/// The index, against the parents of the commit to be.
#[derive(Debug)]
pub struct Staged<'r> {
    repo: &'r Repo,
    found: &'r git::Staged,
    branch: Option<BString>,
}

impl<'r> Staged<'r> {
    /// What [`Repo::staged`] told.
    pub fn new(repo: &'r Repo, staged: &'r git::Staged) -> Self {
        Self { repo, found: staged, branch: None }
    }

    /// Adds the branch on which the commit is to be looked at, by its full name.
    #[must_use]
    pub fn with_branch(mut self, branch: Option<BString>) -> Self {
        self.branch = branch;
        self
    }
}

impl Source for Staged<'_> {
    fn subject(&self) -> String {
        "what is staged".to_owned()
    }

    fn list(&self, emit: &mut dyn FnMut(Candidate)) -> Result<Coverage, Error> {
        let mut coverage = Coverage::default();
        if let Some(path) = self.branch.clone() {
            emit(Candidate { path, origin: Origin::Branch(BranchMove::Commit), id: None, mode: None, since: Since::Nothing });
        }
        for change in &self.found.changes {
            list_change(change.clone(), Origin::Index, &mut coverage, emit);
        }
        (0..self.found.intents_to_add).for_each(|_| coverage.skip(SkipReason::IntentToAdd));
        Ok(coverage)
    }

    fn states(&self) -> Result<Vec<State>, Error> {
        let mut changed = Vec::new();
        self.list(&mut |candidate| changed.push(candidate))?;
        Ok(vec![State { commit: None, changed }])
    }

    fn files_of(&self, _state: &State) -> Result<Vec<Candidate>, Error> {
        let files = self.repo.index()?.map(|index| self.repo.files_in(&index)).transpose()?;
        Ok(candidates(files.unwrap_or_default(), Origin::Index))
    }

    fn reader(&self) -> Result<Reader<'_>, Error> {
        Ok(Reader::of_repo(self.repo))
    }

    fn far_reader(&self) -> Result<FarReader, Error> {
        Ok(FarReader::of_repo(self.repo.reopen()?))
    }
}

/// Files as candidates that are compared with nothing.
pub(super) fn candidates(files: Vec<(BString, Entry)>, origin: Origin) -> Vec<Candidate> {
    let files = files.into_iter().filter(|(_, entry)| !entry.is_submodule());
    files.map(|(path, entry)| Candidate { path, origin, id: Some(entry.id), mode: Some(entry.mode), since: Since::Nothing }).collect()
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
