//! The settings that say what a file of pre-commit says: its hooks as rules and programs of ours, with what each does
//! otherwise. Text in, text out; nothing is run and nothing is written.

mod args;
mod asked;
mod kinds;
mod known;
mod made;
mod own;
mod scope;
mod tool;

use crate::rules::RULES;
use crate::rules::import::{Hook, Lost, Origin, PreCommit, write_rule};
use made::Made;
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
        if let Some(asked) = asked::of(hook, &mut self.made) {
            (row.way, row.here, row.differs) = (Way::Rules, asked.here, asked.differs);
            return row;
        }
        if known::is_of_messages(hook) || self.is_at(hook, is_message) {
            row.differs.push("it looks at the message of a commit, in a way that `[message]` may say".to_owned());
            return row;
        }
        self.carry(hook, &mut row);
        if row.way == Way::Rules && self.is_at(hook, |stage| !is_commit(stage)) {
            row.differs.push("it runs at a commit as well, not at a push alone".to_owned());
        }
        row.differs.extend(hook.unknown.iter().map(|key| format!("nothing here knows its key `{key}`")));
        row
    }

    /// Whether a hook runs at such stages alone.
    fn is_at(&self, hook: &Hook, known: fn(&str) -> bool) -> bool {
        let stages = hook.stages.as_ref().or(self.file.default_stages.as_ref());
        stages.is_some_and(|stages| stages.iter().all(|stage| known(stage)))
    }

    /// Why nothing is made of a hook, whatever it looks at.
    fn why_left(&self, hook: &Hook) -> Option<&'static str> {
        if hook.origin == Origin::Meta {
            return Some("it looks at pre-commit's own settings");
        }
        if known::is_removed(hook) {
            return Some("pre-commit-hooks has it no more");
        }
        if self.is_at(hook, |stage| stage == "manual") {
            return Some("it runs when somebody asks for it (`stages: [manual]`)");
        }
        let is_other = |stage: &str| !is_commit(stage) && !is_push(stage) && !is_message(stage);
        self.is_at(hook, is_other).then_some("it runs at another hook of git than those that stop a commit or push")
    }

    fn carry(&mut self, hook: &Hook, row: &mut Row) {
        if known::is_of_secrets(hook) {
            row.way = Way::Rules;
            "pack `secrets`".clone_into(&mut row.here);
            row.differs.push("its own rules and baseline come over by `stanch rules import`".to_owned());
            return;
        }
        let scope = Scope::of(self.file, hook);
        let is_of_named = known::is_of_named_files(hook);
        if is_of_named && hook.files.is_none() {
            row.differs.push("it looks at no file, unless its `files` names some".to_owned());
            return;
        }
        let is_native = |native: &&known::Native| native.rules.iter().all(|id| RULES.find(id).is_some());
        // What sorts a file that nobody named would break it.
        if let Some(native) = known::native_of(hook).filter(is_native).filter(|_| !is_of_named || scope.lost.is_empty()) {
            row.differs.extend([native.differs].into_iter().filter(|said| !said.is_empty()).map(str::to_owned));
            row.differs.extend(args::differs(hook));
            self.settings(hook, row);
            return self.native(native.rules, &scope, row);
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

    /// Writes what its arguments ask for. Of two hooks that ask for different things, the first is followed.
    fn settings(&mut self, hook: &Hook, row: &mut Row) {
        for (key, value) in args::settings(hook) {
            let known = self.made.quality.entry(key).or_insert_with(|| value.clone());
            if *known != value {
                row.differs.push(format!("`{key}` is {known}, as another hook asks"));
            }
        }
    }

    /// Switches rules on, where the hook looks.
    fn native(&mut self, rules: &[&str], scope: &Scope, row: &mut Row) {
        row.way = Way::Rules;
        if rules.is_empty() {
            "pack `secrets`".clone_into(&mut row.here);
            if *scope != Scope::default() {
                row.differs.push("in every file".to_owned());
            }
            return;
        }
        row.differs.extend(scope.lost.iter().cloned());
        for rule in rules {
            self.made.switch(rule, scope);
        }
        row.here = format!("{} `{}`", if rules.len() == 1 { "rule" } else { "rules" }, rules.join("`, `"));
    }

    fn tool(&mut self, hook: &Hook, scope: &Scope, row: &mut Row) {
        let tool = tool::of(hook, scope, self.runner, self.is_at(hook, |stage| !is_commit(stage)));
        (row.way, row.here) = (tool.way, tool.here.clone());
        row.differs.extend(tool.differs.iter().cloned());
        let name = self.made.name(hook.run_name());
        self.made.tools.push(tool.write(&name, &format!("From `{}` of {}", hook.id, self.name)));
    }
}

/// Whether a hook of this stage runs at a commit. The names without `pre-` are those of older versions.
fn is_commit(stage: &str) -> bool {
    matches!(stage, "pre-commit" | "commit" | "pre-merge-commit" | "merge-commit")
}

fn is_message(stage: &str) -> bool {
    matches!(stage, "commit-msg" | "prepare-commit-msg")
}

fn is_push(stage: &str) -> bool {
    matches!(stage, "pre-push" | "push")
}
