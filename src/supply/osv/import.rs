//! A dump into the database: an ecosystem is replaced whole, or nothing is.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::Offset;
use rusqlite::{Connection, Statement, params};

use super::advisory::Record;
use super::database::{Status, note, writable};
use super::marks::{self, List};
use super::{Error, dump, ecosystem};

/// What the records of a dump say of an ecosystem.
struct Seen {
    records: u32,
    withdrawn: u32,
    newest: Date,
}

/// Imports a dump into the database of a folder: the ecosystems named, or the one that every record of the dump is about.
/// A file of EPSS or KEV replaces that list. A record that was changed after `today` does not make the database newer.
///
/// # Errors
/// If the dump or the database does not read, or the dump is not of one ecosystem and none is named. Then nothing was changed.
pub fn import(folder: &Path, path: &Path, named: &[String], today: Date) -> Result<Vec<Status>, Error> {
    if let Some(list) = List::of(path) {
        return Ok(vec![marks::import(folder, path, list, today)?]);
    }
    let (file, connection) = writable(folder)?;
    let failed = |source| Error::Database { path: file.clone(), source };
    connection
        .execute_batch("CREATE TEMP TABLE staged (ecosystem TEXT NOT NULL, name TEXT NOT NULL, advisory TEXT NOT NULL)")
        .map_err(failed)?;
    let mut insert = connection.prepare("INSERT INTO temp.staged VALUES (?1, ?2, ?3)").map_err(failed)?;
    let mut seen = BTreeMap::new();
    let mut records = 0_u32;
    let digest = dump::read(path, &mut |record| {
        let packages = stage(&mut insert, record, today, &mut seen);
        records += u32::from(packages.map_err(failed)? > 0);
        Ok(())
    })?;
    if records == 0 {
        return Err(Error::Empty { path: path.to_owned() });
    }
    let mut imported = Vec::new();
    for name in chosen(&seen, records, named)? {
        let Some(Seen { records, withdrawn, newest }) = seen.remove(&name) else { return Err(Error::Absent { name }) };
        let packages = replace(&connection, &name).map_err(failed)?;
        let status = Status { ecosystem: name, newest, imported: today, digest: digest.clone(), records, withdrawn, packages };
        note(&connection, &status).map_err(failed)?;
        imported.push(status);
    }
    connection.execute_batch("COMMIT").map_err(failed)?;
    Ok(imported)
}

/// Puts what a record says aside, and tells of how many packages it speaks.
fn stage(insert: &mut Statement<'_>, record: Record, today: Date, seen: &mut BTreeMap<String, Seen>) -> Result<usize, rusqlite::Error> {
    let is_withdrawn = record.is_withdrawn();
    let changed = Offset::UTC.to_datetime(record.modified).date();
    // The clock of whoever changed it may be a day ahead of this one.
    let newest = if changed <= today.saturating_add(1.day()) { changed } else { Date::MIN };
    let entries = record.entries();
    let mut names: Vec<&str> = entries.iter().map(|entry| entry.ecosystem.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let known = seen.entry(name.to_owned()).or_insert(Seen { records: 0, withdrawn: 0, newest: Date::MIN });
        known.records += 1;
        known.withdrawn += u32::from(is_withdrawn);
        known.newest = known.newest.max(newest);
    }
    for entry in &entries {
        let advisory = serde_json::to_string(&entry.advisory).expect("because texts and numbers are JSON");
        insert.execute(params![entry.ecosystem, ecosystem::spell(&entry.ecosystem, &entry.name), advisory])?;
    }
    Ok(entries.len())
}

/// The ecosystems to import. Of another than the one that all records are about, a dump holds a part: an import of that would
/// let the rest pass as clean.
fn chosen(seen: &BTreeMap<String, Seen>, records: u32, named: &[String]) -> Result<Vec<String>, Error> {
    if !named.is_empty() {
        let mut named = named.to_vec();
        named.sort_unstable();
        named.dedup();
        return Ok(named);
    }
    let whole: Vec<String> = seen.iter().filter(|(_, seen)| seen.records == records).map(|(name, _)| name.clone()).collect();
    if whole.len() == 1 {
        return Ok(whole);
    }
    let names: Vec<String> = seen.iter().map(|(name, seen)| format!("{name} ({})", seen.records)).collect();
    Err(Error::Mixed { names: names.join(", ") })
}

/// Replaces what the database holds of an ecosystem by what was put aside, and tells how many packages there are.
fn replace(connection: &Connection, ecosystem: &str) -> Result<u32, rusqlite::Error> {
    connection.execute("DELETE FROM package WHERE ecosystem = ?1", [ecosystem])?;
    let mut query = connection.prepare("SELECT name, advisory FROM temp.staged WHERE ecosystem = ?1 ORDER BY name, advisory")?;
    let mut insert = connection.prepare("INSERT INTO package VALUES (?1, ?2, ?3)")?;
    let mut rows = query.query([ecosystem])?;
    let mut packages = 0;
    let mut open: Option<(String, DeflateEncoder<Vec<u8>>)> = None;
    loop {
        let next: Option<(String, String)> = rows.next()?.map(|row| Ok::<_, rusqlite::Error>((row.get(0)?, row.get(1)?))).transpose()?;
        let is_same = next.as_ref().is_some_and(|(name, _)| open.as_ref().is_some_and(|(open, _)| open == name));
        if !is_same && let Some((name, mut pack)) = open.take() {
            put(&mut pack, "]");
            insert.execute(params![ecosystem, name, pack.finish().expect("because memory takes what is written to it")])?;
            packages += 1;
        }
        let Some((name, advisory)) = next else { return Ok(packages) };
        let before = if is_same { "," } else { "[" };
        let (_, pack) = open.get_or_insert_with(|| (name, DeflateEncoder::new(Vec::new(), Compression::default())));
        put(pack, before);
        put(pack, &advisory);
    }
}

fn put(pack: &mut DeflateEncoder<Vec<u8>>, text: &str) {
    pack.write_all(text.as_bytes()).expect("because memory takes what is written to it");
}
