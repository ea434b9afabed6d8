//! What a push does to branches, and which of its commits go to protected ones.

use std::collections::HashSet;

use bstr::{BString, ByteSlice as _};

use crate::config::Change;
use crate::git::{self, Range, Repo};
use crate::model::{BranchMove, ObjectId};
use crate::scan::{Bound, Told};
use crate::source::{Commits, Pushed, RefUpdate};

/// What the full names of branches begin with.
const BRANCHES: &str = "refs/heads/";

/// Where the branches stand that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// At remotes: the push is about to be sent.
    Sender,
    /// In the repository itself: the push is received.
    Receiver,
}

/// Adds to a push what is asked about its branches, and tells which commits are on their way to a protected one. Where the
/// settings ask for nothing, nothing is looked up.
pub(super) fn bound<'r>(
    repo: &'r Repo,
    pushed: &Pushed,
    side: Side,
    change: &Change,
    source: Commits<'r>,
) -> anyhow::Result<(Commits<'r>, Told)> {
    let mut source = source;
    if change.versions().any(|settings| settings.wishes.branch.is_some()) {
        source = source.with_moves(moves(repo, pushed, side)?);
    }
    let protects =
        |branch: &[u8]| change.versions().filter_map(|settings| settings.wishes.message.as_ref()).any(|message| message.protects(branch));
    let is_protected = |update: &&RefUpdate| short(&update.name).is_some_and(protects);
    let protected: Vec<&RefUpdate> = pushed.updates.iter().filter(is_protected).filter(|update| update.new.is_some()).collect();
    if protected.is_empty() {
        return Ok((source, Told::default()));
    }
    // What is new on a protected branch may well be known from another branch.
    let mut known: Vec<ObjectId> = protected.iter().filter_map(|update| update.old).collect();
    let refs = repo.commits_below(if side == Side::Sender { "refs/remotes/" } else { BRANCHES })?;
    known.extend(refs.into_iter().filter(|(name, _)| there(name, side).is_some_and(protects)).map(|(_, commit)| commit));
    let tips = protected.iter().filter_map(|update| update.new).map(|id| Ok(repo.tags_from(id)?.1));
    let range = Range { tips: tips.collect::<Result<_, git::Error>>()?, known };
    let coming: HashSet<ObjectId> = repo.walk(&range)?.into_iter().collect();
    let new: HashSet<ObjectId> = source.walk()?.iter().copied().collect();
    let known: HashSet<ObjectId> = coming.difference(&new).copied().collect();
    let mut messages: Vec<ObjectId> = known.iter().copied().collect();
    messages.sort_unstable();
    Ok((source.with_messages(messages), Told { protected: Bound::These(coming), known, ..Told::default() }))
}

/// What a push does to each branch. The first branch of a remote of which nothing is known has to come from somewhere.
fn moves(repo: &Repo, pushed: &Pushed, side: Side) -> Result<Vec<(BString, BranchMove)>, git::Error> {
    let is_first = side == Side::Sender && repo.commits_below("refs/remotes/")?.is_empty();
    let mut moves = Vec::new();
    for RefUpdate { name, old, new } in pushed.updates.iter().filter(|update| short(&update.name).is_some()) {
        let made = match (old, new) {
            (None, None) => continue,
            (None, Some(_)) if is_first => continue,
            (None, Some(_)) => BranchMove::Create,
            (Some(_), None) => BranchMove::Delete,
            // What is not here was pushed by somebody else, and would go away.
            (Some(old), Some(new)) if repo.has(*old) && repo.merge_base(*old, *new)? == Some(*old) => BranchMove::Forward,
            (Some(_), Some(_)) => BranchMove::Force,
        };
        moves.push((name.clone(), made));
    }
    Ok(moves)
}

/// The short name of a branch.
fn short(name: &BString) -> Option<&[u8]> {
    name.strip_prefix(BRANCHES.as_bytes())
}

/// The short name of a branch that is there already.
fn there(name: &BString, side: Side) -> Option<&[u8]> {
    match side {
        Side::Receiver => short(name),
        // Behind the name of the remote.
        Side::Sender => name.strip_prefix(b"refs/remotes/").and_then(|rest| rest.splitn_str(2, "/").nth(1)),
    }
}
