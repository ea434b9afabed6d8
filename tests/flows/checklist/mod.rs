//! Further expected behaviour, by what it is about: the checklist beside the matrix.

mod attacks;
mod broken;
mod content;
mod install;
mod managers;
mod policy;
mod repositories;
mod runs;
mod server;
mod trace;
