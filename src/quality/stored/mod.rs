//! How git stores a file: under which name, with which mode, how large, and in whose place.

mod lfs;
mod modes;
mod names;
mod size;

pub(super) use lfs::lfs_pointer;
pub(super) use modes::{mode_without_shebang, shebang_without_mode};
pub(super) use names::{edited_migration, forbidden_file, windows_name};
pub(super) use size::large_file;

use super::Defect;
use crate::model::Span;

/// A defect of the whole file: it stands at its beginning.
pub(super) fn whole(detail: Option<String>) -> Defect {
    Defect { span: Span { start: 0, end: 0 }, detail }
}
