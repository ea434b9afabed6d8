//! What the cells of a Jupyter notebook said when they ran.

use super::json::{Dialect, Event, Kind, Reader};
use super::{MAX_DEFECTS, defect, text};
use crate::model::{Edit, Span};
use crate::quality::{Defect, File};

/// Each cell with outputs, at its outputs; or with a number of its run alone, at the number.
///
/// Notebooks of version 4 and 3 of the format are known. One that does not parse has no defects here: it is no JSON.
pub(in crate::quality) fn find(file: &File<'_>) -> Vec<Defect> {
    let told = |(number, cell): (usize, Cell)| match cell {
        Cell { outputs: Some(span), .. } => Some(defect(span.start, span.end, format!("cell {number} has outputs"))),
        Cell { run: Some(span), .. } => Some(defect(span.start, span.end, format!("cell {number} has the number of its run"))),
        Cell { .. } => None,
    };
    cells(file).into_iter().filter_map(told).collect()
}

/// Empties the outputs and forgets the number of the run, of each cell by itself.
pub(in crate::quality) fn mend(file: &File<'_>, defects: &[Defect]) -> Vec<Vec<Edit>> {
    let cells = cells(file);
    let is_of = |cell: &Cell, defect: &Defect| cell.outputs.or(cell.run) == Some(defect.span);
    let edits = |cell: &Cell| {
        let outputs = cell.outputs.map(|span| Edit::remove(with_blanks(file.bytes, span)));
        let run = cell.run.map(|span| Edit { span, replacement: b"null".to_vec() });
        outputs.into_iter().chain(run).collect()
    };
    defects
        .iter()
        .map(|defect| cells.iter().find(|(_, cell)| is_of(cell, defect)).map(|(_, cell)| edits(cell)).unwrap_or_default())
        .collect()
}

/// A span with the blanks and line ends around it.
fn with_blanks(bytes: &[u8], span: Span) -> Span {
    let before = bytes.get(..span.start).unwrap_or_default().trim_ascii_end().len();
    let behind = bytes.get(span.end..).unwrap_or_default();
    Span { start: before, end: bytes.len() - behind.trim_ascii_start().len() }
}

/// The cells that have something to say, by their numbers from 1.
fn cells(file: &File<'_>) -> Vec<(usize, Cell)> {
    let Ok(text) = text(file) else { return Vec::new() };
    let mut walk = Walk { bytes: file.bytes, path: Vec::new(), cell: Cell::default(), cells: 0, found: Vec::new() };
    for step in Reader::new(text, Dialect::Json).map_while(Result::ok) {
        walk.step(step);
        if walk.found.len() >= MAX_DEFECTS {
            break;
        }
    }
    walk.found
}

/// What is known of a cell.
#[derive(Default)]
struct Cell {
    outputs: Option<Span>,
    run: Option<Span>,
}

struct Walk<'t> {
    bytes: &'t [u8],
    /// What is open, with the key that was read last.
    path: Vec<(Kind, String)>,
    cell: Cell,
    cells: usize,
    found: Vec<(usize, Cell)>,
}

impl Walk<'_> {
    fn step(&mut self, (event, span): (Event<'_>, Span)) {
        match event {
            Event::Key(key) => {
                if let Some((_, last)) = self.path.last_mut() {
                    *last = key.into_owned();
                }
            }
            Event::Scalar => self.value(span),
            Event::Open(kind) => {
                if self.is_cell() {
                    self.cell = Cell::default();
                    self.cells += 1;
                }
                self.value(span);
                self.path.push((kind, String::new()));
            }
            Event::Close(_) => {
                self.path.pop();
                self.value(span);
                if self.is_cell() {
                    self.tell();
                }
            }
        }
    }

    /// A value, or the first or last byte of one.
    fn value(&mut self, span: Span) {
        let Some(((kind, key), above)) = self.path.split_last() else { return };
        match kind {
            Kind::Array if is_in_cell(above, "outputs") => {
                self.cell.outputs = Some(self.cell.outputs.map_or(span, |outputs| outputs.cover(&span)));
            }
            Kind::Object if matches!(key.as_str(), "execution_count" | "prompt_number") && is_in_cell(&self.path, key) => {
                self.cell.run = Some(span).filter(|span| span.of(self.bytes) != b"null");
            }
            _ => {}
        }
    }

    /// Whether a value here is a cell.
    fn is_cell(&self) -> bool {
        let Some(((Kind::Array, _), above)) = self.path.split_last() else { return false };
        is_cells(above)
    }

    fn tell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        if cell.outputs.or(cell.run).is_some() {
            self.found.push((self.cells, cell));
        }
    }
}

/// Whether this is the object of a cell, at this key.
fn is_in_cell(path: &[(Kind, String)], key: &str) -> bool {
    let Some(((Kind::Object, last), above)) = path.split_last() else { return false };
    let Some(((Kind::Array, _), above)) = above.split_last() else { return false };
    last == key && is_cells(above)
}

/// Whether this is an object with cells, at the key `cells`: the notebook, or a sheet of one of version 3.
fn is_cells(path: &[(Kind, String)]) -> bool {
    match path {
        [(Kind::Object, cells)] => cells == "cells",
        [(Kind::Object, sheets), (Kind::Array, _), (Kind::Object, cells)] => sheets == "worksheets" && cells == "cells",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn a_clean_notebook_has_no_defects() {
        for good in [
            "",
            "[]",
            "{\"cells\": [{\"cell_type\": \"code\", \"execution_count\": null, \"outputs\": [], \"source\": []}, {}]}",
            "{\"outputs\": [1], \"execution_count\": 1, \"metadata\": {\"cells\": [{\"outputs\": [1]}]}}",
            "{\"cells\": [{\"metadata\": {\"outputs\": [1], \"execution_count\": 2}}]}",
            "{\"cells\": {\"outputs\": [1]}}",
        ] {
            check(find, good, &[]);
        }
    }

    #[test]
    fn what_a_cell_said_is_told_at_its_outputs() {
        check(
            find,
            "{\"cells\": [{\"source\": []},\n {\"execution_count\": 3, \"outputs\": [\n«{\"execution_count\": 3, \"data\": [1]}, {}»]},\n\
             {\"execution_count\": «7», \"outputs\": []}]}",
            &["cell 2 has outputs", "cell 3 has the number of its run"],
        );
        check(
            find,
            "{\"worksheets\": [{\"cells\": [{\"outputs\": [«[]»]}, {\"prompt_number\": «1»}]}]}",
            &["cell 1 has outputs", "cell 2 has the number of its run"],
        );
        check(find, "{\"cells\": [{\"outputs\": [«{}»]}, oops", &["cell 1 has outputs"]);
    }

    #[test]
    fn outputs_are_emptied_and_the_number_of_the_run_is_forgotten() {
        let text = "{\"cells\": [{\"execution_count\": 3, \"outputs\": [\n  {\"a\": [1]},\n  {}\n ]},\n {\"outputs\": [], \"execution_count\": 7}]}";
        let file = File { path: b"a.ipynb", bytes: text.as_bytes(), ..File::default() };
        let mut edits = mend(&file, &find(&file)).concat();
        edits.sort();
        let mut mended = text.to_owned();
        for edit in edits.iter().rev() {
            mended.replace_range(edit.span.start..edit.span.end, std::str::from_utf8(&edit.replacement).unwrap());
        }
        let wanted = "{\"cells\": [{\"execution_count\": null, \"outputs\": []},\n {\"outputs\": [], \"execution_count\": null}]}";
        assert_eq!(mended, wanted);
        assert_eq!(find(&File { bytes: mended.as_bytes(), ..file }), []);
    }
}
