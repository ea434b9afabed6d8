//! Names that differ in case alone.

use bstr::ByteSlice as _;

use super::{Tree, join};
use crate::quality::stored::whole;
use crate::quality::{Defect, File};

/// The first part of a path beside which another name stands that is the same where case does not count.
pub(in crate::quality) fn case_conflict(file: &File<'_>, tree: &dyn Tree) -> Vec<Defect> {
    let mut folder = Vec::new();
    for part in file.path.split(|byte| *byte == b'/') {
        let same = folded(part);
        let other = tree.names(&folder).into_iter().find(|other| other.name != part && folded(&other.name) == same);
        if let Some(other) = other {
            let other = join(&folder, &other.name);
            return vec![whole(Some(format!("`{}` stands there too", other.as_bstr())))];
        }
        folder = join(&folder, part);
    }
    Vec::new()
}

/// A name as file systems compare it that know no case.
fn folded(name: &[u8]) -> Vec<u8> {
    name.to_str().map_or_else(|_| name.to_ascii_lowercase(), |name| name.to_lowercase().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::tests::Files;
    use super::*;

    #[test]
    fn a_file_or_folder_that_is_there_in_another_case_is_told() {
        let tree = Files::of(&[("a/README", ""), ("a/readme", ""), ("B/x", ""), ("b/y", ""), ("Ä", ""), ("ä", ""), ("c", "")]);
        let find = |path: &str| {
            let defects = case_conflict(&File { path: path.as_bytes(), ..File::default() }, &tree);
            defects.into_iter().filter_map(|defect| defect.detail).collect::<Vec<_>>()
        };
        assert_eq!(find("a/readme"), ["`a/README` stands there too"]);
        assert_eq!(find("b/y"), ["`B` stands there too"]);
        assert_eq!(find("ä"), ["`Ä` stands there too"]);
        assert_eq!(find("c"), Vec::<String>::new());
    }
}
