//! A dump: a zip of JSON records, or a folder of them, read one record at a time.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use super::Error;
use super::advisory::Record;
use crate::model::Hex;

/// No record is larger; the largest known are below 2 MiB.
const RECORD_BYTES: u64 = 16 << 20;

/// How many folders a folder of records may lie below.
const DEPTH: usize = 32;

/// Calls `each` with every record of a dump, and gives the digest of the dump.
pub(super) fn read(path: &Path, each: &mut dyn FnMut(Record) -> Result<(), Error>) -> Result<String, Error> {
    let kind = fs::metadata(path).map_err(|source| file_error(path, source))?;
    if kind.is_dir() { read_folder(path, each) } else { read_zip(path, each) }
}

/// The digest of a zip is that of its bytes, as whoever publishes it can tell it.
fn read_zip(path: &Path, each: &mut dyn FnMut(Record) -> Result<(), Error>) -> Result<String, Error> {
    let zip_error = |source| Error::Zip { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(|source| file_error(path, source))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let length = file.read(&mut buffer).map_err(|source| file_error(path, source))?;
        match buffer.get(..length) {
            None | Some([]) => break,
            Some(part) => digest.update(part),
        }
    }
    let mut archive = ZipArchive::new(io::BufReader::new(file)).map_err(zip_error)?;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(zip_error)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if !entry.is_dir() && is_record(&name) {
            let bytes = bounded(&mut entry, &name)?;
            each(record(&name, &bytes)?)?;
        }
    }
    Ok(Hex(&digest.finalize()).to_string())
}

/// The digest of a folder is that of the names and bytes of its records, in the order of the names.
fn read_folder(path: &Path, each: &mut dyn FnMut(Record) -> Result<(), Error>) -> Result<String, Error> {
    let mut files = Vec::new();
    list(path, &mut files, DEPTH)?;
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        let name = file.strip_prefix(path).unwrap_or(&file).to_string_lossy().into_owned();
        let mut opened = File::open(&file).map_err(|source| file_error(&file, source))?;
        let bytes = bounded(&mut opened, &name)?;
        for part in [name.as_bytes(), &bytes] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        each(record(&name, &bytes)?)?;
    }
    Ok(Hex(&digest.finalize()).to_string())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>, depth: usize) -> Result<(), Error> {
    let failed = |source| file_error(folder, source);
    if depth == 0 {
        return Err(failed(io::Error::other("its folders are too deep")));
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            list(&path, files, depth - 1)?;
        } else if is_record(&entry.file_name().to_string_lossy()) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_record(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn bounded(from: &mut dyn Read, name: &str) -> Result<Vec<u8>, Error> {
    let failed = |why: String| Error::Record { name: name.to_owned(), why };
    let mut bytes = Vec::new();
    from.take(RECORD_BYTES + 1).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > RECORD_BYTES {
        return Err(failed(format!("it is larger than {} MiB", RECORD_BYTES >> 20)));
    }
    Ok(bytes)
}

fn record(name: &str, bytes: &[u8]) -> Result<Record, Error> {
    serde_json::from_slice(bytes).map_err(|error| Error::Record { name: name.to_owned(), why: error.to_string() })
}

fn file_error(path: &Path, source: io::Error) -> Error {
    Error::File { path: path.to_owned(), source }
}
