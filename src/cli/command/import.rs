//! `stanch rules import`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;

use super::settings_here;
use crate::cli::args::Import;
use crate::cli::error::Usage;
use crate::cli::term::Term;
use crate::config::{Folders, Settings};
use crate::output::sanitize;
use crate::rules::Fault;
use crate::rules::import::{Foreign, Format, MAX_IMPORT_BYTES, read, text, write_allow, write_rule};
use crate::scan::{Carrier, glob_of};

/// Exit code when nothing was carried over.
const NOTHING: u8 = 2;

pub(in crate::cli) fn run(args: &Import, term: &Term) -> anyhow::Result<u8> {
    let from = args.from.as_deref().map(|word| Format::parse(word).ok_or_else(|| unknown(word))).transpose()?;
    let mut files = Vec::new();
    for path in &args.files {
        files.push(read_file(path, from)?);
    }
    let change = settings_here(&Folders::default())?.1;
    let own = change.proposed.iter().chain([&change.accepted]).flat_map(|settings| &settings.rules);
    let mut importer = Importer {
        carrier: Carrier::new(own.map(|rule| rule.info.id.to_string())),
        out: String::new(),
        talk: String::new(),
        allowed: BTreeSet::new(),
        counts: Counts::default(),
    };
    // Rules first: an allow entry of one file may speak of a rule of another.
    for file in &files {
        importer.rules(file);
    }
    for file in &files {
        importer.allows(file);
    }
    let Importer { out, talk, counts, .. } = importer;
    term.err(talk.as_bytes())?;
    // What is handed on reads: a table that our own reader refuses is a fault of ours.
    Settings::parse("the result", out.as_bytes())?;
    term.out(out.as_bytes())?;
    let Counts { rules, validated, allows, lost } = counts;
    if validated > 0 {
        term.say(&format!("without validation, for stanch asks no provider: {validated} rules"))?;
    }
    term.say(&format!("{rules} rules and {allows} allow entries carried over, {lost} things left behind"))?;
    if rules + allows > 0 {
        return Ok(0);
    }
    Ok(NOTHING)
}

/// A file and what it holds.
struct Read {
    name: String,
    format: Format,
    foreign: Foreign,
}

fn read_file(path: &Path, from: Option<Format>) -> anyhow::Result<Read> {
    let name = sanitize::text(&path.display().to_string());
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot read `{name}`"))?;
    // One byte more than is allowed tells a file that is too large.
    file.take(MAX_IMPORT_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read `{name}`"))?;
    let faulty = |fault: Fault| {
        let Fault { file, place, what, hint } = fault;
        Usage::new(format!("{file}:{}:{}: {what}", place.line, place.column), hint)
    };
    let format = match from {
        Some(format) => format,
        None => Format::tell(&name, text(&name, &bytes).map_err(faulty)?).ok_or_else(|| untold(&name))?,
    };
    let foreign = read(format, &name, &bytes).map_err(faulty)?;
    Ok(Read { name, format, foreign })
}

#[derive(Default)]
struct Counts {
    rules: usize,
    validated: usize,
    allows: usize,
    lost: usize,
}

/// What has been carried over so far.
struct Importer {
    carrier: Carrier,
    out: String,
    talk: String,
    allowed: BTreeSet<(Option<String>, String)>,
    counts: Counts,
}

impl Importer {
    fn rules(&mut self, file: &Read) {
        let Read { name, format, foreign } = file;
        for lost in &foreign.lost {
            self.lose(file, lost.line, &lost.what, &lost.why);
        }
        for theirs in &foreign.rules {
            match self.carrier.carry(theirs, format.name()) {
                Ok(all) => {
                    self.counts.validated += usize::from(theirs.validated);
                    for carried in all {
                        let id = carried.rule.info.id.to_string();
                        let comment = format!("From `{}` of {} ({})", theirs.id, base_name(name), format.name());
                        self.out.push_str(&format!("{}\n", write_rule(&carried.rule, &comment)));
                        self.counts.rules += 1;
                        if !carried.without.is_empty() {
                            let what = carried.without.join("; ");
                            self.talk(&format!("{}: `{}` is `{id}` here, without {what}", at(name, theirs.line), theirs.id));
                        }
                    }
                }
                Err(error) => self.lose(file, theirs.line, &format!("`{}`", theirs.id), &error.to_string()),
            }
        }
    }

    fn allows(&mut self, file: &Read) {
        for allow in &file.foreign.allows {
            let what = allow.rule.as_ref().map_or("an allow entry".to_owned(), |rule| format!("the allow entry for `{rule}`"));
            let Some(glob) = glob_of(&allow.path) else {
                self.lose(file, allow.line, &what, "its path is an expression that no glob says");
                continue;
            };
            let targets = self.carrier.targets(allow);
            if targets.is_empty() {
                self.lose(file, allow.line, &what, "there is no such rule here; import its rules in the same run");
            }
            for rule in targets {
                if self.allowed.insert((rule.clone(), glob.clone())) {
                    self.out.push_str(&format!("{}\n", write_allow(rule.as_deref(), &glob, &allow.reason)));
                    self.counts.allows += 1;
                }
            }
        }
        for note in &file.foreign.notes {
            self.talk(&format!("{}: {note}", file.name));
        }
    }

    fn lose(&mut self, file: &Read, line: usize, what: &str, why: &str) {
        self.counts.lost += 1;
        self.talk(&format!("{}: left behind: {what}: {why}", at(&file.name, line)));
    }

    fn talk(&mut self, line: &str) {
        self.talk.push_str(&format!("{}\n", sanitize::text(line)));
    }
}

fn at(name: &str, line: usize) -> String {
    if line == 0 { name.to_owned() } else { format!("{name}:{line}") }
}

fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

fn unknown(word: &str) -> Usage {
    Usage::new(format!("there is no format `{word}`"), format!("choose one of: {}", words()))
}

fn untold(name: &str) -> Usage {
    Usage::new(format!("nothing tells the format of `{name}`"), format!("name it with `--from`: {}", words()))
}

fn words() -> String {
    Format::ALL.map(Format::name).join(", ")
}
