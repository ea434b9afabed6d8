//! Whole runs: real git calls the hooks that the real `stanch install` wrote.

mod archives;
mod around;
mod checklist;
mod faults;
mod fix;
mod matrix;
mod messages;
mod named;
mod operations;
mod paths;
mod quality;
mod secrets;
mod tools;
#[cfg(not(feature = "tree-python"))]
mod treeless;
#[cfg(all(feature = "tree-python", feature = "tree-javascript", feature = "tree-typescript"))]
mod trees;
