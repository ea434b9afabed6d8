//! Nosey Parker's rules, and Kingfisher's, which add entropy, confidence and validation.

use super::tree::Node;
use super::{Dialect, Foreign, ForeignRule, Format, SecretPart, rules_of};
use crate::model::{Confidence, Severity};
use crate::rules::Fault;

/// Keys that are read, or say nothing about what is found.
const READ: [&str; 14] = [
    "name",
    "id",
    "pattern",
    "description",
    "references",
    "categories",
    "examples",
    "negative_examples",
    "non_examples",
    "min_entropy",
    "confidence",
    "severity",
    "visible",
    "prevalidated",
];

/// Reads the file.
pub(super) fn read(format: Format, root: &Node) -> Result<Foreign, Fault> {
    let mut foreign = Foreign::default();
    for (key, node) in root.entries().iter().filter(|(key, _)| key != "rules") {
        foreign.lose(node.line, format!("`{key}`"), "rules alone are read");
    }
    for node in rules_of(root, "rules")? {
        read_rule(format, node, &mut foreign);
    }
    Ok(foreign)
}

fn read_rule(format: Format, node: &Node, foreign: &mut Foreign) {
    let id = node.text("id").to_owned();
    if node.text("pattern").is_empty() {
        return foreign.lose(node.line, format!("`{id}`"), "it has no `pattern`");
    }
    if node.text("visible") == "false" {
        return foreign.lose(
            node.line,
            format!("`{id}`"),
            "it is a part of other rules there and reports nothing itself (`visible: false`)",
        );
    }
    let mut without = Vec::new();
    let mut widened = false;
    for (key, _) in node.entries().iter().filter(|(key, _)| !READ.contains(&key.as_str())) {
        match key.as_str() {
            "validation" => {}
            "depends_on_rule" => without.push("the rules that its validation takes values from (`depends_on_rule`)".to_owned()),
            "pattern_requirements" => {
                without.push("its `pattern_requirements`".to_owned());
                widened = true;
            }
            key => without.push(format!("its `{key}`")),
        }
    }
    let categories = node.texts("categories");
    let is = |name: &str| categories.iter().any(|category| category == name);
    let named = Severity::parse(&node.text("severity").to_ascii_lowercase());
    foreign.rules.push(ForeignRule {
        line: node.line,
        title: node.text("name").to_owned(),
        description: node.text("description").to_owned(),
        regex: node.text("pattern").trim_end().to_owned(),
        dialect: Dialect::Rust,
        secret: if format == Format::Kingfisher { SecretPart::Named("TOKEN") } else { SecretPart::Only },
        keywords: Vec::new(),
        entropy: node.text("min_entropy").parse().unwrap_or(0.0),
        severity: named.or_else(|| (is("identifier") && !is("secret")).then_some(Severity::Low)),
        confidence: Confidence::parse(&node.text("confidence").to_ascii_lowercase()).filter(|said| *said < Confidence::Proved),
        references: node.texts("references"),
        matches: node.texts("examples"),
        misses: [node.texts("negative_examples"), node.texts("non_examples")].concat(),
        without,
        widened,
        validated: node.get("validation").is_some(),
        id,
    });
}
