//! `stanch baseline`.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use super::init::draw_key;
use super::settings_here;
use crate::cli::args::{Baseline as Args, BaselineCommand, Run};
use crate::cli::error::Usage;
use crate::cli::scanning::Scanning;
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::config::{self, Change, Folders, SETTINGS_FILE, Settings};
use crate::git::Repo;
use crate::model::{Finding, FingerprintKey, Reason, Verdict};
use crate::output::sanitize;
use crate::policy::{Baseline, BaselineEntry, Label};
use crate::scan::Told;
use crate::source::{self, WorkTree};

pub(in crate::cli) fn run(args: &Args, session: &Session, term: &Term) -> anyhow::Result<u8> {
    let repo = settings_here(&Folders::default())?.0;
    let repo = repo.ok_or_else(|| Usage::new("there is no repository here", "a baseline belongs to a repository"))?;
    let folders = Folders::above(whole_tree(&repo)?.names());
    let (_, change) = settings_here(&folders)?;
    match &args.command {
        BaselineCommand::Create => create(&repo, change.accepted, session, term),
        BaselineCommand::Update { add } => update(&repo, &change.accepted, *add, session, term),
        BaselineCommand::Audit => audit(&repo, &change.accepted, session, term),
    }
}

fn create(repo: &Repo, mut settings: Settings, session: &Session, term: &Term) -> anyhow::Result<u8> {
    if settings.policy.baseline.entries().next().is_some() {
        return Err(Usage::new(
            format!("there is a baseline already: {}", settings.baseline_file),
            "`stanch baseline update` keeps it true",
        )
        .into());
    }
    if settings.key.is_none() {
        let key = draw_key()?;
        let folder = repo.work_dir().ok_or_else(|| Usage::new("a bare repository has no work tree", "run this in a clone"))?;
        config::write_whole(&folder.join(SETTINGS_FILE), format!("key = \"{key}\"\n{}", settings.text).as_bytes())?;
        settings.key = Some(FingerprintKey::new(key.into_bytes()));
        term.line(&format!("drew a key for this repository's fingerprints: {SETTINGS_FILE}"))?;
    }
    let findings = findings(repo, &settings, session)?;
    let baseline: Baseline = findings.iter().map(|finding| entry(finding, Label::Unaudited)).collect();
    write(repo, &settings, &baseline)?;
    term.line(&format!(
        "{} entries in {}; walk through them with `stanch baseline audit`",
        baseline.entries().count(),
        settings.baseline_file
    ))?;
    Ok(0)
}

fn update(repo: &Repo, settings: &Settings, add: bool, session: &Session, term: &Term) -> anyhow::Result<u8> {
    let before = settings.policy.baseline.clone();
    let findings = findings(repo, settings, session)?;
    let there: BTreeSet<_> = findings.iter().map(|finding| finding.fingerprint).collect();
    let mut kept: Vec<BaselineEntry> = before.entries().filter(|entry| there.contains(&entry.fingerprint)).cloned().collect();
    let gone = before.entries().count() - kept.len();
    let mut come = 0;
    if add {
        let new = findings.iter().filter(|finding| !before.holds(finding.fingerprint)).map(|finding| entry(finding, Label::Unaudited));
        let new: BTreeSet<BaselineEntry> = new.collect();
        come = new.len();
        kept.extend(new);
    }
    write(repo, settings, &kept.into_iter().collect())?;
    term.line(&format!("{gone} entries taken out, {come} written down"))?;
    Ok(0)
}

fn audit(repo: &Repo, settings: &Settings, session: &Session, term: &Term) -> anyhow::Result<u8> {
    let findings = findings(repo, settings, session)?;
    let mut labelled = Vec::new();
    let mut lines = io::stdin().lock().lines();
    let mut stopped = false;
    for mut entry in settings.policy.baseline.entries().cloned() {
        if entry.label == Label::Unaudited && !stopped {
            let finding = findings.iter().find(|finding| finding.fingerprint == entry.fingerprint);
            term.line(&question(&entry, finding))?;
            if io::stdin().is_terminal() {
                term.out(b"[r]eal, [f]alse alarm, [s]kip, [q]uit? ")?;
                io::stdout().flush()?;
            }
            match lines.next().transpose()?.as_deref().map(str::trim) {
                Some("r" | "real") => entry.label = Label::Real,
                Some("f" | "false") => entry.label = Label::False,
                Some("q" | "quit") | None => stopped = true,
                Some(_) => {}
            }
        }
        labelled.push(entry);
    }
    let left = labelled.iter().filter(|entry| entry.label == Label::Unaudited).count();
    let real = labelled.iter().filter(|entry| entry.label == Label::Real).count();
    write(repo, settings, &labelled.into_iter().collect())?;
    term.line(&format!("{real} real, to be rotated and removed; {left} not looked at yet"))?;
    Ok(0)
}

fn question(entry: &BaselineEntry, finding: Option<&Finding>) -> String {
    let Some(finding) = finding else {
        return format!(
            "\n{}  {}  {}\n   not in the work tree any more",
            entry.fingerprint,
            entry.rule,
            sanitize::text(&entry.path.to_string())
        );
    };
    let place = format!("{}:{}:{}", sanitize::text(&finding.path.to_string()), finding.location.line, finding.location.column);
    format!("\n{}  {}  {place}\n   {}\n   why   {}", entry.fingerprint, entry.rule, sanitize::text(&finding.excerpt.text), finding.rule.why)
}

/// All that the work tree holds and nothing else than the baseline lets pass.
fn findings(repo: &Repo, settings: &Settings, session: &Session) -> anyhow::Result<Vec<Finding>> {
    let source = whole_tree(repo)?;
    let change = Change { accepted: settings.clone(), proposed: None };
    let run = Run::default();
    let report = Scanning { session, repo: Some(repo), change, run: &run, whole_tree: false, told: Told::default() }.report(&source)?;
    if !report.coverage.gaps.is_empty() {
        let what = format!("{} files could not be read, so the baseline would not be whole", report.coverage.gaps.len());
        return Err(Usage::new(what, "`stanch scan` names them").into());
    }
    let counts = |verdict: &Verdict| !matches!(verdict, Verdict::Allow(Reason::Entry(_) | Reason::Comment(_) | Reason::Old));
    Ok(report.judged.into_iter().filter(|judged| counts(&judged.verdict)).map(|judged| judged.finding).collect())
}

fn whole_tree(repo: &Repo) -> Result<WorkTree, source::Error> {
    WorkTree::new(Some(repo), &[repo.work_dir().map(std::path::PathBuf::from).unwrap_or_default()])
}

fn entry(finding: &Finding, label: Label) -> BaselineEntry {
    BaselineEntry { fingerprint: finding.fingerprint, rule: finding.rule.id.to_string(), label, path: finding.path.clone() }
}

fn write(repo: &Repo, settings: &Settings, baseline: &Baseline) -> anyhow::Result<()> {
    let folder = repo.work_dir().ok_or_else(|| Usage::new("a bare repository has no work tree", "run this in a clone"))?;
    config::write_whole(&folder.join(&settings.baseline_file), &baseline.to_text())?;
    Ok(())
}
