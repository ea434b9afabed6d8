//! `stanch tools`.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use bstr::ByteSlice;

use super::settings_here;
use crate::cli::args::{Tools, ToolsCommand};
use crate::cli::error::Usage;
use crate::cli::session::local;
use crate::cli::term::Term;
use crate::config::{Change, Env, Folders, Trust, Version};
use crate::git::Repo;
use crate::output::sanitize;
use crate::process::{End, Job, run as run_job};
use crate::tools::Tool;

/// How long a tool may take to tell its version.
const VERSION_TIMEOUT: Duration = Duration::from_secs(20);
/// How much it may say of that, in bytes.
const VERSION_BYTES: usize = 64 << 10;

pub(in crate::cli) fn run(args: &Tools, term: &Term) -> anyhow::Result<u8> {
    let (repo, change) = settings_here(&Folders::default())?;
    let repo = repo.ok_or_else(|| Usage::new("there is no repository here", "run this inside a git repository"))?;
    let tools = change.accepted.tools;
    if tools.is_empty() {
        term.line("the settings name no tools; `[[tool]]` tables in stanch.toml do")?;
    }
    match args.command {
        ToolsCommand::List => list(&repo, &tools, term),
        ToolsCommand::Accept => accept(&repo, &tools, term),
    }
}

fn list(repo: &Repo, tools: &[Tool], term: &Term) -> anyhow::Result<u8> {
    let trusted = local(repo).tools();
    for tool in tools {
        let state = match trusted.get(&tool.digest()) {
            Some(Trust::Accepted) => "accepted",
            _ => "not accepted",
        };
        let on: Vec<&str> = tool.on.iter().map(|when| when.name()).collect();
        term.line(&format!("{}  {state}, {}, on {}", tool.name, version(repo, tool), on.join(" and ")))?;
        term.line(&format!("  runs  {}", sanitize::text(&tool.shown_command())))?;
        let files = if tool.files.is_empty() { "all files".to_owned() } else { tool.files.join(", ") };
        term.line(&format!("  for   {}; needs {}, read as {}", sanitize::text(&files), tool.needs.name(), tool.form.name()))?;
    }
    Ok(0)
}

/// What a tool says of its version. One that is not accepted is not asked: that would run it.
fn version(repo: &Repo, tool: &Tool) -> String {
    if local(repo).tools().get(&tool.digest()) != Some(&Trust::Accepted) {
        return "version not asked".to_owned();
    }
    let Some((program, arguments)) = tool.version.split_first() else { return "no version known".to_owned() };
    let folder = repo.work_dir().unwrap_or(Path::new("."));
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let program = if program.contains('/') { folder.join(program) } else { program.into() };
    let path = Env::read().fixed_path();
    let job = Job {
        program: &program,
        arguments: &arguments,
        path: path.as_deref(),
        folder,
        input: None,
        timeout: VERSION_TIMEOUT,
        output_bytes: VERSION_BYTES,
    };
    match run_job(&job) {
        Ok(ended) if ended.end == End::Code(0) => {
            let said = if ended.stdout.trim_ascii().is_empty() { ended.stderr } else { ended.stdout };
            // Some say first what they are.
            let mut lines = said.lines().filter(|line| !line.trim_ascii().is_empty());
            let first = lines.next().unwrap_or_default();
            let has_number = |line: &&[u8]| line.iter().any(u8::is_ascii_digit);
            let line = if has_number(&first) { first } else { lines.find(has_number).unwrap_or(first) };
            sanitize::text(&line.trim().to_str_lossy())
        }
        Ok(_) => "does not tell its version".to_owned(),
        Err(_) => "not found".to_owned(),
    }
}

fn accept(repo: &Repo, tools: &[Tool], term: &Term) -> anyhow::Result<u8> {
    // What stands in `HEAD` and no longer here is gone, so that it does not run for the change that takes it out.
    let before = Change::single(Some(repo), Version::Commit(repo.head()?), &Folders::default())
        .map(|change| change.accepted.tools)
        .unwrap_or_default();
    local(repo).accept_tools(tools, &before)?;
    for tool in tools {
        term.line(&format!("accepted {}: {}", tool.name, sanitize::text(&tool.shown_command())))?;
    }
    let is_gone = |tool: &&Tool| !tools.iter().any(|here| here.digest() == tool.digest());
    for tool in before.iter().filter(is_gone) {
        term.line(&format!("no longer accepted {}: {}", tool.name, sanitize::text(&tool.shown_command())))?;
    }
    Ok(0)
}
