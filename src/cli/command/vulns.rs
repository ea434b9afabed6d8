//! `stanch vulns`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bstr::{BString, ByteSlice as _};
use serde::Serialize;

use super::db::{folder, today};
use super::tree::{OnDisk, repo_of};
use crate::cli::args::{Form, Vulns};
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::git::Repo;
use crate::model::Outcome;
use crate::output::sanitize;
use crate::supply::census::{Census, Folder};
use crate::supply::osv::packages::{Found, read_sbom};
use crate::supply::osv::{Chance, Check, Database, Finding, Gap, Report, Status, check};

/// The version of the JSON form.
const VERSION: u32 = 1;

pub(in crate::cli) fn run(args: &Vulns, session: &Session, term: &Term) -> anyhow::Result<u8> {
    let found = if args.sbom.is_empty() { from_trees(&args.paths)? } else { from_sboms(&args.sbom)? };
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

/// What a census counts in the folders and files that are named; else in the work tree, or in this folder.
fn from_trees(paths: &[PathBuf]) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for path in paths {
        if path.is_file() {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let name = path.file_name().map(|name| BString::from(name.as_encoded_bytes()));
            let census = Census::of(&Folder::new(folder, name));
            if census.files.is_empty() {
                found.gaps.push(Gap { place: shown(path), what: "it is no manifest or lock file that is known here".to_owned() });
            }
            found.take(&census, path.parent().unwrap_or(Path::new("")));
        } else {
            from_folder(repo_of(path)?.as_ref(), (path, path), paths, &mut found)?;
        }
    }
    if paths.is_empty() {
        let repo = repo_of(Path::new("."))?;
        let place = repo.as_ref().and_then(Repo::work_dir).unwrap_or(Path::new("."));
        from_folder(repo.as_ref(), (place, Path::new("")), paths, &mut found)?;
    }
    Ok(found)
}

/// Counts a folder that people know as `known_as`. A submodule is another tree, which is looked into where it is named too.
fn from_folder(repo: Option<&Repo>, (place, known_as): (&Path, &Path), named: &[PathBuf], found: &mut Found) -> anyhow::Result<()> {
    let OnDisk { tree, root, submodules, gaps } = OnDisk::new(repo, place)?;
    found.take(&Census::of(&tree), known_as);
    let is_named = |folder: &Path| named.iter().any(|path| path.canonicalize().is_ok_and(|path| path == folder));
    for submodule in submodules.iter().filter(|path| !is_named(&root.join(path.to_path_lossy()))) {
        let what = "a submodule, which is looked into where it is named".to_owned();
        found.gaps.push(Gap { place: submodule.to_string(), what });
    }
    found.gaps.extend(gaps.into_iter().map(|gap| Gap { place: "files".to_owned(), what: gap }));
    Ok(())
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
