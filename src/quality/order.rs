//! Lists that are kept in order: the lines of a text, and the blocks of a simple file of YAML.

use super::text::{Line, end_of, lines, text_of};
use super::{Defect, File};
use crate::model::{Edit, Span};

/// Lines that stand behind a greater one, in the order of their bytes, empty ones, and a last line without an end.
///
/// As `file-contents-sorter` of pre-commit-hooks: a line may be there twice.
pub(super) fn sorted_lines(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file) else { return Vec::new() };
    let mut defects = Vec::new();
    let mut before: &[u8] = b"";
    for line in lines(text) {
        let span = Span { start: line.start, end: line.stop() };
        let detail = match line.text {
            said if said.trim_ascii().is_empty() => "the line is empty",
            said if said < before => "it comes before the line above",
            _ if line.end.is_empty() => "the last line has no end",
            _ => "",
        };
        if !detail.is_empty() {
            defects.push(Defect { span, detail: Some(detail.to_owned()) });
        }
        if !line.text.trim_ascii().is_empty() {
            before = line.text;
        }
    }
    defects
}

/// Sorts the lines, takes out the empty ones and ends the last one.
pub(super) fn mend_lines(file: &File<'_>) -> Option<Edit> {
    let mut said: Vec<&[u8]> = lines(file.bytes).map(|line| line.text).filter(|text| !text.trim_ascii().is_empty()).collect();
    said.sort_unstable();
    let end = end_of(file).bytes();
    edit(file, said.into_iter().flat_map(|text| [text, end]).collect::<Vec<_>>().concat())
}

/// Blocks of YAML that stand behind one whose key is greater. Empty lines part them; a line that is indented goes on with
/// its block. What stands above the first key without an empty line between is the head of the file and stays there.
///
/// As `sort-simple-yaml` of pre-commit-hooks, but text of several lines is never parted. In a file of several documents, of
/// lists, or with an anchor, whose place counts, nothing is looked at.
pub(super) fn sorted_yaml(file: &File<'_>) -> Vec<Defect> {
    let mut before: &[u8] = b"";
    let mut defects = Vec::new();
    for block in blocks(file).unwrap_or_default() {
        if block.key.0 < before {
            defects.push(Defect { span: block.key.1, detail: Some("it comes before the block above".to_owned()) });
        }
        before = block.key.0;
    }
    defects
}

/// Sorts the blocks. What parts them stays where it is.
pub(super) fn mend_yaml(file: &File<'_>) -> Option<Edit> {
    let blocks = blocks(file)?;
    let mut order: Vec<&Block<'_>> = blocks.iter().collect();
    order.sort_by_key(|block| block.key.0);
    let mut text = Vec::new();
    let mut at = 0;
    for (place, block) in blocks.iter().zip(order) {
        text.extend_from_slice(file.bytes.get(at..place.span.start)?);
        text.extend_from_slice(block.span.of(file.bytes));
        at = place.span.end;
    }
    text.extend_from_slice(file.bytes.get(at..)?);
    edit(file, text)
}

fn edit(file: &File<'_>, replacement: Vec<u8>) -> Option<Edit> {
    (file.bytes != replacement).then_some(Edit { span: Span { start: 0, end: file.bytes.len() }, replacement })
}

/// Lines that move together.
struct Block<'t> {
    /// From the first line to the last, without its end.
    span: Span,
    /// The first key, without its quotes, and its line.
    key: (&'t [u8], Span),
}

/// The blocks of a file; none where their order may say something.
fn blocks<'t>(file: &File<'t>) -> Option<Vec<Block<'t>>> {
    let text = text_of(file)?;
    let mut blocks: Vec<Block<'t>> = Vec::new();
    let (mut is_head, mut is_parted) = (true, true);
    for line in lines(text) {
        let said = line.text;
        let span = Span { start: line.start, end: line.stop() };
        is_head &= said.starts_with(b"#") || said == b"---";
        if is_head {
            continue;
        }
        if said.trim_ascii().is_empty() {
            is_parted = true;
        } else if said.starts_with(b" ") || said.starts_with(b"\t") {
            let block = blocks.last_mut()?;
            (block.span.end, is_parted) = (span.end, false);
        } else {
            if is_other(&line) {
                return None;
            }
            let is_comment = said.starts_with(b"#");
            let key = if is_comment { (&b""[..], span) } else { (key_of(said), span) };
            match blocks.last_mut().filter(|_| !is_parted) {
                Some(block) => {
                    block.span.end = span.end;
                    block.key = if block.key.0.is_empty() { key } else { block.key };
                }
                None => blocks.push(Block { span, key }),
            }
            is_parted = false;
        }
    }
    // A comment by itself belongs to what stands around it.
    let is_sure = blocks.iter().all(|block| !block.key.0.is_empty()) && !has_anchor(text);
    is_sure.then_some(blocks)
}

/// Whether a line at the margin is neither a comment nor a key.
fn is_other(line: &Line<'_>) -> bool {
    let said = line.text;
    let is_key = memchr::memmem::find(said, b": ").is_some() || said.trim_ascii_end().ends_with(b":");
    !said.starts_with(b"#")
        && (!is_key || [b'-', b'?', b'{', b'[', b'}', b']', b'%', b'!', b'&', b'*'].contains(said.first().unwrap_or(&b'-')))
}

fn key_of(said: &[u8]) -> &[u8] {
    said.strip_prefix(b"'").or_else(|| said.strip_prefix(b"\"")).unwrap_or(said)
}

/// Whether an anchor may stand in it: an alias must not stand before it.
fn has_anchor(text: &[u8]) -> bool {
    [&b" &"[..], b"\t&", b"[&", b"{&", b",&"].iter().any(|sign| memchr::memmem::find(text, sign).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Mended = (Vec<String>, String);

    fn of(find: fn(&File<'_>) -> Vec<Defect>, mend: fn(&File<'_>) -> Option<Edit>, text: &str) -> Mended {
        let file = File { path: b"a", bytes: text.as_bytes(), ..File::default() };
        let told = find(&file).iter().map(|defect| String::from_utf8(defect.span.of(file.bytes).to_vec()).unwrap()).collect();
        (told, mend(&file).map_or_else(|| text.to_owned(), |edit| String::from_utf8(edit.replacement).unwrap()))
    }

    #[test]
    fn lines_are_in_the_order_of_their_bytes() {
        let lines = |text: &str| of(sorted_lines, mend_lines, text);
        for clean in ["", "a\nb\nb\n", "B\na\n", "a\r\nb\r\n"] {
            assert_eq!(lines(clean), (Vec::new(), clean.to_owned()));
        }
        assert_eq!(lines("b\na\nc\n"), (vec!["a".to_owned()], "a\nb\nc\n".to_owned()));
        assert_eq!(lines("a\r\n\r\nc\r\nb"), (vec![String::new(), "b".to_owned()], "a\r\nb\r\nc\r\n".to_owned()));
        assert_eq!(lines("a\nb").0, ["b"]);
    }

    #[test]
    fn blocks_of_yaml_are_in_the_order_of_their_keys_and_stay_whole() {
        let blocks = |text: &str| of(sorted_yaml, mend_yaml, text);
        for clean in [
            "",
            "a: 1\n\nb: 2\n",
            "# head\n---\na: 1\n\n'b': 2\n",
            "b: 1\na: 2\n",
            "a: |\n  x\n\n  b\n\nb: 1\n",
            "- b\n\n- a\n",
            "b: &x 1\n\na: *x\n",
            "b: 1\n---\na: 1\n",
            "b: 1\n\n# alone\n\na: 1\n",
            "b: \"x\n\ny\"\n\na: 1\n",
        ] {
            assert_eq!(blocks(clean), (Vec::new(), clean.to_owned()));
        }
        assert_eq!(blocks("b: 1\n\n\na: 2\n"), (vec!["a: 2".to_owned()], "a: 2\n\n\nb: 1\n".to_owned()));
        let text = "# head\n\n# of b\n\"b\":\n  - x\n\n  - y\n\n# of a\na: 2";
        assert_eq!(blocks(text), (vec!["a: 2".to_owned()], "# head\n\n# of a\na: 2\n\n# of b\n\"b\":\n  - x\n\n  - y".to_owned()));
    }
}
