//! Known vulnerabilities, from dumps in the form of OSV, on this machine alone: a database, and packages held against it.

mod advisory;
mod check;
mod database;
mod dump;
mod ecosystem;
mod import;
mod marks;
mod matching;
pub mod packages;

pub use advisory::{Severity, Word};
pub use check::{Check, Finding, Gap, Named, Report, check};
pub use database::{Database, Status};
pub use ecosystem::Ecosystem;
pub use import::import;
pub use marks::Chance;

use std::io;
use std::path::PathBuf;

/// Why a database or a dump could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder.
    #[error("cannot use `{}`", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A dump that is no zip, or is cut off.
    #[error("cannot read the zip `{}`", path.display())]
    Zip {
        /// Which.
        path: PathBuf,
        /// Why.
        source: zip::result::ZipError,
    },
    /// A record that is none; nothing was imported.
    #[error("`{name}` is no OSV record: {why}")]
    Record {
        /// Its file.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// A list of EPSS or KEV that is none; nothing was imported.
    #[error("`{}` is no list of {list}: {why}", path.display())]
    List {
        /// Which.
        path: PathBuf,
        /// Of what.
        list: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A dump without a record.
    #[error("`{}` holds no record", path.display())]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// A dump that is not of one ecosystem.
    #[error("the dump is not of one ecosystem alone; its records name {names}")]
    Mixed {
        /// The ecosystems.
        names: String,
    },
    /// An ecosystem of which the dump says nothing.
    #[error("no record of the dump is of the ecosystem `{name}`")]
    Absent {
        /// Which.
        name: String,
    },
    /// A database of another version of the program.
    #[error("the database `{}` has the form {found}, not {expected}", path.display())]
    Form {
        /// Which.
        path: PathBuf,
        /// Its form.
        found: i64,
        /// Ours.
        expected: i64,
    },
    /// A database that cannot be read or written.
    #[error("the database `{}` cannot be used", path.display())]
    Database {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// What the database holds of a package is damaged.
    #[error("the database is damaged at `{name}`")]
    Damaged {
        /// The package.
        name: String,
    },
}
