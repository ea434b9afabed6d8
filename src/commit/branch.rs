//! What a team asks of branches, and what is done to one against it.

use super::{Defect, Pattern};
use crate::model::{BranchMove, Check, Span};
use crate::policy::PathSet;

/// What may be refused of a protected branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// A commit while it is checked out.
    Commit,
    /// Any push.
    Push,
    /// A push that takes commits away.
    Force,
    /// A push that deletes it.
    Delete,
}

impl Refused {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Commit, Self::Push, Self::Force, Self::Delete];

    /// The word that settings use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Push => "push",
            Self::Force => "force",
            Self::Delete => "delete",
        }
    }

    /// The value of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|refused| refused.name() == word)
    }

    /// What looks for it.
    const fn check(self) -> Check {
        match self {
            Self::Commit => Check::ProtectedCommit,
            Self::Push => Check::ProtectedPush,
            Self::Force => Check::ProtectedForce,
            Self::Delete => Check::ProtectedDelete,
        }
    }
}

/// What a team asks of branches.
#[derive(Clone, Debug, Default)]
pub struct BranchWishes {
    /// The branches that are protected.
    pub protected: PathSet,
    /// What is refused of them.
    pub refuse: Vec<Refused>,
    /// The form of the name of a new branch.
    pub name: Option<Pattern>,
}

impl BranchWishes {
    /// The checks that something is asked of.
    pub fn checks(&self) -> impl Iterator<Item = Check> + '_ {
        let refused = self.refuse.iter().filter(|_| !self.protected.is_empty()).map(|refused| refused.check());
        refused.chain(self.name.as_ref().map(|_| Check::BranchName))
    }

    /// What a check finds wrong with what is done to the branch of a short name. Of one push one check speaks.
    pub fn find(&self, check: Check, branch: &[u8], moves: BranchMove) -> Vec<Defect> {
        let is_protected = self.protected.has_file(branch);
        let refuses = |refused: Refused| self.refuse.contains(&refused);
        let is_wrong = match (check, moves) {
            (Check::ProtectedCommit, BranchMove::Commit) => is_protected && refuses(Refused::Commit),
            (Check::ProtectedDelete, BranchMove::Delete) => is_protected && refuses(Refused::Delete),
            (Check::ProtectedForce, BranchMove::Force) => is_protected && refuses(Refused::Force),
            (Check::ProtectedPush, BranchMove::Create | BranchMove::Forward) => is_protected && refuses(Refused::Push),
            (Check::ProtectedPush, BranchMove::Force) => is_protected && refuses(Refused::Push) && !refuses(Refused::Force),
            (Check::ProtectedPush, BranchMove::Delete) => is_protected && refuses(Refused::Push) && !refuses(Refused::Delete),
            (Check::BranchName, BranchMove::Create) => !is_protected && self.name.as_ref().is_some_and(|name| !name.is_in(branch)),
            _ => false,
        };
        if is_wrong { vec![Defect { span: Span { start: 0, end: branch.len() }, detail: None }] } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BranchMove::{Commit, Create, Delete, Force, Forward};

    #[test]
    fn one_check_speaks_of_each_thing_that_is_refused() {
        let wishes = |refuse: &[Refused]| BranchWishes {
            protected: PathSet::parse(["main", "release/**"]).unwrap(),
            refuse: refuse.to_vec(),
            name: Some(Pattern::whole("feature/[a-z]+|main2").unwrap()),
        };
        let told = |refuse: &[Refused], branch: &str, moves: BranchMove| {
            let wishes = wishes(refuse);
            let found = |check: &Check| !wishes.find(*check, branch.as_bytes(), moves).is_empty();
            wishes.checks().filter(found).map(Check::name).collect::<Vec<_>>().join(" ")
        };
        let all = Refused::ALL;
        let of_main: Vec<String> = [Commit, Create, Forward, Force, Delete].map(|moves| told(all, "main", moves)).into();
        assert_eq!(
            of_main.join(" "),
            "protected-branch-commit protected-branch-push protected-branch-push protected-branch-force protected-branch-delete"
        );
        for moves in [Commit, Forward, Force, Delete] {
            assert_eq!(told(all, "feature/x", moves), "");
        }
        assert_eq!(told(&[Refused::Push], "release/a/b", Force), "protected-branch-push");
        assert_eq!(told(&[Refused::Force, Refused::Delete], "main", Forward), "");
        assert_eq!(told(all, "feature/x", Create), "");
        assert_eq!(told(all, "main2", Create), "");
        assert_eq!(told(all, "my-feature/x", Create), "branch-name");
        assert_eq!(told(all, "main2x", Create), "branch-name");
    }
}
