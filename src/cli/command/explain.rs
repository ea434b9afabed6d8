//! `stanch explain`.

use std::path::Path;

use bstr::ByteSlice as _;

use super::rules::describe;
use super::settings_here;
use crate::cli::args::Explain;
use crate::cli::error::Usage;
use crate::cli::session::local;
use crate::cli::term::Term;
use crate::config::{Change, Folders, Remembered, rule_set};
use crate::git::Repo;
use crate::model::{Decoded, Encoding, Fingerprint, Ground, Secret};
use crate::output::sanitize;

pub(in crate::cli) fn run(args: &Explain, term: &Term) -> anyhow::Result<u8> {
    let (repo, mut change) = settings_here(&Folders::default())?;
    let (mut id, mut path) = (args.what.clone(), Vec::new());
    if let Some(repo) = &repo
        && let Some(place) = local(repo).remembered().into_iter().find(|place| place.fingerprint.to_string().starts_with(&args.what))
    {
        term.line(&format!("{} was last found in {}", place.fingerprint, sanitize::text(&String::from_utf8_lossy(&place.path))))?;
        change = settings_here(&Folders::above([place.path.as_slice()]))?.1;
        let policy = &change.newest().policy;
        if policy.baseline.holds(place.fingerprint) {
            term.line("the baseline knows it")?;
        }
        if let Some(entry) = policy.allow.iter().find(|entry| entry.fingerprint == Some(place.fingerprint)) {
            term.line(&format!("an allow entry lets it pass: {}", sanitize::text(&entry.reason)))?;
        }
        ground(repo, &change, &place, term)?;
        (id, path) = (place.rule, place.path);
    } else if Fingerprint::parse(&args.what).is_some() {
        return Err(
            Usage::new(format!("no finding of the last scan has the fingerprint `{}`", args.what), "scan again, or name a rule").into()
        );
    }
    let (_, engine) = rule_set(&change);
    let tool = id.split('/').next().and_then(|name| change.newest().tools.iter().find(|tool| tool.name == name));
    if let (None, Some(tool)) = (engine.find(&id), tool) {
        term.line(&format!("{} is a rule of the tool `{}`, whose documents say more", sanitize::text(&id), tool.name))?;
        term.line(&format!("it runs  {}", sanitize::text(&tool.shown_command())))?;
        return Ok(0);
    }
    let rule = engine.find(&id);
    let rule = rule.ok_or_else(|| Usage::new(format!("there is no rule `{id}`"), "`stanch rules list` shows all ids"))?;
    term.line(&describe(rule))?;
    let threshold = change.newest().policy.lines_at(&path).0;
    let blocks = rule.info.severity >= threshold.severity && rule.info.confidence >= threshold.confidence;
    let verdict = if blocks { "blocks" } else { "warns" };
    let (severity, confidence) = (threshold.severity.name(), threshold.confidence.name());
    term.line(&format!("here it {verdict}: the line is severity {severity} and confidence {confidence}"))?;
    Ok(0)
}

/// Tells why a finding of the last scan is as sure as it is: it is looked for once more where it stood.
fn ground(repo: &Repo, change: &Change, place: &Remembered, term: &Term) -> anyhow::Result<()> {
    let bytes = match place.blob {
        Some(blob) => repo.read(blob).ok(),
        None => std::fs::read(repo.work_dir().unwrap_or(Path::new(".")).join(place.path.to_path_lossy())).ok(),
    };
    let Some(bytes) = bytes else { return Ok(()) };
    let (_, engine) = rule_set(change);
    let decoded = Decoded::new(&bytes, Encoding::of(&bytes));
    let key = change.accepted.key.clone().or_else(|| change.newest().key.clone()).unwrap_or_default();
    for (rule, found) in engine.scan(&place.path, &decoded.text)?.matches {
        let secret = found.decoded.clone().unwrap_or_else(|| Secret::new(found.secret.of(&decoded.text), 0));
        if Fingerprint::new(&key, &rule.info.id, &secret) == place.fingerprint {
            term.line(&format!("its confidence is {}, because", found.confidence.name()))?;
            for Ground { what, points } in &found.grounds {
                let points = if *points == 0 { String::new() } else { format!("{points:+}") };
                term.line(&format!("  {points:>4}  {what}"))?;
            }
            return Ok(());
        }
    }
    Ok(())
}
