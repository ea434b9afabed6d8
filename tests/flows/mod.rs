//! Whole runs: real git calls the hooks that the real `stanch install` wrote.

mod checklist;
mod matrix;
mod operations;
