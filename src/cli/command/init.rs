//! `stanch init`.

use std::path::Path;

use crate::cli::args::{Init, Install};
use crate::cli::error::Usage;
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::config::{self, SETTINGS_FILE};
use crate::model::{Hex, Pack};

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
        config::write_whole(&path, first_settings(&draw_key()?, &packs(folder)).as_bytes())?;
        let packs: Vec<&str> = packs(folder).iter().map(|pack| pack.name()).collect();
        term.line(&format!("wrote {SETTINGS_FILE} with the packs {}; commit it", packs.join(", ")))?;
        if let Some(file) = commitlint(folder) {
            term.line(&format!("{file} is here: `[message]` in {SETTINGS_FILE} asks for the same of messages, without node"))?;
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
