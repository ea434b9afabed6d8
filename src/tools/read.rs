//! `[[tool]]` tables: one to one [`Tool`], and the presets, which are tables of the same form.

use super::parse::Pattern;
use super::tool::{Form, Input, Needs, Tool, When};
use crate::model::Severity;
use crate::policy::PathSet;
use crate::rules::Fields;
use crate::rules::fields::{Document, shown};

/// Tables that settings can name.
const PRESETS: &str = include_str!("presets.toml");
/// The longest that a tool may take, in seconds: an hour.
const MAX_TIMEOUT_SECS: usize = 3_600;
/// The most that it may say, in bytes: it is held whole.
const MAX_OUTPUT_BYTES: usize = 256 << 20;
/// The most files that it may be told of at once.
const MAX_BATCH: usize = 10_000;
/// The longest name.
const MAX_NAME: usize = 40;

/// Reads one table. Faults are noted in the document of `fields`; a tool with faults must not run.
pub fn read_tool(mut fields: Fields<'_, '_>, line: u32) -> Tool {
    let mut tool = Tool { line, ..Tool::default() };
    if let Some((name, at)) = fields.text_at("preset") {
        match preset(&name) {
            Some(known) => tool = Tool { line, ..known },
            None => fields.fault_at(at, format!("there is no preset `{}`", shown(&name)), format!("use one of {}", presets().join(", "))),
        }
    }
    read_into(&mut tool, fields);
    tool
}

/// The names of the presets.
pub fn presets() -> Vec<String> {
    all_presets().into_iter().map(|tool| tool.name).collect()
}

/// The preset of this name.
pub fn preset(name: &str) -> Option<Tool> {
    all_presets().into_iter().find(|tool| tool.name == name)
}

fn all_presets() -> Vec<Tool> {
    let mut document = Document::new("presets", PRESETS);
    let root = document.root();
    let mut tools = Vec::new();
    let mut fields = Fields::new(&mut document, root, 0);
    fields.each("tool", |table| {
        let mut tool = Tool::default();
        read_into(&mut tool, table);
        tools.push(tool);
    });
    fields.finish();
    tools
}

/// Reads what a table says over what `tool` says already.
fn read_into(tool: &mut Tool, mut fields: Fields<'_, '_>) {
    if let Some((name, at)) = fields.text_at("name") {
        let is_good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(is_good) {
            let hint = "use lower-case letters, digits, `-`, `_` and `.`: `name = \"mypy\"`";
            fields.fault_at(at, format!("`name` cannot be `{}`", shown(&name)), hint);
        }
        name.as_ref().clone_into(&mut tool.name);
    }
    if tool.name.is_empty() {
        fields.fault("`name` is missing".to_owned(), "add `name = \"mypy\"` or `preset = \"mypy\"` to this table");
    }
    read_globs(&mut fields, "files", &mut tool.files);
    read_globs(&mut fields, "except", &mut tool.except);
    read_globs(&mut fields, "also", &mut tool.also);
    read_words(&mut fields, "version", &mut tool.version);
    if let Some(links) = fields.texts_at("link") {
        for (link, at) in &links {
            if !is_below(link) {
                fields.fault_at(*at, format!("`link` cannot be `{}`", shown(link)), "name a path below the root: `node_modules`");
            }
        }
        tool.link = links.into_iter().map(|(link, _)| link).collect();
    }
    tool.needs = fields.word("needs", &names(Needs::ALL, Needs::name), Needs::parse).unwrap_or(tool.needs);
    tool.input = fields.word("input", &names(Input::ALL, Input::name), Input::parse).unwrap_or(tool.input);
    tool.repository = fields.flag("repository").unwrap_or(tool.repository);
    read_counts(tool, &mut fields);
    if let Some(mut exit) = fields.table("exit") {
        let codes = |exit: &mut Fields<'_, '_>, key| exit.integers(key, 255);
        tool.exits.clean = codes(&mut exit, "clean").unwrap_or_else(|| std::mem::take(&mut tool.exits.clean));
        tool.exits.findings = codes(&mut exit, "findings").unwrap_or_else(|| std::mem::take(&mut tool.exits.findings));
        tool.exits.fault = codes(&mut exit, "fault").or(tool.exits.fault.take());
        exit.finish();
    }
    tool.severity = fields.word("severity", &names(Severity::ALL, Severity::name), Severity::parse).or(tool.severity);
    if let Some(words) = fields.texts_at("on") {
        let read = |(word, at): &(String, usize)| {
            let when = When::parse(word);
            if when.is_none() {
                fields.fault_at(*at, format!("`on` cannot hold `{}`", shown(word)), "use `commit` and `push`");
            }
            when
        };
        tool.on = words.iter().filter_map(read).collect();
    }
    read_form(tool, &mut fields);
    read_command(tool, &mut fields);
    fields.finish();
}

fn read_counts(tool: &mut Tool, fields: &mut Fields<'_, '_>) {
    for (key, most, count) in [
        ("batch", MAX_BATCH, &mut tool.batch),
        ("timeout_secs", MAX_TIMEOUT_SECS, &mut tool.timeout_secs),
        ("output_bytes", MAX_OUTPUT_BYTES, &mut tool.output_bytes),
    ] {
        if let Some(given) = fields.count(key, most) {
            if given == 0 {
                fields.fault(format!("`{key}` cannot be 0"), "give a whole number above it");
            }
            *count = given.max(1);
        }
    }
}

fn read_form(tool: &mut Tool, fields: &mut Fields<'_, '_>) {
    tool.form = fields.word("parser", &names(Form::ALL, Form::name), Form::parse).unwrap_or(tool.form);
    if let Some((pattern, at)) = fields.text_at("pattern") {
        match Pattern::new(&pattern) {
            Ok(pattern) => tool.pattern = Some(pattern),
            Err(what) => fields.fault_at(at, what, "write groups such as `(?<path>…)`, `(?<line>…)` and `(?<message>…)`"),
        }
    }
    if tool.form == Form::Regex && tool.pattern.is_none() {
        fields.fault("`pattern` is missing".to_owned(), "add `pattern = '^(?<path>[^:]+):(?<line>\\d+): (?<message>.*)$'`");
    }
}

fn read_command(tool: &mut Tool, fields: &mut Fields<'_, '_>) {
    let at = fields.at();
    if let Some(words) = fields.texts_at("command") {
        tool.command = words.into_iter().map(|(word, _)| word).collect();
    }
    let Some(program) = tool.command.first() else {
        return fields.fault("`command` is missing".to_owned(), "add `command = [\"mypy\", \"{files}\"]`, a list of words");
    };
    if program.is_empty() || program.contains(['{', ' ']) || (program.contains('/') && !is_below(program)) {
        let hint = "name a program on the `PATH`, or a path below the root; each word of the command is one of the list";
        fields.fault_at(at, format!("`command` cannot begin with `{}`", shown(program)), hint);
    }
    for word in &tool.command {
        let holds_files = word.contains("{files}");
        if holds_files && word != "{files}" {
            fields.fault_at(at, "`{files}` must be a word of its own".to_owned(), "it stands for many; `{file}` can be part of a word");
        }
        if holds_files && tool.input == Input::Stdin {
            fields.fault_at(at, "`{files}` and `input = \"stdin\"` do not go together".to_owned(), "use `{file}`, the one that is read");
        }
    }
}

fn read_globs(fields: &mut Fields<'_, '_>, key: &'static str, into: &mut Vec<String>) {
    let Some(globs) = fields.texts_at(key) else { return };
    for (glob, at) in &globs {
        if PathSet::parse([glob.as_str()]).is_err() {
            fields.fault_at(*at, format!("`{}` is no glob", shown(glob)), "write a path with `*`, `**`, `?` or `{a,b}`: `**/*.py`");
        }
    }
    *into = globs.into_iter().map(|(glob, _)| glob).collect();
}

fn read_words(fields: &mut Fields<'_, '_>, key: &'static str, into: &mut Vec<String>) {
    if let Some(words) = fields.texts(key) {
        *into = words;
    }
}

/// Whether a path stays below the folder it is read from.
fn is_below(path: &str) -> bool {
    !path.is_empty()
        && !path.starts_with('/')
        && path.trim_start_matches("./").split('/').all(|part| !matches!(part, "" | "." | ".." | ".git"))
}

fn names<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(name).collect()
}
