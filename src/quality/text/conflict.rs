//! What a merge left in a file.

use super::{Line, lines, text_of};
use crate::model::Span;
use crate::quality::{Defect, File};

/// How many signs a marker has (git's `conflict-marker-size`, unless a file's attributes say otherwise).
const SIGNS: usize = 7;

/// A conflict of which not all markers were seen yet.
struct Conflict<'t> {
    markers: Vec<Line<'t>>,
    /// Whether its first marker has a label.
    labelled: bool,
    /// Whether `=======` was seen.
    parted: bool,
}

/// The lines of markers, in a merge and outside of one. `<<<<<<<` and `>>>>>>>` with a label, as git writes them, speak for
/// themselves. `=======` and `|||||||` speak behind a `<<<<<<<` alone, and a `<<<<<<<` without a label when the rest of
/// the conflict follows: a heading of reStructuredText may be underlined with any sign.
pub(in crate::quality) fn conflict_markers(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file) else { return Vec::new() };
    let mut found = Vec::new();
    let mut open: Option<Conflict<'_>> = None;
    for line in lines(text) {
        let Some((sign, label)) = marker(line.text) else { continue };
        match (sign, &mut open) {
            (b'<', _) => {
                found.extend(open.take().into_iter().flat_map(sure));
                open = Some(Conflict { markers: vec![line], labelled: !label.is_empty(), parted: false });
            }
            (b'|', Some(conflict)) if !conflict.parted => conflict.markers.push(line),
            (b'=', Some(conflict)) if !conflict.parted && label.is_empty() => {
                conflict.markers.push(line);
                conflict.parted = true;
            }
            (b'>', Some(conflict)) if conflict.parted => {
                found.append(&mut conflict.markers);
                found.push(line);
                open = None;
            }
            (b'>', _) if is_branch(label) => found.push(line),
            _ => {}
        }
    }
    found.extend(open.into_iter().flat_map(sure));
    found.sort_by_key(|line| line.start);
    found.into_iter().map(|line| Defect { span: Span { start: line.start, end: line.stop() }, detail: None }).collect()
}

/// What speaks of a conflict that does not end.
fn sure(conflict: Conflict<'_>) -> Vec<Line<'_>> {
    if conflict.labelled { conflict.markers } else { Vec::new() }
}

/// The sign of a line that is a marker, and its label.
fn marker(line: &[u8]) -> Option<(u8, &[u8])> {
    let sign = *line.first().filter(|sign| b"<|=>".contains(sign))?;
    let (signs, label) = line.split_at_checked(SIGNS)?;
    (signs.iter().all(|byte| *byte == sign) && matches!(label.first(), None | Some(b' '))).then(|| (sign, label.trim_ascii()))
}

/// Whether it reads like what git writes behind `>>>>>>>`, and not like a sentence that mail quotes seven times: one word,
/// a subject in parentheses behind it or not, or the two words of `git stash`.
fn is_branch(label: &[u8]) -> bool {
    let behind = label.iter().position(|byte| *byte == b' ').and_then(|space| label.get(space..));
    !label.is_empty() && behind.is_none_or(|behind| behind.starts_with(b" (")) || label == b"Stashed changes"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of the lines that are found, counted from 0.
    fn found(text: &str) -> Vec<usize> {
        let defects = conflict_markers(&File { path: b"a", bytes: text.as_bytes(), ..File::default() });
        let number = |start: usize| text.get(..start).unwrap().matches(['\n']).count();
        defects.iter().inspect(|defect| assert!(defect.span.len() >= SIGNS)).map(|defect| number(defect.span.start)).collect()
    }

    #[test]
    fn every_marker_of_a_conflict_is_found() {
        let two = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic/x\nd\n";
        assert_eq!(found(two), [1, 3, 5]);
        assert_eq!(found(&two.replace('\n', "\r\n")), [1, 3, 5]);
        let three = "<<<<<<< Updated upstream\n||||||| 0123abc\n=======\n>>>>>>> Stashed changes";
        assert_eq!(found(three), [0, 1, 2, 3]);
        assert_eq!(found("<<<<<<<\na\n=======\n>>>>>>>\n"), [0, 2, 3], "without labels");
        assert_eq!(found(&two.repeat(2)), [1, 3, 5, 8, 10, 12]);
    }

    #[test]
    fn what_is_left_of_half_a_conflict_is_found() {
        assert_eq!(found("<<<<<<< HEAD\na\n"), [0]);
        assert_eq!(found("<<<<<<< HEAD\na\n=======\nb\n"), [0, 2]);
        assert_eq!(found("a\n>>>>>>> 0123abc (fix: the thing)\n"), [1]);
        assert_eq!(found("<<<<<<< HEAD\n<<<<<<< HEAD\n"), [0, 1]);
    }

    #[test]
    fn headings_quotes_and_operators_are_no_markers() {
        for clean in [
            "",
            "Heading\n=======\n\nChevron\n<<<<<<<\n\nAnother\n>>>>>>>\n",
            "=======\nHeading\n=======\n",
            "======= Asciidoc =======\n",
            "<<<<<<<<< HEAD\n",
            " <<<<<<< HEAD\n",
            "a <<<<<<< b\n",
            ">>>>>>> said somebody, long ago\n",
            "|||||||\n",
            "<<<<<<<HEAD\n",
            "<<<<<<< HEAD\0",
        ] {
            assert_eq!(found(clean), [0; 0], "{clean:?}");
        }
    }
}
