//! Rules and allow entries as `stanch.toml` has them.

use crate::model::{Pack, Text};
use crate::rules::pack::{DEFAULT_AFTER_BYTES, DEFAULT_BEFORE_BYTES};
use crate::rules::{Kind, Rule};

/// Writes a rule as a `[[rule]]` table, under a comment.
pub fn write_rule(rule: &Rule, comment: &str) -> String {
    let info = &rule.info;
    let mut text = format!("# {}\n[[rule]]\n", one_line(comment));
    let mut row = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
    row("id", quoted(&info.id));
    if info.pack != Pack::Secrets {
        row("pack", quoted(info.pack.name()));
    }
    row("title", quoted(&info.title));
    row("severity", quoted(info.severity.name()));
    row("confidence", quoted(info.confidence.name()));
    match rule.kind {
        Kind::Check(check) => row("check", quoted(check.name())),
        Kind::Pattern | Kind::Value => {
            row("keywords", list(&rule.keywords));
            row("pattern", quoted(&rule.pattern));
        }
        Kind::Tree(languages) => {
            let names: Vec<Text> = languages.iter().map(|language| Text::Borrowed(language.name())).collect();
            row("language", list(&names));
            row("keywords", list(&rule.keywords));
            row("query", quoted(&rule.pattern));
        }
    }
    for (key, globs) in [("paths", &rule.paths), ("except", &rule.except)] {
        if !globs.is_empty() {
            row(key, list(globs));
        }
    }
    let is_check = matches!(rule.kind, Kind::Check(_));
    if rule.before != DEFAULT_BEFORE_BYTES && !is_check {
        row("before", rule.before.to_string());
    }
    if rule.after != DEFAULT_AFTER_BYTES && !is_check {
        row("after", rule.after.to_string());
    }
    if rule.entropy > 0.0 {
        row("entropy", rule.entropy.to_string());
    }
    row("why", quoted(&info.why));
    row("fix", quoted(&info.fix));
    if !info.references.is_empty() {
        row("references", list(&info.references));
    }
    if !is_check {
        row("examples.match", list(&rule.matches));
        row("examples.miss", list(&rule.misses));
    }
    text
}

/// Writes an `[[allow]]` table.
pub fn write_allow(rule: Option<&str>, path: &str, reason: &str) -> String {
    let rule = rule.map(|rule| format!("rule = {}\n", quoted(rule))).unwrap_or_default();
    format!("[[allow]]\n{rule}path = {}\nreason = {}\n", quoted(path), quoted(reason))
}

/// A list of strings of TOML.
pub fn list(items: &[impl AsRef<str>]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

/// A string of TOML: literal where it can be, so that expressions stay readable.
pub fn quoted(text: &str) -> String {
    if !text.chars().any(|c| c == '\'' || c != '\t' && c.is_control()) && text.contains(['\\', '"']) {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// What stands in a comment: nothing that could end it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_string_comes_back_as_it_was() {
        for text in ["plain", r#"\b("a")"#, "it's \\d", "two\nlines\t\u{7f}\u{1}\u{85}", "", "\"\\"] {
            let table: toml::Table = format!("key = {}", quoted(text)).parse().unwrap();
            assert_eq!(table["key"].as_str(), Some(text));
        }
    }
}
