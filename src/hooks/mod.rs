//! git's hooks: which there are, and how stanch comes among them without taking anything away.

mod event;
mod husky;
mod install;
mod survey;

pub use event::Event;
pub use install::{Error, Installed, KEPT, Places, SCRIPT, install, kept_hook, uninstall};
pub use survey::{Owner, Survey, survey};
