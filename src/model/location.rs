//! Places in a text.

/// A range of bytes in a blob's text, `start` included, `end` not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it holds no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(&self, other: &Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the two share a byte.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The bytes of `text` in this range; empty where it reaches outside.
    pub fn of<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// A change to a text that mends something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What goes; empty where something only comes.
    pub span: Span,
    /// What comes in its place.
    pub replacement: Vec<u8>,
}

impl Edit {
    /// Takes something out.
    pub fn remove(span: Span) -> Self {
        Self { span, replacement: Vec::new() }
    }
}

/// A place for people and forges. All numbers count from 1; the end column is one past the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// First line.
    pub line: u32,
    /// First column, in bytes.
    pub column: u32,
    /// First column, in UTF-16 code units, which SARIF counts by default.
    pub column_utf16: u32,
    /// Last line.
    pub end_line: u32,
    /// End column, in bytes.
    pub end_column: u32,
    /// End column, in UTF-16 code units.
    pub end_column_utf16: u32,
}

/// So many bytes before a place are counted in UTF-16 units; what stands before them is counted in bytes.
const MAX_COUNTED_BYTES: usize = 4 << 10;

/// Where the lines of a text begin. `\n`, `\r\n` and a lone `\r` end a line.
#[derive(Debug)]
pub struct LineIndex<'t> {
    text: &'t [u8],
    starts: Vec<usize>,
    lines_before: u32,
    bytes_before: usize,
}

impl<'t> LineIndex<'t> {
    /// Finds the lines of a whole text.
    pub fn new(text: &'t [u8]) -> Self {
        Self::continuing(text, 0, 0)
    }

    /// Finds the lines of a window of a text, before which stand `lines_before` whole lines and then
    /// `bytes_before` bytes of the line that goes on here.
    pub fn continuing(text: &'t [u8], lines_before: u32, bytes_before: usize) -> Self {
        let mut starts = vec![0];
        let ends = text.iter().enumerate().filter(|&(at, &byte)| byte == b'\n' || (byte == b'\r' && text.get(at + 1) != Some(&b'\n')));
        starts.extend(ends.map(|(at, _)| at + 1));
        Self { text, starts, lines_before, bytes_before }
    }

    /// The text.
    pub fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Where a line begins, counted from 1; of a line after the last, where the last begins.
    pub fn start_of(&self, line: u32) -> usize {
        let index = (line.max(1) - 1) as usize;
        self.starts.get(index).or(self.starts.last()).copied().unwrap_or(0)
    }

    /// Where the line after a line begins, counted from 1; after the last, where the text ends.
    pub fn start_after(&self, line: u32) -> usize {
        self.starts.get(line as usize).copied().unwrap_or(self.text.len())
    }

    /// How many line ends the text holds.
    pub fn line_ends(&self) -> u32 {
        u32::try_from(self.starts.len() - 1).unwrap_or(u32::MAX)
    }

    /// The place of a span.
    pub fn locate(&self, span: Span) -> Location {
        let (line, column, column_utf16) = self.position(span.start);
        let (end_line, end_column, end_column_utf16) = self.position(span.end);
        Location { line, column, column_utf16, end_line, end_column, end_column_utf16 }
    }

    /// The bytes of the line that holds `at`, without its end, and where they begin.
    pub fn line_at(&self, at: usize) -> (usize, &'t [u8]) {
        let index = self.index_of(at);
        let start = self.starts.get(index).copied().unwrap_or(0);
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end).unwrap_or_default();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        (start, line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// The bytes of the line before the one that holds `at`, without its end; none before the first.
    pub fn line_before(&self, at: usize) -> Option<&'t [u8]> {
        let (start, _) = self.line_at(at);
        start.checked_sub(1).map(|end| self.line_at(end).1)
    }

    /// How many bytes stand after the last line end.
    pub fn last_line_bytes(&self) -> usize {
        self.text.len() - self.starts.last().copied().unwrap_or(0)
    }

    fn index_of(&self, at: usize) -> usize {
        self.starts.partition_point(|&start| start <= at).saturating_sub(1)
    }

    fn position(&self, at: usize) -> (u32, u32, u32) {
        let index = self.index_of(at);
        let start = self.starts.get(index).copied().unwrap_or(0);
        let before = self.text.get(start..at.min(self.text.len())).unwrap_or_default();
        let carried = if index == 0 { self.bytes_before } else { 0 };
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX - 1).saturating_add(1);
        // Invalid bytes are shown as Latin-1, one unit each. Far out on a line nobody counts units any more, and
        // counting them for each of many findings would take for ever.
        let far = before.len().saturating_sub(MAX_COUNTED_BYTES);
        let near = before.get(far..).unwrap_or_default();
        let units: usize = near.utf8_chunks().map(|chunk| chunk.valid().encode_utf16().count() + chunk.invalid().len()).sum();
        (count(index).saturating_add(self.lines_before), count(before.len() + carried), count(units + far + carried))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_by_any_line_end_and_columns_in_bytes_and_utf16() {
        let text = "a\r\nb\rc\n\u{1F600}x".as_bytes();
        let index = LineIndex::new(text);
        assert_eq!(index.line_ends(), 3);
        let at = text.len() - 1;
        let place = index.locate(Span { start: at, end: at + 1 });
        assert_eq!((place.line, place.column, place.column_utf16), (4, 5, 3));
        assert_eq!((place.end_line, place.end_column, place.end_column_utf16), (4, 6, 4));
        assert_eq!(index.line_at(3).1, b"b");
    }
}
