//! Links that lead nowhere, links that became files, and other repositories within.

use bstr::ByteSlice as _;

use super::{Tree, folder_of, join};
use crate::model::Span;
use crate::quality::stored::whole;
use crate::quality::{Defect, File};

/// The modes of a link and of a folder.
const LINK: u32 = 0o120_000;
const FOLDER: u32 = 0o040_000;

/// A link whose target is not in the repository. What stands behind another link is not followed.
pub(in crate::quality) fn dangling_link(file: &File<'_>, tree: &dyn Tree) -> Vec<Defect> {
    let target = file.bytes;
    let defect = |detail: &str| vec![Defect { span: Span { start: 0, end: target.len() }, detail: Some(detail.to_owned()) }];
    if target.starts_with(b"/") || target.get(1..3) == Some(b":\\") {
        return defect("its target is a path of one machine");
    }
    let mut at: Vec<&[u8]> = folder_of(file.path).split(|byte| *byte == b'/').filter(|part| !part.is_empty()).collect();
    for part in target.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if at.pop().is_none() => return defect("its target is outside of the repository"),
            b".." => {}
            _ => {
                let folder = at.join(&b'/');
                match tree.mode(&folder, part) {
                    // git stores no empty folder: on disk it is a submodule that was not fetched.
                    None if !at.is_empty() && tree.names(&folder).is_empty() => return Vec::new(),
                    None => return defect(&format!("there is no `{}`", join(&folder, part).as_bstr())),
                    // Of a submodule nothing is known, and what a link makes of the rest is for the disk to tell.
                    Some(mode) if mode != FOLDER => return Vec::new(),
                    Some(_) => at.push(part),
                }
            }
        }
    }
    Vec::new()
}

/// A file that holds the target of the link that stood there: a program that knows no links stored it so.
pub(in crate::quality) fn destroyed_link(file: &File<'_>) -> Vec<Defect> {
    let is_link = file.mode == Some(LINK);
    let target = file.link_before.filter(|target| !is_link && file.bytes.trim_ascii() == target.trim_ascii());
    target.map(|target| whole(Some(format!("it was a link to `{}`", target.as_bstr())))).into_iter().collect()
}

/// A submodule where there was none.
pub(in crate::quality) fn new_submodule(_: &File<'_>) -> Vec<Defect> {
    vec![whole(None)]
}

#[cfg(test)]
mod tests {
    use super::super::tests::Files;
    use super::*;

    /// A tree with one empty folder, as a submodule is that was not fetched.
    struct Empty;

    impl Tree for Empty {
        fn mode(&self, folder: &[u8], name: &[u8]) -> Option<u32> {
            (folder.is_empty() && name == b"sub").then_some(FOLDER)
        }

        fn names(&self, folder: &[u8]) -> Vec<bstr::BString> {
            if folder.is_empty() { vec!["sub".into()] } else { Vec::new() }
        }

        fn alike(&self, _: &[u8], _: &[u8]) -> Option<bstr::BString> {
            None
        }

        fn read(&self, _: &[u8]) -> Option<std::rc::Rc<[u8]>> {
            None
        }
    }

    #[test]
    fn a_link_leads_to_something_in_the_repository_or_is_told() {
        let tree = Files::of(&[("a/b/c", "x"), ("d", "-> a"), ("e", "")]);
        let find = |path: &str, target: &str| {
            let file = File { path: path.as_bytes(), bytes: target.as_bytes(), mode: Some(LINK), ..File::default() };
            dangling_link(&file, &tree).into_iter().filter_map(|defect| defect.detail).collect::<String>()
        };
        for (path, target) in [("l", "a/b/c"), ("a/l", "b"), ("a/b/l", "../../e"), ("l", "./a//b/"), ("l", "d/whatever"), ("a/l", "..")] {
            assert_eq!(find(path, target), "", "{path} {target}");
        }
        let fetched_nothing = File { path: b"l", bytes: b"sub/x", mode: Some(LINK), ..File::default() };
        assert_eq!(dangling_link(&fetched_nothing, &Empty), Vec::new());
        assert_eq!(find("a/l", "c"), "there is no `a/c`");
        assert_eq!(find("l", "a/b/x/y"), "there is no `a/b/x`");
        assert_eq!(find("a/l", "../../e"), "its target is outside of the repository");
        assert_eq!(find("l", "/etc/passwd"), "its target is a path of one machine");
    }

    #[test]
    fn a_link_that_became_a_file_is_told() {
        let find =
            |link_before, bytes| destroyed_link(&File { path: b"a", bytes, mode: Some(0o100_644), link_before, ..File::default() }).len();
        assert_eq!(find(Some(b"../a"), b"../a"), 1);
        assert_eq!(find(Some(b"../a"), b"../a\r\n"), 1);
        assert_eq!(find(Some(b"../a"), b"what stood there"), 0);
        assert_eq!(find(None, b"../a"), 0);
    }
}
