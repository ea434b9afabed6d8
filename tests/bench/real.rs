//! Scans real repositories and holds what is found against labels made by hand (`tests/bench/real.toml`).
//!
//! The tree of the named commit is written to a temporary folder, outside any repository, and scanned by the program as
//! `stanch scan` does, archives and all. Blobs that a clone lacks are counted. Nothing of a repository is printed but
//! paths; a finding without a label is a task: read its line, and write one.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench reads files, starts programs and prints counts"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde::Deserialize;
use serde_json::Value;

const STANCH: &str = env!("CARGO_BIN_EXE_stanch");
/// A file with a zero byte among so many first ones is no text.
const HEAD_BYTES: usize = 8000;

#[derive(Deserialize)]
struct Labels {
    repository: Vec<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    name: String,
    kind: String,
    commit: String,
    lines: usize,
    seen: bool,
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    path: String,
    rule: String,
    fingerprint: String,
    #[serde(rename = "label")]
    kind: Kind,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Right,
    TestValue,
    Wrong,
}

/// What one run gave, or several together.
#[derive(Clone, Copy, Default)]
struct Tally {
    lines: usize,
    blobs: u64,
    missing: u64,
    blocks: usize,
    warns: usize,
    right: usize,
    test_values: usize,
    wrong: usize,
    wrong_blocks: usize,
    unlabelled: usize,
    gone: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let (clones, names) = arguments.split_first().expect("give a folder of clones");
    let labels = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/real.toml")).unwrap();
    let labels: Labels = toml::from_str(&labels).unwrap();
    print!("{:<58} {:<18} {:>9} {:>6} {:>5} {:>5}", "repository", "kind", "lines", "blobs", "block", "warn");
    println!(" {:>5} {:>5} {:>5} {:>6} {:>4} {:>4}", "right", "test", "wrong", "/Mline", "new", "gone");
    let (mut seen, mut fresh) = (Tally::default(), Tally::default());
    for repository in labels.repository.iter().filter(|repository| names.is_empty() || names.contains(&repository.name)) {
        let Some(clone) = clone_of(Path::new(clones), &repository.name) else {
            println!("{:<58} not in the folder", repository.name);
            continue;
        };
        let tally = measure(repository, &clone);
        row(&repository.name, &repository.kind, tally);
        if tally.missing > 0 {
            println!("    {} blobs are not in the clone", tally.missing);
        }
        if tally.lines != repository.lines {
            println!("    the labels count {} lines", repository.lines);
        }
        let sum = if repository.seen { &mut seen } else { &mut fresh };
        *sum = sum.with(tally);
    }
    row("seen while the rules were written", "", seen);
    row("not seen", "", fresh);
    let total = seen.with(fresh);
    row("total", "", total);
    let alarms = total.blocks + total.warns;
    println!(
        "\n{alarms} alarms, {:.1} per million lines; {:.1} % right, {:.1} % made-up values of exact shape, {:.1} % wrong; {} wrong ones block",
        per_million(alarms, total.lines),
        percent(total.right, alarms),
        percent(total.test_values, alarms),
        percent(total.wrong, alarms),
        total.wrong_blocks,
    );
    if total.unlabelled == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn clone_of(clones: &Path, name: &str) -> Option<PathBuf> {
    let last = name.rsplit('/').next().unwrap_or(name);
    let places =
        [format!("{}/repo", name.replace('/', "+")), name.replace('/', "+"), name.to_owned(), format!("{name}.git"), last.to_owned()];
    places.iter().map(|place| clones.join(place)).find(|place| place.join("HEAD").exists() || place.join(".git").exists())
}

fn measure(repository: &Repository, clone: &Path) -> Tally {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    fs::create_dir(&tree).unwrap();
    let files = write_tree(clone, &repository.commit, folder.path(), &tree);
    let report = folder.path().join("report.json");
    let output = format!("json={}", report.display());
    Command::new(STANCH).args(["scan", "--output", &output]).current_dir(&tree).stdout(Stdio::null()).status().unwrap();
    let report: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();

    let blobs = report["coverage"]["blobs"].as_u64().unwrap();
    let mut tally = Tally { lines: lines_below(&tree), blobs, missing: files - blobs, ..Tally::default() };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let known: BTreeMap<_, _> =
        repository.labels.iter().map(|label| ((&label.path, &label.rule, &label.fingerprint), label.kind)).collect();
    assert_eq!(known.len(), repository.labels.len(), "{}: two labels name one finding", repository.name);
    let mut met = BTreeSet::new();
    for finding in report["findings"].as_array().unwrap() {
        let blocks = finding["verdict"] == "block";
        match finding["verdict"].as_str() {
            Some("block") => tally.blocks += 1,
            Some("warn") => tally.warns += 1,
            _ => continue,
        }
        let member = finding["member"].as_str().map(|member| format!("!/{member}")).unwrap_or_default();
        let (path, rule) = (text(&finding["path"]) + &member, text(&finding["rule"]));
        let key = (path, rule, text(&finding["fingerprint"]));
        match known.get(&(&key.0, &key.1, &key.2)) {
            Some(Kind::Right) => tally.right += 1,
            Some(Kind::TestValue) => tally.test_values += 1,
            Some(Kind::Wrong) => {
                tally.wrong += 1;
                tally.wrong_blocks += usize::from(blocks);
            }
            None => {
                tally.unlabelled += 1;
                println!("    no label: {} {}:{} {} {}", repository.name, key.0, finding["line"], key.1, key.2);
            }
        }
        met.insert(key);
    }
    tally.gone = repository
        .labels
        .iter()
        .filter(|label| !met.contains(&(label.path.clone(), label.rule.clone(), label.fingerprint.clone())))
        .count();
    tally
}

/// Writes the files of a commit to `tree`, as far as the clone has them; how many it names. An index of its own leaves the
/// clone as it is, and unlike `git archive` it leaves nothing out by the commit's own attributes.
fn write_tree(clone: &Path, commit: &str, folder: &Path, tree: &Path) -> u64 {
    let settings = folder.join("gitconfig");
    fs::write(&settings, "").unwrap();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(clone).arg("--work-tree").arg(tree).args(arguments).stderr(Stdio::null());
        git.env("GIT_INDEX_FILE", folder.join("index")).env("GIT_NO_LAZY_FETCH", "1");
        git.env("GIT_CONFIG_GLOBAL", &settings).env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap()
    };
    assert!(git(&["read-tree", commit]).status.success(), "{}: the commit {commit} is not there", clone.display());
    let prefix = format!("--prefix={}/", tree.display());
    git(&["checkout-index", "--all", "--force", &prefix]);
    let names = git(&["ls-files", "-s", "-z"]).stdout;
    let files = names.split(|&byte| byte == 0).filter(|entry| !entry.is_empty() && !entry.starts_with(b"160000"));
    u64::try_from(files.count()).unwrap()
}

fn lines_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let lines = entries.map(|entry| {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            return lines_below(&entry.path());
        }
        let bytes = if kind.is_file() { fs::read(entry.path()).unwrap() } else { Vec::new() };
        let is_text = !bytes.iter().take(HEAD_BYTES).any(|&byte| byte == 0);
        if is_text { bytes.split(|&byte| byte == b'\n').count() - 1 } else { 0 }
    });
    lines.sum()
}

impl Tally {
    fn with(self, other: Self) -> Self {
        Self {
            lines: self.lines + other.lines,
            blobs: self.blobs + other.blobs,
            missing: self.missing + other.missing,
            blocks: self.blocks + other.blocks,
            warns: self.warns + other.warns,
            right: self.right + other.right,
            test_values: self.test_values + other.test_values,
            wrong: self.wrong + other.wrong,
            wrong_blocks: self.wrong_blocks + other.wrong_blocks,
            unlabelled: self.unlabelled + other.unlabelled,
            gone: self.gone + other.gone,
        }
    }
}

fn row(name: &str, kind: &str, tally: Tally) {
    let Tally { lines, blobs, blocks, warns, right, test_values, wrong, unlabelled, gone, .. } = tally;
    print!("{name:<58} {kind:<18} {lines:>9} {blobs:>6} {blocks:>5} {warns:>5}");
    println!(" {right:>5} {test_values:>5} {wrong:>5} {:>6.1} {unlabelled:>4} {gone:>4}", per_million(wrong, lines));
}

fn per_million(count: usize, lines: usize) -> f64 {
    if lines == 0 { 0.0 } else { count as f64 * 1e6 / lines as f64 }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}
