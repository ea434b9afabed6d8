//! Hooks that need a program: by a preset, by their own command, or by prek or pre-commit.

use super::known;
use super::scope::Scope;
use super::{Runner, Way};
use crate::rules::import::{Hook, Origin, list, quoted};

/// Arguments that make a program mend what it finds, and say nothing about what it finds.
const OF_FIXING: [&str; 8] =
    ["--fix", "--show-fixes", "--exit-non-zero-on-fix", "--unsafe-fixes", "--write", "-w", "--write-changes", "--force-exclude"];

/// How long prek or pre-commit may take.
const RUNNER_SECS: u32 = 600;

/// A `[[tool]]` table.
#[derive(Clone, Debug)]
pub(super) struct Tool {
    pub(super) way: Way,
    /// What it is, for people.
    pub(super) here: String,
    /// What it does otherwise.
    pub(super) differs: Vec<String>,
    /// Its rows, beside its name.
    rows: Vec<(&'static str, String)>,
}

impl Tool {
    /// Writes the table, under a comment.
    pub(super) fn write(&self, name: &str, comment: &str) -> String {
        let mut text = format!("# {}\n[[tool]]\nname = {}\n", comment.replace(char::is_control, " "), quoted(name));
        for (key, value) in &self.rows {
            text.push_str(&format!("{key} = {value}\n"));
        }
        text
    }
}

/// The program that does the work of a hook.
pub(super) fn of(hook: &Hook, scope: &Scope, runner: Runner, at_push: bool) -> Tool {
    let mut tool = preset(hook, scope).or_else(|| command(hook, scope)).unwrap_or_else(|| by_runner(hook, runner));
    if at_push {
        tool.rows.push(("on", list(&["push"])));
    } else if known::preset_of(hook).is_some() && tool.way == Way::Tool {
        // Some presets wait for a push; the hook did not.
        tool.rows.push(("on", list(&["commit", "push"])));
    }
    tool
}

fn preset(hook: &Hook, scope: &Scope) -> Option<Tool> {
    let preset = known::preset_of(hook)?;
    let is_plain = hook.args.iter().all(|arg| OF_FIXING.contains(&arg.as_str()));
    if !is_plain || !scope.lost.is_empty() {
        return None;
    }
    let mut differs = vec![format!("the `{preset}` that is installed runs, and on lines that are new")];
    if !hook.args.is_empty() {
        differs.push("it proposes what to mend".to_owned());
    }
    if hook.has_dependencies {
        differs.push("with what is installed beside it".to_owned());
    }
    let mut rows = vec![("preset", quoted(preset))];
    rows.extend(globs(scope));
    Some(Tool { way: Way::Tool, here: format!("tool by the preset `{preset}`"), differs, rows })
}

/// A local hook that runs what is there.
fn command(hook: &Hook, scope: &Scope) -> Option<Tool> {
    let installed = matches!(hook.language.as_deref(), Some("system" | "script" | "unsupported" | "unsupported_script"));
    if hook.origin != Origin::Local || !installed || hook.has_dependencies || !scope.lost.is_empty() {
        return None;
    }
    let mut words = split(hook.entry.as_deref()?)?;
    let is_script = matches!(hook.language.as_deref(), Some("script" | "unsupported_script"));
    if let Some(first) = words.first_mut().filter(|first| is_script && !first.starts_with(['/', '.'])) {
        *first = format!("./{first}");
    }
    words.extend(hook.args.iter().cloned());
    if !hook.without_files {
        words.push("{files}".to_owned());
    }
    let here = format!("tool `{}`", words.join(" "));
    let mut rows = of_command(&words);
    if words.first().is_some_and(|word| ["npm", "npx", "pnpm", "yarn", "bun"].contains(&word.as_str()) || word.contains("node_modules/")) {
        rows.push(("link", list(&["node_modules"])));
    }
    rows.extend(globs(scope));
    Some(Tool { way: Way::Tool, here, differs: Vec::new(), rows })
}

/// The hook by its id. What it looks at is known to the one who runs it.
fn by_runner(hook: &Hook, runner: Runner) -> Tool {
    let words: Vec<String> = [runner.name(), "run", hook.run_name(), "--files", "{files}"].map(str::to_owned).to_vec();
    let here = format!("tool `{} run {}`", runner.name(), hook.run_name());
    let mut rows = of_command(&words);
    // It may install the hook first.
    rows.push(("timeout_secs", RUNNER_SECS.to_string()));
    Tool { way: Way::Runner, here, differs: Vec::new(), rows }
}

fn of_command(words: &[String]) -> Vec<(&'static str, String)> {
    vec![("command", list(words)), ("parser", quoted("exit")), ("needs", quoted("project")), ("repository", "true".to_owned())]
}

fn globs(scope: &Scope) -> Vec<(&'static str, String)> {
    let lists = [("files", scope.files()), ("except", scope.without.clone())];
    lists.into_iter().filter(|(_, globs)| !globs.is_empty()).map(|(key, globs)| (key, list(&globs))).collect()
}

/// The words of a command as a POSIX shell parts them; none where one of its quotes does not end.
fn split(command: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut signs = command.chars();
    while let Some(sign) = signs.next() {
        match (sign, quote) {
            ('\'', Some('\'')) | ('"', Some('"')) => quote = None,
            ('\\', None) => word.get_or_insert_default().push(signs.next()?),
            ('\\', Some('"')) => match signs.next()? {
                escaped @ ('"' | '\\' | '$' | '`') => word.get_or_insert_default().push(escaped),
                other => word.get_or_insert_default().extend(['\\', other]),
            },
            (sign @ ('\'' | '"'), None) => {
                quote = Some(sign);
                word.get_or_insert_default();
            }
            (sign, None) if sign.is_whitespace() => words.extend(word.take()),
            (sign, _) => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    (quote.is_none() && !words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_command_is_parted_as_a_shell_parts_it() {
        for (command, words) in [
            ("a b  c", vec!["a", "b", "c"]),
            ("sh -c 'a \"b\" | c'", vec!["sh", "-c", "a \"b\" | c"]),
            (r#"a "b \" \$ \n" ''"#, vec!["a", r#"b " $ \n"#, ""]),
            (r"a\ b", vec!["a b"]),
        ] {
            assert_eq!(split(command).unwrap(), words, "{command}");
        }
        for broken in ["", "  ", "a 'b", "a \"b", "a \\"] {
            assert_eq!(split(broken), None, "{broken}");
        }
    }
}
