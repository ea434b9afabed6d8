//! What the settings will say, and how it is written.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use crate::rules::RULES;
use crate::rules::import::{list, quoted};

/// What the settings will say.
#[derive(Debug, Default)]
pub(super) struct Made {
    enable: BTreeSet<String>,
    /// Globs, and the rules that run there alone.
    only: BTreeMap<String, BTreeSet<String>>,
    /// Globs, and the rules that do not run there.
    without: BTreeMap<String, BTreeSet<String>>,
    /// Branches to which nobody commits.
    pub(super) protected: BTreeSet<String>,
    /// Types of messages.
    pub(super) types: Vec<String>,
    /// Keys of `[quality]` with what they say.
    pub(super) quality: BTreeMap<&'static str, String>,
    pub(super) rules: Vec<String>,
    pub(super) tools: Vec<String>,
    /// Names of rules and tools that are in use.
    pub(super) names: BTreeSet<String>,
}

impl Made {
    /// Switches a rule on, in these files.
    pub(super) fn switch(&mut self, rule: &str, scope: &Scope) {
        if scope.only.is_empty() {
            self.enable.insert(rule.to_owned());
        }
        for (globs, rules) in [(&scope.only, &mut self.only), (&scope.without, &mut self.without)] {
            for glob in globs {
                rules.entry(glob.clone()).or_default().insert(rule.to_owned());
            }
        }
    }

    /// A name that is free, and is taken from now on.
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let parts: Vec<String> =
            wanted.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect();
        let base = if parts.is_empty() { "hook".to_owned() } else { parts.join("-") };
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let is_free = |name: &String| RULES.find(name).is_none() && !self.names.contains(name);
        let name = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base);
        self.names.insert(name.clone());
        name
    }

    /// The settings, behind `key` and `packs`.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if !self.enable.is_empty() {
            text.push_str(&format!("\n# The rules that do the work of hooks.\nenable = {}\n", strings(&self.enable)));
        }
        text.push_str(
            "\n# A hook that fails stops a commit, so what is sure blocks however little harm it does.\n[block]\nseverity = \"low\"\n",
        );
        if !self.quality.is_empty() {
            text.push_str("\n[quality]\n");
            self.quality.iter().for_each(|(key, value)| text.push_str(&format!("{key} = {value}\n")));
        }
        if !self.types.is_empty() {
            text.push_str(&format!("\n[message]\ntypes = {}\n", list(&self.types)));
        }
        if !self.protected.is_empty() {
            text.push_str(&format!("\n[branch]\nprotected = {}\nrefuse = [\"commit\"]\n", strings(&self.protected)));
        }
        for (glob, rules) in grouped(&self.only) {
            text.push_str(&format!(
                "\n# Where hooks look, and nowhere else.\n[[path]]\nglob = {}\nenable = {}\n",
                quoted(&glob),
                strings(&rules)
            ));
        }
        for (glob, rules) in grouped(&self.without) {
            text.push_str(&format!("\n# What hooks pass over.\n[[path]]\nglob = {}\ndisable = {}\n", quoted(&glob), strings(&rules)));
        }
        for table in self.rules.iter().chain(&self.tools) {
            text.push_str(&format!("\n{table}"));
        }
        text
    }
}

fn strings(texts: &BTreeSet<String>) -> String {
    list(&texts.iter().collect::<Vec<_>>())
}

/// Globs with the same rules as one glob.
fn grouped(rules: &BTreeMap<String, BTreeSet<String>>) -> Vec<(String, BTreeSet<String>)> {
    let mut groups: BTreeMap<&BTreeSet<String>, Vec<&str>> = BTreeMap::new();
    for (glob, rules) in rules {
        groups.entry(rules).or_default().push(glob);
    }
    let one = |globs: Vec<&str>| if let [glob] = globs.as_slice() { (*glob).to_owned() } else { format!("{{{}}}", globs.join(",")) };
    groups.into_iter().map(|(rules, globs)| (one(globs), rules.clone())).collect()
}
