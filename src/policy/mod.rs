//! What to do about a finding. The one maker of verdicts; it knows findings, not where they come from, and today's
//! date is an argument.

mod allow;
mod baseline;
mod comment;
mod judge;

pub use allow::{Entry, GlobError, PathGlob, PathSet};
pub use baseline::{Baseline, BaselineEntry, BaselineFault, Label};
pub use comment::{allow_comment, is_unfinished};
pub use judge::{Judge, Line, Part, Policy, Threshold, Wanted, Warning};
