//! From a source and two versions of the settings to a written report.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;

use super::args::Run;
use super::error::Usage;
use super::progress::with_bar;
use super::session::{Session, local};
use super::term::Term;
use crate::config::{self, Change, Remembered, Wish};
use crate::git::Repo;
use crate::model::{Report, Verdict};
use crate::output::{self, Format};
use crate::scan::{self, Plan, Told};
use crate::source::Source;
use crate::tools::Tools;

/// Where a report goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// Data: `stanch scan`.
    Out,
    /// Talk: in a hook.
    Err,
}

/// A scan, but for its source.
pub(super) struct Scanning<'s> {
    pub(super) session: &'s Session,
    pub(super) repo: Option<&'s Repo>,
    pub(super) change: Change,
    pub(super) run: &'s Run,
    pub(super) whole_tree: bool,
    pub(super) told: Told,
}

impl Scanning<'_> {
    /// Scans.
    pub(super) fn report(self, source: &dyn Source) -> anyhow::Result<Report> {
        let local = self.repo.map(local);
        let plan = self.plan()?;
        let report = with_bar(|progress| scan::run(&plan, source, progress))?;
        if let Some(local) = local {
            remember(&local, &report)?;
        }
        Ok(report)
    }

    /// What the scan needs to know.
    pub(super) fn plan(self) -> anyhow::Result<Plan> {
        let local = self.repo.map(local);
        let run = self.run;
        let options = &self.session.env.push_options;
        let wish = match (run.tools, run.no_tools) {
            (true, _) => Wish::All,
            (_, true) => Wish::None,
            _ => Wish::Accepted,
        };
        let tools = config::choose_tools(&self.change, local.as_ref(), run.at, wish);
        let mut plan = config::plan(self.change, local.as_ref(), options, run.expect_rules.as_deref(), self.session.started)?;
        let work_dir = self.repo.and_then(Repo::work_dir).map(PathBuf::from);
        plan.tools = Tools { work_dir, path: self.session.env.fixed_path(), ..tools };
        plan.whole_tree = self.whole_tree;
        plan.told = self.told;
        if let Some(deadline) = run.deadline {
            plan.limits.deadline = Some(Duration::from_secs(deadline));
        }
        if let Some(threads) = run.threads {
            plan.limits.threads = threads;
        }
        if run.in_hook {
            plan.limits.archives = plan.limits.archives.in_hook();
        }
        Ok(plan)
    }
}

/// So that `stanch allow` can be told a fingerprint alone.
fn remember(local: &config::Local, report: &Report) -> anyhow::Result<()> {
    let shown = report.judged.iter().filter(|judged| !matches!(judged.verdict, Verdict::Allow(_)));
    let places: Vec<Remembered> = shown
        .map(|judged| {
            let finding = &judged.finding;
            Remembered {
                fingerprint: finding.fingerprint,
                rule: finding.rule.id.to_string(),
                blob: finding.blob.or(finding.origin.commit()),
                path: finding.path.to_vec(),
            }
        })
        .collect();
    if places.is_empty() {
        return Ok(());
    }
    // A repository that cannot be written to (a CI's mount, another's) can still be scanned.
    match local.remember(&places) {
        Err(config::Error::File { .. }) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The outputs that were asked for.
pub(super) struct Outputs {
    wanted: Vec<(Format, Option<PathBuf>)>,
    quiet: bool,
    verbose: bool,
}

impl Outputs {
    /// Reads `--output`, before anything is scanned.
    pub(super) fn new(run: &Run) -> Result<Self, Usage> {
        let mut wanted = Vec::new();
        for output in &run.output {
            let (name, file) = output.split_once('=').map_or((output.as_str(), None), |(name, file)| (name, Some(PathBuf::from(file))));
            let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
            let format = Format::parse(name)
                .ok_or_else(|| Usage::new(format!("unknown output format: `{name}`"), format!("choose one of: {}", names.join(", "))))?;
            wanted.push((format, file));
        }
        if wanted.is_empty() {
            wanted.push((Format::Human, None));
        }
        if wanted.iter().filter(|(_, file)| file.is_none()).count() > 1 {
            return Err(Usage::new("two outputs would mix on standard output", "give all but one a file: `--output sarif=out.sarif`"));
        }
        Ok(Self { wanted, quiet: run.quiet, verbose: run.verbose })
    }

    /// Writes a report.
    pub(super) fn write(&self, report: &Report, stream: Stream, term: &Term) -> anyhow::Result<()> {
        let finished = Timestamp::now();
        let started = Timestamp::from_nanosecond(finished.as_nanosecond() - i128::try_from(report.elapsed.as_nanos()).unwrap_or(0))
            .unwrap_or(finished);
        let stamp = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        for (format, file) in &self.wanted {
            let colour = file.is_none() && if stream == Stream::Out { term.colour_out() } else { term.colour_err() };
            let options = output::Options {
                colour,
                quiet: self.quiet,
                verbose: self.verbose,
                version: env!("CARGO_PKG_VERSION"),
                started: stamp(started),
                finished: stamp(finished),
            };
            let mut bytes = Vec::new();
            output::write(report, *format, &options, &mut bytes).context("cannot write the report")?;
            match (file, stream) {
                (Some(file), _) => {
                    let fail = || format!("cannot write the report to `{}`", file.display());
                    config::write_whole(file, &bytes).with_context(fail)?;
                }

                (None, Stream::Out) => term.out(&bytes)?,
                (None, Stream::Err) => term.err(&bytes)?,
            }
        }
        Ok(())
    }
}
