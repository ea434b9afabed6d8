//! What a team asks of commits beside their files: of their messages, and of the branches that they go to. Pure: bytes in,
//! defects out; it runs no git and reads no settings.

mod branch;
mod message;
mod subject;
mod wish;

pub use branch::{BranchWishes, Refused};
pub use message::{Cleanup, Message};
pub use wish::{MessageWishes, Pattern, PatternError, Said};

use crate::model::{Check, Span};

/// What one version of a repository's settings asks of commits.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Of their messages.
    pub message: Option<MessageWishes>,
    /// Of their branches.
    pub branch: Option<BranchWishes>,
}

impl Wishes {
    /// The checks that something is asked of; their rules have their names.
    pub fn checks(&self) -> impl Iterator<Item = Check> + '_ {
        let messages = self.message.iter().flat_map(MessageWishes::checks);
        messages.chain(self.branch.iter().flat_map(BranchWishes::checks))
    }
}

/// Something that is wrong with a message or a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Where in the text; empty where something is missing.
    pub span: Span,
    /// What exactly, in a few words.
    pub detail: Option<String>,
}
