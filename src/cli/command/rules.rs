//! `stanch rules`.

use super::settings_here;
use crate::cli::args::{Rules, RulesCommand};
use crate::cli::error::Usage;
use crate::cli::term::Term;
use crate::config::{Folders, rule_set};
use crate::model::Proof;
use crate::rules::{Kind, Rule};
use crate::scan::prove;

pub(in crate::cli) fn run(args: &Rules, term: &Term) -> anyhow::Result<u8> {
    let (set, engine) = rule_set(&settings_here(&Folders::default())?.1);
    match &args.command {
        RulesCommand::Import(args) => super::import::run(args, term),
        RulesCommand::List => {
            for rule in engine.rules() {
                let info = &rule.info;
                term.line(&format!("{:<44} {:<9} {:<7} {}", info.id, info.severity.name(), info.confidence.name(), info.title))?;
            }
            term.say(&format!("{} rules, digest {}", set.count, set.digest))?;
            Ok(0)
        }
        RulesCommand::Show { rule } => {
            let rule = engine.find(rule).ok_or_else(|| unknown(rule))?;
            term.line(&describe(rule))?;
            Ok(0)
        }
        RulesCommand::Test { rules } => {
            if let Some(missing) = rules.iter().find(|id| engine.find(id).is_none()) {
                return Err(unknown(missing).into());
            }
            let wanted = |rule: &&Rule| rules.is_empty() || rules.iter().any(|id| rule.info.id == id.as_str());
            let (mut proved, mut failed) = (0, 0);
            for rule in engine.rules().filter(wanted) {
                let faults = prove(rule);
                for fault in &faults {
                    term.line(&format!("{}: {fault}", rule.info.id))?;
                }
                if faults.is_empty() {
                    proved += 1;
                } else {
                    failed += 1;
                }
            }
            term.line(&format!("{proved} rules proved, {failed} failed"))?;
            Ok(u8::from(failed > 0))
        }
    }
}

/// A rule, whole, for people.
pub(in crate::cli) fn describe(rule: &Rule) -> String {
    let info = &rule.info;
    let mut text = format!("{}: {}\n", info.id, info.title);
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("  {name:<11} {value}\n"));
        }
    };
    row("severity", info.severity.name());
    row("confidence", info.confidence.name());
    row("why", &info.why);
    row("mend", &info.fix);
    row("rotate", &info.rotate);
    row("keywords", &rule.keywords.join(", "));
    row("near", &rule.near.join(", "));
    row("keys", &rule.keys.join(", "));
    match rule.kind {
        Kind::Pattern => row("pattern", &rule.pattern),
        Kind::Value => row("value", &rule.pattern),
        Kind::Check(check) => row("check", check.name()),
        Kind::Tree(languages) => {
            row("language", &languages.names().replace(',', ", "));
            row("query", &rule.pattern.trim().replace('\n', "\n              "));
        }
    }
    row("proof", rule.proof.map_or("", Proof::name));
    row("companions", &rule.companions.join(", "));
    if rule.score > 0 {
        row("score", &format!("at least {} of 100", rule.score));
    }
    if rule.entropy > 0.0 {
        row("entropy", &format!("at least {} bits per byte", rule.entropy));
    }
    info.references.iter().for_each(|page| row("see", page));
    rule.matches.iter().for_each(|example| row("finds", &example.replace('\n', "\n              ")));
    rule.misses.iter().for_each(|example| row("spares", &example.replace('\n', "\n              ")));
    text.truncate(text.trim_end().len());
    text
}

fn unknown(id: &str) -> Usage {
    Usage::new(format!("there is no rule `{id}`"), "`stanch rules list` shows all ids")
}
