//! What the arguments of a native hook ask for, and what becomes of it here.

use crate::rules::import::Hook;

/// Kilobytes that `check-added-large-files` allows unless it is told otherwise, and our rule too.
const USUAL_KB: &str = "500";

/// Whether rules of ours do what a hook's arguments ask for, or tell what they do otherwise. Else its own program is to run.
pub(super) fn is_said(hook: &Hook) -> bool {
    match hook.id.as_str() {
        "check-builtin-literals" | "file-contents-sorter" | "sort-simple-yaml" => hook.args.is_empty(),
        "pretty-format-json" => pairs(&hook.args).iter().all(|(name, value)| match name.as_str() {
            "--autofix" | "--no-sort-keys" | "--no-ensure-ascii" => true,
            "--indent" => value == "2",
            _ => false,
        }),
        _ => true,
    }
}

/// What of a hook's arguments our rules do otherwise, in sentences.
pub(super) fn differs(hook: &Hook) -> Vec<String> {
    let mut said = Vec::new();
    let all = pairs(&hook.args);
    let mut breaks = false;
    for (name, value) in &all {
        match (hook.id.as_str(), name.as_str()) {
            ("check-added-large-files", "--maxkb") if value == USUAL_KB => {}
            ("check-added-large-files", "--maxkb") => said.push(format!("files may have {USUAL_KB} kB here, not {value}")),
            ("check-added-large-files", "--enforce-all") => said.push("a file that was there as large before is let off".to_owned()),
            ("check-merge-conflict", "--assume-in-merge")
            | ("check-yaml", "-m" | "--multi" | "--allow-multiple-documents" | "--unsafe") => {}
            ("pretty-format-json", _) => {}
            ("mixed-line-ending", "-f" | "--fix") if value == "auto" || value == "no" => {}
            ("mixed-line-ending", "-f" | "--fix") => {
                said.push(format!("a file with one kind of line end passes, {} or not", value.to_ascii_uppercase()));
            }
            ("trailing-whitespace", "--markdown-linebreak-ext") => {
                breaks = true;
                if value.split(',').any(|end| !["md", "markdown"].contains(&end.trim_start_matches('.'))) {
                    said.push(format!("two blanks behind text stay in Markdown alone, not in `{value}`"));
                }
            }
            (_, name) => said.push(format!("`{name}` has no form here")),
        }
    }
    if hook.id == "trailing-whitespace" && !breaks {
        said.push("two blanks behind text stay in Markdown: they break the line".to_owned());
    }
    said
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

    fn told(id: &str, args: &str) -> String {
        let text = format!("repos: [{{repo: 'https://github.com/pre-commit/pre-commit-hooks', hooks: [{{id: {id}, args: [{args}]}}]}}]");
        differs(&read_pre_commit("a", text.as_bytes()).unwrap().hooks[0]).join("; ")
    }

    #[test]
    fn what_an_argument_asks_for_is_told_where_it_is_not_done() {
        for (id, args, said) in [
            ("check-added-large-files", "--maxkb=500", ""),
            ("check-added-large-files", "--maxkb, '128'", "files may have 500 kB here, not 128"),
            ("check-yaml", "--unsafe, -m", ""),
            ("mixed-line-ending", "--fix=auto", ""),
            ("mixed-line-ending", "-f, lf", "a file with one kind of line end passes, LF or not"),
            ("trailing-whitespace", "--markdown-linebreak-ext=md", ""),
            ("trailing-whitespace", "'--markdown-linebreak-ext=*'", "two blanks behind text stay in Markdown alone, not in `*`"),
            ("trailing-whitespace", "", "two blanks behind text stay in Markdown: they break the line"),
            ("check-json", "--odd", "`--odd` has no form here"),
        ] {
            assert_eq!(told(id, args), said, "{id} {args}");
        }
    }
}
