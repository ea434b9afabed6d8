//! tar, entry by entry. Long names are read here and not by the library, which would hold them however long they are.

use std::io::{self, Cursor, Read};

use bstr::BString;

use super::Why;
use super::open::Opener;
use super::place::Place;

/// The longest name that is read, in bytes; also of the extended header that holds one.
const MAX_NAME_BYTES: u64 = 64 << 10;
/// The name of what stands behind the end of an archive.
const BEHIND: &[u8] = b"(behind the end)";

impl<E> Opener<'_, E> {
    pub(super) fn tar(&mut self, from: &mut dyn Read, place: &Place, depth: u32) -> Result<(), E> {
        let mut archive = tar::Archive::new(from);
        let Ok(entries) = archive.entries() else {
            self.note(Why::Broken, place.of_archive());
            return Ok(());
        };
        let mut long_name = None;
        for entry in entries.raw(true) {
            let Ok(mut entry) = entry else {
                self.note(Why::Broken, place.of_archive());
                return Ok(());
            };
            let kind = entry.header().entry_type();
            if kind.is_gnu_longname() || kind.is_pax_local_extensions() {
                let mut text = Vec::new();
                // A name that does not read leaves the short one.
                entry.by_ref().take(MAX_NAME_BYTES).read_to_end(&mut text).ok();
                long_name = name_of(&text, kind.is_gnu_longname()).or(long_name);
                continue;
            }
            let name = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned().into());
            if entry.size() == 0 {
                continue;
            }
            if !self.may_go_on(place) {
                return Ok(());
            }
            self.visit(&mut entry, &place.inside(&name), depth)?;
            if self.is_over() {
                return Ok(());
            }
        }
        self.behind(&mut archive.into_inner(), place)
    }

    /// What stands behind the end, which tar itself does not look at.
    fn behind(&mut self, from: &mut dyn Read, place: &Place) -> Result<(), E> {
        let mut chunk = [0; 4096];
        loop {
            match from.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => {
                    let some = chunk.get(..read).unwrap_or_default();
                    if some.iter().any(|&byte| byte != 0) {
                        return self.hand_out(&mut Cursor::new(some).chain(from), &place.inside(BEHIND));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.note(Why::Broken, place.of_archive());
                    return Ok(());
                }
            }
        }
    }
}

/// The name that a header for long names holds.
fn name_of(text: &[u8], is_gnu: bool) -> Option<BString> {
    if is_gnu {
        return text.split(|&byte| byte == 0).next().map(BString::from);
    }
    let fields = tar::PaxExtensions::new(text).filter_map(Result::ok);
    fields.filter(|field| field.key_bytes() == b"path").last().map(|field| field.value_bytes().into())
}
