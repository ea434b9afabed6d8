//! zip, entry by entry as its directory lists them, each name as often as it stands there.

use std::io::{Cursor, Read};

use zip::read::{Config, read_zipfile_from_stream};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, ZipReadOptions};

use super::Why;
use super::meter::Metered;
use super::open::Opener;
use super::place::Place;

impl<E> Opener<'_, E> {
    pub(super) fn zip(&mut self, bytes: &[u8], place: &Place, depth: u32) -> Result<(), E> {
        let mut listed = match ZipIterable::try_new(Cursor::new(bytes), Config::default()) {
            Ok(listed) => listed,
            Err(error) => return self.zip_without_directory(&error, bytes, place, depth),
        };
        let Ok(entries) = listed.files() else {
            self.note(Why::Broken, place.of_archive());
            return Ok(());
        };
        for entry in entries {
            let Ok(entry) = entry else {
                self.note(Why::Broken, place.of_archive());
                return Ok(());
            };
            if !self.may_go_on(place) {
                return Ok(());
            }
            if entry.compressed_size() == 0 {
                continue;
            }
            let inside = place.inside(entry.name_raw());
            if entry.encrypted() {
                self.note(Why::Encrypted, inside.of_file());
                continue;
            }
            if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
                self.note(Why::Method, inside.of_file());
                continue;
            }
            let mut reader = Cursor::new(bytes);
            match entry.with_reader(&mut reader, ZipReadOptions::new()) {
                Ok(file) => self.visit(&mut Metered { from: file, meter: self.meter }, &inside, depth)?,
                Err(_) => self.note(Why::Broken, inside.of_file()),
            }
            if self.is_over() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// What can be read of a zip that was cut off before its directory.
    fn zip_without_directory(&mut self, error: &ZipError, bytes: &[u8], place: &Place, depth: u32) -> Result<(), E> {
        let why = if matches!(error, ZipError::UnsupportedArchive(_)) { Why::Method } else { Why::Broken };
        self.note(why, place.of_archive());
        let mut rest = bytes;
        while let Ok(Some(file)) = read_zipfile_from_stream(&mut rest) {
            if !self.may_go_on(place) {
                return Ok(());
            }
            let inside = place.inside(file.name_raw());
            let mut content = Metered { from: file, meter: self.meter };
            self.visit(&mut content, &inside, depth)?;
            if self.is_over() {
                return Ok(());
            }
            // The next entry begins where this one's bytes end.
            std::io::copy(&mut content.by_ref(), &mut std::io::sink()).ok();
        }
        Ok(())
    }
}
