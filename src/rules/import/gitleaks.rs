//! gitleaks' settings, and betterleaks', which add expressions as filters.

use super::tree::Node;
use super::{Dialect, Foreign, ForeignAllow, ForeignPath, ForeignRule, SecretPart, rules_of};
use crate::rules::Fault;

/// Keys of the file that say nothing about what is found.
const SILENT: [&str; 5] = ["title", "description", "minVersion", "betterleaksMinVersion", "rules"];
/// Keys of a rule that are read.
const READ: [&str; 11] =
    ["id", "description", "regex", "path", "secretGroup", "entropy", "keywords", "tags", "allowlist", "allowlists", "skipReport"];

/// Reads the file.
pub(super) fn read(root: &Node) -> Result<Foreign, Fault> {
    let mut foreign = Foreign::default();
    for (key, node) in root.entries() {
        match key.as_str() {
            key if SILENT.contains(&key) => {}
            "extend" => read_extend(node, &mut foreign),
            "allowlist" | "allowlists" => {}
            "filter" | "prefilter" => foreign.lose(node.line, format!("`{key}`"), "an expression over all findings has no form here"),
            _ => foreign.lose(node.line, format!("`{key}`"), "this key is not known"),
        }
    }
    for list in allowlists(root) {
        let targets = list.texts("targetRules");
        let targets: Vec<Option<&str>> = if targets.is_empty() { vec![None] } else { targets.iter().map(|id| Some(id.as_str())).collect() };
        let lost = read_allowlist(list, &targets, &mut foreign);
        for (what, why) in lost {
            foreign.lose(list.line, format!("the allowlist's {what}"), why);
        }
    }
    for node in rules_of(root, "rules")? {
        read_rule(node, &mut foreign);
    }
    Ok(foreign)
}

fn read_extend(node: &Node, foreign: &mut Foreign) {
    for (key, value) in node.entries() {
        let why = match key.as_str() {
            "useDefault" if value.as_text() != Some("true") => continue,
            "useDefault" => "their own rules are not in this file; stanch's take their place, or import their file too",
            "path" | "url" => "another file is not followed: import it too",
            "disabledRules" => "they are ids of rules that are not in this file; `disable` names those of stanch",
            _ => "this key is not known",
        };
        foreign.lose(value.line, format!("`extend.{key}`"), why);
    }
}

fn allowlists(node: &Node) -> Vec<&Node> {
    let mut lists = node.tables("allowlist");
    lists.extend(node.tables("allowlists"));
    lists
}

/// Carries the paths of an allowlist. The answer is what of it stays behind, and why.
fn read_allowlist(list: &Node, targets: &[Option<&str>], foreign: &mut Foreign) -> Vec<(String, String)> {
    let holds = |key: &str| !list.texts(key).is_empty();
    let narrow = ["commits", "regexes", "stopwords"].into_iter().filter(|key| holds(key));
    let narrow: Vec<&str> = narrow.collect();
    let paths = list.texts("paths");
    let both = list.text("condition").eq_ignore_ascii_case("and") && !narrow.is_empty() && !paths.is_empty();
    if both {
        return vec![(format!("paths with {}", narrow.join(" and ")), "an entry cannot ask for both".to_owned())];
    }
    let said = list.text("description");
    for path in &paths {
        for target in targets {
            foreign.allows.push(ForeignAllow {
                line: list.line,
                rule: target.map(str::to_owned),
                path: ForeignPath::Regex(path.clone()),
                reason: if said.is_empty() { "allowed in gitleaks' settings".to_owned() } else { format!("gitleaks: {said}") },
            });
        }
    }
    narrow
        .into_iter()
        .map(|key| (key.to_owned(), "an entry names a path or a fingerprint, not an expression, a word or a commit".to_owned()))
        .collect()
}

fn read_rule(node: &Node, foreign: &mut Foreign) {
    let id = node.text("id").to_owned();
    if node.flag("skipReport") {
        return foreign.lose(node.line, format!("`{id}`"), "it is a part of other rules there and reports nothing itself (`skipReport`)");
    }
    if node.text("regex").is_empty() {
        let why = if node.get("path").is_some() { "it looks at paths alone" } else { "it has no `regex` of its own" };
        return foreign.lose(node.line, format!("`{id}`"), why);
    }
    let mut without = Vec::new();
    let mut widened = false;
    let mut narrowing = |without: &mut Vec<String>, what: &str| {
        without.push(what.to_owned());
        widened = true;
    };
    if node.get("path").is_some() {
        narrowing(&mut without, "its `path`");
    }
    for list in allowlists(node) {
        let lost = read_allowlist(list, &[Some(&id)], foreign);
        without.extend(lost.into_iter().map(|(what, _)| format!("its allowlist's {what}")));
    }
    let mut entropy = node.text("entropy").parse().unwrap_or(0.0);
    for (key, value) in node.entries() {
        match key.as_str() {
            key if READ.contains(&key) => {}
            "validate" => {}
            "filter" => {
                let (least, rest) = entropy_of(value.as_text().unwrap_or_default());
                entropy = least.unwrap_or(entropy);
                without.extend(rest.then(|| "what its `filter` asks besides entropy".to_owned()));
            }
            "required" => narrowing(&mut without, "the rules that it requires nearby"),
            key => without.push(format!("its `{key}`")),
        }
    }
    foreign.rules.push(ForeignRule {
        line: node.line,
        title: String::new(),
        description: node.text("description").to_owned(),
        regex: node.text("regex").to_owned(),
        dialect: Dialect::Go,
        secret: match node.text("secretGroup").parse() {
            Ok(0) | Err(_) => SecretPart::First,
            Ok(number) => SecretPart::Number(number),
        },
        keywords: node.texts("keywords"),
        entropy,
        severity: None,
        confidence: None,
        references: Vec::new(),
        matches: Vec::new(),
        misses: Vec::new(),
        without,
        widened,
        validated: node.get("validate").is_some(),
        id,
    });
}

/// The entropy that a filter asks of a secret (it throws away what is below), and whether it asks for more than that.
fn entropy_of(filter: &str) -> (Option<f32>, bool) {
    let mut least = None;
    let mut rest = false;
    for part in filter.split("||").map(str::trim) {
        let asked = part.strip_prefix("filter.").unwrap_or(part).strip_prefix("entropy(finding[\"secret\"])");
        let number = asked.and_then(|asked| asked.trim().strip_prefix('<')?.trim_start_matches('=').trim().parse().ok());
        match number {
            Some(number) if least.is_none() => least = Some(number),
            _ => rest = true,
        }
    }
    (least, rest)
}

#[cfg(test)]
mod tests {
    use super::entropy_of;

    #[test]
    fn the_entropy_of_a_filter_is_read_and_the_rest_is_noticed() {
        let asks = "entropy(finding[\"secret\"]) <= 3.5";
        assert_eq!(entropy_of(asks), (Some(3.5), false));
        assert_eq!(entropy_of(&format!("\n  {asks}\n || matchesAny(finding[\"secret\"], [`a`])")), (Some(3.5), true));
        assert_eq!(entropy_of("size(finding[\"secret\"]) < 9"), (None, true));
    }
}
