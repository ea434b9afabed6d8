//! `stanch init`.

use std::path::Path;

use crate::cli::args::{Init, Install};
use crate::cli::error::Usage;
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::config::{self, SETTINGS_FILE};
use crate::git::Repo;
use crate::model::{Hex, Pack};
use crate::source::{Source as _, WorkTree};
use crate::tools::propose;

/// Bytes of a fingerprint key.
const KEY_BYTES: usize = 16;

pub(in crate::cli) fn run(args: &Init, session: &Session, term: &Term) -> anyhow::Result<u8> {
    let repo = Session::repo()?;
    let folder = repo
        .work_dir()
        .ok_or_else(|| Usage::new("a bare repository has no work tree for `stanch.toml`", "commit the file from a clone"))?;
    if let Some(file) = &args.from_pre_commit {
        return super::precommit::run(args, (file.as_deref(), folder), &session.env, term);
    }
    let path = folder.join(SETTINGS_FILE);
    if path.exists() {
        term.line(&format!("{SETTINGS_FILE} is there already and stays as it is"))?;
    } else {
        let proposed = proposed(&repo, folder)?;
        let settings = first_settings(&draw_key()?, &packs(folder)) + &proposals(&proposed);
        config::write_whole(&path, settings.as_bytes())?;
        let packs: Vec<&str> = packs(folder).iter().map(|pack| pack.name()).collect();
        term.line(&format!("wrote {SETTINGS_FILE} with the packs {}; commit it", packs.join(", ")))?;
        if let Some(file) = commitlint(folder) {
            term.line(&format!("{file} is here: `[message]` in {SETTINGS_FILE} asks for the same of messages, without node"))?;
        }
        if !proposed.is_empty() {
            term.line(&format!("proposed in it, as comments, the tools {}: uncomment, then `stanch tools accept`", proposed.join(", ")))?;
        }
    }
    if args.no_hooks { Ok(0) } else { super::install::install(&Install { hooks: Vec::new() }, term) }
}

/// A key that nobody else has.
pub(in crate::cli) fn draw_key() -> anyhow::Result<String> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(Hex(&bytes).to_string())
}

/// What a new repository wants to be told: secrets, what is wrong in any file, and what is wrong in a Django project where
/// there is one.
fn packs(folder: &Path) -> Vec<Pack> {
    let below = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path().join("manage.py"));
    let is_django = std::iter::once(folder.join("manage.py")).chain(below).any(|path| path.is_file());
    [Pack::Secrets, Pack::Quality].into_iter().chain(is_django.then_some(Pack::Django)).collect()
}

/// The settings of commitlint, where there are some.
fn commitlint(folder: &Path) -> Option<String> {
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.starts_with("commitlint.config.") || name.starts_with(".commitlintrc")).min()
}

/// The presets of tools that the files of the work tree show to be used.
fn proposed(repo: &Repo, folder: &Path) -> anyhow::Result<Vec<&'static str>> {
    let mut paths = Vec::new();
    WorkTree::new(Some(repo), &[])?.list(&mut |file| paths.extend(String::from_utf8(file.path.into())))?;
    let read = |path: &str| std::fs::read(folder.join(path)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(propose(paths.iter().map(String::as_str), read))
}

/// The tables of proposed tools, as comments.
fn proposals(presets: &[&str]) -> String {
    if presets.is_empty() {
        return String::new();
    }
    let head = "\n# Programs that this repository's files show it uses. Take the `#` away from those that shall run beside.\n";
    presets.iter().fold(head.to_owned(), |text, preset| text + &format!("#\n# [[tool]]\n# preset = \"{preset}\"\n"))
}

fn first_settings(key: &str, packs: &[Pack]) -> String {
    let packs: Vec<String> = packs.iter().map(|pack| format!("\"{}\"", pack.name())).collect();
    let mut text = format!(
        "# Settings of stanch. Every key may be left out; `stanch schema` prints all of them.\n\
         # The key under which this repository's fingerprints are made. It is no secret; do not change it.\n\
         key = \"{key}\"\n\
         \n\
         # Which rules run: `secrets`; `quality`, what is wrong in any file; `style`, blanks and line ends; `django`.\n\
         packs = [{}]\n",
        packs.join(", ")
    );
    for key in config::KEYS.iter().filter(|key| !["key", "packs"].contains(&key.name) && !key.name.contains("[]")) {
        text.push_str(&format!("\n# {}\n# {} = {}\n", key.doc, key.name, if key.default == "none" { key.example } else { key.default }));
    }
    text
}
