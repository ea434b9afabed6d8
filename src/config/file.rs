//! `stanch.toml` and the baseline file, as written.

use std::time::Duration;

use jiff::civil::Date;

use super::Error;
use super::part::{Home, read_lines, read_packs};
use super::wishes::{read_branch, read_message, read_quality};
use crate::archive;
use crate::check::{Pattern, check_query, leads, lengths, outline};
use crate::commit::Wishes;
use crate::model::{Fingerprint, FingerprintKey, Text};
use crate::policy::{Baseline, Entry, PathGlob, Policy, Threshold, Warning};
use crate::quality::Wants;
use crate::rules::fields::{Document, Written, shown};
use crate::rules::{Choice, Fault, Fields, Kind, Place, RULES, Rule, Turn, read_rule};
use crate::scan::Archives;
use crate::tools::{Tool, read_tool};

/// The file of settings, at the root of a repository.
pub const SETTINGS_FILE: &str = "stanch.toml";
/// The file of what was there before, unless the settings name another.
pub const BASELINE_FILE: &str = ".stanch-baseline";
/// The longest deadline, in seconds: a day.
const MAX_DEADLINE_SECS: usize = 86_400;
/// The most threads.
const MAX_THREADS: usize = 1024;

/// The largest archive that may be opened, in bytes: it is held whole.
const MAX_ARCHIVE_BYTES: u64 = 1 << 30;
/// The most members of an archive, the most bytes that may come out of it, and for each that goes in. They bound time,
/// not memory.
const MAX_MEMBERS: u64 = 10_000_000;
const MAX_TOTAL_BYTES: u64 = 1 << 40;
const MAX_RATIO: u64 = 1_000_000;

/// What a repository's files say.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The key of its fingerprints; none when it has not chosen one.
    pub key: Option<FingerprintKey>,
    /// Rules of its own.
    pub rules: Vec<Rule>,
    /// Other programs that look too.
    pub tools: Vec<Tool>,
    /// Which of the rules in the binary run.
    pub choice: Choice,
    /// What parts of the repository want otherwise; later ones win.
    pub parts: Vec<(PathGlob, Turn)>,
    /// Which tools look at parts of the repository, by their names; later ones win.
    pub tool_parts: Vec<(PathGlob, Vec<String>)>,
    /// The baseline file, from the root of the repository.
    pub baseline_file: String,
    /// What it says about findings.
    pub policy: Policy,
    /// What it asks of commits beside their files.
    pub wishes: Wishes,
    /// What it asks of files, where that is more than a rule that is on or off.
    pub wants: Wants,
    /// After this time a run stops and is incomplete.
    pub deadline: Option<Duration>,
    /// How many threads look at once.
    pub threads: usize,
    /// Which archives are opened, and how far.
    pub archives: Archives,
    /// The text of the file of settings, for the digest; empty where there is none.
    pub text: String,
    /// The files of settings of folders, each with its folder.
    pub below: Vec<(String, String)>,
}

impl Settings {
    /// Reads the file of settings, which the user knows as `name`.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(name, bytes, &error))?;
        let mut document = Document::new(name, text);
        let root = document.root();
        let mut settings = Self { baseline_file: BASELINE_FILE.to_owned(), text: text.to_owned(), ..Self::default() };
        let mut fields = Fields::new(&mut document, root, 0);
        settings.read(&mut fields);
        fields.finish();
        let mut faults = document.faults;
        faults.sort_by_key(|fault| fault.place);
        if faults.is_empty() { Ok(settings) } else { Err(Error::Faults { faults }) }
    }

    /// Reads the baseline file, which the user knows as `name`.
    ///
    /// # Errors
    /// All faults at once.
    pub fn read_baseline(&mut self, name: &str, text: &[u8]) -> Result<(), Error> {
        let fault = |line| Fault {
            file: name.to_owned(),
            place: Place { line, column: 1 },
            what: "this line is no baseline entry".to_owned(),
            hint: "solve the merge by keeping both sides' lines, or run `stanch baseline update`".to_owned(),
        };
        self.policy.baseline =
            Baseline::parse(text).map_err(|faults| Error::Faults { faults: faults.iter().map(|bad| fault(bad.line)).collect() })?;
        Ok(())
    }

    fn read(&mut self, fields: &mut Fields<'_, '_>) {
        self.key = fields.text("key").map(|key| FingerprintKey::new(key.into_bytes()));
        let usual = (Threshold::default(), Warning::default());
        let (block, warn) = (read_lines(fields, "block"), read_lines(fields, "warn"));
        self.policy.block =
            Threshold { severity: block.severity.unwrap_or(usual.0.severity), confidence: block.confidence.unwrap_or(usual.0.confidence) };
        self.policy.warn =
            Warning { severity: warn.severity.unwrap_or(usual.1.severity), confidence: warn.confidence.unwrap_or(usual.1.confidence) };
        if let Some((file, at)) = fields.text_at("baseline") {
            if file.starts_with('/') || file.split('/').any(|part| part == "..") {
                fields.fault_at(at, "`baseline` leads out of the repository".to_owned(), "name a file below the root of the repository");
            } else {
                self.baseline_file = file.into_owned();
            }
        }
        self.policy.exclude = fields
            .texts_at("exclude")
            .unwrap_or_default()
            .iter()
            .filter_map(|(glob, at)| read_glob(fields, Home::default(), glob, *at))
            .collect();
        if let Some(mut limits) = fields.table("limits") {
            self.deadline =
                limits.count("deadline_secs", MAX_DEADLINE_SECS).filter(|&secs| secs > 0).map(|secs| Duration::from_secs(secs as u64));
            self.threads = limits.count("threads", MAX_THREADS).unwrap_or(0);
            self.archives = read_archives(&mut limits);
            limits.finish();
        }
        if let Some(quality) = fields.table("quality") {
            self.wants = read_quality(quality);
        }
        fields.each("rule", |table| self.rules.extend(read_own_rule(table, Home::default(), &self.rules)));
        if let Some(packs) = read_packs(fields) {
            self.choice.packs = packs;
        }
        let (enable, disable) = (fields.texts_at("enable").unwrap_or_default(), fields.texts_at("disable").unwrap_or_default());
        for (id, at) in enable.iter().chain(&disable) {
            if RULES.find(id).is_none() && !self.rules.iter().any(|rule| rule.info.id == id.as_str()) {
                fields.fault_at(*at, format!("there is no rule `{}`", shown(id)), "`stanch rules list` shows all ids");
            }
        }
        self.wishes.message = fields.table("message").map(read_message);
        self.wishes.branch = fields.table("branch").map(read_branch);
        for (id, at) in &enable {
            let number = RULES.find(id).filter(|&number| RULES.pack(number).is_of_tables());
            if number.is_some() && !self.wishes.checks().any(|check| check.name() == id) {
                fields.fault_at(
                    *at,
                    format!("`{}` asks for nothing by itself", shown(id)),
                    "write what it asks for in `[message]` or `[branch]`",
                );
            }
        }
        self.choice.enable = enable.into_iter().map(|(id, _)| id).collect();
        self.choice.enable.extend(self.wishes.checks().map(|check| check.name().to_owned()));
        self.choice.disable = disable.into_iter().map(|(id, _)| id).collect();
        let (tools, text) = (&mut self.tools, &self.text);
        fields.each("tool", |mut table| {
            let at = table.at();
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            let tool = read_tool(table.reborrow(), u32::try_from(line).unwrap_or(u32::MAX));
            if tools.iter().any(|known: &Tool| known.name == tool.name) {
                table.fault_at(at, format!("there are two tools `{}`", shown(&tool.name)), "give one of them a `name` of its own");
            }
            if RULES.find(&tool.name).is_some() {
                table.fault_at(at, format!("`{}` is the id of a rule", shown(&tool.name)), "give the tool a `name` of its own");
            }
            tools.push(tool);
        });
        self.read_parts(fields, Home::default());
        fields.each("allow", |table| self.policy.allow.push(read_entry(table, Home::default())));
    }
}

/// A rule of the repository's own, where its id is not `known`.
pub(super) fn read_own_rule(mut table: Fields<'_, '_>, home: Home<'_>, known: &[Rule]) -> Option<Rule> {
    let at = table.at();
    let query = table.written("query");
    let mut rule = read_rule(table.reborrow());
    check_expression(&mut table, &rule, query);
    if RULES.find(&rule.info.id).is_some() || known.iter().any(|known| known.info.id == rule.info.id) {
        table.fault_at(at, format!("the rule id `{}` is taken", rule.info.id), "choose an id of your own, such as `acme-token`");
        return None;
    }
    for glob in rule.paths.iter().chain(rule.except.iter()) {
        read_glob(&mut table, home, glob, at);
    }
    let from_root = |globs: &[Text]| -> Vec<Text> { globs.iter().map(|glob| home.glob(glob).into()).collect() };
    // A folder names all below it, as everywhere in the settings.
    let below = |glob: Text| [format!("{}/**", glob.trim_end_matches('/')).into(), glob];
    let named = || from_root(&rule.paths).into_iter().flat_map(below).collect();
    rule.paths = if rule.paths.is_empty() { home.all().map(Into::into).into_iter().collect() } else { named() };
    rule.except = from_root(&rule.except).into();
    rule.leads = leads(&rule.pattern, &rule.keywords);
    rule.lengths = lengths(&rule.pattern);
    rule.shape = outline(rule.kind, &rule.pattern, &rule.keywords);
    Some(rule)
}

pub(super) fn not_utf8(name: &str, bytes: &[u8], error: &std::str::Utf8Error) -> Error {
    let line = bytes.iter().take(error.valid_up_to()).filter(|&&byte| byte == b'\n').count() + 1;
    let what = "the file is not UTF-8 here".to_owned();
    let hint = "save it as UTF-8; TOML knows no other encoding".to_owned();
    Error::Faults { faults: vec![Fault { file: name.to_owned(), place: Place { line, column: 1 }, what, hint }] }
}

fn read_archives(limits: &mut Fields<'_, '_>) -> Archives {
    let usual = Archives::default();
    let mut count =
        |name, most: u64, usual: u64| limits.count(name, usize::try_from(most).unwrap_or(usize::MAX)).map_or(usual, |count| count as u64);
    let depth = count("archive_depth", archive::Limits::MAX_DEPTH.into(), usual.inside.depth.into());
    Archives {
        most_bytes: count("archive_bytes", MAX_ARCHIVE_BYTES, usual.most_bytes),
        hook_bytes: count("hook_archive_bytes", MAX_ARCHIVE_BYTES, usual.hook_bytes),
        inside: archive::Limits {
            depth: u32::try_from(depth).unwrap_or(archive::Limits::MAX_DEPTH),
            members: count("archive_members", MAX_MEMBERS, usual.inside.members),
            total_bytes: count("archive_total_bytes", MAX_TOTAL_BYTES, usual.inside.total_bytes),
            ratio: count("archive_ratio", MAX_RATIO, usual.inside.ratio),
            ..usual.inside
        },
        ..usual
    }
}

/// Notes a fault where a rule's expression or query does not compile.
fn check_expression(table: &mut Fields<'_, '_>, rule: &Rule, query: Option<Written>) {
    let id = &rule.info.id;
    if let Kind::Tree(languages) = rule.kind {
        if let Err(fault) = check_query(&rule.pattern, languages) {
            let at = query.map_or(table.at(), |query| query.byte(fault.offset));
            table.fault_at(at, format!("the query of `{id}` does not compile: {fault}"), fault.hint);
        }
    } else if let Err(error) = Pattern::check(rule) {
        let cause = error.source.to_string();
        let what = format!("the pattern of `{id}` does not compile: {}", cause.lines().last().unwrap_or_default());
        table.fault_at(table.at(), what, "see https://docs.rs/regex/latest/regex/#syntax");
    }
}

pub(super) fn read_glob(fields: &mut Fields<'_, '_>, home: Home<'_>, glob: &str, at: usize) -> Option<PathGlob> {
    let parsed = PathGlob::parse(&home.glob(glob));
    if parsed.is_err() {
        fields.fault_at(at, format!("`{}` is no glob", shown(glob)), "write a path with `*`, `**`, `?` or `{a,b}`: `tests/**/*.pem`");
    }
    parsed.ok()
}

pub(super) fn read_entry(mut fields: Fields<'_, '_>, home: Home<'_>) -> Entry {
    let rule = fields.text("rule");
    let path = fields.text_at("path").and_then(|(glob, at)| read_glob(&mut fields, home, &glob, at));
    let fingerprint = fields.text_at("fingerprint").and_then(|(hex, at)| {
        let fingerprint = Fingerprint::parse(&hex);
        if fingerprint.is_none() {
            fields.fault_at(at, format!("`{}` is no fingerprint", shown(&hex)), "copy the twelve digits from the finding");
        }
        fingerprint
    });
    let until = fields.text_at("until").and_then(|(day, at)| {
        let date = day.parse::<Date>().ok();
        if date.is_none() {
            fields.fault_at(at, format!("`{}` is no day", shown(&day)), "write it as \"2027-01-31\"");
        }
        date
    });
    let entry = Entry {
        reason: fields.required("reason"),
        author: fields.text("author"),
        named: fields.text("named"),
        rule,
        path,
        fingerprint,
        until,
    };
    if entry.rule.is_none() && entry.path.is_none() && entry.fingerprint.is_none() {
        fields.fault("an allow entry must name something".to_owned(), "add `rule`, `path` or `fingerprint`");
    }
    fields.finish();
    entry
}
