//! What the arguments of a native hook ask for, and what becomes of it here.

use crate::quality::LineEnd;
use crate::rules::import::{Hook, quoted};

/// Whether rules of ours do what a hook's arguments ask for, or tell what they do otherwise. Else its own program is to run.
pub(super) fn is_said(hook: &Hook) -> bool {
    match hook.id.as_str() {
        "check-builtin-literals" | "file-contents-sorter" | "sort-simple-yaml" => hook.args.is_empty(),
        "pretty-format-json" => pairs(&hook.args).iter().all(|(name, value)| match name.as_str() {
            "--autofix" | "--no-sort-keys" | "--no-ensure-ascii" => true,
            "--indent" => indent_of(value).is_some(),
            _ => false,
        }),
        _ => true,
    }
}

/// What of a hook's arguments our rules do otherwise, in sentences.
pub(super) fn differs(hook: &Hook) -> Vec<String> {
    let mut said = Vec::new();
    let all = pairs(&hook.args);
    for (name, value) in &all {
        match (hook.id.as_str(), name.as_str()) {
            ("check-added-large-files", "--maxkb") if value.parse::<u32>().is_ok() => {}
            ("check-added-large-files", "--enforce-all") => said.push("a file that was there as large before is let off".to_owned()),
            ("check-merge-conflict", "--assume-in-merge")
            | ("check-yaml", "-m" | "--multi" | "--allow-multiple-documents" | "--unsafe") => {}
            ("pretty-format-json", _) => {}
            ("mixed-line-ending", "-f" | "--fix") => {}
            ("trailing-whitespace", "--markdown-linebreak-ext") => {
                if value.split(',').any(|end| !["md", "markdown"].contains(&end.trim_start_matches('.'))) {
                    said.push(format!("two blanks behind text stay in Markdown alone, not in `{value}`"));
                }
            }
            (_, name) => said.push(format!("`{name}` has no form here")),
        }
    }
    said
}

/// The keys of `[quality]` that a hook's arguments ask for, or that say what it does without them.
pub(super) fn settings(hook: &Hook) -> Vec<(&'static str, String)> {
    let all = pairs(&hook.args);
    let value_of = |names: &[&str]| all.iter().rfind(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str());
    match hook.id.as_str() {
        "check-added-large-files" => {
            let most = value_of(&["--maxkb"]).and_then(|value| value.parse::<u32>().ok());
            most.map(|most| ("max_kb", most.to_string())).into_iter().collect()
        }
        "mixed-line-ending" => {
            let end = value_of(&["-f", "--fix"]).and_then(LineEnd::parse);
            end.map(|end| ("line_end", quoted(end.name()))).into_iter().collect()
        }
        "trailing-whitespace" if value_of(&["--markdown-linebreak-ext"]).is_none() => vec![("markdown_breaks", "false".to_owned())],
        "pretty-format-json" => {
            let indent = value_of(&["--indent"]).and_then(indent_of);
            indent.map(|indent| ("json_indent", indent.to_string())).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// So many blanks, as far as our rule can write them.
fn indent_of(value: &str) -> Option<u8> {
    value.parse::<u8>().ok().filter(|&indent| indent <= 8)
}

/// Options and their values, however they are written.
fn pairs(args: &[String]) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for arg in args {
        match (arg.strip_prefix('-'), arg.split_once('='), pairs.last_mut()) {
            (Some(_), Some((name, value)), _) => pairs.push((name.to_owned(), value.to_owned())),
            (Some(_), None, _) => pairs.push((arg.clone(), String::new())),
            (None, _, Some((_, value))) if value.is_empty() => value.clone_from(arg),
            (None, ..) => pairs.push((arg.clone(), String::new())),
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::import::read_pre_commit;

    fn hook(id: &str, args: &str) -> Hook {
        let text = format!("repos: [{{repo: 'https://github.com/pre-commit/pre-commit-hooks', hooks: [{{id: {id}, args: [{args}]}}]}}]");
        read_pre_commit("a", text.as_bytes()).unwrap().hooks.remove(0)
    }

    #[test]
    fn what_an_argument_asks_for_is_told_where_it_is_not_done() {
        for (id, args, said) in [
            ("check-added-large-files", "--maxkb=500", ""),
            ("check-added-large-files", "--maxkb, '128'", ""),
            ("check-yaml", "--unsafe, -m", ""),
            ("mixed-line-ending", "--fix=auto", ""),
            ("mixed-line-ending", "-f, lf", ""),
            ("trailing-whitespace", "--markdown-linebreak-ext=md", ""),
            ("trailing-whitespace", "'--markdown-linebreak-ext=*'", "two blanks behind text stay in Markdown alone, not in `*`"),
            ("trailing-whitespace", "", ""),
            ("check-json", "--odd", "`--odd` has no form here"),
        ] {
            assert_eq!(differs(&hook(id, args)).join("; "), said, "{id} {args}");
        }
    }
    #[test]
    fn what_an_argument_asks_for_is_a_setting() {
        for (id, args, said) in [
            ("check-added-large-files", "", ""),
            ("check-added-large-files", "--maxkb, '128'", "max_kb = 128"),
            ("check-added-large-files", "--maxkb=x", ""),
            ("mixed-line-ending", "--fix=auto", ""),
            ("mixed-line-ending", "-f, crlf", "line_end = \"crlf\""),
            ("trailing-whitespace", "--markdown-linebreak-ext=md", ""),
            ("trailing-whitespace", "", "markdown_breaks = false"),
            ("pretty-format-json", "--indent, '4', --autofix", "json_indent = 4"),
            ("check-json", "", ""),
        ] {
            let keys: Vec<String> = settings(&hook(id, args)).into_iter().map(|(key, value)| format!("{key} = {value}")).collect();
            assert_eq!(keys.join("; "), said, "{id} {args}");
        }
        assert!(is_said(&hook("pretty-format-json", "--indent=4")) && !is_said(&hook("pretty-format-json", "--indent=a")));
        assert!(!is_said(&hook("pretty-format-json", "--top-keys=a")) && !is_said(&hook("check-builtin-literals", "--ignore=a")));
    }
}
