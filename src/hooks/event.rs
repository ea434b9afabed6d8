//! The hooks that git calls.

/// What hook managers put behind the name of a hook that was there before them.
pub(super) const MOVED_ASIDE: [&str; 2] = [".legacy", ".old"];

/// A hook of git (githooks(5)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// `pre-commit`, `pre-merge-commit`, `pre-applypatch`: the index is about to be committed.
    Store(&'static str),
    /// `prepare-commit-msg`: git tells whether a commit is amended.
    Prepare,
    /// `commit-msg`, `applypatch-msg`: a message is written.
    Message(&'static str),
    /// `post-commit`: a commit was made.
    Stored,
    /// `pre-push`: commits are about to be sent.
    Send,
    /// `pre-receive`: a push has come, all of its refs at once.
    Receive,
    /// `update`: a push has come, one ref at a time.
    Update,
    /// Any other hook: stanch has nothing to look at and runs the hook that it stands in front of.
    Other(&'static str),
}

impl Event {
    /// The events for which stanch installs itself in a repository with a work tree.
    pub const CLIENT: &'static [Self] = &[
        Self::Store("pre-commit"),
        Self::Store("pre-merge-commit"),
        Self::Store("pre-applypatch"),
        Self::Prepare,
        Self::Message("commit-msg"),
        Self::Message("applypatch-msg"),
        Self::Stored,
        Self::Send,
    ];

    /// The events for which stanch installs itself in a bare repository that receives pushes.
    pub const SERVER: &'static [Self] = &[Self::Receive];

    /// The other hooks of git that a folder of hooks may hold.
    const OTHERS: &'static [&'static str] = &[
        "post-applypatch",
        "pre-rebase",
        "post-checkout",
        "post-merge",
        "proc-receive",
        "post-receive",
        "post-update",
        "reference-transaction",
        "push-to-checkout",
        "pre-auto-gc",
        "post-rewrite",
        "sendemail-validate",
        "fsmonitor-watchman",
        "p4-changelist",
        "p4-prepare-changelist",
        "p4-post-changelist",
        "p4-pre-submit",
        "post-index-change",
    ];

    /// Its name, which is its file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Store(name) | Self::Message(name) | Self::Other(name) => name,
            Self::Prepare => "prepare-commit-msg",
            Self::Stored => "post-commit",
            Self::Send => "pre-push",
            Self::Receive => "pre-receive",
            Self::Update => "update",
        }
    }

    /// The event of a hook's name. Hook managers that come after us move our script aside and still call it, as
    /// `pre-commit.legacy` (pre-commit, prek) or `pre-commit.old` (lefthook).
    pub fn parse(name: &str) -> Option<Self> {
        let name = MOVED_ASIDE.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
        Self::all().find(|event| event.name() == name)
    }

    /// All of git's hooks.
    pub fn all() -> impl Iterator<Item = Self> {
        let own = Self::CLIENT.iter().chain(Self::SERVER).copied().chain([Self::Update]);
        own.chain(Self::OTHERS.iter().map(|&name| Self::Other(name)))
    }

    /// What stanch looks at, in a few words.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Store(_) => "what is staged",
            Self::Prepare => "a commit that is amended",
            Self::Message(_) => "the commit message",
            Self::Stored => "a commit that no hook saw",
            Self::Send => "every new commit of every pushed ref",
            Self::Receive | Self::Update => "every new commit that is received",
            Self::Other(_) => "nothing; it runs the hook that stood here before",
        }
    }

    /// Whether git writes lines to its standard input that stanch needs.
    pub fn reads_input(self) -> bool {
        matches!(self, Self::Send | Self::Receive)
    }
}

#[cfg(test)]
mod tests {
    use super::Event;

    #[test]
    fn a_script_that_was_moved_aside_is_still_the_same_hook() {
        for name in ["pre-push", "pre-push.legacy", "pre-push.old"] {
            assert_eq!(Event::parse(name), Some(Event::Send), "{name}");
        }
        assert_eq!(Event::parse("pre-push.sample"), None);
        assert_eq!(Event::parse("post-merge"), Some(Event::Other("post-merge")));
    }
}
