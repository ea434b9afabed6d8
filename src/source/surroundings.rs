//! What stands around a candidate, in the state of the repository that it is part of. What was read once is kept for the next
//! candidate of the same state, in bounds.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use bstr::{BString, ByteSlice};

use super::Error;
use crate::git::Index;
use crate::model::Origin;

/// The most that is kept of contents, in bytes; a file above a part of it is read anew.
const MOST_KEPT_BYTES: usize = 8 << 20;
/// How many of them there is room for at least.
const LEAST_KEPT: usize = 64;

/// What stands in a folder.
#[derive(Debug, Default)]
pub struct Folder {
    /// Each name with its mode: octal `40000` of a folder, `160000` of a submodule.
    pub names: Vec<(BString, u32)>,
    /// Where names stand that are the same but for case.
    alike: OnceCell<HashMap<Vec<u8>, Vec<usize>>>,
}

impl Folder {
    /// A folder with these names.
    pub fn new(names: Vec<(BString, u32)>) -> Self {
        Self { names, alike: OnceCell::new() }
    }

    /// Another name that is the same where case does not count.
    pub fn alike(&self, name: &[u8]) -> Option<&BString> {
        let alike = self.alike.get_or_init(|| {
            let mut alike: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
            for (at, (name, _)) in self.names.iter().enumerate() {
                alike.entry(folded(name)).or_default().push(at);
            }
            alike
        });
        let names = alike.get(&folded(name))?.iter().filter_map(|&at| self.names.get(at));
        names.map(|(other, _)| other).find(|other| *other != name)
    }
}

/// A name as file systems compare it that know no case.
fn folded(name: &[u8]) -> Vec<u8> {
    name.to_str().map_or_else(|_| name.to_ascii_lowercase(), |name| name.to_lowercase().into_bytes())
}

/// What a reader has read of the state that it was asked for last.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    origin: RefCell<Option<Origin>>,
    folders: RefCell<HashMap<BString, Rc<Folder>>>,
    files: RefCell<HashMap<BString, Option<Rc<[u8]>>>>,
    kept_bytes: RefCell<usize>,
    /// The index, read when somebody asks what stands in it.
    pub(super) index: OnceCell<Option<Index>>,
}

impl Surroundings {
    /// A folder of `origin`, read by `read` where it is not known.
    pub(super) fn folder(
        &self,
        origin: Origin,
        path: &[u8],
        read: impl FnOnce() -> Result<Vec<(BString, u32)>, Error>,
    ) -> Result<Rc<Folder>, Error> {
        self.turn_to(origin);
        if let Some(known) = self.folders.borrow().get(path.as_bstr()) {
            return Ok(Rc::clone(known));
        }
        let folder = Rc::new(Folder::new(read()?));
        self.folders.borrow_mut().insert(path.into(), Rc::clone(&folder));
        Ok(folder)
    }

    /// A file of `origin`, in the same way.
    pub(super) fn file(
        &self,
        origin: Origin,
        path: &[u8],
        read: impl FnOnce() -> Result<Option<Vec<u8>>, Error>,
    ) -> Result<Option<Rc<[u8]>>, Error> {
        self.turn_to(origin);
        if let Some(known) = self.files.borrow().get(path.as_bstr()) {
            return Ok(known.clone());
        }
        let file: Option<Rc<[u8]>> = read()?.map(Rc::from);
        let bytes = file.as_ref().map_or(0, |file| file.len());
        let mut kept = self.kept_bytes.borrow_mut();
        if bytes <= MOST_KEPT_BYTES / LEAST_KEPT && *kept + bytes <= MOST_KEPT_BYTES {
            *kept += bytes;
            self.files.borrow_mut().insert(path.into(), file.clone());
        }
        Ok(file)
    }

    /// Forgets what is of another state.
    fn turn_to(&self, origin: Origin) {
        if self.origin.replace(Some(origin)) != Some(origin) {
            self.folders.borrow_mut().clear();
            self.files.borrow_mut().clear();
            self.kept_bytes.replace(0);
        }
    }
}
