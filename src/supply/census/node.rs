//! TOML, YAML and JSON in one form: texts, lists and tables with their lines, of which missing parts read as empty.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser};
use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

/// How deep a file may nest.
const MAX_DEPTH: usize = 128;

/// A value of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// The line on which it begins; 0 where it is not known.
    pub(super) line: usize,
    value: Value,
}

#[derive(Clone, Debug, Default)]
enum Value {
    #[default]
    Nothing,
    /// Text, a number, a truth value: as written.
    Text(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>, HashMap<String, usize>),
}

impl Node {
    /// The value under a key of a table.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Value::Table(entries, index) = &self.value else { return None };
        index.get(key).and_then(|at| entries.get(*at)).map(|(_, node)| node)
    }

    /// The value at the end of a path of keys.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The keys and values of a table; none of anything else.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        if let Value::Table(entries, _) = &self.value { entries } else { &[] }
    }

    /// The keys and values of the table under a key.
    pub(super) fn entries_of(&self, key: &str) -> &[(String, Self)] {
        self.get(key).map(Self::entries).unwrap_or_default()
    }

    /// The items of the list under a key.
    pub(super) fn list(&self, key: &str) -> &[Self] {
        self.get(key).map(Self::items).unwrap_or_default()
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> &[Self] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The text of a scalar.
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The text under a key; empty where there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.get(key).and_then(Self::as_text).unwrap_or_default()
    }

    /// The texts of the list under a key; one text alone is a list of one.
    pub(super) fn texts(&self, key: &str) -> Vec<&str> {
        let one = self.get(key).and_then(Self::as_text);
        self.list(key).iter().filter_map(Self::as_text).chain(one).collect()
    }

    /// Whether the value under a key is true.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    fn of_text(line: usize, text: impl Into<String>) -> Self {
        Self { line, value: Value::Text(text.into()) }
    }

    fn of_list(line: usize, items: Vec<Self>) -> Self {
        Self { line, value: Value::List(items) }
    }

    fn of_table(line: usize, entries: Vec<(String, Self)>) -> Self {
        let index = entries.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect();
        Self { line, value: Value::Table(entries, index) }
    }
}

/// Reads TOML.
pub(super) fn toml(text: &str) -> Result<Node, String> {
    let lines = Lines(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect());
    let root = DeTable::parse(text).map_err(|error| {
        let line = lines.line(error.span().map_or(0, |span| span.start));
        format!("line {line}: this is no TOML: {}", error.message())
    })?;
    Ok(lines.table(root.get_ref(), 0))
}

/// Where the lines of a text end.
struct Lines(Vec<usize>);

impl Lines {
    fn line(&self, at: usize) -> usize {
        self.0.partition_point(|newline| *newline < at) + 1
    }

    // The parser bounds the depth itself.
    fn table(&self, table: &DeTable<'_>, at: usize) -> Node {
        let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
            let name: &std::borrow::Cow<'_, str> = key.get_ref();
            (name.to_string(), self.value(value.get_ref(), key.span().start))
        };
        // A list is in the order of the file, and so is a table here: the parser sorts it by name.
        let mut entries: Vec<(String, Node)> = table.iter().map(entry).collect();
        entries.sort_by_key(|(_, node)| node.line);
        Node::of_table(self.line(at), entries)
    }

    fn value(&self, value: &DeValue<'_>, at: usize) -> Node {
        let line = self.line(at);
        match value {
            DeValue::String(text) => Node::of_text(line, text.to_string()),
            DeValue::Boolean(is) => Node::of_text(line, is.to_string()),
            DeValue::Integer(number) => Node::of_text(line, number.to_string()),
            DeValue::Array(items) => Node::of_list(line, items.iter().map(|item| self.value(item.get_ref(), item.span().start)).collect()),
            DeValue::Table(table) => self.table(table, at),
            _ => Node { line, value: Value::Nothing },
        }
    }
}

/// Reads JSON. Lines are those of the first line that begins with the key, or with `"name"` and the name.
pub(super) fn json(text: &str) -> Result<Node, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Json = serde_json::from_str(text).map_err(|error| format!("line {}: this is no JSON: {error}", error.line()))?;
    let mut known: HashMap<String, usize> = HashMap::new();
    for (number, line) in text.lines().enumerate() {
        let mut parts = line.trim_start().strip_prefix('"').unwrap_or_default().split('"');
        let (Some(key), Some(_), value) = (parts.next(), parts.next(), parts.next()) else { continue };
        known.entry(key.to_owned()).or_insert(number + 1);
        if key == "name" {
            known.entry(format!("name={}", value.unwrap_or_default())).or_insert(number + 1);
        }
    }
    Ok(of_json(value, &known, 1))
}

// The parser bounds the depth itself.
fn of_json(value: Json, known: &HashMap<String, usize>, line: usize) -> Node {
    match value {
        Json::Null => Node { line, value: Value::Nothing },
        Json::Bool(is) => Node::of_text(line, is.to_string()),
        Json::Number(number) => Node::of_text(line, number.to_string()),
        Json::String(text) => Node::of_text(line, text),
        Json::Array(items) => Node::of_list(line, items.into_iter().map(|item| of_json(item, known, line)).collect()),
        Json::Object(entries) => {
            let named = entries.get("name").and_then(Json::as_str).and_then(|name| known.get(&format!("name={name}")));
            let line = named.copied().unwrap_or(line);
            let entry = |(key, value)| {
                let at = known.get(&key).copied().unwrap_or(line);
                (key, of_json(value, known, at))
            };
            Node::of_table(line, entries.into_iter().map(entry).collect())
        }
    }
}

/// Reads YAML. An alias reads as nothing: lock files have none, and so none can make a file larger than it is.
pub(super) fn yaml(text: &str) -> Result<Node, String> {
    let mut open: Vec<(usize, bool, Vec<Node>)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| format!("line {}: this is no YAML: {}", error.marker().line(), error.info()))?;
        let line = span.start.line();
        let done = match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                open.push((line, matches!(event, Event::MappingStart(..)), Vec::new()));
                None
            }
            Event::Scalar(text, ..) => Some(Node::of_text(line, text.into_owned())),
            Event::Alias(_) => Some(Node { line, value: Value::Nothing }),
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|(line, is_table, parts)| closed(line, is_table, parts)),
            Event::DocumentEnd | Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => None,
        };
        if open.len() > MAX_DEPTH {
            return Err(format!("line {line}: it nests deeper than {MAX_DEPTH}"));
        }
        let Some(node) = done else { continue };
        match open.last_mut() {
            Some((.., parts)) => parts.push(node),
            None => return Ok(node),
        }
    }
    Ok(Node::default())
}

fn closed(line: usize, is_table: bool, parts: Vec<Node>) -> Node {
    if !is_table {
        return Node::of_list(line, parts);
    }
    let mut entries = Vec::with_capacity(parts.len() / 2);
    let mut parts = parts.into_iter();
    while let (Some(key), Some(mut value)) = (parts.next(), parts.next()) {
        value.line = key.line;
        entries.push((key.as_text().unwrap_or_default().to_owned(), value));
    }
    Node::of_table(line, entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_keys() {
        for node in [
            toml("a = 1\n\n[b]\nc = \"x\"\n").unwrap(),
            yaml("a: 1\n\nb:\n  c: x\n").unwrap(),
            json("{ \"x\": {},\n\"y\": 1,\n  \"b\": {\n \"c\": \"x\"}}").unwrap(),
        ] {
            assert_eq!(node.get("b").map(|b| (b.line, b.text("c"), b.get("c").map(|c| c.line))), Some((3, "x", Some(4))), "{node:?}");
        }
        assert_eq!(json("{\n \"packages\": [\n {\n  \"name\": \"a/b\"\n }]}").unwrap().list("packages")[0].line, 4);
    }

    #[test]
    fn what_is_broken_or_deep_is_told() {
        assert!(toml("a = ").is_err() && json("{\"a\": ").is_err() && yaml("a: [").is_err());
        assert!(yaml(&"[".repeat(MAX_DEPTH + 2)).is_err() && json(&"[".repeat(1000)).is_err());
    }
}
