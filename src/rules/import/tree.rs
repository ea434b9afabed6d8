//! TOML, YAML and JSON in one form: texts, lists and tables, each with its line.

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

/// Reads YAML: its first document, without anchors. A file cannot grow when it is read, and nesting is bounded.
pub(super) fn yaml(name: &str, text: &str) -> Result<Node, Fault> {
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            fault(name, error.marker().line(), format!("this is no YAML: {}", error.info()), "see https://yaml.org/spec/1.2.2/")
        })?;
        let line = span.start.line();
        let done = match event {
            Event::Alias(_) => {
                return Err(fault(name, line, "an alias (`*name`) is not read here".to_owned(), "write out what it stands for"));
            }
            Event::SequenceStart(..) => {
                open.push(Open { line, list: Vec::new(), table: None, key: None });
                None
            }
            Event::MappingStart(..) => {
                open.push(Open { line, list: Vec::new(), table: Some(Vec::new()), key: None });
                None
            }
            Event::Scalar(text, ..) => Some(Node { line, value: Value::Text(text.into_owned()) }),
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(Open::close),
            Event::DocumentEnd => break,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => None,
        };
        if open.len() > MAX_DEPTH {
            return Err(fault(name, line, format!("lists and tables nest deeper than {MAX_DEPTH}"), "no rules are written so"));
        }
        let Some(node) = done else { continue };
        match open.last_mut() {
            Some(above) => above.add(node).map_err(|what| fault(name, line, what, "no rules are written so"))?,
            None => return Ok(node),
        }
    }
    Ok(Node { line: 1, value: Value::Text(String::new()) })
}

/// A list or a table that is being read.
struct Open {
    line: usize,
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
