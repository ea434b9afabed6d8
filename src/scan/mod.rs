//! One run, from a plan to a report. It lists, reads, looks, judges and sorts; it prints nothing.

mod adopt;
mod engine;
mod examine;
mod inspect;
mod members;
mod mend;
mod outside;
mod past;
mod plan;
mod prove;
mod run;
mod settle;
mod trail;
mod trees;
mod version;

pub use adopt::{Carried, Carrier, NotCarried, glob_of};
pub use engine::{Engine, Scanned};
pub use inspect::known_by;
pub use mend::{Mended, mend};
pub use plan::{Archives, Bound, Limits, Plan, Progress, Told};
pub use prove::prove;
pub use run::{Error, run};
pub use trees::{Grown, TreeError};
pub use version::Selection;
