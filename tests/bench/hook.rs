//! What a hook costs beside git itself.
//!
//! The commands of a pair run in turn, round by round, so that a noisy machine disturbs both; a figure is the ratio
//! of their medians. Absolute times say nothing about another machine. Caches are warm. What is left out: the start
//! of the shell that runs git's hook script, which is measured on a row of its own.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout, reason = "a bench starts programs and prints")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const STANCH: &str = env!("CARGO_BIN_EXE_stanch");

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let rounds = arguments.iter().position(|word| word == "--rounds").and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(30);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench");
    println!("{:<58} {:>9} {:>9} {:>7} {:>7}", "stanch beside git, medians of one run", "stanch", "beside", "ratio", "limit");

    let here = Path::new(".");
    let git_version = command("git", here, &["--version"]);
    row("--version beside git --version", rounds, 1.5, &command(STANCH, here, &["--version"]), &git_version);

    for (files, limit) in [(5_000, 2.0), (200_000, 1.3)] {
        let repo = repository(&folder, files);
        let git = command("git", &repo, &["diff", "--cached", "--raw"]);
        let rounds = if files > 100_000 { rounds / 2 } else { rounds };
        let hook = command(STANCH, &repo, &["hook", "pre-commit"]);
        row(&format!("hook pre-commit, 1 of {files} files, beside git diff"), rounds, limit, &hook, &git);
        let script = command("sh", &repo, &[concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/pre-commit")]);
        row(&format!("the same by the script of hooks/, {files} files"), rounds, f64::NAN, &script, &git);
    }

    let tree = work_tree(&folder);
    let cat = command("sh", &tree, &["-c", "find . -path ./.git -prune -o -type f -print0 | xargs -0 cat"]);
    row("scan of a work tree of 65 MB beside cat", rounds / 2, 3.0, &command(STANCH, &tree, &["scan"]), &cat);
}

/// A program in a folder, with its arguments.
struct Run {
    program: String,
    folder: PathBuf,
    arguments: Vec<String>,
}

fn command(program: &str, folder: &Path, arguments: &[&str]) -> Run {
    let arguments = arguments.iter().map(|&word| word.to_owned()).collect();
    Run { program: program.to_owned(), folder: folder.to_owned(), arguments }
}

impl Run {
    fn time(&self) -> Duration {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let path = Path::new(STANCH).parent().unwrap();
        command.env("PATH", format!("{}:{}", path.display(), std::env::var("PATH").unwrap()));
        let started = Instant::now();
        let status = command.status().unwrap();
        let took = started.elapsed();
        assert!(status.success(), "`{} {}` ended with {status}", self.program, self.arguments.join(" "));
        took
    }
}

fn row(name: &str, rounds: usize, limit: f64, ours: &Run, beside: &Run) {
    for _ in 0..3 {
        ours.time();
        beside.time();
    }
    let (mut left, mut right): (Vec<Duration>, Vec<Duration>) = (0..rounds).map(|_| (ours.time(), beside.time())).unzip();
    left.sort_unstable();
    right.sort_unstable();
    let (left, right) = (left[left.len() / 2], right[right.len() / 2]);
    let ratio = left.as_secs_f64() / right.as_secs_f64();
    let millis = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
    let limit = if limit.is_nan() { "-".to_owned() } else { format!("{limit:.1}") };
    println!("{name:<58} {:>9} {:>9} {ratio:>7.2} {limit:>7}", millis(left), millis(right));
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "core.hooksPath=/dev/null"];
    let status = Command::new("git").args(identity).args(arguments).current_dir(folder).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "git {}", arguments.join(" "));
}

/// A repository of so many files with one changed line staged, kept between runs.
fn repository(folder: &Path, files: usize) -> PathBuf {
    let repo = folder.join(format!("repository-v2-{files}"));
    if repo.join("ready").exists() {
        return repo;
    }
    fs::remove_dir_all(&repo).ok();
    fs::create_dir_all(&repo).unwrap();
    git(&repo, &["init", "--quiet"]);
    let mut import = Command::new("git").args(["fast-import", "--quiet"]).current_dir(&repo).stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = std::io::BufWriter::new(import.stdin.take().unwrap());
    write!(pipe, "commit refs/heads/main\ncommitter bench <bench@example.org> 1700000000 +0000\ndata 1\nx\n").unwrap();
    for number in 0..files {
        let text = source_text(number, 3_500);
        write!(pipe, "M 100644 inline {}\ndata {}\n{text}\n", source_path(number), text.len()).unwrap();
    }
    drop(pipe);
    assert!(import.wait().unwrap().success());
    git(&repo, &["symbolic-ref", "HEAD", "refs/heads/main"]);
    git(&repo, &["read-tree", "HEAD"]);
    let changed = source_path(files / 2);
    fs::create_dir_all(repo.join(&changed).parent().unwrap()).unwrap();
    fs::write(repo.join(&changed), format!("{}one_more = line\n", source_text(files / 2, 3_500))).unwrap();
    git(&repo, &["add", &changed]);
    fs::write(repo.join("ready"), "").unwrap();
    repo
}

/// A work tree of about 65 MB in files of source text, kept between runs.
fn work_tree(folder: &Path) -> PathBuf {
    let tree = folder.join("tree-v2-65");
    if tree.join("ready").exists() {
        return tree;
    }
    fs::remove_dir_all(&tree).ok();
    for number in 0..5_000 {
        let path = tree.join(source_path(number));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, source_text(number, 13_000)).unwrap();
    }
    git(&tree, &["init", "--quiet"]);
    git(&tree, &["add", "."]);
    fs::write(tree.join("ready"), "").unwrap();
    tree
}

fn source_path(number: usize) -> String {
    let ending = ["py", "rs", "js", "yaml", "md"][number % 5];
    format!("part{}/module{}/file{number}.{ending}", number / 2_000, number / 40 % 50)
}

/// Text with the words of real source; about one word in three hundred is one that rules look for.
fn source_text(seed: usize, bytes: usize) -> String {
    const WORDS: &[&str] = &[
        "return",
        "import",
        "self",
        "value",
        "config",
        "request",
        "response",
        "user",
        "for",
        "in",
        "if",
        "else",
        "def",
        "class",
        "function",
        "const",
        "let",
        "name",
        "id",
        "data",
        "list",
        "result",
        "error",
        "None",
        "true",
        "assert_eq!",
        "(",
        ")",
        "{",
        "}",
        "[0]",
        "=",
        "==",
        "+",
        "->",
        "\"text in quotes\"",
        "# a comment",
        "client",
        "session",
        "settings",
        "header",
        "test_",
    ];
    const TELLING: &[&str] = &[
        "password",
        "token",
        "secret_key",
        "api_key",
        "https://example.org/path",
        "database_url",
        "github",
        "aws",
        "slack",
        "stripe",
        "google",
        "azure",
        "Authorization",
        "postgres://",
    ];
    let mut state = seed as u64 * 2 + 1;
    let mut text = String::with_capacity(bytes + 32);
    while text.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let words = if (state >> 40).is_multiple_of(300) { TELLING } else { WORDS };
        text.push_str(words[(state >> 33) as usize % words.len()]);
        text.push(if (state >> 20).is_multiple_of(9) { '\n' } else { ' ' });
    }
    text.push('\n');
    text
}
