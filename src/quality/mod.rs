//! What is wrong with a file, told by code: blanks, line ends, syntax, names and modes. Pure: bytes in, defects out.

mod django;
mod order;
mod python;
mod requirements;
mod stored;
mod syntax;
mod text;
mod tree;
mod wants;

use std::rc::Rc;

use bstr::BString;
pub use tree::Tree;
pub use wants::{LineEnd, Wants};

use crate::model::{Check, Edit, Span};

/// A file as git stores it.
#[derive(Clone, Copy, Debug, Default)]
pub struct File<'f> {
    /// Its path, as in [`crate::model::Candidate::path`].
    pub path: &'f [u8],
    /// All of it; of one that is too large to hold, its beginning.
    pub bytes: &'f [u8],
    /// Its mode as git writes it, in octal `100644`, `100755` or `120000`; none where it is not known.
    pub mode: Option<u32>,
    /// Whether another content stood at its path, in each version that it is compared with.
    pub is_changed: bool,
    /// Its size in bytes, where only its beginning is at hand.
    pub size: Option<u64>,
    /// The target of the link that stood at its path before, in each version that it is compared with.
    pub link_before: Option<&'f [u8]>,
    /// What is asked of it.
    pub wants: Wants,
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Where; empty at the place where something is missing. It lies in the file.
    pub span: Span,
    /// What exactly, in a few words, where the check's title does not say all: `expected ',' or '}'`.
    pub detail: Option<String>,
}

impl Defect {
    /// Whether it may be old though the change touched its lines.
    pub fn asks_for_past(&self, check: Check) -> bool {
        check.is_of_file() || self.stops(check)
    }

    /// Whether `check` could not read the file because of it. A name that is there twice is no such defect.
    pub fn stops(&self, check: Check) -> bool {
        check.is_of_syntax() && !self.detail.as_deref().is_some_and(|detail| detail.contains(syntax::TWICE))
    }
}

/// What a check finds in a file, in order. A file that the check is not for has no defects. `tree` is asked by a check alone
/// that is of one ([`Check::is_of_tree`]).
pub fn find(check: Check, file: &File<'_>, tree: &dyn Tree) -> Vec<Defect> {
    match check {
        Check::Json => syntax::json::find(file),
        Check::Json5 => syntax::json::find5(file),
        Check::TrailingWhitespace => text::trailing_whitespace(file),
        Check::FinalNewline => text::final_newline(file),
        Check::MixedLineEndings => text::mixed_line_endings(file),
        Check::ByteOrderMark => text::byte_order_mark(file),
        Check::ConflictMarkers => text::conflict_markers(file),
        Check::InvisibleCharacters => text::invisible_characters(file),
        Check::LargeFile => stored::large_file(file),
        Check::WindowsName => stored::windows_name(file),
        Check::ForbiddenFile => stored::forbidden_file(file),
        Check::ShebangWithoutMode => stored::shebang_without_mode(file),
        Check::ModeWithoutShebang => stored::mode_without_shebang(file),
        Check::LfsPointer => stored::lfs_pointer(file),
        Check::Requirements => requirements::requirements(file),
        Check::BuiltinLiterals => python::builtin_literals(file),
        Check::DocstringFirst => python::docstring_first(file),
        Check::DoubleQuotes => python::double_quotes(file),
        Check::JsonLayout => syntax::json::layout::find(file),
        Check::SortedLines => order::sorted_lines(file),
        Check::SortedYaml => order::sorted_yaml(file),
        Check::CsrfToken => django::csrf_token(file),
        Check::EditedMigration => stored::edited_migration(file),
        Check::AllowedHosts => django::allowed_hosts(file),
        Check::IrreversibleMigration => django::irreversible_migration(file),
        Check::ScriptVariable => django::variable(file),
        Check::MigrationLeaves => django::leaves(file, tree),
        Check::MigrationGap => django::gap(file, tree),
        Check::CaseConflict => tree::case_conflict(file, tree),
        Check::DanglingLink => tree::dangling_link(file, tree),
        Check::DestroyedLink => tree::destroyed_link(file),
        Check::NewSubmodule => tree::new_submodule(file),
        Check::LockDrift => tree::lock_drift(file, tree),
        // Whoever has the rule's expression asks `header`.
        Check::Header => Vec::new(),
        Check::Yaml => syntax::yaml::find(file),
        Check::Toml => syntax::toml::find(file),
        Check::Xml => syntax::xml::find(file),
        Check::DotEnv => syntax::dotenv::find(file),
        Check::Python => syntax::python::find(file),
        Check::NotebookOutputs => syntax::notebook::find(file),
        // They are of the room `commit`.
        Check::MessageType
        | Check::MessageSubjectLength
        | Check::MessageBlankLine
        | Check::MessageBodyWidth
        | Check::MessageIssue
        | Check::MessageSignOff
        | Check::MessageFixup
        | Check::ProtectedCommit
        | Check::ProtectedPush
        | Check::ProtectedForce
        | Check::ProtectedDelete
        | Check::BranchName => Vec::new(),
    }
}

/// How each of the defects that a check found in a file is mended, in their order: edits that lie in the file and apart
/// from each other, and none where that asks for judgement. Two defects may share an edit.
pub fn mend(check: Check, file: &File<'_>, defects: &[Defect]) -> Vec<Vec<Edit>> {
    match check {
        Check::TrailingWhitespace | Check::ByteOrderMark => defects.iter().map(|defect| vec![Edit::remove(defect.span)]).collect(),
        Check::FinalNewline => defects.iter().map(|defect| vec![text::mend_final_newline(file, defect)]).collect(),
        Check::MixedLineEndings => text::mend_line_endings(file, defects),
        Check::Requirements => requirements::mend(file, defects),
        Check::DoubleQuotes => defects.iter().map(|defect| python::mend_double_quotes(file, defect)).collect(),
        Check::JsonLayout => vec![syntax::json::layout::edits(file); defects.len()],
        Check::SortedLines => vec![order::mend_lines(file).into_iter().collect(); defects.len()],
        Check::SortedYaml => vec![order::mend_yaml(file).into_iter().collect(); defects.len()],
        Check::NotebookOutputs => syntax::notebook::mend(file, defects),
        _ => vec![Vec::new(); defects.len()],
    }
}

/// The mode that mends what a check finds wrong with a file's mode.
pub fn mended_mode(check: Check) -> Option<u32> {
    match check {
        Check::ShebangWithoutMode => Some(0o100_755),
        Check::ModeWithoutShebang => Some(0o100_644),
        _ => None,
    }
}

/// The beginning of a file, where it is a text that should say something first: a licence.
pub fn head<'f>(file: &File<'f>) -> Option<&'f [u8]> {
    /// As far as a header is looked for, in bytes.
    const HEAD_BYTES: usize = 4 << 10;
    text::text_of(file).filter(|text| !text.trim_ascii().is_empty()).and_then(|text| text.get(..text.len().min(HEAD_BYTES)))
}

/// The defect of a file whose beginning does not say what its rule asks for.
pub fn header() -> Defect {
    Defect { span: Span { start: 0, end: 0 }, detail: None }
}

/// No tree, for checks that ask for none.
#[derive(Clone, Copy, Debug)]
pub struct NoTree;

impl Tree for NoTree {
    fn mode(&self, _: &[u8], _: &[u8]) -> Option<u32> {
        None
    }

    fn names(&self, _: &[u8]) -> Vec<BString> {
        Vec::new()
    }

    fn alike(&self, _: &[u8], _: &[u8]) -> Option<BString> {
        None
    }

    fn read(&self, _: &[u8]) -> Option<Rc<[u8]>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Pieces that checks look at, and bytes of any kind.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let words = [
            " ",
            "\t",
            "\n",
            "\r",
            "\r\n",
            "  \n",
            "\0",
            "a",
            "=",
            "#",
            "#!/bin/sh",
            "\u{FEFF}",
            "\u{200B}",
            "\u{202E}",
            "\u{2069}",
            "\u{FE0F}",
            "\u{E0041}",
            "\u{5D0}",
            "<<<<<<<",
            "<<<<<<< a\n",
            "=======\n",
            ">>>>>>> a\n",
            "|||||||",
            "<form",
            " method=",
            "post",
            "\"",
            "'",
            ">",
            "</form>",
            "{%",
            "%}",
            "{{",
            "}}",
            "{#",
            "#}",
            "<!--",
            "-->",
            "csrf_token",
            "version https://git-lfs.github.com/spec/v1\n",
            "oid sha256:",
            "size 1\n",
            "django==5",
            "; x",
            "[y]",
            "#egg=",
            "\\\n",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "null",
            "dict()",
            "f\"{",
        ];
        prop_oneof![4 => proptest::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec()), 1 => vec(any::<u8>(), 0..4)]
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_panic_and_each_span_lies_in_the_file(
            pieces in vec(piece(), 0..40),
            path in "[a-z .:/]{0,8}(\\.md|\\.txt|\\.py|\\.html)?",
            mode in proptest::sample::select(vec![None, Some(0o100_644), Some(0o100_755), Some(0o120_000)]),
        ) {
            let bytes = pieces.concat();
            for check in Check::ALL {
                let file = File { path: path.as_bytes(), bytes: &bytes, mode, ..File::default() };
                let defects = find(*check, &file, &NoTree);
                for defect in &defects {
                    prop_assert!(defect.span.start <= defect.span.end && defect.span.end <= bytes.len(), "{check:?}: {defect:?}");
                }
                prop_assert!(defects.is_sorted_by_key(|defect| defect.span.start), "{check:?}");
                let edits = mend(*check, &file, &defects);
                prop_assert_eq!(edits.len(), defects.len());
                prop_assert!(check.has_mend() || edits.iter().all(Vec::is_empty), "{check:?}");
                for edit in edits.concat() {
                    prop_assert!(edit.span.start <= edit.span.end && edit.span.end <= bytes.len(), "{check:?}: {edit:?}");
                    prop_assert!(edit.span.of(&bytes) != edit.replacement, "{check:?}: {edit:?} changes nothing");
                }
            }
        }
    }
}
