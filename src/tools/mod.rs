//! Other programs that look at files: which there are, what they get to see, what they say. They see copies of what git
//! stores, in a folder of their own, never the work tree. It judges nothing, and decides not which of them may run.

mod parse;
mod propose;
mod read;
mod run;
mod scratch;
mod tool;

pub use parse::{Columns, Pattern, Remark, Suggestion};
pub use propose::propose;
pub use read::{preset, presets, read_tool};
pub use run::{Prepared, Said, Trouble, Work};
pub use tool::{Exit, Exits, Form, Input, Needs, Tool, When};

use std::ffi::OsString;
use std::path::PathBuf;

/// The tools of a run, chosen.
#[derive(Clone, Debug, Default)]
pub struct Tools {
    /// Those that run.
    pub run: Vec<Tool>,
    /// Those that do not.
    pub refused: Vec<Refused>,
    /// The work tree, for what tools must see of it that git does not hold.
    pub work_dir: Option<PathBuf>,
    /// The `PATH` on which they and git are looked for.
    pub path: Option<OsString>,
}

/// A tool that does not run. That is told where there are files that it would have looked at.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The tool.
    pub tool: Tool,
    /// Why.
    pub why: String,
    /// Whether it should have run, so that the run is incomplete.
    pub is_gap: bool,
}
