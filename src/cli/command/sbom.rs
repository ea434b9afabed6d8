//! `stanch sbom`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use bstr::{BString, ByteSlice as _};

use super::tree::{OnDisk, repo_of};
use crate::cli::args::{Sbom, SbomCommand};
use crate::cli::error::{EXIT_CODE, Usage};
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::git::{Door, Repo};
use crate::model::ObjectId;
use crate::output::sanitize;
use crate::supply::census::{Census, Commit, Place, Tree};
use crate::supply::sbom::{Bom, Listed, Origin, Subject, compare, cyclonedx, look, spdx};

/// How many lines of one kind are shown to people; a document has all.
const MOST: usize = 50;

/// The forms of a bill.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Human,
    Cyclonedx,
    Spdx,
}

/// What is looked at.
struct Target<'r> {
    tree: Box<dyn Tree + 'r>,
    /// Where Syft looks; none for a copy.
    folder: Option<PathBuf>,
    subject: Subject,
    submodules: Vec<BString>,
    /// What could not be listed.
    gaps: Vec<String>,
}

pub(in crate::cli) fn run(args: &Sbom, session: &Session, term: &Term) -> anyhow::Result<u8> {
    if let Some(SbomCommand::Diff { before, after }) = &args.command {
        return diff(before, after, term);
    }
    let outputs = outputs(&args.output)?;
    let place = args.path.clone().unwrap_or_else(|| PathBuf::from("."));
    let repo = if args.commit.is_some() { Some(Repo::open(Door::Path(place.clone()))?) } else { repo_of(&place)? };
    let target = match (&args.commit, &repo) {
        (Some(name), Some(repo)) => of_commit(repo, name)?,
        _ => of_folder(repo.as_ref(), &place)?,
    };
    let census = Census::of(target.tree.as_ref());
    let mut lacks: Vec<String> = target.gaps.clone();
    lacks.extend(census.faults.iter().map(|fault| format!("{}: {}", fault.path, fault.what)));
    let listed = if args.census_only { None } else { listed(args, session, &target, &mut lacks) };
    let name = args.name.clone().or_else(|| census.name.clone()).unwrap_or_else(|| "source".to_owned());
    let mut bom = Bom::new(Subject { name, ..target.subject }, &census, listed);
    bom.submodules = target.submodules;
    if bom.components.is_empty() && !census.files.is_empty() {
        lacks.push(format!("no package with a version is found, and there are manifests: {}", named(&census)));
    }
    if !lacks.is_empty() {
        let lines: Vec<String> = lacks.iter().map(|lack| format!("  {}\n", sanitize::text(lack))).collect();
        term.err(format!("{} the bill of materials would not be whole\n{}", term.bad("INCONCLUSIVE:"), lines.concat()).as_bytes())?;
        term.say("no bill was written; this is not clean (exit code 2)")?;
        return Ok(EXIT_CODE);
    }
    for (form, file) in outputs {
        let text = match form {
            Form::Human => human(&bom, &census),
            Form::Cyclonedx => cyclonedx(&bom),
            Form::Spdx => spdx(&bom),
        };
        match file {
            Some(file) => write(&file, &text).with_context(|| format!("cannot write `{}`", file.display()))?,
            None => term.out(text.as_bytes())?,
        }
    }
    Ok(0)
}

/// Reads `--output`, before anything is looked at.
fn outputs(asked: &[String]) -> Result<Vec<(Form, Option<PathBuf>)>, Usage> {
    let mut outputs = Vec::new();
    for output in asked {
        let (name, file) = output.split_once('=').map_or((output.as_str(), None), |(name, file)| (name, Some(PathBuf::from(file))));
        let form = match name {
            "human" => Form::Human,
            "cyclonedx" => Form::Cyclonedx,
            "spdx" => Form::Spdx,
            _ => return Err(Usage::new(format!("unknown output format: `{name}`"), "choose one of: human, cyclonedx, spdx")),
        };
        outputs.push((form, file));
    }
    if outputs.iter().filter(|(_, file)| file.is_none()).count() > 1 {
        let hint = "give all but one a file: `--output cyclonedx=sbom.json`";
        return Err(Usage::new("two outputs would mix on standard output", hint));
    }
    if outputs.is_empty() {
        outputs.push((Form::Human, None));
    }
    Ok(outputs)
}

fn of_commit<'r>(repo: &'r Repo, name: &str) -> anyhow::Result<Target<'r>> {
    let id = repo.commit(name)?;
    let tree = Commit::new(repo, id)?;
    let subject = Subject { name: String::new(), commit: Some(id.to_string()), time: time_of(repo, id)? };
    let submodules = tree.submodules.clone();
    Ok(Target { tree: Box::new(tree), folder: None, subject, submodules, gaps: Vec::new() })
}

/// When a commit was made, by its committer.
fn time_of(repo: &Repo, id: ObjectId) -> anyhow::Result<Option<String>> {
    let commit = repo.commit_object(id)?;
    let line = commit.header.lines().find(|line| line.starts_with(b"committer ")).unwrap_or_default().to_str_lossy().into_owned();
    // The line ends with the seconds and the zone.
    let seconds = line.rsplit(' ').nth(1).and_then(|seconds| seconds.parse().ok());
    Ok(seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()).map(|time| time.to_string()))
}

fn of_folder<'r>(repo: Option<&Repo>, place: &Path) -> anyhow::Result<Target<'r>> {
    let OnDisk { tree, root, submodules, gaps } = OnDisk::new(repo, place)?;
    // A system on disk is large, and nobody but its owner writes to it: Syft looks at it where it lies.
    let folder = if repo.is_none() { Some(root) } else { None };
    Ok(Target { tree: Box::new(tree), folder, subject: Subject::default(), submodules, gaps })
}

/// What Syft says; what is wrong with it goes to the lacks.
fn listed(args: &Sbom, session: &Session, target: &Target<'_>, lacks: &mut Vec<String>) -> Option<Listed> {
    let in_data = || session.env.data.as_ref().map(|folder| folder.join("stanch/syft/bin/syft")).filter(|file| file.is_file());
    let asked = args.syft.as_ref().map(|program| program.canonicalize().unwrap_or_else(|_| program.clone()));
    let Some(program) = asked.or_else(|| session.env.find("syft")).or_else(in_data) else {
        lacks.push("Syft is not here: run `install.sh --with-syft`, name it with `--syft`, or ask for `--census-only`".to_owned());
        return None;
    };
    match look(&program, target.tree.as_ref(), target.folder.as_deref(), Duration::from_secs(args.timeout)) {
        Ok(listed) => Some(listed),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            lacks.push(format!("{error}{cause}"));
            None
        }
    }
}

fn named(census: &Census) -> String {
    let names: Vec<String> = census.files.iter().take(5).map(ToString::to_string).collect();
    let more = if census.files.len() > names.len() { ", …" } else { "" };
    format!("{}{more}", names.join(", "))
}

/// Written beside and renamed, so that no half document is taken for a whole one.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, file));
    if written.is_err() {
        std::fs::remove_file(&beside).ok();
    }
    written
}

/// What a person wants to know.
fn human(bom: &Bom, census: &Census) -> String {
    let count = |origin: Origin| bom.by(origin).count();
    let commit = bom.subject.commit.as_deref().map(|commit| format!(" at {}", commit.get(..12).unwrap_or(commit))).unwrap_or_default();
    let mut text = format!("{}{commit}: {} packages", bom.subject.name, bom.components.len());
    match &bom.syft {
        Some(version) => {
            let (both, syft, own) = (count(Origin::Both), count(Origin::Syft), count(Origin::Census));
            text.push_str(&format!(", {both} found by both, {syft} by Syft {version} alone, {own} by the census alone\n"));
        }
        None => text.push_str(", by the census alone: Syft was not run\n"),
    }
    let mut by_ecosystem: BTreeMap<&str, usize> = BTreeMap::new();
    bom.components.keys().for_each(|key| *by_ecosystem.entry(key.ecosystem.name()).or_default() += 1);
    let counted: Vec<String> = by_ecosystem.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let counted = if counted.is_empty() { "nothing".to_owned() } else { counted.join(", ") };
    text.push_str(&format!("{} manifests and lock files; {counted}\n", census.files.len()));
    let component = |origin| bom.by(origin).map(|(_, found)| format!("{}  {}", found.purl, places(&found.places)));
    if bom.syft.is_some() {
        section(&mut text, "added by the census", &component(Origin::Census).collect::<Vec<_>>());
        section(&mut text, "found by Syft alone", &component(Origin::Syft).collect::<Vec<_>>());
        let differences = bom.differences().into_iter();
        let told = differences.map(|one| {
            format!("{} {}: the census {}, Syft {}", one.ecosystem.name(), one.name, one.census.join(", "), one.syft.join(", "))
        });
        section(&mut text, "of other versions", &told.collect::<Vec<_>>());
    }
    let asked = bom.unresolved.iter().map(|one| {
        let what = if one.asked.is_empty() { "any version" } else { &one.asked };
        format!("{} {} {what}  {}", one.ecosystem.name(), one.name, places(std::slice::from_ref(&one.place)))
    });
    section(&mut text, "unresolved, pinned nowhere", &asked.collect::<Vec<_>>());
    let unversioned = bom.unversioned.iter().map(|(key, place)| format!("{} {}  {}", key.ecosystem.name(), key.name, place.path));
    section(&mut text, "named by Syft without a version", &unversioned.collect::<Vec<_>>());
    section(&mut text, "submodules, not looked at", &bom.submodules.iter().map(ToString::to_string).collect::<Vec<_>>());
    let lines: Vec<String> = text.lines().map(|line| format!("{}\n", sanitize::text(line))).collect();
    lines.concat()
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}: {}\n", lines.len()));
    let more = lines.len().saturating_sub(MOST);
    // A name of a file may hold any sign, also the end of a line.
    lines.iter().take(MOST).for_each(|line| text.push_str(&format!("  {}\n", sanitize::text(line))));
    if more > 0 {
        text.push_str(&format!("  and {more} more\n"));
    }
}

fn places(places: &[Place]) -> String {
    let shown = |place: &Place| if place.line == 0 { place.path.to_string() } else { format!("{}:{}", place.path, place.line) };
    places.iter().take(3).map(shown).collect::<Vec<_>>().join(", ")
}

fn diff(before: &Path, after: &Path, term: &Term) -> anyhow::Result<u8> {
    let read = |file: &Path| std::fs::read(file).with_context(|| format!("cannot read `{}`", file.display()));
    let diff = compare(&read(before)?, &read(after)?)?;
    let mut text = String::new();
    let parts = [("added", diff.added), ("removed", diff.removed), ("other versions", diff.versions), ("other licences", diff.licences)];
    for (title, lines) in parts {
        for line in lines {
            text.push_str(&format!("{title}: {}\n", sanitize::text(&line)));
        }
    }
    term.out(if text.is_empty() { b"nothing changed\n" } else { text.as_bytes() })?;
    Ok(0)
}
