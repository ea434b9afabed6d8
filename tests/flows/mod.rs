//! Whole runs: real git calls the hooks that the real `stanch install` wrote.

mod archives;
mod around;
mod checklist;
mod faults;
mod fix;
mod matrix;
mod messages;
mod operations;
mod paths;
mod quality;
mod secrets;
mod tools;
mod trees;
