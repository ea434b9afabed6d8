//! stanch: stops secrets and bad code at `git commit` and `git push`.
//!
//! A **door** makes a **plan**; a **source** lists **candidates** and reads **blobs**; **checks** give
//! **matches**; the engine makes them **findings**; the **policy** gives each a **verdict**; the **report** is
//! written by an **output**, and its **outcome** is the exit code.
//!
//! The library is shared by the command line and the tests. It is not a public interface and may change in any
//! release; what is promised is listed in `README.md`.

pub mod archive;
pub mod check;
pub mod cli;
pub mod commit;
pub mod config;
pub mod fix;
pub mod git;
pub mod hooks;
pub mod model;
pub mod output;
pub mod policy;
pub mod process;
pub mod quality;
pub mod rules;
pub mod scan;
pub mod source;
pub mod supply;
pub mod tools;
