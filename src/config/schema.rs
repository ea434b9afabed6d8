//! Every key of `stanch.toml`, and the JSON schema made of the list.

use serde_json::{Map, Value, json};

use crate::commit::Refused;
use crate::model::{Confidence, Pack, Severity};
use crate::quality::LineEnd;
use crate::tools::{self, Form, Input, Needs, When};

/// A key of the file of settings.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name, with the table it stands in: `limits.threads`, `allow[].rule`.
    pub name: &'static str,
    /// Its kind in the words of JSON Schema.
    pub kind: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// How it looks.
    pub example: &'static str,
}

const fn key(name: &'static str, kind: &'static str, default: &'static str, doc: &'static str, example: &'static str) -> Key {
    Key { name, kind, default, doc, example }
}

/// Every key, in the order of the reference.
pub const KEYS: &[Key] = &[
    key(
        "key",
        "string",
        "none",
        "Key under which this repository's fingerprints are made; `stanch init` draws one. Changing it renames every finding.",
        "\"3f9c…\"",
    ),
    key("block.severity", "severity", "\"medium\"", "The least severity that blocks; what is below warns.", "\"high\""),
    key("warn.severity", "severity", "\"low\"", "The least severity that warns; what is below is counted alone.", "\"medium\""),
    key("warn.confidence", "confidence", "\"medium\"", "The least confidence that warns; what is below is counted alone.", "\"low\""),
    key("block.confidence", "confidence", "\"high\"", "The least confidence that blocks; what is below warns.", "\"medium\""),
    key("exclude", "globs", "[]", "Paths that are never read. What is excluded cannot be found; prefer `[[allow]]`.", "[\"vendor/**\"]"),
    key(
        "packs",
        "packs",
        "[\"secrets\"]",
        "Which rules run: `secrets`; `quality`, what is wrong in any file; `style`, blanks and line ends; `django`.",
        "[\"secrets\", \"quality\"]",
    ),
    key("enable", "strings", "[]", "Rules that run although their pack does not.", "[\"trailing-whitespace\"]"),
    key("disable", "strings", "[]", "Rules that do not run.", "[\"jwt\"]"),
    key("baseline", "string", "\".stanch-baseline\"", "The file of findings that were there before.", "\"ci/baseline\""),
    key("limits.deadline_secs", "integer", "none", "After so many seconds a run stops and is incomplete.", "60"),
    key("limits.threads", "integer", "0", "How many threads look at once; 0 is one for each core.", "2"),
    key(
        "limits.archive_bytes",
        "integer",
        "67108864",
        "The size of the largest archive that is opened, in bytes; what is larger makes a run incomplete. At 0 none is opened.",
        "134217728",
    ),
    key(
        "limits.hook_archive_bytes",
        "integer",
        "1048576",
        "The same in a hook before a commit or push, where what is larger is counted and left to CI or a server.",
        "0",
    ),
    key("limits.archive_depth", "integer", "5", "How many archives may stand in each other, at most 8; a `tar.gz` is two.", "8"),
    key("limits.archive_members", "integer", "10000", "How many members an archive may have, with those of archives in it.", "50000"),
    key("limits.archive_total_bytes", "integer", "268435456", "How many bytes may come out of an archive.", "1073741824"),
    key("limits.archive_ratio", "integer", "200", "How many bytes may come out for each that goes in, after the first mebibyte.", "1000"),
    key("quality.max_kb", "integer", "500", "The most kilobytes of a file, for the rule `large-file`.", "2000"),
    key(
        "quality.line_end",
        "line_end",
        "none",
        "How lines end, for `mixed-line-endings`; without it a file may choose one kind.",
        "\"lf\"",
    ),
    key(
        "quality.markdown_breaks",
        "boolean",
        "true",
        "Whether two blanks behind text in Markdown break the line, and pass `trailing-whitespace`.",
        "false",
    ),
    key("quality.json_indent", "integer", "2", "How many blanks a level of JSON is indented by, for `json-layout`.", "4"),
    key("rule[]", "rule", "none", "A rule of your own, in the form of `rules/*.toml`; see `docs/rules.md`.", "[[rule]]"),
    key(
        "path[].glob",
        "string",
        "required",
        "The part of the repository for which the table holds; later tables win.",
        "\"services/api/**\"",
    ),
    key("path[].packs", "packs", "as above", "Which rules run there.", "[\"secrets\", \"quality\", \"django\"]"),
    key("path[].enable", "strings", "[]", "Rules that run there although their pack does not.", "[\"trailing-whitespace\"]"),
    key("path[].disable", "strings", "[]", "Rules that do not run there.", "[\"large-file\"]"),
    key("path[].tools", "strings", "all", "The tools that look there, by their names.", "[\"ruff\"]"),
    key("path[].block", "line", "as above", "The least severity and confidence that block there.", "{ severity = \"high\" }"),
    key("path[].warn", "line", "as above", "The least severity and confidence that warn there.", "{ confidence = \"high\" }"),
    key("tool[].preset", "preset", "none", "A tool whose keys are known; what the table writes stands in their place.", "\"ruff\""),
    key("tool[].name", "string", "the preset", "Its name, with which the rules of its findings begin: `ruff/F401`.", "\"mypy\""),
    key("tool[].files", "globs", "all", "It runs when files of these globs changed, and is told of those.", "[\"**/*.py\"]"),
    key("tool[].except", "globs", "[]", "Files that it is not told of.", "[\"**/migrations/**\"]"),
    key(
        "tool[].command",
        "strings",
        "required",
        "The program and its arguments, a list of words that no shell reads; `{files}`, `{file}` and `{root}` are filled in.",
        "[\"ruff\", \"check\", \"{files}\"]",
    ),
    key(
        "tool[].needs",
        "needs",
        "\"blob\"",
        "What it must see: `blob`, the changed files; `tree`, those and `also`; `project`, all.",
        "\"tree\"",
    ),
    key("tool[].also", "globs", "[]", "Files that it must see as well, such as its settings.", "[\"**/pyproject.toml\"]"),
    key("tool[].link", "strings", "[]", "Folders of the work tree that git does not hold and it must see.", "[\"node_modules\"]"),
    key("tool[].repository", "boolean", "false", "Whether what it sees is a git repository.", "true"),
    key("tool[].input", "input", "\"files\"", "How it gets its files: `files`, by name; `stdin`, one at a time.", "\"stdin\""),
    key("tool[].batch", "integer", "500", "How many files it is told of at once.", "50"),
    key("tool[].timeout_secs", "integer", "60", "After so many seconds it is ended, and the run is incomplete.", "300"),
    key(
        "tool[].output_bytes",
        "integer",
        "16777216",
        "How much it may say; above that it is ended, and the run is incomplete.",
        "67108864",
    ),
    key(
        "tool[].exit",
        "exit",
        "{ clean = [0], findings = [1] }",
        "What its exit codes mean: `clean`, `findings`, `fault`.",
        "{ findings = [1, 2] }",
    ),
    key("tool[].version", "strings", "[]", "The command that tells its version, for `stanch tools list`.", "[\"ruff\", \"--version\"]"),
    key("tool[].parser", "parser", "\"exit\"", "The form of what it prints; `exit` goes by its code alone.", "\"sarif\""),
    key(
        "tool[].pattern",
        "string",
        "none",
        "For the parser `regex`: a line, with the groups path, line, column, end_line, end_column, severity, code, message.",
        "'^(?<path>.+?):(?<line>\\d+): (?<message>.*)$'",
    ),
    key("tool[].severity", "severity", "its own", "How grave its findings are, whatever it says itself.", "\"low\""),
    key("tool[].on", "whens", "[\"commit\", \"push\"]", "Before what it runs; `stanch scan` runs all.", "[\"push\"]"),
    key("allow[].rule", "string", "any", "Lets pass only what this rule finds.", "\"jwt\""),
    key("allow[].path", "string", "any", "Lets pass only what stands in paths of this glob.", "\"tests/**\""),
    key("allow[].fingerprint", "string", "any", "Lets pass only this very value.", "\"7f3a9c2b1d44\""),
    key("allow[].reason", "string", "required", "Why it may pass.", "\"revoked test key\""),
    key("allow[].author", "string", "none", "Who says so.", "\"kim@example.org\""),
    key("allow[].until", "string", "none", "The last day on which the entry holds.", "\"2027-01-31\""),
    key("allow[].named", "string", "none", "The entry holds only in a push that names it: `git push -o stanch.allow=NAME`.", "\"import\""),
    key(
        "message.types",
        "strings",
        "[]",
        "The words with which the subject of a commit may begin: `feat(api)!: words`. None asked for where it is empty.",
        "[\"feat\", \"fix\", \"docs\"]",
    ),
    key("message.scopes", "strings", "[]", "What may stand in brackets behind the type; any where it is empty.", "[\"api\", \"web\"]"),
    key("message.subject_length", "integer", "none", "The most characters of a subject.", "72"),
    key("message.body_width", "integer", "none", "The most characters of a line below the subject that can be broken.", "72"),
    key("message.issue", "string", "none", "The form of an issue's name, of which each message must hold one.", "'[A-Z]+-[0-9]+'"),
    key("message.sign_off", "boolean", "false", "Whether somebody must sign each message off: `git commit --signoff`.", "true"),
    key(
        "message.protected",
        "globs",
        "[]",
        "Branches that take no `fixup!`, `squash!` and `amend!` in a push; in a range none may be.",
        "[\"main\", \"release/*\"]",
    ),
    key("branch.protected", "globs", "[]", "Branches to which nobody commits or pushes directly.", "[\"main\", \"release/*\"]"),
    key(
        "branch.refuse",
        "refused",
        "[\"commit\", \"push\", \"force\", \"delete\"]",
        "What is refused of them: a commit in a clone, a push, one that takes commits away, one that deletes the branch.",
        "[\"force\", \"delete\"]",
    ),
    key("branch.name", "string", "none", "The form of the whole name of a branch that a push makes.", "'(feature|fix)/[a-z0-9-]+'"),
];

/// The JSON schema of `stanch.toml`.
pub fn schema() -> Value {
    let mut root = Map::new();
    for key in KEYS {
        let (table, name) = key.name.split_once('.').unwrap_or(("", key.name));
        let leaf = leaf(key);
        match table.strip_suffix("[]") {
            Some(list) => insert(&mut root, list, true, name, leaf),
            None if !table.is_empty() => insert(&mut root, table, false, name, leaf),
            None => drop(root.insert(name.trim_end_matches("[]").to_owned(), leaf)),
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "stanch.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": root,
    })
}

fn insert(root: &mut Map<String, Value>, table: &str, list: bool, name: &str, leaf: Value) {
    let object = json!({ "type": "object", "additionalProperties": false, "properties": {} });
    let entry = root.entry(table).or_insert_with(|| if list { json!({ "type": "array", "items": object }) } else { object });
    let object = if list { entry.get_mut("items") } else { Some(entry) };
    if let Some(Value::Object(properties)) = object.and_then(|object| object.get_mut("properties")) {
        properties.insert(name.to_owned(), leaf);
    }
}

fn names<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(name).collect()
}

fn leaf(key: &Key) -> Value {
    let mut leaf = match key.kind {
        "severity" => json!({ "enum": ["low", "medium", "high", "critical"] }),
        "confidence" => json!({ "enum": ["low", "medium", "high", "proved"] }),
        "globs" | "strings" => json!({ "type": "array", "items": { "type": "string" } }),
        "packs" => json!({ "type": "array", "items": { "enum": Pack::choices().collect::<Vec<_>>() } }),
        "refused" => json!({ "type": "array", "items": { "enum": names(Refused::ALL, Refused::name) } }),
        "line_end" => json!({ "enum": names(LineEnd::ALL, LineEnd::name) }),
        "preset" => json!({ "enum": tools::presets() }),
        "needs" => json!({ "enum": names(Needs::ALL, Needs::name) }),
        "input" => json!({ "enum": names(Input::ALL, Input::name) }),
        "parser" => json!({ "enum": names(Form::ALL, Form::name) }),
        "whens" => json!({ "type": "array", "items": { "enum": names(When::ALL, When::name) } }),
        "exit" => {
            let codes = json!({ "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": 255 } });
            json!({ "type": "object", "additionalProperties": false, "properties": { "clean": codes, "findings": codes, "fault": codes } })
        }
        "integer" => json!({ "type": "integer", "minimum": 0 }),
        "line" => json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "severity": { "enum": Severity::ALL.iter().map(|value| value.name()).collect::<Vec<_>>() },
                "confidence": { "enum": Confidence::ALL.iter().map(|value| value.name()).collect::<Vec<_>>() },
            },
        }),
        "rule" => json!({ "type": "array", "items": { "type": "object" } }),
        kind => json!({ "type": kind }),
    };
    if let Value::Object(fields) = &mut leaf {
        fields.insert("description".to_owned(), format!("{} Default: {}. Example: {}", key.doc, key.default, key.example).into());
    }
    leaf
}
