//! TOML, YAML and JSON in one form: texts, lists and tables, each with its line.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser};
use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

use super::fault;
use crate::rules::Fault;
use crate::rules::fields::shown;

/// How deep a file may nest.
const MAX_DEPTH: usize = 64;
/// How many keys a table of YAML may have: each is compared with those before it.
const MAX_KEYS: usize = 4096;
/// How many lines within brackets may be without indentation.
const MAX_UNINDENTED: usize = 256;
/// What the parser says of such a line.
const UNINDENTED: &str = "invalid indentation";
/// How many values the aliases of a file may stand for, all together.
const MAX_NAMED: usize = 65_536;

/// A value of a file.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The line on which it begins; 0 where it is not known.
    pub(super) line: usize,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    /// Text, a number, a truth value: as written.
    Text(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
}

impl Node {
    /// The value under a key of a table.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The keys and values of a table; none of anything else.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        if let Value::Table(entries) = &self.value { entries } else { &[] }
    }

    /// The items of a list.
    pub(super) fn list(&self) -> Option<&[Self]> {
        if let Value::List(items) = &self.value { Some(items) } else { None }
    }

    /// The text of a scalar.
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The text under a key; empty where there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.get(key).and_then(Self::as_text).unwrap_or_default()
    }

    /// The texts of a list under a key. One text alone is a list of one.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let node = self.get(key);
        let items = node.and_then(Self::list).or(node.map(std::slice::from_ref)).unwrap_or_default();
        items.iter().filter_map(Self::as_text).map(str::to_owned).collect()
    }

    /// A table with the keys of tables that `<<` names, where it has none of its own.
    pub(super) fn merged(&self) -> Self {
        let mut entries: Vec<(String, Self)> = self.entries().iter().filter(|(key, _)| key != "<<").cloned().collect();
        for (key, node) in self.tables("<<").into_iter().flat_map(Self::entries) {
            if !entries.iter().any(|(known, _)| known == key) {
                entries.push((key.clone(), node.clone()));
            }
        }
        Self { line: self.line, value: Value::Table(entries) }
    }

    /// How many values it is, with those in it.
    fn size(&self) -> usize {
        match &self.value {
            Value::Text(_) => 1,
            Value::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Value::Table(entries) => 1 + entries.iter().map(|(_, node)| node.size()).sum::<usize>(),
        }
    }

    /// Whether the value under a key is true.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    /// The tables under a key: a list of them, or one.
    pub(super) fn tables(&self, key: &str) -> Vec<&Self> {
        let node = self.get(key);
        let items = node.and_then(Self::list).or(node.map(std::slice::from_ref)).unwrap_or_default();
        items.iter().filter(|item| matches!(item.value, Value::Table(_))).collect()
    }
}

/// Reads TOML, as far as its first fault.
pub(super) fn toml(name: &str, text: &str) -> Result<Node, Fault> {
    let lines = Lines::of(text);
    let root = DeTable::parse(text).map_err(|error| {
        let line = lines.line(error.span().map_or(0, |span| span.start));
        fault(name, line, format!("this is no TOML: {}", error.message()), "see https://toml.io/en/v1.0.0")
    })?;
    Ok(lines.table(root.get_ref(), 0))
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    fn line(&self, at: usize) -> usize {
        self.0.partition_point(|newline| *newline < at) + 1
    }

    // The parser of TOML bounds the depth itself.
    fn table(&self, table: &DeTable<'_>, at: usize) -> Node {
        let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
            let name: &std::borrow::Cow<'_, str> = key.get_ref();
            (name.clone().into_owned(), self.node(value.get_ref(), value.span().start))
        };
        Node { line: self.line(at), value: Value::Table(table.iter().map(entry).collect()) }
    }

    fn node(&self, value: &DeValue<'_>, at: usize) -> Node {
        let value = match value {
            DeValue::String(text) => Value::Text(text.clone().into_owned()),
            DeValue::Integer(number) => Value::Text(number.as_str().to_owned()),
            DeValue::Float(number) => Value::Text(number.as_str().to_owned()),
            DeValue::Boolean(flag) => Value::Text(flag.to_string()),
            DeValue::Datetime(time) => Value::Text(time.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item.get_ref(), item.span().start)).collect()),
            DeValue::Table(table) => return self.table(table, at),
        };
        Node { line: self.line(at), value }
    }
}

/// Reads JSON.
pub(super) fn json(name: &str, text: &str) -> Result<Node, Fault> {
    let value: Json = serde_json::from_str(text)
        .map_err(|error| fault(name, error.line(), format!("this is no JSON: {error}"), "write it anew with the tool that made it"))?;
    Ok(from_json(value))
}

// The parser of JSON bounds the depth itself.
fn from_json(value: Json) -> Node {
    let value = match value {
        Json::Null => Value::Text(String::new()),
        Json::Bool(flag) => Value::Text(flag.to_string()),
        Json::Number(number) => Value::Text(number.to_string()),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().map(from_json).collect()),
        Json::Object(entries) => Value::Table(entries.into_iter().map(|(key, value)| (key, from_json(value))).collect()),
    };
    Node { line: 0, value }
}

/// Reads YAML: its first document, without aliases. A file cannot grow when it is read, and nesting is bounded.
pub(super) fn yaml(name: &str, text: &str) -> Result<Node, Fault> {
    Reading { name, open: Vec::new(), named: None }.read(text)
}

/// The same as older readers have it: with aliases, which may stand for so many values and no more, and with lines within
/// brackets that are not indented, which YAML 1.2 forbids and most programs take.
pub(super) fn lax_yaml(name: &str, text: &str) -> Result<Node, Fault> {
    let mut text = std::borrow::Cow::Borrowed(text);
    for _ in 0..MAX_UNINDENTED {
        let named = Some(Named { values: BTreeMap::new(), left: MAX_NAMED });
        let fault = match (Reading { name, open: Vec::new(), named }.read(&text)) {
            Err(fault) if fault.what.ends_with(UNINDENTED) => fault,
            read => return read,
        };
        let wide = " ".repeat(MAX_DEPTH);
        let lines = text.split_inclusive('\n').enumerate();
        let indented = lines.map(|(at, line)| if at + 1 == fault.place.line { format!("{wide}{line}") } else { line.to_owned() });
        text = std::borrow::Cow::Owned(indented.collect());
    }
    Err(fault(name, 1, "too many lines within brackets are not indented".to_owned(), "indent them"))
}

/// What aliases stand for, and how many more values they may.
struct Named {
    values: BTreeMap<usize, Node>,
    left: usize,
}

/// YAML that is being read.
struct Reading<'n> {
    name: &'n str,
    open: Vec<Open>,
    named: Option<Named>,
}

impl Reading<'_> {
    fn read(mut self, text: &str) -> Result<Node, Fault> {
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| {
                fault(self.name, error.marker().line(), format!("this is no YAML: {}", error.info()), "see https://yaml.org/spec/1.2.2/")
            })?;
            let line = span.start.line();
            let (anchor, done) = match event {
                Event::Alias(anchor) => (0, Some(self.alias(anchor, line)?)),
                Event::SequenceStart(anchor, ..) => {
                    self.open.push(Open { line, anchor, list: Vec::new(), table: None, key: None });
                    (0, None)
                }
                Event::MappingStart(anchor, ..) => {
                    self.open.push(Open { line, anchor, list: Vec::new(), table: Some(Vec::new()), key: None });
                    (0, None)
                }
                Event::Scalar(text, _, anchor, _) => (anchor, Some(Node { line, value: Value::Text(text.into_owned()) })),
                Event::SequenceEnd | Event::MappingEnd => self.open.pop().map_or((0, None), |open| (open.anchor, Some(open.close()))),
                Event::DocumentEnd => break,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => (0, None),
            };
            if self.open.len() > MAX_DEPTH {
                return Err(fault(self.name, line, format!("lists and tables nest deeper than {MAX_DEPTH}"), "no rules are written so"));
            }
            let Some(node) = done else { continue };
            if let Some(named) = self.named.as_mut().filter(|_| anchor != 0) {
                named.values.insert(anchor, node.clone());
            }
            match self.open.last_mut() {
                Some(above) => above.add(node).map_err(|what| fault(self.name, line, what, "no rules are written so"))?,
                None => return Ok(node),
            }
        }
        Ok(Node { line: 1, value: Value::Text(String::new()) })
    }

    /// What an alias stands for.
    fn alias(&mut self, anchor: usize, line: usize) -> Result<Node, Fault> {
        let Some(named) = &mut self.named else {
            return Err(fault(self.name, line, "an alias (`*name`) is not read here".to_owned(), "write out what it stands for"));
        };
        let unknown = || fault(self.name, line, "an alias stands for itself".to_owned(), "write out what it stands for");
        let node = named.values.get(&anchor).cloned().ok_or_else(unknown)?;
        named.left = named.left.checked_sub(node.size()).ok_or_else(|| {
            fault(self.name, line, format!("aliases stand for more than {MAX_NAMED} values"), "write out what they stand for")
        })?;
        Ok(node)
    }
}

/// A list or a table that is being read.
struct Open {
    line: usize,
    anchor: usize,
    list: Vec<Node>,
    table: Option<Vec<(String, Node)>>,
    key: Option<String>,
}

impl Open {
    /// Adds an item, a key or a value; the error is what is wrong with a key.
    fn add(&mut self, node: Node) -> Result<(), String> {
        let Some(table) = &mut self.table else {
            self.list.push(node);
            return Ok(());
        };
        match self.key.take() {
            None => {
                let key = node.as_text().unwrap_or_default().to_owned();
                if table.iter().any(|(name, _)| *name == key) {
                    return Err(format!("the key `{}` is here twice", shown(&key)));
                }
                if table.len() >= MAX_KEYS {
                    return Err(format!("a table has more than {MAX_KEYS} keys"));
                }
                self.key = Some(key);
            }
            Some(key) => table.push((key, node)),
        }
        Ok(())
    }

    fn close(self) -> Node {
        let value = self.table.map_or_else(|| Value::List(self.list), Value::Table);
        Node { line: self.line, value }
    }
}
