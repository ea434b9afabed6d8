//! `stanch vulns`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bstr::ByteSlice as _;
use serde::Serialize;

use super::db::{folder, today};
use crate::cli::args::{Form, Vulns};
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::model::Outcome;
use crate::output::sanitize;
use crate::source::WorkTree;
use crate::supply::osv::packages::{Found, is_read, read_sbom};
use crate::supply::osv::{Chance, Check, Database, Finding, Gap, Report, Status, check};

/// The version of the JSON form.
const VERSION: u32 = 1;

pub(in crate::cli) fn run(args: &Vulns, session: &Session, term: &Term) -> anyhow::Result<u8> {
    let found = if args.sbom.is_empty() { from_files(&args.paths)? } else { from_sboms(&args.sbom)? };
    let database = Database::open(&folder(&args.place, session)?)?;
    let how = Check { today: today(), max_age_days: args.max_age_days.into() };
    let report = check(database.as_ref(), found, how)?;
    match args.output {
        Form::Json => term.line(&serde_json::to_string_pretty(&Document::new(&report))?)?,
        Form::Human => human(&report, term)?,
    }
    Ok(report.outcome().exit_code())
}

fn from_sboms(paths: &[PathBuf]) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for path in paths {
        let Found { packages, gaps, files } = read_sbom(&shown(path), &read(path)?);
        found.packages.extend(packages);
        found.gaps.extend(gaps);
        found.files += files;
    }
    Ok(found)
}

/// What the files say that are named, and those below the folders that are.
fn from_files(paths: &[PathBuf]) -> anyhow::Result<Found> {
    let (files, folders): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| path.is_file());
    let mut found = Found::default();
    for path in files {
        found.read(&shown(path), &read(path)?);
    }
    if !folders.is_empty() || paths.is_empty() {
        let folders: Vec<PathBuf> = folders.into_iter().cloned().collect();
        let repo = match Session::repo() {
            Ok(repo) => Some(repo),
            Err(error) if error.is_no_repository() => None,
            Err(error) => return Err(error.into()),
        };
        let tree = WorkTree::new(repo.as_ref(), &folders)?;
        for name in tree.names() {
            if is_read(&name.to_str_lossy()) {
                found.read(&name.to_str_lossy(), &read(&tree.place(name))?);
            }
        }
        found.gaps.extend(tree.unlisted().iter().map(|gap| Gap { place: gap.place.to_str_lossy().into_owned(), what: gap.what.clone() }));
    }
    Ok(found)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The JSON form.
#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    outcome: &'static str,
    exit_code: u8,
    packages: usize,
    withdrawn: usize,
    databases: &'r [Status],
    findings: &'r [Finding],
    gaps: &'r [Gap],
}

impl<'r> Document<'r> {
    fn new(report: &'r Report) -> Self {
        let Report { findings, gaps, databases, packages, withdrawn } = report;
        let outcome = report.outcome();
        let (packages, withdrawn) = (*packages, *withdrawn);
        Self { version: VERSION, outcome: outcome.name(), exit_code: outcome.exit_code(), packages, withdrawn, databases, findings, gaps }
    }
}

fn human(report: &Report, term: &Term) -> anyhow::Result<()> {
    for finding in &report.findings {
        show(finding, term)?;
    }
    for Gap { place, what } in &report.gaps {
        term.line(&format!("not looked at: {}: {}", sanitize::text(place), sanitize::text(what)))?;
    }
    let tally = match (report.outcome(), report.findings.len()) {
        (Outcome::Clean, _) => "clean".to_owned(),
        (Outcome::Incomplete, _) => "incomplete".to_owned(),
        (Outcome::Blocked, 1) => "blocked: 1 vulnerability".to_owned(),
        (Outcome::Blocked, many) => format!("blocked: {many} vulnerabilities"),
    };
    let databases: Vec<String> =
        report.databases.iter().map(|status| format!("{} of {}", sanitize::text(&status.ecosystem), status.newest)).collect();
    let databases = if databases.is_empty() { "no database".to_owned() } else { databases.join(", ") };
    let gaps = if report.gaps.is_empty() { String::new() } else { format!(", {} not looked at", report.gaps.len()) };
    term.line(&format!("{tally}{gaps} · {} packages, {databases}", report.packages))?;
    Ok(())
}

fn show(finding: &Finding, term: &Term) -> anyhow::Result<()> {
    let Finding { id, aliases, package, severity, summary, fixed, chance, exploited } = finding;
    let severity = severity.map_or("severity unknown".to_owned(), |severity| match severity.score {
        Some(score) => format!("{}, CVSS {score:.1}", severity.word.name()),
        None => severity.word.name().to_owned(),
    });
    let version = package.version.as_deref().unwrap_or_default();
    let (name, version, id) = (sanitize::text(&package.name), sanitize::text(version), sanitize::text(id));
    term.line(&format!("blocked: {name} {version}  {id}  {severity}"))?;
    if !summary.is_empty() {
        term.line(&format!("   what  {}", sanitize::text(summary)))?;
    }
    if !aliases.is_empty() {
        term.line(&format!("   also  {}", sanitize::text(&aliases.join(", "))))?;
    }
    if let Some(since) = exploited {
        term.line(&format!("   used  by attackers, known since {} (KEV)", sanitize::text(since)))?;
    }
    if let Some(Chance { epss, percentile }) = chance {
        term.line(&format!("   odds  {:.1} % within a month, above {:.0} % of all (EPSS)", epss * 100.0, percentile * 100.0))?;
    }
    match fixed {
        Some(fixed) => term.line(&format!("   mend  {} or later", sanitize::text(fixed)))?,
        None => term.line("   mend  no version is known to be without it")?,
    }
    term.line(&format!("   from  {}\n", sanitize::text(&package.origins.join(", "))))?;
    Ok(())
}
