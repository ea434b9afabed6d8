//! Settings to a plan.

use std::borrow::Cow;
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::Offset;
use sha2::{Digest, Sha256};

use super::{Change, Error, Local, Settings};
use crate::model::{Hex, RuleSet};
use crate::policy::Judge;
use crate::rules::{BUILTIN_DIGEST, Rule};
use crate::scan::{Engine, Limits, Plan, Selection, Told};
use crate::tools::Tools;

/// What a push option begins with that names an allow entry.
const PUSH_OPTION: &str = "stanch.allow=";

/// Makes the plan of a run that began at `started`. A rule runs when any version of the settings wants it; the
/// digest of what runs must be `expected`, if one is.
///
/// # Errors
/// If another set of rules would run than was expected.
pub fn plan(
    change: Change,
    local: Option<&Local>,
    push_options: &[String],
    expected: Option<&str>,
    started: Instant,
) -> Result<Plan, Error> {
    let (rules, engine) = rule_set(&change);
    if let Some(expected) = expected
        && rules.digest != expected
    {
        return Err(Error::Digest { found: rules.digest });
    }
    let newest = change.newest();
    // A change may not keep its own archives shut; any other limit only makes a run incomplete.
    let archives = newest.archives.or(change.accepted.archives);
    let limits = Limits { archives, threads: newest.threads, deadline: newest.deadline };
    let key = change.accepted.key.clone().or_else(|| newest.key.clone()).unwrap_or_default();
    let wishes = std::iter::once(&change.accepted).chain(&change.proposed).map(|settings| settings.wishes.clone()).collect();
    let wants = change.proposed.as_ref().map_or(change.accepted.wants, |proposed| change.accepted.wants.and(proposed.wants));
    let judge = Judge {
        // Only where a change brings settings of its own does it matter what this machine accepted.
        accepted_here: change.proposed.as_ref().and(local).map(Local::accepted).unwrap_or_default(),
        named: push_options.iter().filter_map(|option| option.strip_prefix(PUSH_OPTION)).map(str::to_owned).collect(),
        today: Offset::UTC.to_datetime(Timestamp::now()).date(),
        accepted: change.accepted.policy,
        proposed: change.proposed.map(|settings| settings.policy),
    };
    let (tools, told) = (Tools::default(), Told::default());
    Ok(Plan { engine, judge, key, wishes, wants, told, tools, rules, limits, whole_tree: false, started })
}

/// The rules that run under these settings, and their name.
pub fn rule_set(change: &Change) -> (RuleSet, Engine) {
    let versions: Vec<&Settings> = std::iter::once(&change.accepted).chain(&change.proposed).collect();
    let has = |ids: &[String], id: &str| ids.iter().any(|known| known == id);
    let is_off_in =
        |settings: &Settings, id: &str| has(&settings.choice.disable, id) && !settings.parts.iter().any(|(_, turn)| has(&turn.enable, id));
    let is_off = |id: &str| versions.iter().all(|settings| is_off_in(settings, id));
    let mut own: Vec<Cow<'static, Rule>> = Vec::new();
    for rule in versions.iter().flat_map(|settings| &settings.rules) {
        if !is_off(&rule.info.id) && !own.iter().any(|known| known.as_ref() == rule) {
            own.push(Cow::Owned(rule.clone()));
        }
    }
    let selections: Vec<Selection<'_>> =
        versions.iter().map(|settings| Selection { choice: &settings.choice, parts: &settings.parts, own: &settings.rules }).collect();
    let engine = Engine::of_versions(&selections, own);
    let mut digest = Sha256::new();
    for part in [env!("CARGO_PKG_VERSION"), BUILTIN_DIGEST].into_iter().chain(versions.iter().map(|settings| settings.text.as_str())) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    // Of the files of folders only what a change touches: which others are read depends on what it touches beside them.
    let is_changed = |file: &&(String, String)| !versions.iter().all(|settings| settings.below.contains(file));
    for (folder, text) in versions.iter().flat_map(|settings| &settings.below).filter(is_changed) {
        digest.update((folder.len() as u64).to_be_bytes());
        digest.update(folder);
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text);
    }
    let digest = Hex(&digest.finalize()).to_string();
    (RuleSet { count: engine.count(), digest }, engine)
}
