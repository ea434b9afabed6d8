//! TOML tables read key by key, so that one pass tells every fault with its place. `rules/build.rs` reads this
//! file too, so it stands alone.

use std::borrow::Cow;
use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A place in a file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

/// Something wrong in a file of settings or rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file as the user knows it.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub hint: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place, what, hint } = self;
        write!(f, "{file}:{}:{}: {what}\n  hint: {hint}", place.line, place.column)
    }
}

/// A file being read, and the faults found in it so far.
#[derive(Debug)]
pub struct Document<'t> {
    name: &'t str,
    text: &'t str,
    /// Faults, in the order in which they were met.
    pub faults: Vec<Fault>,
}

impl<'t> Document<'t> {
    /// Begins to read `text`, which the user knows as `name`.
    pub fn new(name: &'t str, text: &'t str) -> Self {
        Self { name, text, faults: Vec::new() }
    }

    /// The root table; faults of syntax are noted and the rest is read as far as it goes.
    pub fn root(&mut self) -> DeTable<'t> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.fault(at, error.message().to_owned(), "write it as TOML 1.0: https://toml.io/en/v1.0.0");
        }
        root.into_inner()
    }

    /// Notes a fault at byte `at`.
    pub fn fault(&mut self, at: usize, what: String, hint: impl Into<String>) {
        let place = self.place(at);
        self.faults.push(Fault { file: self.name.to_owned(), place, what, hint: hint.into() });
    }

    fn place(&self, at: usize) -> Place {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Place { line: before.matches('\n').count() + 1, column }
    }
}

/// The keys of one table. Reading a key takes it out; what is left at the end is unknown.
#[derive(Debug)]
pub struct Fields<'d, 't> {
    document: &'d mut Document<'t>,
    table: DeTable<'t>,
    at: usize,
    asked: Vec<&'static str>,
}

impl<'d, 't> Fields<'d, 't> {
    /// Reads `table`, which begins at byte `at` of `document`.
    pub fn new(document: &'d mut Document<'t>, table: DeTable<'t>, at: usize) -> Self {
        Self { document, table, at, asked: Vec::new() }
    }

    /// Where the table begins, as a byte of its document.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The same table for a reader that uses it up; the document stays with the caller.
    pub fn reborrow(&mut self) -> Fields<'_, 't> {
        Fields { document: self.document, table: std::mem::take(&mut self.table), at: self.at, asked: Vec::new() }
    }

    /// Notes a fault of the table as a whole.
    pub fn fault(&mut self, what: String, hint: &str) {
        self.document.fault(self.at, what, hint);
    }

    /// Notes a fault at byte `at`.
    pub fn fault_at(&mut self, at: usize, what: String, hint: impl Into<String>) {
        self.document.fault(at, what, hint);
    }

    /// A string and where it stands.
    pub fn text_at(&mut self, key: &'static str) -> Option<(Cow<'t, str>, usize)> {
        let value = self.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::String(text) => Some((text, at)),
            other => self.wrong_type(key, at, "a string", &other),
        }
    }

    /// A string that may be left out.
    pub fn text(&mut self, key: &'static str) -> Option<String> {
        self.text_at(key).map(|(text, _)| text.into_owned())
    }

    /// A string that must be there and not empty.
    pub fn required(&mut self, key: &'static str) -> String {
        let known = self.table.keys().any(|name| name.get_ref() == key);
        let text = self.text(key);
        if !known || text.as_deref() == Some("") {
            self.fault(format!("`{key}` is missing"), &format!("add `{key} = \"…\"` to this table"));
        }
        text.unwrap_or_default()
    }

    /// A word that `parse` understands; `choices` lists those words for the hint.
    pub fn word<T>(&mut self, key: &'static str, choices: &[&str], parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (text, at) = self.text_at(key)?;
        let value = parse(&text);
        if value.is_none() {
            self.fault_at(at, format!("`{key}` cannot be `{}`", shown(&text)), format!("choose one of: {}", choices.join(", ")));
        }
        value
    }

    /// A list of strings, each with where it stands.
    pub fn texts_at(&mut self, key: &'static str) -> Option<Vec<(String, usize)>> {
        let value = self.take(key)?;
        let at = value.span().start;
        let items = match value.into_inner() {
            DeValue::Array(items) => items,
            other => return self.wrong_type(key, at, "a list of strings", &other),
        };
        let mut texts = Vec::new();
        for item in items {
            let at = item.span().start;
            match item.into_inner() {
                DeValue::String(text) => texts.push((text.into_owned(), at)),
                other => return self.wrong_type(key, at, "a list of strings", &other),
            }
        }
        Some(texts)
    }

    /// A string or a list of strings, each with where it stands.
    pub fn one_or_more_at(&mut self, key: &'static str) -> Option<Vec<(String, usize)>> {
        let is_one = self.table.iter().any(|(name, value)| name.get_ref() == key && matches!(value.get_ref(), DeValue::String(_)));
        if is_one { self.text_at(key).map(|(text, at)| vec![(text.into_owned(), at)]) } else { self.texts_at(key) }
    }

    /// Where the text of the string `key` stands. The key is not taken out.
    pub fn written(&self, key: &str) -> Option<Written> {
        let (_, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        let DeValue::String(text) = value.get_ref() else { return None };
        let span = value.span();
        let begins = self.document.text.get(span.clone())?.find(text.as_ref()).filter(|begins| *begins <= LONGEST_QUOTE);
        Some(Written { start: span.start + begins.unwrap_or(0), length: begins.map_or(0, |_| text.len()) })
    }

    /// A list of strings.
    pub fn texts(&mut self, key: &'static str) -> Option<Vec<String>> {
        Some(self.texts_at(key)?.into_iter().map(|(text, _)| text).collect())
    }

    /// A whole number from 0 to `most`.
    pub fn count(&mut self, key: &'static str, most: usize) -> Option<usize> {
        let value = self.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Integer(number) => {
                let parsed = usize::from_str_radix(number.as_str(), number.radix()).ok().filter(|&count| count <= most);
                if parsed.is_none() {
                    self.fault_at(at, format!("`{key}` is out of range"), format!("give a whole number from 0 to {most}"));
                }
                parsed
            }
            other => self.wrong_type(key, at, "a whole number", &other),
        }
    }

    /// A list of whole numbers from 0 to `most`.
    pub fn integers(&mut self, key: &'static str, most: i32) -> Option<Vec<i32>> {
        let value = self.take(key)?;
        let at = value.span().start;
        let items = match value.into_inner() {
            DeValue::Array(items) => items,
            other => return self.wrong_type(key, at, "a list of whole numbers", &other),
        };
        let read = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
            DeValue::Integer(number) => i32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let numbers: Option<Vec<i32>> = items.iter().map(|item| read(item).filter(|number| (0..=most).contains(number))).collect();
        if numbers.is_none() {
            self.fault_at(at, format!("`{key}` holds something else"), format!("give whole numbers from 0 to {most}"));
        }
        numbers
    }

    /// A number, whole or not.
    pub fn number(&mut self, key: &'static str) -> Option<f32> {
        let value = self.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok(),
            other => self.wrong_type(key, at, "a number", &other),
        }
    }

    /// True or false.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Boolean(flag) => Some(flag),
            other => self.wrong_type(key, at, "true or false", &other),
        }
    }

    /// A table inside this one.
    pub fn table(&mut self, key: &'static str) -> Option<Fields<'_, 't>> {
        let value = self.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Table(table) => Some(Fields::new(self.document, table, at)),
            other => self.wrong_type(key, at, "a table", &other),
        }
    }

    /// Reads each table of a list of tables (`[[key]]`).
    pub fn each(&mut self, key: &'static str, mut read: impl FnMut(Fields<'_, 't>)) {
        let Some(value) = self.take(key) else { return };
        let at = value.span().start;
        let items = match value.into_inner() {
            DeValue::Array(items) => items,
            other => {
                let _: Option<()> = self.wrong_type(key, at, "a list of tables", &other);
                return;
            }
        };
        for item in items {
            let at = item.span().start;
            match item.into_inner() {
                DeValue::Table(table) => read(Fields::new(self.document, table, at)),
                other => {
                    let _: Option<()> = self.wrong_type(key, at, "a list of tables", &other);
                }
            }
        }
    }

    /// Ends the table: every key that nobody asked for is a fault.
    pub fn finish(self) {
        let Self { document, table, asked, .. } = self;
        for (key, _) in table {
            let name = key.get_ref();
            let nearest = asked.iter().min_by_key(|known| distance(name, known)).filter(|known| distance(name, known) <= 2);
            let hint = match nearest {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("keys known here: {}", asked.join(", ")),
            };
            document.fault(key.span().start, format!("unknown key `{}`", shown(name)), hint);
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.table.remove(key)
    }

    fn wrong_type<T>(&mut self, key: &str, at: usize, wanted: &str, found: &DeValue<'_>) -> Option<T> {
        self.fault_at(at, format!("`{key}` has the wrong type: {}", found.type_str()), format!("write {wanted}"));
        None
    }
}

/// Where a string stands in its document.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    start: usize,
    /// How many bytes stand there as they are meant; 0 where there are escapes among them.
    length: usize,
}

impl Written {
    /// At which byte of the document the byte `offset` of the string stands: of one with escapes, where the string begins.
    pub fn byte(&self, offset: usize) -> usize {
        self.start + offset.min(self.length)
    }
}

/// The most bytes that stand before a string: three quotes and a line's end.
const LONGEST_QUOTE: usize = 5;
/// The longest word of a file that a fault repeats, in characters: what is longer may be a secret in the wrong place.
const MAX_SHOWN: usize = 28;

/// A word of a file as a fault may show it.
pub fn shown(word: &str) -> String {
    if word.chars().count() <= MAX_SHOWN { word.to_owned() } else { format!("…({})", word.len()) }
}

/// Levenshtein's distance between two keys.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut corner = i;
        let mut above_left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&right) {
            let changed = corner + usize::from(a != *b);
            corner = *cell;
            *cell = changed.min(corner + 1).min(above_left + 1);
            above_left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
