//! The settings that say what a file of pre-commit says: its hooks as rules and programs of ours, with what each does
//! otherwise. Text in, text out; nothing is run and nothing is written.

mod args;
mod kinds;
mod known;
mod own;
mod scope;
mod tool;

use std::collections::BTreeSet;

use crate::model::Text;
use crate::rules::import::{Hook, Lost, Origin, PreCommit, list, write_allow, write_rule};
use crate::rules::{RULES, Rule};
use scope::Scope;

/// A program that runs hooks of pre-commit by their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runner {
    /// prek.
    Prek,
    /// pre-commit.
    PreCommit,
}

impl Runner {
    /// Both, the quicker one first.
    pub const ALL: [Self; 2] = [Self::Prek, Self::PreCommit];

    /// The name of the program.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prek => "prek",
            Self::PreCommit => "pre-commit",
        }
    }
}

/// By what a hook's work is done here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Rules of ours.
    Rules,
    /// A program that stanch starts.
    Tool,
    /// prek or pre-commit, which stanch starts.
    Runner,
    /// Nothing.
    Left,
}

/// A hook and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id there.
    pub hook: String,
    /// By what its work is done here.
    pub way: Way,
    /// What that is, for people.
    pub here: String,
    /// What is done otherwise, or why nothing is done.
    pub differs: Vec<String>,
}

/// What a file of pre-commit became.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// Settings that go behind `key` and `packs`.
    pub text: String,
    /// Each hook, in the order of the file.
    pub rows: Vec<Row>,
    /// What of the file as a whole is otherwise here.
    pub lost: Vec<Lost>,
}

/// Makes settings of a file of pre-commit, which the user knows as `name`. Hooks that have no form here are run by
/// `runner`.
pub fn convert(name: &str, file: &PreCommit, runner: Runner) -> Converted {
    let mut converter = Converter { name, file, runner, made: Made::default() };
    let rows = file.hooks.iter().map(|hook| converter.hook(hook)).collect();
    let mut lost = file.lost.clone();
    let mut lose = |what: &str, why: &str| lost.push(Lost { line: 0, what: what.to_owned(), why: why.to_owned() });
    if file.fail_fast {
        lose("`fail_fast`", "all that is found is told in one run");
    }
    if file.exclude.is_some() {
        lose("`exclude` of the file", "it holds for the rules and programs named here; secrets are looked for in every file");
    }
    Converted { text: converter.made.text(), rows, lost }
}

/// What the settings will say.
#[derive(Debug, Default)]
struct Made {
    enable: BTreeSet<String>,
    allows: BTreeSet<String>,
    rules: Vec<String>,
    tools: Vec<String>,
    /// Names of rules and tools that are in use.
    names: BTreeSet<String>,
}

impl Made {
    /// A name that is free, and is taken from now on.
    fn name(&mut self, wanted: &str) -> String {
        let parts: Vec<String> =
            wanted.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect();
        let base = if parts.is_empty() { "hook".to_owned() } else { parts.join("-") };
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let is_free = |name: &String| RULES.find(name).is_none() && !self.names.contains(name);
        let name = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base);
        self.names.insert(name.clone());
        name
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if !self.enable.is_empty() {
            let ids: Vec<&String> = self.enable.iter().collect();
            text.push_str(&format!("\n# The rules that do the work of hooks.\nenable = {}\n", list(&ids)));
        }
        text.push_str(
            "\n# A hook that fails stops a commit, so what is sure blocks however little harm it does.\n[block]\nseverity = \"low\"\n",
        );
        for table in self.allows.iter().chain(&self.rules).chain(&self.tools) {
            text.push_str(&format!("\n{table}"));
        }
        text
    }
}

/// A file that is being made into settings.
#[derive(Debug)]
struct Converter<'f> {
    name: &'f str,
    file: &'f PreCommit,
    runner: Runner,
    made: Made,
}

impl Converter<'_> {
    fn hook(&mut self, hook: &Hook) -> Row {
        let mut row = Row { hook: hook.id.clone(), way: Way::Left, here: "-".to_owned(), differs: Vec::new() };
        if let Some(why) = self.why_left(hook) {
            row.differs.push(why.to_owned());
            return row;
        }
        self.carry(hook, &mut row);
        if let Some(stages) = hook.stages.as_ref().or(self.file.default_stages.as_ref()) {
            let at_commit = stages.iter().any(|stage| is_commit(stage));
            if !at_commit && row.way != Way::Left {
                row.differs.push("it runs at a commit as well, not at a push alone".to_owned());
            }
        }
        row.differs.extend(hook.unknown.iter().map(|key| format!("nothing here knows its key `{key}`")));
        row
    }

    /// Why nothing is made of a hook.
    fn why_left(&self, hook: &Hook) -> Option<&'static str> {
        let stages = hook.stages.as_ref().or(self.file.default_stages.as_ref());
        let is = |known: fn(&str) -> bool| stages.is_some_and(|stages| stages.iter().all(|stage| known(stage)));
        if hook.origin == Origin::Meta {
            return Some("it looks at pre-commit's own settings");
        }
        if known::is_removed(hook) {
            return Some("pre-commit-hooks has it no more");
        }
        if known::is_of_messages(hook) || is(|stage| matches!(stage, "commit-msg" | "prepare-commit-msg")) {
            return Some("it looks at the message of a commit: see `[message]` in the reference");
        }
        if is(|stage| stage == "manual") {
            return Some("it runs when somebody asks for it (`stages: [manual]`)");
        }
        if is(|stage| !is_commit(stage) && !is_push(stage)) {
            return Some("it runs at another hook of git than those that stop a commit or push");
        }
        None
    }

    fn carry(&mut self, hook: &Hook, row: &mut Row) {
        if known::is_of_secrets(hook) {
            row.way = Way::Rules;
            row.here = "pack `secrets`".to_owned();
            row.differs.push("its own rules and baseline come over by `stanch rules import`".to_owned());
            return;
        }
        let scope = Scope::of(self.file, hook);
        if let Some(native) = known::native_of(hook) {
            let rules: Vec<&Rule> = native.rules.iter().filter_map(|id| RULES.get(RULES.find(id)?)).collect();
            if rules.len() == native.rules.len() {
                row.differs.extend([native.differs].into_iter().filter(|said| !said.is_empty()).map(str::to_owned));
                row.differs.extend(args::differs(hook));
                return self.native(hook, &rules, &scope, row);
            }
        }
        if let Some(rule) = own::rule(hook, &scope, &mut self.made) {
            row.way = Way::Rules;
            row.here = format!("rule of its own `{}`", rule.rule.info.id);
            row.differs.extend(rule.differs);
            self.made.rules.push(write_rule(&rule.rule, &format!("From `{}` of {}", hook.id, self.name)));
            return;
        }
        self.tool(hook, &scope, row);
    }

    /// Switches rules on, and lets pass what the hook passes over.
    fn native(&mut self, hook: &Hook, rules: &[&Rule], scope: &Scope, row: &mut Row) {
        row.way = Way::Rules;
        if rules.is_empty() {
            row.here = "pack `secrets`".to_owned();
            if *scope != Scope::default() {
                row.differs.push("in every file".to_owned());
            }
            return;
        }
        row.differs.extend(scope.lost.iter().cloned());
        let mut names = Vec::new();
        for rule in rules {
            let id = rule.info.id.to_string();
            let paths: Vec<String> = rule.paths.iter().map(Text::to_string).collect();
            let narrowed = if scope.only.is_empty() { None } else { scope::meet(&paths, &scope.only) };
            if let Some(paths) = narrowed.filter(|narrowed| *narrowed != paths) {
                let copy = self.narrowed(rule, paths, scope);
                names.push(copy.info.id.to_string());
                self.made.rules.push(write_rule(&copy, &format!("`{id}` where `{}` of {} looks", hook.id, self.name)));
                continue;
            }
            if !scope.only.is_empty() && scope::meet(&paths, &scope.only).is_none() {
                row.differs.push(format!("`{id}` looks at all files of its kind"));
            }
            if !scope.without.is_empty() {
                let glob = one_glob(&scope.without);
                self.made.allows.insert(write_allow(Some(&id), &glob, &format!("`{}` of {} excludes it", hook.id, self.name)));
            }
            self.made.enable.insert(id.clone());
            names.push(id);
        }
        row.here = format!("{} `{}`", if names.len() == 1 { "rule" } else { "rules" }, names.join("`, `"));
    }

    /// A rule of ours that looks at fewer files.
    fn narrowed(&mut self, rule: &Rule, paths: Vec<String>, scope: &Scope) -> Rule {
        let except = rule.except.iter().map(Text::to_string).chain(scope.without.iter().cloned());
        let mut copy = rule.clone();
        copy.except = except.map(Text::Owned).collect();
        copy.paths = paths.into_iter().map(Text::Owned).collect();
        copy.info.id = Text::Owned(self.made.name(&format!("pre-commit-{}", rule.info.id)));
        copy
    }

    fn tool(&mut self, hook: &Hook, scope: &Scope, row: &mut Row) {
        let tool = tool::of(hook, scope, self.runner);
        (row.way, row.here) = (tool.way, tool.here.clone());
        row.differs.extend(tool.differs.iter().cloned());
        if !super::KEYS.iter().any(|key| key.name.starts_with("tool[]")) {
            row.way = Way::Left;
            row.differs.insert(0, "no program is started yet".to_owned());
            return;
        }
        let name = self.made.name(hook.run_name());
        self.made.tools.push(tool.write(&name, &format!("From `{}` of {}", hook.id, self.name)));
    }
}

/// One glob that names what any of these names.
fn one_glob(globs: &[String]) -> String {
    match globs {
        [glob] => glob.clone(),
        globs => format!("{{{}}}", globs.join(",")),
    }
}

/// Whether a hook of this stage runs at a commit. The names without `pre-` are those of older versions.
fn is_commit(stage: &str) -> bool {
    matches!(stage, "pre-commit" | "commit" | "pre-merge-commit" | "merge-commit")
}

fn is_push(stage: &str) -> bool {
    matches!(stage, "pre-push" | "push")
}
