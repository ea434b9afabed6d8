//! `stanch doctor`.

use super::install::{places, usual_events};
use crate::cli::session::{Session, local};
use crate::cli::term::Term;
use crate::config::{Change, Folders, Trust, Version, rule_set};
use crate::git::Repo;
use crate::hooks::{Owner, Survey, survey};
use crate::output::sanitize;
use crate::tools::Tool;

pub(in crate::cli) fn run(session: &Session, term: &Term) -> anyhow::Result<u8> {
    let repo = Session::repo()?;
    let places = places(&repo)?;
    let mut missing = Vec::new();

    term.line(&format!("stanch {}  {}", env!("CARGO_PKG_VERSION"), places.binary.display()))?;
    if let Some(found) = session.env.find("stanch") {
        term.line(&format!("on PATH   {}", found.display()))?;
    } else {
        let known = repo.config("stanch.binary").is_some_and(|path| std::path::Path::new(&path).is_file());
        term.line(&format!(
            "on PATH   no; hooks {}",
            if known { "use stanch.binary of git's configuration" } else { "will stop with a message" }
        ))?;
        if !known {
            missing.push("put stanch on the PATH, or run `stanch install` again".to_owned());
        }
    }
    let kind = if repo.work_dir().is_some() { "with a work tree" } else { "bare" };
    let hash = if repo.is_sha256() { "SHA-256" } else { "SHA-1" };
    term.line(&format!("repository  {} ({kind}, {hash})", repo.git_dir().display()))?;
    term.line(&format!("hooks     {}{}", places.hooks_dir().display(), places.hooks_path.as_ref().map_or("", |_| " (core.hooksPath)")))?;
    settings(&repo, session, term, &mut missing)?;
    if repo.work_dir().is_some_and(|folder| folder.join(".pre-commit-config.yaml").exists()) {
        term.line("also here  .pre-commit-config.yaml: pre-commit or prek may run hooks of their own")?;
    }

    term.line("")?;
    for event in survey(&places, usual_events(&repo)) {
        term.line(&row(&event))?;
        if let Some(what) = lack(&event) {
            missing.push(what);
        }
    }
    if missing.is_empty() {
        term.line("\nall is in place")?;
        return Ok(0);
    }
    term.line("\nmissing:")?;
    for what in &missing {
        term.line(&format!("  {what}"))?;
    }
    Ok(1)
}

fn settings(repo: &Repo, session: &Session, term: &Term, missing: &mut Vec<String>) -> anyhow::Result<()> {
    let version = match repo.work_dir() {
        Some(folder) => Version::Folder(folder),
        None => Version::Commit(repo.head()?),
    };
    match Change::single(Some(repo), version, &Folders::default()) {
        Ok(change) => {
            let (set, _) = rule_set(&change);
            term.line(&format!("rules     {} with digest {}", set.count, set.digest))?;
            let baseline = change.accepted.policy.baseline.entries().count();
            term.line(&format!("settings  {} allow entries, {baseline} baseline entries", change.accepted.policy.allow.len()))?;
            for tool in &change.accepted.tools {
                let lacks = lacks(repo, session, tool);
                let state = lacks.as_ref().map_or("in place", |(state, _)| state);
                term.line(&format!("tool      {}: {state}", tool.name))?;
                missing.extend(lacks.map(|(_, what)| what));
            }
        }
        Err(error) => {
            term.line(&format!("settings  broken: {error}"))?;
            missing.push("mend stanch.toml; `stanch scan` shows every fault".to_owned());
        }
    }
    Ok(())
}

/// What keeps a tool from running in a hook, and what to do.
fn lacks(repo: &Repo, session: &Session, tool: &Tool) -> Option<(&'static str, String)> {
    let program = tool.command.first().map(String::as_str).unwrap_or_default();
    let is_there = if program.contains('/') {
        repo.work_dir().is_some_and(|folder| folder.join(program).is_file())
    } else {
        session.env.path.as_ref().is_some_and(|path| std::env::split_paths(path).any(|folder| folder.join(program).is_file()))
    };
    if local(repo).tools().get(&tool.digest()) != Some(&Trust::Accepted) {
        return Some(("not accepted", format!("the tool `{}`: see `stanch tools list`, and run `stanch tools accept`", tool.name)));
    }
    if !is_there {
        return Some(("not installed", format!("the tool `{}`: install `{}`", tool.name, sanitize::text(program))));
    }
    None
}

fn row(survey: &Survey) -> String {
    let name = survey.event.name();
    let runs = match survey.owner {
        None => "nothing runs".to_owned(),
        Some(Owner::Stanch) => format!("stanch looks at {}", survey.event.purpose()),
        Some(Owner::StanchInHusky) => format!("husky runs .husky/{name}, where stanch looks at {} first", survey.event.purpose()),
        Some(Owner::StanchIn(manager)) => format!("{manager} runs {name}.legacy, where stanch looks at {} first", survey.event.purpose()),
        Some(Owner::Manager(manager)) => format!("{manager} runs; stanch does not"),
        Some(Owner::Own) => "a script of your own runs; stanch does not".to_owned(),
    };
    let then = match &survey.then {
        Some((path, Owner::Manager(manager))) => format!(", then {manager} ({})", path.display()),
        Some((path, _)) => format!(", then {}", path.display()),
        None => String::new(),
    };
    format!("{name:<19} {runs}{then}")
}

fn lack(survey: &Survey) -> Option<String> {
    let name = survey.event.name();
    if let Some(path) = &survey.passed_over {
        return Some(format!("git passes over {}: it is not executable", path.display()));
    }
    match survey.owner {
        Some(Owner::Stanch | Owner::StanchInHusky | Owner::StanchIn(_)) => None,
        _ => Some(format!("{name}: run `stanch install`")),
    }
}
