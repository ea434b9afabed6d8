//! Hooks that become a rule of the repository's own: names that a file must have or must not have, and expressions.

use super::made::Made;
use super::scope::Scope;
use crate::model::{Check, Confidence, Pack, RuleInfo, Severity, Text};
use crate::rules::import::{Dialect, ForeignRule, Hook, Origin, SecretPart};
use crate::rules::{Kind, Rule, Shape};
use crate::scan::Carrier;

/// A rule that a hook became.
pub(super) struct Own {
    pub(super) rule: Rule,
    /// What it does otherwise.
    pub(super) differs: Vec<String>,
}

/// The rule that says what a hook says; none where it needs a program.
pub(super) fn rule(hook: &Hook, scope: &Scope, made: &mut Made) -> Option<Own> {
    if !scope.lost.is_empty() {
        return None;
    }
    match (&hook.origin, hook.language.as_deref()) {
        (Origin::Remote(address), _) if address.ends_with("/pre-commit-hooks") && hook.id == "name-tests-test" => {
            test_names(hook, scope, made)
        }
        (Origin::Local, Some("fail")) if !scope.only.is_empty() => Some(forbidden(hook, scope, made)),
        (Origin::Local, Some("pygrep")) => expression(hook, scope, made),
        _ => None,
    }
}

/// `name-tests-test`: what stands in a folder of tests is named as a test.
fn test_names(hook: &Hook, scope: &Scope, made: &mut Made) -> Option<Own> {
    let glob = match hook.args.as_slice() {
        [] => "**/*_test.py",
        [arg] => match arg.as_str() {
            "--pytest" => "**/*_test.py",
            "--pytest-test-first" => "**/test_*.py",
            "--django" | "--unittest" => "**/test*.py",
            _ => return None,
        },
        _ => return None,
    };
    let mut rule = draft(made.name("test-name"), "Test that is not named as one", "The runner of the tests passes it over.");
    rule.info.fix = Text::Owned(format!("Rename it, as `{glob}` says."));
    rule.paths = if scope.only.is_empty() { owned(["**/tests/**/*.py"]) } else { owned(scope.files()) };
    let usual = [glob, "**/__init__.py", "**/conftest.py"].map(str::to_owned);
    rule.except = owned(usual.iter().chain(&scope.without));
    Some(Own { rule, differs: vec!["a file that had its name before is let off".to_owned()] })
}

/// `language: fail`: a file of this name must not be there.
fn forbidden(hook: &Hook, scope: &Scope, made: &mut Made) -> Own {
    let said = one_line(hook.entry.as_deref().unwrap_or_default());
    let title = one_line(hook.name.as_deref().unwrap_or(&hook.id));
    let mut rule = draft(made.name(&hook.id), &title, if said.is_empty() { &title } else { &said });
    rule.paths = owned(scope.files());
    rule.except = owned(&scope.without);
    Own { rule, differs: vec!["a file that was there before is let off".to_owned()] }
}

/// `language: pygrep`: no line may match the expression.
fn expression(hook: &Hook, scope: &Scope, made: &mut Made) -> Option<Own> {
    let mut flags = String::from("m");
    for arg in &hook.args {
        match arg.as_str() {
            "-i" | "--ignore-case" => flags.push('i'),
            _ => return None,
        }
    }
    let title = one_line(hook.name.as_deref().unwrap_or(&hook.id));
    let foreign = ForeignRule {
        id: hook.id.clone(),
        line: hook.line,
        description: format!("{title}."),
        title,
        regex: format!("(?{flags}){}", hook.entry.as_deref()?),
        dialect: Dialect::Rust,
        secret: SecretPart::Whole,
        keywords: Vec::new(),
        entropy: 0.0,
        severity: Some(Severity::Medium),
        confidence: Some(Confidence::High),
        references: Vec::new(),
        matches: Vec::new(),
        misses: Vec::new(),
        without: Vec::new(),
        widened: false,
        validated: false,
    };
    let carried = Carrier::new(made.names.iter().cloned()).carry(&foreign, "pre-commit").ok()?;
    let [carried] = <[_; 1]>::try_from(carried).ok()?;
    let mut rule = carried.rule;
    rule.info.pack = Pack::Quality;
    rule.info.fix = Text::Borrowed("Write it without.");
    rule.paths = owned(scope.files());
    rule.except = owned(&scope.without);
    made.names.insert(rule.info.id.to_string());
    Some(Own { rule, differs: vec!["on lines that are new".to_owned()] })
}

fn draft(id: String, title: &str, why: &str) -> Rule {
    let info = RuleInfo {
        id: Text::Owned(id),
        pack: Pack::Quality,
        title: Text::Owned(title.to_owned()),
        severity: Severity::Medium,
        confidence: Confidence::High,
        why: Text::Owned(why.to_owned()),
        fix: Text::Borrowed("Rename the file, or leave it out of the commit."),
        rotate: Text::Borrowed(""),
        references: owned::<&str>([]),
    };
    Rule {
        info,
        keywords: owned::<&str>([]),
        kind: Kind::Check(Check::ForbiddenFile),
        paths: owned::<&str>([]),
        except: owned::<&str>([]),
        pattern: Text::Borrowed(""),
        near: owned::<&str>([]),
        keys: owned::<&str>([]),
        proof: None,
        companions: owned::<&str>([]),
        companion_lines: 0,
        leads: false,
        lengths: (0, usize::MAX),
        shape: Shape::Unknown,
        before: 0,
        after: 0,
        entropy: 0.0,
        score: 0,
        matches: owned::<&str>([]),
        misses: owned::<&str>([]),
    }
}

fn owned<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> std::borrow::Cow<'static, [Text]> {
    texts.into_iter().map(|text| Text::Owned(text.as_ref().to_owned())).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
