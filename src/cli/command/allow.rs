//! `stanch allow`.

use std::path::Path;

use jiff::civil::Date;

use super::init::draw_key;
use super::settings_here;
use crate::cli::args::Allow;
use crate::cli::error::Usage;
use crate::cli::session::local;
use crate::cli::term::Term;
use crate::config::{self, Folders, Remembered, SETTINGS_FILE, Settings, rule_set};
use crate::git::Repo;
use crate::model::{Decoded, Encoding, Fingerprint, FingerprintKey, Secret, Span};
use crate::scan::known_by;

pub(in crate::cli) fn run(args: &Allow, term: &Term) -> anyhow::Result<u8> {
    let (repo, change) = settings_here(&Folders::default())?;
    let repo = repo.ok_or_else(|| Usage::new("there is no repository here", "run this inside the repository of the finding"))?;
    let folder =
        repo.work_dir().ok_or_else(|| Usage::new("a bare repository has no work tree for `stanch.toml`", "run this in a clone"))?;
    if args.reason.trim().is_empty() {
        return Err(Usage::new("an allow entry needs a reason", "say why it may pass: `--reason \"revoked test key\"`").into());
    }
    if let Some(day) = &args.until {
        day.parse::<Date>().map_err(|_| Usage::new(format!("`{day}` is no day"), "write it as 2027-01-31"))?;
    }
    let local = local(&repo);
    let place = find(&local.remembered(), &args.fingerprint)?;
    let mut text = change.accepted.text.clone();
    let mut fingerprint = place.fingerprint;
    if change.accepted.key.is_none() {
        // Entries are kept under a key of the repository's own, so the value is named anew.
        let key = draw_key()?;
        fingerprint = rename(&repo, &change, &place, &FingerprintKey::new(key.clone().into_bytes()))?;
        text = format!("key = \"{key}\"\n{text}");
    }
    text.push_str(&entry(&place.rule, fingerprint, args, repo.config("user.email")));
    Settings::parse(SETTINGS_FILE, text.as_bytes())?;
    config::write_whole(&folder.join(SETTINGS_FILE), text.as_bytes())?;
    local.accept(fingerprint)?;
    term.line(&format!("{fingerprint} ({}) may pass: written to {SETTINGS_FILE} and accepted on this machine", place.rule))?;
    term.line(&format!("next: git add {SETTINGS_FILE}, and commit it with your change"))?;
    Ok(0)
}

fn find(remembered: &[Remembered], digits: &str) -> Result<Remembered, Usage> {
    let hits: Vec<&Remembered> = remembered.iter().filter(|place| place.fingerprint.to_string().starts_with(digits)).collect();
    let first = hits.first().filter(|_| digits.len() >= 4);
    let first = first.ok_or_else(|| {
        Usage::new(
            format!("the last findings hold no fingerprint `{digits}`"),
            "copy it from the finding; scan again if it is older than the last findings",
        )
    })?;
    if hits.iter().any(|place| place.fingerprint != first.fingerprint) {
        return Err(Usage::new(format!("several findings begin with `{digits}`"), "give more digits"));
    }
    Ok((*first).clone())
}

/// The name of a remembered value under another key: the value is looked up where it stood.
fn rename(repo: &Repo, change: &config::Change, place: &Remembered, key: &FingerprintKey) -> anyhow::Result<Fingerprint> {
    let gone = || Usage::new("the finding is not where it was", "scan again, then allow it by the fingerprint it shows");
    let bytes = if let Some(blob) = place.blob {
        repo.read(blob)?
    } else if let Some(branch) = place.path.strip_prefix(b"refs/heads/") {
        branch.to_vec()
    } else {
        let root = repo.work_dir().unwrap_or(Path::new("."));
        std::fs::read(root.join(bstr::ByteSlice::to_path_lossy(place.path.as_slice()))).map_err(|_| gone())?
    };
    let (_, engine) = rule_set(change);
    let decoded = Decoded::new(&bytes, Encoding::of(&bytes));
    let value = |span: Span| Secret::new(span.of(&decoded.text), 0);
    let unnamed = FingerprintKey::default();
    let found = engine.scan(&place.path, &decoded.text)?.matches;
    let found = found.into_iter().map(|(rule, found)| (rule.info.id.clone(), found.decoded.unwrap_or_else(|| value(found.secret))));
    // What is no secret is known by its line.
    let lines = decoded.text.split(|&byte| byte == b'\n');
    // That of a message that was being written is the same whatever its file was called.
    let lines = lines.flat_map(|line| [place.path.as_slice(), b""].map(|path| (place.rule.clone().into(), known_by(path, line))));
    let mut found = found.chain(lines).filter(|(rule, secret)| Fingerprint::new(&unnamed, rule, secret) == place.fingerprint);
    let (rule, secret) = found.next().ok_or_else(gone)?;
    Ok(Fingerprint::new(key, &rule, &secret))
}

fn entry(rule: &str, fingerprint: Fingerprint, args: &Allow, author: Option<String>) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!("\n[[allow]]\nrule = \"{rule}\"\nfingerprint = \"{fingerprint}\"\nreason = {}\n", quoted(&args.reason));
    if let Some(author) = author {
        text.push_str(&format!("author = {}\n", quoted(&author)));
    }
    if let Some(day) = &args.until {
        text.push_str(&format!("until = \"{day}\"\n"));
    }
    text
}
