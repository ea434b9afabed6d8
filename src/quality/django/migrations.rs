//! Migrations beside each other: each number stands once, and one of them is the last.

use std::collections::BTreeSet;
use std::rc::Rc;

use bstr::{BString, ByteSlice as _};

use crate::quality::stored::whole;
use crate::quality::tree::{Tree, folder_of, join};
use crate::quality::{Defect, File};

/// A migration that no other names, where there is a second such one: Django refuses to migrate.
pub(in crate::quality) fn leaves(file: &File<'_>, tree: &dyn Tree) -> Vec<Defect> {
    let folder = folder_of(file.path);
    let Some(own) = name_of(file.path.get(folder.len()..).unwrap_or_default().trim_start_with(|sign| sign == '/')) else {
        return Vec::new();
    };
    // Other programs number such files too; Django writes `dependencies` into each.
    let text =
        |name: &BString| tree.read(&join(folder, &[name, b".py".as_slice()].concat())).filter(|text| text.contains_str("dependencies"));
    let all: Vec<(BString, Rc<[u8]>)> =
        migrations(tree, folder).into_iter().filter_map(|name| Some((name.clone(), text(&name)?))).collect();
    // `("app", "0001_initial")`, in `dependencies` and in `replaces`.
    let words = all.iter().flat_map(|(_, text)| text.split(|byte| matches!(byte, b'"' | b'\'')));
    let named: BTreeSet<&[u8]> = words.filter(|word| number_of(word).is_some()).collect();
    // What stands for others is named by what named those.
    let alone = all.iter().filter(|(_, text)| !text.contains_str("replaces = ["));
    let mut leaves = alone.map(|(name, _)| name).filter(|name| !named.contains(name.as_slice()));
    let is_leaf = leaves.clone().any(|name| *name == own);
    let other = leaves.find(|name| **name != own).filter(|_| is_leaf);
    other.map(|other| whole(Some(format!("`{other}` is a last one too")))).into_iter().collect()
}

/// A migration before whose number one is missing.
pub(in crate::quality) fn gap(file: &File<'_>, tree: &dyn Tree) -> Vec<Defect> {
    let folder = folder_of(file.path);
    let own = file.path.get(folder.len()..).unwrap_or_default().trim_start_with(|sign| sign == '/');
    let Some(number) = name_of(own).and_then(|name| number_of(&name)).filter(|number| *number > 1) else { return Vec::new() };
    let all = migrations(tree, folder);
    let holds = |name: &BString| number_of(name).is_some_and(|from| from == number - 1 || from < number && squashed_to(name) >= number - 1);
    // Of squashed ones the first may have gone.
    if all.iter().any(holds) || !all.iter().any(|name| number_of(name).is_some_and(|other| other < number)) {
        return Vec::new();
    }
    vec![whole(Some(format!("there is no {:04}", number - 1)))]
}

/// The migrations in a folder, without `.py`.
fn migrations(tree: &dyn Tree, folder: &[u8]) -> Vec<BString> {
    tree.names(folder).into_iter().filter_map(|name| name_of(&name)).collect()
}

/// The name of a migration: that of its file, without `.py`.
fn name_of(file: &[u8]) -> Option<BString> {
    let name = file.strip_suffix(b".py")?;
    number_of(name).map(|_| name.into())
}

/// The number with which a migration's name begins.
fn number_of(name: &[u8]) -> Option<u32> {
    let digits = name.get(..4).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    let is_name = name.get(4..)?.first() == Some(&b'_');
    digits.to_str().ok()?.parse().ok().filter(|_| is_name)
}

/// The last number that a squashed migration stands for (`0001_squashed_0004_more`); 0 of any other.
fn squashed_to(name: &[u8]) -> u32 {
    name.split_once_str("_squashed_").and_then(|(_, last)| number_of(last)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::tree::tests::Files;

    type Find = fn(&File<'_>, &dyn Tree) -> Vec<Defect>;

    fn told(find: Find, path: &str, files: &[(&'static str, &'static str)]) -> String {
        let file = File { path: path.as_bytes(), ..File::default() };
        find(&file, &Files::of(files)).into_iter().filter_map(|defect| defect.detail).collect()
    }

    #[test]
    fn two_last_migrations_are_told_and_a_merge_mends_them() {
        let two = [
            ("a/migrations/0001_initial.py", "dependencies = []"),
            ("a/migrations/0002_b.py", "dependencies = [('a', '0001_initial')]"),
            ("a/migrations/0002_c.py", "dependencies = [(\"a\", \"0001_initial\")]"),
            ("a/migrations/__init__.py", ""),
        ];
        assert_eq!(told(leaves, "a/migrations/0002_c.py", &two), "`0002_b` is a last one too");
        assert_eq!(told(leaves, "a/migrations/0001_initial.py", &two), "");
        assert_eq!(told(leaves, "a/migrations/__init__.py", &two), "");
        let squashed = [
            ("m/0001_squashed_0002_b.py", "replaces = [('m', '0002_b')]\ndependencies = []"),
            ("m/0003_c.py", "dependencies = [('m', '0002_b')]"),
        ];
        assert_eq!(told(leaves, "m/0003_c.py", &squashed), "");
        // Those of another program.
        assert_eq!(told(leaves, "m/0002_b.py", &[("m/0001_a.py", "steps = []"), ("m/0002_b.py", "steps = []")]), "");
        let merged = [&two[..], &[("a/migrations/0003_merge.py", "dependencies = [('a', '0002_b'), ('a', '0002_c')]")]].concat();
        assert_eq!(told(leaves, "a/migrations/0003_merge.py", &merged), "");
        assert_eq!(told(leaves, "a/migrations/0002_c.py", &merged), "");
    }

    #[test]
    fn a_missing_number_is_told() {
        let files = [("m/0001_a.py", ""), ("m/0002_b.py", ""), ("m/0005_c.py", "")];
        assert_eq!(told(gap, "m/0005_c.py", &files), "there is no 0004");
        assert_eq!(told(gap, "m/0002_b.py", &files), "");
        assert_eq!(told(gap, "m/0001_a.py", &files), "");
        assert_eq!(told(gap, "m/0005_c.py", &[("m/0001_squashed_0004_x.py", ""), ("m/0005_c.py", "")]), "");
        assert_eq!(told(gap, "m/0005_c.py", &[("m/0005_c.py", "")]), "");
    }
}
