//! The lines of a text and the values on them, each cut once: every rule that finds a word asks for the same few lines.

use std::collections::BTreeMap;
use std::ops::Range;

use bstr::ByteSlice as _;

use super::pair::{Value, values};
use super::whole::Settings;
use crate::model::Span;

/// Lines longer than this are read in parts, in bytes.
const MAX_LINE_BYTES: usize = 16 << 10;
/// The size of such a part.
const PART_BYTES: usize = 4 << 10;
/// By how much a part reaches into its neighbours.
const OVERLAP_BYTES: usize = 1 << 10;

/// The lines that were asked for, by numbers.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// How the file writes down settings.
    pub(super) settings: Settings,
    all: Vec<Line>,
    /// The values of all of them.
    values: Vec<Value>,
    /// Which line holds a place that was asked for.
    places: BTreeMap<usize, usize>,
    spans: BTreeMap<Span, usize>,
}

#[derive(Debug)]
struct Line {
    span: Span,
    /// Which values stand on it, once they were read.
    values: Option<Range<usize>>,
    /// The line below, once it was asked for.
    below: Option<usize>,
}

impl Lines {
    /// Those of a file that holds settings, or none.
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// The line that holds `at`.
    pub(super) fn at(&mut self, text: &[u8], at: usize) -> usize {
        if let Some(&line) = self.places.get(&at) {
            return line;
        }
        let line = self.number(line_at(text, at));
        self.places.insert(at, line);
        line
    }

    /// The line below `line`, or its next part.
    pub(super) fn below(&mut self, text: &[u8], line: usize) -> usize {
        if let Some(below) = self.all.get(line).and_then(|line| line.below) {
            return below;
        }
        let below = self.number(line_at(text, self.span(line).end + 1));
        self.all.iter_mut().skip(line).take(1).for_each(|line| line.below = Some(below));
        below
    }

    /// Where a line stands.
    pub(super) fn span(&self, line: usize) -> Span {
        self.all.get(line).map_or(Span { start: 0, end: 0 }, |line| line.span)
    }

    /// Reads its values, where it has room for one of `least` bytes.
    pub(super) fn read(&mut self, text: &[u8], line: usize, least: usize) {
        let Self { settings, all, values: found, .. } = self;
        if let Some(line) = all.get_mut(line).filter(|line| line.values.is_none() && line.span.len() >= least) {
            let from = found.len();
            values(text, line.span, *settings, found);
            line.values = Some(from..found.len());
        }
    }

    /// Its values, as far as they were read.
    pub(super) fn values(&self, line: usize) -> &[Value] {
        let values = self.all.get(line).and_then(|line| line.values.clone());
        values.and_then(|values| self.values.get(values)).unwrap_or_default()
    }

    fn number(&mut self, span: Span) -> usize {
        let all = &mut self.all;
        *self.spans.entry(span).or_insert_with(|| {
            all.push(Line { span, values: None, below: None });
            all.len() - 1
        })
    }
}

/// The line that holds `at`, or the part of it where it is very long.
pub(super) fn line_at(text: &[u8], at: usize) -> Span {
    let at = at.min(text.len());
    let floor = at.saturating_sub(MAX_LINE_BYTES);
    let ceiling = text.len().min(at.saturating_add(MAX_LINE_BYTES));
    let start = text.get(floor..at).and_then(|part| part.rfind_byte(b'\n')).map(|newline| floor + newline + 1);
    let end = text.get(at..ceiling).and_then(|part| part.find_byte(b'\n')).map(|newline| at + newline);
    let start = start.or((floor == 0).then_some(0));
    let end = end.or((ceiling == text.len()).then_some(ceiling));
    match (start, end) {
        (Some(start), Some(end)) if end - start <= MAX_LINE_BYTES => Span { start, end },
        (start, end) => {
            let part = at - at % PART_BYTES;
            let from = part.saturating_sub(OVERLAP_BYTES).max(start.unwrap_or(0));
            let to = (part + PART_BYTES + OVERLAP_BYTES).min(end.unwrap_or(text.len())).min(text.len());
            Span { start: from, end: to }
        }
    }
}
