//! Bundles of git (`gitformat-bundle(5)`): a list of refs, and a pack of what they bring.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bstr::{BString, ByteSlice};

use super::Why;
use super::meter::Metered;
use super::open::Opener;
use super::packfile::{Object, Pack};
use super::place::Place;

/// What says that ids are SHA-256.
const SHA256: &[u8] = b"@object-format=sha256";
/// How many digits of an id are shown.
const SHOWN_DIGITS: usize = 12;

impl<E> Opener<'_, E> {
    pub(super) fn bundle(&mut self, bytes: &[u8], place: &Place, depth: u32) -> Result<(), E> {
        let head_end = bytes.find(b"\n\n").map_or(bytes.len(), |at| at + 2);
        let (head, pack) = bytes.split_at(head_end);
        let is_sha256 = head.lines().any(|line| line == SHA256);
        let (mut pack, is_whole) = Pack::read(pack, is_sha256, self.meter);
        if !is_whole {
            self.note(Why::Broken, place.of_archive());
        }
        let mut names = BTreeMap::new();
        let mut later = Vec::new();
        // Trees first: they have the names of blobs. What is made from an object that is named later waits for it.
        for start in pack.starts() {
            match pack.object(start) {
                Ok((kind, content)) => {
                    let id = pack.name(start, kind, &content);
                    if kind == Object::Tree { names_of(&content, id.len(), &mut names) } else { later.push(start) }
                }
                Err(_) => later.push(start),
            }
            if self.is_over() {
                break;
            }
        }
        for start in later {
            if !self.may_go_on(place) {
                return Ok(());
            }
            let (kind, content) = match pack.object(start) {
                Ok(made) => made,
                Err(why) => {
                    match pack.stream(start).filter(|_| why == Why::Held) {
                        Some(from) => self.visit(&mut Metered { from, meter: self.meter }, &place.inside(b"large object"), depth)?,
                        None => self.note(why, place.of_archive()),
                    }
                    continue;
                }
            };
            let id = pack.name(start, kind, &content);
            let mut name = format!("{} ", kind.name());
            for byte in id.iter().take(SHOWN_DIGITS / 2) {
                // Writing to a string does not fail.
                write!(name, "{byte:02x}").ok();
            }
            let mut name = BString::from(name);
            if let Some(file) = names.get(&id) {
                name.push(b'/');
                name.extend_from_slice(file);
            }
            self.visit(&mut content.as_slice(), &place.inside(&name), depth)?;
        }
        Ok(())
    }
}

/// Takes the names out of a tree.
fn names_of(tree: &[u8], id_bytes: usize, names: &mut BTreeMap<Vec<u8>, BString>) {
    let mut rest = tree;
    while let Some((head, after)) = rest.split_once_str(b"\0") {
        let (Some((_, name)), Some((id, after))) = (head.split_once_str(b" "), after.split_at_checked(id_bytes)) else { return };
        names.entry(id.to_vec()).or_insert_with(|| name.into());
        rest = after;
    }
}
