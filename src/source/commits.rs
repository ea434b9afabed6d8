//! What commits brought: a range, a push, a received push, the whole history.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use bstr::{BString, ByteSlice};

use super::staged::{candidates, list_change};
use super::{Error, FarReader, Reader, Source, State};
use crate::git::{Change, Range, Repo};
use crate::model::{BranchMove, Candidate, Coverage, Gap, ObjectId, Origin, Since};

/// So many changes of commits are kept between being asked for and being listed; more are worked out twice.
const KEPT_CHANGES: usize = 16_384;

/// Commits and tags of a repository.
#[derive(Debug)]
pub struct Commits<'r> {
    repo: &'r Repo,
    range: Range,
    /// Annotated tags that come with the commits.
    tags: Vec<ObjectId>,
    /// Blobs and trees that are pushed under a name of their own.
    loose: Vec<ObjectId>,
    /// Refs that should be looked at and name no commit.
    strays: Vec<BString>,
    /// What is done to branches.
    moves: Vec<(BString, BranchMove)>,
    /// Commits of which the message alone is looked at.
    messages: Vec<ObjectId>,
    /// The range, walked once, when it is first asked for.
    walked: OnceCell<Vec<ObjectId>>,
    /// What its commits change, as far as that was asked for before they are listed.
    changes: RefCell<HashMap<ObjectId, Vec<Change>>>,
    subject: String,
}

/// One ref that a push moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefUpdate {
    /// The ref on the side that receives.
    pub name: BString,
    /// What it named; none for a new ref.
    pub old: Option<ObjectId>,
    /// What it will name; none for a deletion.
    pub new: Option<ObjectId>,
}

/// The refs that a push moves, as git tells them to its hooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// In git's order.
    pub updates: Vec<RefUpdate>,
}

impl Pushed {
    /// Reads the lines of `pre-push`: local ref, its id, remote ref, its id.
    ///
    /// # Errors
    /// If a line is not of that form.
    pub fn from_pre_push(lines: &[u8]) -> Result<Self, Error> {
        // What is pushed may be a revision with spaces in it; the other three parts hold none.
        Self::read(lines, |parts| match parts {
            [.., new, name, old] if parts.len() > 3 => Some((*old, *new, *name)),
            _ => None,
        })
    }

    /// Reads the lines of `pre-receive`: old id, new id, ref.
    ///
    /// # Errors
    /// If a line is not of that form.
    pub fn from_pre_receive(lines: &[u8]) -> Result<Self, Error> {
        Self::read(lines, |parts| match parts {
            [old, new, name] => Some((*old, *new, *name)),
            _ => None,
        })
    }

    fn read<'l>(lines: &'l [u8], pick: impl Fn(&[&'l [u8]]) -> Option<(&'l [u8], &'l [u8], &'l [u8])>) -> Result<Self, Error> {
        let update = |line: &'l [u8]| {
            let parts: Vec<&[u8]> = line.split(|&byte| byte == b' ').collect();
            let (old, new, name) = pick(&parts)?;
            let id = |hex: &[u8]| ObjectId::from_hex(hex).map(|id| if id.is_zero() { None } else { Some(id) });
            Some(RefUpdate { name: name.into(), old: id(old)?, new: id(new)? })
        };
        let form = |line: &[u8]| Error::Form { what: line.into(), wanted: "the lines that git writes to this hook" };
        let updates = lines.lines().filter(|line| !line.is_empty()).map(|line| update(line).ok_or_else(|| form(line)));
        Ok(Self { updates: updates.collect::<Result<_, _>>()? })
    }
}

impl<'r> Commits<'r> {
    /// All that can be reached from `tips` and not from `known`.
    pub fn range(repo: &'r Repo, range: Range, subject: String) -> Self {
        Self {
            repo,
            range,
            tags: Vec::new(),
            loose: Vec::new(),
            strays: Vec::new(),
            moves: Vec::new(),
            messages: Vec::new(),
            walked: OnceCell::new(),
            changes: RefCell::default(),
            subject,
        }
    }

    /// All that a push brings: what can be reached from its new ids and from nothing in `known`.
    ///
    /// # Errors
    /// If an id that is pushed does not read.
    pub fn pushed(repo: &'r Repo, pushed: &Pushed, known: Vec<ObjectId>) -> Result<Self, Error> {
        let mut commits = Self::range(repo, Range { tips: Vec::new(), known }, "what is pushed".to_owned());
        for update in &pushed.updates {
            commits.range.known.extend(update.old.filter(|&old| repo.commit_object(old).is_ok()));
            let Some(new) = update.new else { continue };
            let (tags, target, is_commit) = repo.tags_from(new)?;
            commits.tags.extend(tags.iter().map(|tag| tag.id));
            if is_commit {
                commits.range.tips.push(target);
            } else {
                commits.loose.push(target);
            }
        }
        Ok(commits)
    }

    /// Where the newest tip left what is known, along first parents; none where it never met it. The settings that
    /// stand there are those that the change began with.
    ///
    /// # Errors
    /// If history does not read.
    pub fn base(&self) -> Result<Option<ObjectId>, Error> {
        let Some(&tip) = self.range.tips.first() else { return Ok(None) };
        let new: HashSet<&ObjectId> = self.walk()?.iter().collect();
        let mut at = Some(tip);
        while let Some(commit) = at.filter(|commit| new.contains(commit)) {
            at = self.repo.commit_object(commit)?.parents.first().copied();
        }
        // A shallow clone may not hold it.
        Ok(at.filter(|&base| base != tip && self.repo.has(base)))
    }

    /// What is known already and came directly before what is new below `tip`: where a branch began, and what it merged.
    fn before(&self, tip: ObjectId, new: &HashSet<ObjectId>) -> Result<Vec<ObjectId>, Error> {
        let (mut open, mut seen, mut before) = (vec![tip], HashSet::from([tip]), Vec::new());
        while let Some(commit) = open.pop() {
            for parent in self.repo.commit_object(commit)?.parents {
                if !seen.insert(parent) {
                    continue;
                }
                if new.contains(&parent) {
                    open.push(parent);
                } else if self.repo.has(parent) {
                    before.push(parent);
                }
            }
        }
        Ok(before)
    }

    /// Adds annotated tags whose messages are to be looked at.
    #[must_use]
    pub fn with_tags(mut self, tags: Vec<ObjectId>) -> Self {
        self.tags = tags;
        self
    }

    /// Adds refs that should be looked at and name no commit: each is a gap.
    #[must_use]
    pub fn with_strays(mut self, strays: Vec<BString>) -> Self {
        self.strays = strays;
        self
    }

    /// Adds what is done to branches, each by its full name.
    #[must_use]
    pub fn with_moves(mut self, moves: Vec<(BString, BranchMove)>) -> Self {
        self.moves = moves;
        self
    }

    /// Adds commits of which the message alone is to be looked at.
    #[must_use]
    pub fn with_messages(mut self, commits: Vec<ObjectId>) -> Self {
        self.messages = commits;
        self
    }

    /// The commits that are looked at, parents before children.
    ///
    /// # Errors
    /// If history does not read.
    pub fn walk(&self) -> Result<&[ObjectId], Error> {
        if let Some(walked) = self.walked.get() {
            return Ok(walked);
        }
        if self.range.tips.is_empty() {
            return Ok(&[]);
        }
        let walked = self.repo.walk(&self.range)?;
        Ok(self.walked.get_or_init(|| walked))
    }

    /// Tells the paths that its commits change. What cannot be read is told when they are listed.
    ///
    /// # Errors
    /// If history does not read.
    pub fn paths(&self, tell: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
        let mut kept = 0;
        for &id in self.walk()? {
            let Ok(changes) = self.repo.commit_object(id).and_then(|commit| self.repo.changes_of(&commit)) else { continue };
            for change in &changes {
                tell(&change.path);
            }
            kept += changes.len();
            if kept <= KEPT_CHANGES {
                self.changes.borrow_mut().insert(id, changes);
            }
        }
        Ok(())
    }

    fn list_commit(
        &self,
        id: ObjectId,
        seen: &mut HashSet<u64>,
        coverage: &mut Coverage,
        emit: &mut dyn FnMut(Candidate),
    ) -> Result<(), Error> {
        let known = self.changes.borrow_mut().remove(&id);
        let changes = known.map_or_else(|| self.repo.changes_of(&self.repo.commit_object(id)?), Ok)?;
        emit(Candidate { path: BString::default(), origin: Origin::CommitMessage(id), id: None, mode: None, since: Since::Nothing });
        for change in changes {
            list_change(change, Origin::Commit(id), coverage, &mut |candidate| {
                // The same content and mode at the same path against the same state says nothing new.
                let mut hasher = DefaultHasher::new();
                (&candidate.path, candidate.id, candidate.mode, &candidate.since).hash(&mut hasher);
                if seen.insert(hasher.finish()) {
                    emit(candidate);
                }
            });
        }
        coverage.commits += 1;
        Ok(())
    }
}

impl Source for Commits<'_> {
    fn subject(&self) -> String {
        self.subject.clone()
    }

    fn list(&self, emit: &mut dyn FnMut(Candidate)) -> Result<Coverage, Error> {
        let mut coverage = Coverage::default();
        let alone = |path: &BString, origin| Candidate { path: path.clone(), origin, id: None, mode: None, since: Since::Nothing };
        let nowhere = BString::default();
        self.moves.iter().for_each(|(path, moves)| emit(alone(path, Origin::Branch(*moves))));
        self.messages.iter().for_each(|&commit| emit(alone(&nowhere, Origin::CommitMessage(commit))));
        self.tags.iter().for_each(|&tag| emit(alone(&nowhere, Origin::TagMessage(tag))));
        for &id in &self.loose {
            let what = "a ref that names neither a commit nor a tag is not looked into; push commits".to_owned();
            coverage.gaps.push(Gap { place: id.to_string().into(), what });
        }
        for name in &self.strays {
            let what = "this ref names no commit that can be read, so nothing of it was looked at".to_owned();
            coverage.gaps.push(Gap { place: name.clone(), what });
        }
        if self.range.tips.is_empty() {
            return Ok(coverage);
        }
        let shallow: HashSet<ObjectId> = self.repo.shallow_commits().into_iter().collect();
        let grafted: HashSet<ObjectId> = self.repo.grafted_commits().into_iter().collect();
        let mut seen = HashSet::new();
        for &id in self.walk()? {
            let listed = if shallow.contains(&id) {
                Err("the clone is shallow and ends inside the range; fetch the rest with `git fetch --unshallow`".to_owned())
            } else if grafted.contains(&id) {
                Err("`info/grafts` hides what came before it; take its line out".to_owned())
            } else {
                self.list_commit(id, &mut seen, &mut coverage, emit).map_err(|error| error.to_string())
            };
            if let Err(what) = listed {
                coverage.gaps.push(Gap { place: format!("commit {id}").into(), what });
            }
        }
        Ok(coverage)
    }

    fn states(&self) -> Result<Vec<State>, Error> {
        let new: HashSet<ObjectId> = if self.range.tips.is_empty() { HashSet::new() } else { self.walk()?.iter().copied().collect() };
        let mut states = Vec::new();
        for &tip in self.range.tips.iter().filter(|tip| new.contains(*tip)) {
            let mut changed = Vec::new();
            for change in self.repo.changes_since(tip, &self.before(tip, &new)?)? {
                list_change(change, Origin::Commit(tip), &mut Coverage::default(), &mut |candidate| changed.push(candidate));
            }
            states.push(State { commit: Some(tip), changed });
        }
        Ok(states)
    }

    fn files_of(&self, state: &State) -> Result<Vec<Candidate>, Error> {
        let Some(commit) = state.commit else { return Ok(Vec::new()) };
        Ok(candidates(self.repo.files_of(commit)?, Origin::Commit(commit)))
    }

    fn reader(&self) -> Result<Reader<'_>, Error> {
        Ok(Reader::of_repo(self.repo))
    }

    fn far_reader(&self) -> Result<FarReader, Error> {
        Ok(FarReader::of_repo(self.repo.reopen()?))
    }

    fn tips(&self) -> Vec<ObjectId> {
        self.range.tips.clone()
    }
}
