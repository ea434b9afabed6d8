//! Further expected behaviour, by what it is about: the checklist beside the matrix.

mod content;
mod install;
mod policy;
mod repositories;
mod runs;
mod server;
