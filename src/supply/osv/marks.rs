//! What else is known of a vulnerability by its name of CVE: how likely an exploit is (EPSS), and whether one is used (KEV).

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use jiff::civil::Date;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Error;
use super::database::{Status, note, writable};
use crate::model::Hex;

/// No list is larger, unpacked; those of today are below 32 MiB.
const LIST_BYTES: u64 = 1 << 30;

/// A list of marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// A table of `cve,epss,percentile`, as FIRST publishes it; may be packed by gzip.
    Epss,
    /// The catalogue of known exploited vulnerabilities, as CISA publishes it.
    Kev,
}

/// How likely it is that somebody tries an exploit within a month.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Chance {
    /// From 0 to 1.
    pub epss: f64,
    /// The share of all that are not likelier.
    pub percentile: f64,
}

impl List {
    /// What a file is, by its name. A dump of records is a zip or a folder.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        let is_table = [".csv", ".csv.gz"].iter().any(|end| name.ends_with(end));
        let is_catalogue = name.rsplit_once('.').is_some_and(|(_, end)| end == "json");
        match (path.is_file(), is_table, is_catalogue) {
            (true, true, _) => Some(Self::Epss),
            (true, _, true) => Some(Self::Kev),
            _ => None,
        }
    }

    /// What `db status` calls it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Epss => "EPSS",
            Self::Kev => "KEV",
        }
    }
}

/// Replaces a list by that of a file, whole or not at all.
pub(super) fn import(folder: &Path, path: &Path, list: List, today: Date) -> Result<Status, Error> {
    let opened = File::open(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    let (file, connection) = writable(folder)?;
    let mut hashed = Hashed { from: opened, digest: Sha256::new() };
    let read = match list {
        List::Epss if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz")) => {
            epss(&connection, &mut MultiGzDecoder::new(&mut hashed))
        }
        List::Epss => epss(&connection, &mut hashed),
        List::Kev => kev(&connection, &mut hashed),
    };
    let (newest, records) = read.map_err(|why| Error::List { path: path.to_owned(), list: list.name(), why })?;
    // What stands behind the end of what was read counts for the digest too.
    std::io::copy(&mut hashed, &mut std::io::sink()).map_err(|source| Error::File { path: path.to_owned(), source })?;
    let digest = Hex(&hashed.digest.finalize()).to_string();
    let ecosystem = list.name().to_owned();
    let status = Status { ecosystem, newest, imported: today, digest, records, withdrawn: 0, packages: 0 };
    let failed = |source| Error::Database { path: file.clone(), source };
    note(&connection, &status).map_err(failed)?;
    connection.execute_batch("COMMIT").map_err(failed)?;
    Ok(status)
}

/// A file whose bytes are hashed as they are read.
struct Hashed {
    from: File,
    digest: Sha256,
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.from.read(buffer)?;
        self.digest.update(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}

/// The day and the number of a table of chances. The day stands in its first line, behind `score_date:`.
fn epss(connection: &Connection, from: &mut dyn Read) -> Result<(Date, u32), String> {
    let mut lines = BufReader::new(from.take(LIST_BYTES)).lines();
    let mut next = || lines.next().transpose().map_err(|error| error.to_string());
    let first = next()?.unwrap_or_default();
    let day = first.split(['#', ',']).find_map(|part| part.strip_prefix("score_date:")).and_then(|moment| moment.get(..10));
    let day: Date = day.and_then(|day| day.parse().ok()).ok_or("its first line does not tell its day")?;
    if next()?.is_none_or(|names| names.trim() != "cve,epss,percentile") {
        return Err("its columns are not `cve,epss,percentile`".to_owned());
    }
    connection.execute("DELETE FROM chance", []).map_err(|error| error.to_string())?;
    let mut insert = connection.prepare("INSERT OR REPLACE INTO chance VALUES (?1, ?2, ?3)").map_err(|error| error.to_string())?;
    let mut count = 0;
    while let Some(line) = next()? {
        let mut parts = line.trim().split(',');
        let name = parts.next().unwrap_or_default();
        let mut share = || parts.next().and_then(|part| part.parse::<f64>().ok()).filter(|share| (0.0..=1.0).contains(share));
        let (Some(epss), Some(percentile)) = (share(), share()) else { return Err(format!("this is no line of it: {line}")) };
        insert.execute(params![name, epss, percentile]).map_err(|error| error.to_string())?;
        count += 1;
    }
    if count == 0 { Err("it is empty".to_owned()) } else { Ok((day, count)) }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Catalogue {
    date_released: String,
    vulnerabilities: Vec<Exploited>,
}

#[derive(Deserialize)]
struct Exploited {
    #[serde(rename = "cveID")]
    name: String,
    #[serde(rename = "dateAdded")]
    since: String,
}

/// The day and the number of a catalogue of what is exploited.
fn kev(connection: &Connection, from: &mut dyn Read) -> Result<(Date, u32), String> {
    let catalogue: Catalogue = serde_json::from_reader(BufReader::new(from.take(LIST_BYTES))).map_err(|error| error.to_string())?;
    let day: Option<Date> = catalogue.date_released.get(..10).and_then(|day| day.parse().ok());
    let day = day.ok_or("`dateReleased` is no day")?;
    if catalogue.vulnerabilities.is_empty() {
        return Err("it is empty".to_owned());
    }
    connection.execute("DELETE FROM exploited", []).map_err(|error| error.to_string())?;
    let mut insert = connection.prepare("INSERT OR REPLACE INTO exploited VALUES (?1, ?2)").map_err(|error| error.to_string())?;
    for Exploited { name, since } in &catalogue.vulnerabilities {
        let since: Date = since.parse().map_err(|_| format!("`dateAdded` of {name} is no day"))?;
        insert.execute(params![name, since.to_string()]).map_err(|error| error.to_string())?;
    }
    Ok((day, u32::try_from(catalogue.vulnerabilities.len()).unwrap_or(u32::MAX)))
}
