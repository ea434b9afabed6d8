//! `stanch init --from-pre-commit`.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::init::draw_key;
use crate::cli::args::{Init, Install};
use crate::cli::error::Usage;
use crate::cli::term::Term;
use crate::config::{self, Converted, Env, Row, Runner, SETTINGS_FILE, Settings, Way, convert};
use crate::output::sanitize;
use crate::rules::Fault;
use crate::rules::import::{MAX_IMPORT_BYTES, PRE_COMMIT_FILE, read_pre_commit};

/// The widest column, in characters; what is longer puts what follows off its place.
const WIDEST: usize = 44;

pub(super) fn run(args: &Init, (file, folder): (Option<&Path>, &Path), env: &Env, term: &Term) -> anyhow::Result<u8> {
    let path = file.map_or_else(|| folder.join(PRE_COMMIT_FILE), PathBuf::from);
    let name = sanitize::text(&file.unwrap_or(Path::new(PRE_COMMIT_FILE)).display().to_string());
    let settings = folder.join(SETTINGS_FILE);
    if !args.print && settings.exists() {
        let hint = "`--print` shows what would be in it; move what you want over by hand";
        return Err(Usage::new(format!("{SETTINGS_FILE} is there already and stays as it is"), hint).into());
    }
    let read = read_pre_commit(&name, &read_file(&path, &name)?).map_err(faulty)?;
    let (runner, is_there) = runner(env);
    let converted = convert(&name, &read, runner);
    let text = format!("{}{}", head(&draw_key()?), converted.text);
    // What is handed on reads: settings that our own reader refuses are a fault of ours.
    Settings::parse("the settings that were made", text.as_bytes())?;
    if args.print {
        term.err(table(&converted).as_bytes())?;
        term.out(text.as_bytes())?;
        return Ok(0);
    }
    config::write_whole(&settings, text.as_bytes())?;
    term.out(table(&converted).as_bytes())?;
    term.line(&next(&converted, &name, (runner, is_there), args.no_hooks))?;
    if args.no_hooks { Ok(0) } else { super::install::install(&Install { hooks: Vec::new() }, term) }
}

fn read_file(path: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot read `{name}`"))?;
    // One byte more than is allowed tells a file that is too large.
    file.take(MAX_IMPORT_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read `{name}`"))?;
    Ok(bytes)
}

fn faulty(fault: Fault) -> Usage {
    let Fault { file, place, what, hint } = fault;
    Usage::new(format!("{file}:{}:{}: {what}", place.line, place.column), hint)
}

/// The program that runs hooks here, and whether it is installed.
fn runner(env: &Env) -> (Runner, bool) {
    let found = Runner::ALL.into_iter().find(|runner| env.find(runner.name()).is_some());
    (found.unwrap_or(Runner::Prek), found.is_some())
}

fn head(key: &str) -> String {
    format!(
        "# Settings of stanch, made of hooks of pre-commit. `stanch schema` prints every key.\n\
         # The key under which this repository's fingerprints are made. It is no secret; do not change it.\n\
         key = \"{key}\"\n\
         \n\
         # Which rules run beside those below: `secrets`. Others are `quality`, what is wrong in any file; `style`, blanks\n\
         # and line ends; `django`.\n\
         packs = [\"secrets\"]\n"
    )
}

/// What each hook became: its id, what does its work here, and what is otherwise, a line each.
fn table(converted: &Converted) -> String {
    let heads = ["hook", "here", "what differs"];
    let mut lines = vec![heads.map(str::to_owned)];
    for Row { hook, here, differs, .. } in &converted.rows {
        let mut differs = differs.iter();
        let first = differs.next().cloned().unwrap_or_default();
        lines.push([hook.clone(), here.clone(), first]);
        lines.extend(differs.map(|more| [String::new(), String::new(), more.clone()]));
    }
    for lost in &converted.lost {
        lines.push([lost.what.clone(), String::new(), lost.why.clone()]);
    }
    let lines = lines.iter().map(|cells| cells.each_ref().map(|cell| sanitize::text(cell))).collect::<Vec<_>>();
    let width = |column: fn(&[String; 3]) -> &String| {
        lines.iter().map(|cells| column(cells).chars().count()).filter(|width| *width <= WIDEST).max().unwrap_or_default()
    };
    let (left, middle) = (width(|[hook, ..]| hook), width(|[_, here, _]| here));
    let line = |[hook, here, differs]: &[String; 3]| format!("{hook:left$}  {here:middle$}  {differs}").trim_end().to_owned() + "\n";
    lines.iter().map(line).collect()
}

/// What was written, and what to do now.
fn next(converted: &Converted, name: &str, (runner, is_there): (Runner, bool), no_hooks: bool) -> String {
    let count = |way| converted.rows.iter().filter(|row| row.way == way).count();
    let (rules, tools, by_runner, left) = (count(Way::Rules), count(Way::Tool), count(Way::Runner), count(Way::Left));
    let mut said = format!(
        "\nwrote {SETTINGS_FILE}: of {} hooks, {rules} are rules, {tools} tools, {by_runner} run by {}, {left} left behind\n\nnext:\n",
        converted.rows.len(),
        runner.name(),
    );
    let mut steps = vec!["read it, and `stanch scan` to see what it says of the files as they are".to_owned()];
    if by_runner > 0 && !is_there {
        steps.push(format!("install {}: it is not on the PATH, and {by_runner} hooks need it", runner.name()));
    }
    steps.push("`pre-commit uninstall` (or `prek uninstall`), else each hook runs twice".to_owned());
    if no_hooks {
        steps.push("`stanch install`".to_owned());
    }
    if tools + by_runner > 0 {
        steps.push("`stanch tools list`, and `stanch tools accept` when you want them run here".to_owned());
    }
    steps.push(if by_runner > 0 {
        format!("commit {SETTINGS_FILE}; {name} stays, for {} reads it", runner.name())
    } else {
        format!("commit {SETTINGS_FILE}; {name} is needed no more")
    });
    for (number, step) in steps.iter().enumerate() {
        said.push_str(&format!("  {}. {step}\n", number + 1));
    }
    said.trim_end().to_owned()
}
