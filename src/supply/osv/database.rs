//! The database: one file, in which each ecosystem is as its last whole import left it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::DeflateDecoder;
use jiff::civil::Date;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, params};
use serde::Serialize;

use super::Error;
use super::advisory::Advisory;
use super::ecosystem::Ecosystem;
use super::marks::Chance;

/// The file in the folder of the database.
const FILE: &str = "osv.sqlite";

/// The form of the file; another one is refused.
const FORM: i64 = 1;

/// How long one import waits for another.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is said of one package is never longer, in bytes.
const PACKAGE_BYTES: u64 = 256 << 20;

const TABLES: &str = "
    CREATE TABLE import (
        ecosystem TEXT PRIMARY KEY, newest TEXT NOT NULL, imported TEXT NOT NULL, digest TEXT NOT NULL,
        records INTEGER NOT NULL, withdrawn INTEGER NOT NULL, packages INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE package (ecosystem TEXT, name TEXT, advisories BLOB NOT NULL, PRIMARY KEY (ecosystem, name)) WITHOUT ROWID;
    CREATE TABLE chance (name TEXT PRIMARY KEY, epss REAL NOT NULL, percentile REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE exploited (name TEXT PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID;
";

/// A database that is read.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    connection: Connection,
}

/// What a database holds of an ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Its name.
    pub ecosystem: String,
    /// The day on which its newest record was changed.
    #[serde(serialize_with = "as_text")]
    pub newest: Date,
    /// The day of the import.
    #[serde(serialize_with = "as_text")]
    pub imported: Date,
    /// SHA-256 of the dump.
    pub digest: String,
    /// How many records it has.
    pub records: u32,
    /// How many of them were withdrawn.
    pub withdrawn: u32,
    /// How many packages they are about.
    pub packages: u32,
}

impl Status {
    /// How many days old the newest record is.
    pub fn age(&self, today: Date) -> i32 {
        (today - self.newest).get_days()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn as_text<S: serde::Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(date)
}

impl Database {
    /// Opens the database in a folder to read it, if one is there.
    ///
    /// # Errors
    /// If it does not read, or another version wrote it.
    pub fn open(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(FILE);
        match path.try_exists() {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(source) => return Err(Error::File { path, source }),
        }
        let failed = |source| Error::Database { path: path.clone(), source };
        // Writable where it may be: what an import left that was cut off is rolled back by whoever comes next.
        let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
        match found {
            FORM => Ok(Some(Self { path, connection })),
            // An import that was cut off before its end.
            0 => Ok(None),
            _ => Err(Error::Form { path, found, expected: FORM }),
        }
    }

    /// What it holds, ecosystem by ecosystem.
    ///
    /// # Errors
    /// If it does not read.
    pub fn status(&self) -> Result<Vec<Status>, Error> {
        let ask = "SELECT ecosystem, newest, imported, digest, records, withdrawn, packages FROM import ORDER BY ecosystem";
        let mut query = self.connection.prepare(ask).map_err(|source| self.failed(source))?;
        let rows = query.query_map([], status).map_err(|source| self.failed(source))?;
        rows.collect::<Result<_, _>>().map_err(|source| self.failed(source))
    }

    /// What is said of a package.
    pub(super) fn advisories(&self, ecosystem: &Ecosystem, name: &str) -> Result<Vec<Advisory>, Error> {
        let ask = "SELECT advisories FROM package WHERE ecosystem = ?1 AND name = ?2";
        let mut query = self.connection.prepare(ask).map_err(|source| self.failed(source))?;
        let key = (ecosystem.name, ecosystem.spell(name));
        let packed: Option<Vec<u8>> = query.query_row(key, |row| row.get(0)).optional().map_err(|source| self.failed(source))?;
        let Some(packed) = packed else { return Ok(Vec::new()) };
        let damaged = || Error::Damaged { name: name.to_owned() };
        let mut text = Vec::new();
        DeflateDecoder::new(packed.as_slice()).take(PACKAGE_BYTES).read_to_end(&mut text).map_err(|_| damaged())?;
        serde_json::from_slice(&text).map_err(|_| damaged())
    }

    /// How likely an exploit of what has this name is, and since when one is known.
    pub(super) fn marks(&self, name: &str) -> Result<(Option<Chance>, Option<String>), Error> {
        let chance = |row: &Row<'_>| Ok(Chance { epss: row.get(0)?, percentile: row.get(1)? });
        let ask = "SELECT epss, percentile FROM chance WHERE name = ?1";
        let chance = self.connection.query_row(ask, [name], chance).optional().map_err(|source| self.failed(source))?;
        let ask = "SELECT since FROM exploited WHERE name = ?1";
        let since = self.connection.query_row(ask, [name], |row| row.get(0)).optional().map_err(|source| self.failed(source))?;
        Ok((chance, since))
    }

    fn failed(&self, source: rusqlite::Error) -> Error {
        Error::Database { path: self.path.clone(), source }
    }
}

fn status(row: &Row<'_>) -> Result<Status, rusqlite::Error> {
    let date = |at: usize| -> Result<Date, rusqlite::Error> {
        let text: String = row.get(at)?;
        text.parse().map_err(|error: jiff::Error| rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error.into()))
    };
    Ok(Status {
        ecosystem: row.get(0)?,
        newest: date(1)?,
        imported: date(2)?,
        digest: row.get(3)?,
        records: row.get(4)?,
        withdrawn: row.get(5)?,
        packages: row.get(6)?,
    })
}

/// The file of a folder's database, and a connection that may write it. The folder and the tables are made where they are not.
pub(super) fn writable(folder: &Path) -> Result<(PathBuf, Connection), Error> {
    std::fs::create_dir_all(folder).map_err(|source| Error::File { path: folder.to_owned(), source })?;
    let path = folder.join(FILE);
    let failed = |source| Error::Database { path: path.clone(), source };
    let connection = Connection::open(&path).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    connection.execute_batch("PRAGMA auto_vacuum = FULL; PRAGMA temp_store = FILE; PRAGMA cache_size = -8192;").map_err(failed)?;
    connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    match found {
        FORM => {}
        0 => {
            connection.execute_batch(TABLES).map_err(failed)?;
            connection.pragma_update(None, "user_version", FORM).map_err(failed)?;
        }
        _ => return Err(Error::Form { path, found, expected: FORM }),
    }
    Ok((path, connection))
}

/// Writes down what was imported.
pub(super) fn note(connection: &Connection, status: &Status) -> Result<(), rusqlite::Error> {
    let Status { ecosystem, newest, imported, digest, records, withdrawn, packages } = status;
    let (newest, imported) = (newest.to_string(), imported.to_string());
    let values = params![ecosystem, newest, imported, digest, records, withdrawn, packages];
    connection.execute("INSERT OR REPLACE INTO import VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", values)?;
    Ok(())
}
