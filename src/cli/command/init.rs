//! `stanch init`.

use crate::cli::args::{Init, Install};
use crate::cli::error::Usage;
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::config::{self, SETTINGS_FILE};
use crate::model::Hex;

/// Bytes of a fingerprint key.
const KEY_BYTES: usize = 16;

pub(in crate::cli) fn run(args: &Init, term: &Term) -> anyhow::Result<u8> {
    let repo = Session::repo()?;
    let folder = repo
        .work_dir()
        .ok_or_else(|| Usage::new("a bare repository has no work tree for `stanch.toml`", "commit the file from a clone"))?;
    let path = folder.join(SETTINGS_FILE);
    if path.exists() {
        term.line(&format!("{SETTINGS_FILE} is there already and stays as it is"))?;
    } else {
        config::write_whole(&path, first_settings(&draw_key()?).as_bytes())?;
        term.line(&format!("wrote {SETTINGS_FILE}; commit it"))?;
    }
    if args.no_hooks { Ok(0) } else { super::install::install(&Install { hooks: Vec::new() }, term) }
}

/// A key that nobody else has.
pub(in crate::cli) fn draw_key() -> anyhow::Result<String> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(Hex(&bytes).to_string())
}

fn first_settings(key: &str) -> String {
    let mut text = format!(
        "# Settings of stanch. Every key may be left out; `stanch schema` prints all of them.\n\
         # The key under which this repository's fingerprints are made. It is no secret; do not change it.\n\
         key = \"{key}\"\n"
    );
    for key in config::KEYS.iter().filter(|key| key.name != "key" && !key.name.contains("[]")) {
        text.push_str(&format!("\n# {}\n# {} = {}\n", key.doc, key.name, if key.default == "none" { key.example } else { key.default }));
    }
    text
}
