//! `stanch install` and `stanch uninstall`.

use std::path::PathBuf;

use crate::cli::args::Install;
use crate::cli::error::Usage;
use crate::cli::session::{Session, local};
use crate::cli::term::Term;
use crate::config::{self, Change, Folders, Version};
use crate::git::Repo;
use crate::hooks::{self, Event, Places};
use crate::output::sanitize;

pub(in crate::cli) fn install(args: &Install, term: &Term) -> anyhow::Result<u8> {
    let repo = Session::repo()?;
    let mut events = usual_events(&repo).to_vec();
    if !args.hooks.is_empty() {
        let parse = |name: &String| {
            Event::parse(name).filter(|event| !matches!(event, Event::Other(_))).ok_or_else(|| {
                Usage::new(format!("stanch has nothing to look at in the hook `{name}`"), "`stanch doctor` lists the hooks it can stand in")
            })
        };
        events = args.hooks.iter().map(parse).collect::<Result<_, _>>()?;
    }
    let installed = hooks::install(&places(&repo)?, &events)?;
    let now = places(&Session::repo()?)?;
    if now.hooks_path.is_some() && now.hooks_dir() != installed.folder && !installed.folder.ends_with(".husky") {
        let what = format!("git calls hooks from `{}`, not from where they were installed", now.hooks_dir().display());
        let hint = "`git config --show-origin --get-all core.hooksPath` shows who says so; take that out, or call stanch from there";
        return Err(Usage::new(what, hint).into());
    }
    term.line(&format!("installed in {}: {}", installed.folder.display(), installed.hooks.join(", ")))?;
    if !installed.chained.is_empty() {
        term.line(&format!("what was there runs after it: {}", installed.chained.join(", ")))?;
    }
    accept_tools(&repo, term)?;
    Ok(0)
}

/// Whoever installs accepts the tools that stand in the settings of `HEAD`; what comes later asks for an acceptance.
fn accept_tools(repo: &Repo, term: &Term) -> anyhow::Result<()> {
    let tools = match Change::single(Some(repo), Version::Commit(repo.head()?), &Folders::default()) {
        Ok(change) => change.accepted.tools,
        // It is told when git calls.
        Err(config::Error::Faults { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    if tools.is_empty() {
        return Ok(());
    }
    local(repo).accept_tools(&tools, &[])?;
    for tool in &tools {
        term.line(&format!("accepted the tool {}: {}", tool.name, sanitize::text(&tool.shown_command())))?;
    }
    Ok(())
}

pub(in crate::cli) fn uninstall(term: &Term) -> anyhow::Result<u8> {
    let repo = Session::repo()?;
    let gone = hooks::uninstall(&places(&repo)?)?;
    let text = if gone.is_empty() {
        "nothing was installed".to_owned()
    } else {
        format!("taken away, and what was there put back: {}", gone.join(", "))
    };
    term.line(&text)?;
    Ok(0)
}

/// The hooks that a repository of this kind gets.
pub(in crate::cli) fn usual_events(repo: &Repo) -> &'static [Event] {
    if repo.work_dir().is_some() { Event::CLIENT } else { Event::SERVER }
}

/// Where things are in a repository.
pub(in crate::cli) fn places(repo: &Repo) -> anyhow::Result<Places> {
    Ok(Places {
        common_dir: repo.common_dir().canonicalize().unwrap_or_else(|_| PathBuf::from(repo.common_dir())),
        work_dir: repo.work_dir().map(PathBuf::from),
        hooks_path: repo.config_path("core.hooksPath"),
        binary: std::env::current_exe()?,
    })
}
