//! Databases of `SQLite`, table by table, from memory and never from a file. No view, trigger or virtual table runs,
//! nothing that a schema names is trusted, and steps are bounded by the size of the database.

use std::io::{self, Read};

use bstr::{BString, ByteSlice};
use rusqlite::config::DbConfig;
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator as _;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Rows};

use super::meter::{Meter, Metered};
use super::open::Opener;
use super::place::Place;
use super::{Why, kind};

/// Where a database says how it is written and read, in bytes from the start.
const MODES_AT: usize = 18;
/// That it is written by a journal; a write-ahead log would need a second file.
const JOURNAL_MODES: &[u8] = &[1, 1];
/// The largest value that is read, in bytes.
const MAX_VALUE_BYTES: i32 = 16 << 20;
/// The most bytes of a column's name that stand before each value.
const MAX_COLUMN_BYTES: usize = 200;
/// How many steps of `SQLite`'s machine are free, and how many come with each byte: a sound table takes fewer for the
/// bytes of a row.
const FREE_STEPS: u64 = 1_000_000;
const STEPS_A_BYTE: u64 = 8;
/// After how many steps they are counted.
const STRIDE: u16 = 1000;
/// The tables with rows of their own, and the table of tables.
const TABLES: &str = "SELECT 'sqlite_schema' UNION ALL SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0";
/// The columns of a table that `SELECT *` gives, in its order.
const COLUMNS: &str = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";

impl<E> Opener<'_, E> {
    pub(super) fn sqlite(&mut self, bytes: &[u8], place: &Place, depth: u32) -> Result<(), E> {
        let tables = load(bytes).and_then(|database| Ok((texts(&database, TABLES, [])?, database)));
        let (tables, database) = match tables {
            Ok(opened) => opened,
            Err(error) => {
                self.note(why(&error), place.of_archive());
                return Ok(());
            }
        };
        for table in tables {
            if !self.may_go_on(place) {
                return Ok(());
            }
            self.table(&database, &table.to_str_lossy(), (&place.inside(&table), depth))?;
            if self.is_over() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn table(&mut self, database: &Connection, table: &str, (place, depth): (&Place, u32)) -> Result<(), E> {
        let query = format!("SELECT * FROM \"{}\"", table.replace('"', "\"\""));
        let read = |opener: &mut Self| -> Result<Result<Vec<Packed>, E>, rusqlite::Error> {
            let columns = texts(database, COLUMNS, [table])?;
            let mut statement = database.prepare(&query)?;
            let rows = statement.query([])?;
            let mut text = Table { rows, columns, row: Vec::new(), at: 0, number: 0, packed: Vec::new(), failed: None };
            let meter: &Meter = opener.meter;
            let told = opener.hand_out(&mut Metered { from: &mut text, meter }, place);
            text.failed.map_or(Ok(told.map(|()| text.packed)), Err)
        };
        match read(self) {
            Ok(packed) => self.values(database, &query, packed?, (place, depth)),
            Err(error) => {
                self.note(why(&error), place.of_file());
                Ok(())
            }
        }
    }

    /// Opens the values of a table that are archives, in their order.
    fn values(&mut self, database: &Connection, query: &str, values: Vec<Packed>, (place, depth): (&Place, u32)) -> Result<(), E> {
        let mut statement = match database.prepare(query) {
            Ok(statement) => statement,
            Err(error) => {
                self.note(why(&error), place.of_archive());
                return Ok(());
            }
        };
        let mut rows = statement.raw_query();
        let mut at = 0;
        for Packed { column, row, name } in values {
            let inside = place.inside(&[name.as_slice(), format!(":{row}").as_bytes()].concat());
            // Several values of one row are read one after another.
            while at < row {
                match rows.next() {
                    Ok(_) => at += 1,
                    Err(error) => {
                        self.note(why(&error), inside.of_archive());
                        return Ok(());
                    }
                }
            }
            let Some(Ok(bytes)) = rows.get().map(|row| row.get::<_, Vec<u8>>(column)) else {
                self.note(Why::Broken, inside.of_archive());
                return Ok(());
            };
            if !self.may_go_on(place) {
                return Ok(());
            }
            self.visit(&mut bytes.as_slice(), &inside, depth)?;
        }
        Ok(())
    }
}

/// A value that is an archive.
struct Packed {
    /// The number of its column, from 0.
    column: usize,
    /// That of its row, from 1.
    row: u64,
    /// The name of its column.
    name: BString,
}

/// The rows of a table as text: one line a row, `column=value` with a tab between.
struct Table<'t> {
    rows: Rows<'t>,
    columns: Vec<BString>,
    row: Vec<u8>,
    /// How much of the row was read.
    at: usize,
    /// The number of the row, from 1.
    number: u64,
    packed: Vec<Packed>,
    failed: Option<rusqlite::Error>,
}

impl Table<'_> {
    fn next_row(&mut self) -> Result<bool, rusqlite::Error> {
        self.row.clear();
        self.at = 0;
        let Some(row) = self.rows.next()? else { return Ok(false) };
        self.number += 1;
        // The names of columns are taken from a query: the library's own way to them stops at a name that is no UTF-8.
        for number in 0..row.as_ref().column_count() {
            let column = self.columns.get(number).cloned().unwrap_or_default();
            let value = row.get_ref(number)?;
            if matches!(value, ValueRef::Null) {
                continue;
            }
            if !self.row.is_empty() {
                self.row.push(b'\t');
            }
            self.row.extend(column.iter().take(MAX_COLUMN_BYTES));
            self.row.push(b'=');
            match value {
                ValueRef::Null => {}
                ValueRef::Integer(number) => self.row.extend(number.to_string().bytes()),
                ValueRef::Real(number) => self.row.extend(number.to_string().bytes()),
                ValueRef::Text(text) => self.row.extend_from_slice(text),
                ValueRef::Blob(bytes) => {
                    self.row.extend_from_slice(bytes);
                    if kind(bytes).is_some() {
                        self.packed.push(Packed { column: number, row: self.number, name: column });
                    }
                }
            }
        }
        self.row.push(b'\n');
        Ok(true)
    }
}

impl Read for Table<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.row.len() {
            match self.next_row() {
                Ok(true) => {}
                Ok(false) => return Ok(0),
                Err(error) => {
                    self.failed = Some(error);
                    return Err(io::ErrorKind::InvalidData.into());
                }
            }
        }
        let read = self.row.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// A database in memory that runs nothing of its own.
fn load(bytes: &[u8]) -> Result<Connection, rusqlite::Error> {
    let mut database = Connection::open_in_memory()?;
    let (head, rest) = bytes.split_at(MODES_AT.min(bytes.len()));
    let rest = rest.get(JOURNAL_MODES.len()..).unwrap_or_default();
    let mut whole = head.chain(JOURNAL_MODES).chain(rest);
    database.deserialize_read_exact("main", &mut whole, bytes.len(), true)?;
    for (setting, value) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    ] {
        database.set_db_config(setting, value)?;
    }
    database.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    database.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    let mut left = (FREE_STEPS + STEPS_A_BYTE * bytes.len() as u64) / u64::from(STRIDE);
    database.progress_handler(
        STRIDE.into(),
        Some(move || {
            left = left.saturating_sub(1);
            left == 0
        }),
    )?;
    Ok(database)
}

/// The first column of a query.
fn texts(database: &Connection, query: &str, arguments: impl rusqlite::Params) -> Result<Vec<BString>, rusqlite::Error> {
    let mut statement = database.prepare(query)?;
    let names = statement.query_map(arguments, |row| Ok(row.get_ref(0)?.as_bytes()?.into()))?;
    names.collect()
}

fn why(error: &rusqlite::Error) -> Why {
    if error.sqlite_error_code() == Some(ErrorCode::TooBig) { Why::Held } else { Why::Broken }
}
