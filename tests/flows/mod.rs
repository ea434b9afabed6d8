//! Whole runs: real git calls the hooks that the real `stanch install` wrote.

mod archives;
mod checklist;
mod matrix;
mod operations;
mod quality;
mod secrets;
#[cfg(not(feature = "tree-python"))]
mod treeless;
#[cfg(all(feature = "tree-python", feature = "tree-javascript", feature = "tree-typescript"))]
mod trees;
