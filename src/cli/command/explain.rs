//! `stanch explain`.

use super::rules::describe;
use super::settings_here;
use crate::cli::args::Explain;
use crate::cli::error::Usage;
use crate::cli::session::local;
use crate::cli::term::Term;
use crate::config::rule_set;
use crate::model::Fingerprint;
use crate::output::sanitize;

pub(in crate::cli) fn run(args: &Explain, term: &Term) -> anyhow::Result<u8> {
    let (repo, change) = settings_here()?;
    let (_, engine) = rule_set(&change);
    let mut id = args.what.clone();
    if let Some(repo) = &repo
        && let Some(place) = local(repo).remembered().into_iter().find(|place| place.fingerprint.to_string().starts_with(&args.what))
    {
        term.line(&format!("{} was last found in {}", place.fingerprint, sanitize::text(&String::from_utf8_lossy(&place.path))))?;
        let policy = &change.newest().policy;
        if policy.baseline.holds(place.fingerprint) {
            term.line("the baseline knows it")?;
        }
        if let Some(entry) = policy.allow.iter().find(|entry| entry.fingerprint == Some(place.fingerprint)) {
            term.line(&format!("an allow entry lets it pass: {}", sanitize::text(&entry.reason)))?;
        }
        id = place.rule;
    } else if Fingerprint::parse(&args.what).is_some() {
        return Err(
            Usage::new(format!("no finding of the last scan has the fingerprint `{}`", args.what), "scan again, or name a rule").into()
        );
    }
    let rule = engine.rules().find(|rule| rule.info.id == id.as_str());
    let rule = rule.ok_or_else(|| Usage::new(format!("there is no rule `{id}`"), "`stanch rules list` shows all ids"))?;
    term.line(&describe(rule))?;
    let threshold = change.newest().policy.block;
    let blocks = rule.info.severity >= threshold.severity && rule.info.confidence >= threshold.confidence;
    let verdict = if blocks { "blocks" } else { "warns" };
    let (severity, confidence) = (threshold.severity.name(), threshold.confidence.name());
    term.line(&format!("here it {verdict}: the line is severity {severity} and confidence {confidence}"))?;
    Ok(0)
}
