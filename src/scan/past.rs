//! What a check found in the versions before, and so which of its defects are new.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Error;
use crate::model::{Base, Candidate, Check, Decoded, Encoding, LineIndex, Since};
use crate::quality::{Defect, File};
use crate::source::{Content, Reader, WHOLE_BYTES};

/// What finds the defects of a file, as its check does.
type Look<'l> = &'l dyn Fn(&File<'_>) -> Result<Vec<Defect>, Error>;

/// What a check found in each version that a candidate is compared with; empty where there is none.
pub(super) struct Past(Vec<Option<Version>>);

/// One of them, as far as it is known.
#[derive(Default)]
struct Version {
    has_any: bool,
    /// Whether it could be read to its end.
    is_read: bool,
    /// The lines with defects, without the blanks around them.
    lines: HashMap<Vec<u8>, usize>,
}

impl Past {
    /// Looks at the versions before.
    pub(super) fn read(reader: &Reader<'_>, candidate: &Candidate, check: Check, look: Look<'_>) -> Result<Self, Error> {
        let Since::Parents(bases) = &candidate.since else { return Ok(Self(Vec::new())) };
        let versions = bases.iter().map(|base| version(reader, (candidate, base), check, look));
        Ok(Self(versions.collect::<Result<_, _>>()?))
    }

    /// Whether a defect on `line` is new. One of the whole file is where a version before had none; what stops a reader is
    /// where a version could be read; any other is where the change touched its line, or where each version is known and
    /// had none on such a line. Each defect of a version before answers for one.
    pub(super) fn is_new(&mut self, check: Check, defect: &Defect, line: &[u8], is_touched: bool) -> bool {
        let versions = &mut self.0;
        let were_all = |is: fn(&Version) -> bool| !versions.is_empty() && versions.iter().all(|version| version.as_ref().is_some_and(is));
        if check.is_of_file() {
            return !were_all(|version| version.has_any);
        }
        if defect.stops(check) {
            return !were_all(|version| !version.is_read);
        }
        if is_touched || versions.is_empty() {
            return true;
        }
        let mut is_new = true;
        for version in versions {
            is_new &= version.as_mut().is_some_and(|version| version.is_read && !version.takes(line));
        }
        is_new
    }
}

impl Version {
    /// Whether there was a defect on such a line that answered for no other.
    fn takes(&mut self, line: &[u8]) -> bool {
        let Some(count) = self.lines.get_mut(line.trim_ascii()).filter(|count| **count > 0) else { return false };
        *count -= 1;
        true
    }
}

fn version(reader: &Reader<'_>, (candidate, base): (&Candidate, &Base), check: Check, look: Look<'_>) -> Result<Option<Version>, Error> {
    let renamed = candidate.id.filter(|id| base.removed.contains(id));
    // A file that came from elsewhere has a new name.
    let Some(blob) = base.blob.or(renamed.filter(|_| !check.is_of_path() && !check.is_of_new_files())) else { return Ok(None) };
    if check.is_of_tree() {
        // What stood around it then is not asked for.
        return Ok(Some(Version { has_any: check.is_of_new_files(), ..Version::default() }));
    }
    let mode = if base.blob.is_some() { base.mode } else { candidate.mode };
    let file = File { path: &candidate.path, mode, ..File::default() };
    let content = reader.open_blob(blob)?;
    let old = match &content {
        Content::Whole(bytes) => as_read(check, bytes),
        // Of what is too large to hold the name and the size are checked.
        Content::Stream(_) if check.is_of_name() => {
            let defects = look(&File { size: Some(WHOLE_BYTES), ..file })?;
            return Ok(Some(Version { has_any: !defects.is_empty(), ..Version::default() }));
        }
        Content::Stream(_) => return Ok(None),
    };
    let defects = look(&File { bytes: &old, ..file })?;
    let mut version = Version { has_any: !defects.is_empty(), is_read: true, ..Version::default() };
    let index = LineIndex::new(&old);
    for defect in defects {
        version.is_read &= !defect.stops(check);
        *version.lines.entry(index.line_at(defect.span.start).1.trim_ascii().to_vec()).or_default() += 1;
    }
    Ok(Some(version))
}

/// A file's bytes as a check reads them: text in another encoding as UTF-8.
fn as_read(check: Check, bytes: &[u8]) -> Cow<'_, [u8]> {
    if check.is_of_text() { Decoded::new(bytes, Encoding::of(bytes)).text } else { Cow::Borrowed(bytes) }
}
