//! What a change may not do to its own gate, and what a gate may not do to a person's work.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::TestRepo;

/// Row 8, with the old message.
#[test]
fn amending_a_leaking_commit_is_stopped() {
    let repo = TestRepo::started();
    repo.slip("a.py", repo.leak());
    repo.stage("b.py", "x = 1\n");
    repo.git(["commit", "--amend", "--no-edit"]).blocks("a.py:1");
    repo.git(["commit", "--amend"]).blocks("a.py:1");
    repo.stage("a.py", "x = read()\n");
    repo.git(["commit", "--amend", "--no-edit"]).clean().never_says("unscanned");
}

/// Row 8, with a new message, of which git tells its hooks too late to stop it.
#[test]
fn amending_a_leaking_commit_with_a_new_message_is_named() {
    let repo = TestRepo::started();
    repo.slip("a.py", repo.leak());
    repo.stage("b.py", "x = 1\n");
    repo.git(["commit", "--amend", "-m", "new"]).ok().says("the amended commit").says("must not be pushed").says("blocked: a.py:1");
    repo.remote();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

/// Row 8, the first commit.
#[test]
fn amending_the_first_commit_compares_it_with_nothing() {
    let repo = TestRepo::guarded();
    repo.slip("a.py", repo.leak());
    repo.git(["commit", "--amend", "--no-edit"]).blocks("a.py:1");
    repo.stage("a.py", "x = read()\n");
    repo.git(["commit", "--amend", "--no-edit"]).clean();
}

const LOOSENINGS: [(&str, &str); 6] = [
    ("an allow entry", "[[allow]]\nrule = \"npm-access-token\"\nreason = \"let me\"\n"),
    ("an allowed path", "[[allow]]\npath = \"**\"\nreason = \"let me\"\n"),
    ("a rule that does not run", "disable = [\"npm-access-token\"]\n"),
    ("a path that is not read", "exclude = [\"*.py\"]\n"),
    ("a line that is never reached", "[block]\nconfidence = \"proved\"\n"),
    ("a rule of its own that is gone", ""),
];
/// What holds before: a rule of the repository's own.
const OWN_RULE: &str = r#"
[[rule]]
id = "acme-word"
title = "Acme word"
severity = "high"
confidence = "high"
keywords = ["acme-"]
pattern = 'acme-[0-9]{6}'
why = "it opens doors"
fix = "change it"
examples.match = ["acme-${digit:6}"]
examples.miss = ["acme-"]
"#;

/// Row 35, at the commit.
#[test]
fn a_commit_that_weakens_the_rules_is_judged_by_the_old_ones_and_told_so() {
    for (what, settings) in LOOSENINGS {
        let repo = TestRepo::started();
        repo.commit_file("stanch.toml", OWN_RULE).clean();
        let leak = leak_for(&repo, settings);
        repo.stage("stanch.toml", settings);
        repo.stage("a.py", leak);
        let ran = repo.git(["commit", "-m", "x"]);
        ran.blocks("a.py:1");
        assert!(ran.text().contains("this change itself brings"), "{what}:\n{ran}");
    }
}

/// Row 35, at the push and in CI.
#[test]
fn a_push_that_weakens_the_rules_is_judged_by_the_old_ones_and_told_so() {
    for (what, settings) in LOOSENINGS {
        let repo = TestRepo::started();
        repo.remote();
        repo.commit_file("stanch.toml", OWN_RULE).clean();
        repo.git(["push", "-q", "origin", "main"]).clean();
        let leak = leak_for(&repo, settings);
        repo.slip("stanch.toml", settings);
        repo.slip("a.py", leak);
        for ran in [repo.git(["push", "origin", "main"]), repo.stanch(["scan", "--range", "origin/main..HEAD"])] {
            ran.blocks("a.py:1");
            assert!(ran.text().contains("this change itself brings"), "{what}:\n{ran}");
        }
    }
}

/// Row 35: once accepted, a weaker rule holds.
#[test]
fn settings_that_were_committed_before_hold() {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", "[[allow]]\npath = \"tests/**\"\nreason = \"test values\"\n").clean();
    repo.commit_file("tests/a.py", repo.leak()).clean().says("1 allowed");
    repo.commit_file("src/a.py", repo.leak()).blocks("src/a.py:1");
}

fn leak_for(repo: &TestRepo, settings: &str) -> String {
    // What is proved is not below any line, so that these ask for something else.
    if settings.is_empty() || settings.contains("proved") { format!("word = 'acme-{}'\n", 650_000 + 12_345) } else { repo.leak() }
}

/// Row 36, at the commit.
#[test]
fn a_secret_in_a_message_stops_the_commit() {
    let repo = TestRepo::started();
    repo.stage("a.py", "x = 1\n");
    let message = repo.beside("outside");
    message.write("message", format!("subject\n\n{}", repo.leak()));
    let file = message.path("message").display().to_string();
    repo.git(["commit", "-F", &file]).blocks("commit message:3");
    repo.git(["commit", "--allow-empty", "-m", "subject", "-m", repo.leak().trim()]).blocks("commit message:3");
    repo.stanch(["scan", "--message", &file]).blocks("commit message:3");
    assert_eq!(repo.ask(["rev-list", "--count", "HEAD"]), "1");
}

/// Row 36, what git itself takes out of a message.
#[test]
fn the_diff_that_git_shows_below_a_message_is_no_part_of_it() {
    let repo = TestRepo::started();
    repo.slip("a.py", repo.leak());
    repo.git(["rm", "-q", "a.py"]).ok();
    repo.git_env(&[("GIT_EDITOR", "sh -c 'echo subject >message && cat \"$0\" >>message && mv message \"$0\"'")], ["commit", "-v"]).clean();
}

/// Row 36, at the push.
#[test]
fn a_secret_in_a_message_stops_the_push() {
    let repo = TestRepo::started();
    repo.remote();
    repo.stage("a.py", "x = 1\n");
    let said = repo.git(["commit", "-q", "--no-verify", "-m", "subject", "-m", repo.leak().trim()]);
    said.ok().says("unscanned").says("message:3");
    let id = repo.ask(["rev-parse", "--short=12", "HEAD"]);
    repo.git(["push", "origin", "main"]).blocks(&format!("commit {id} message:3")).says("git commit --amend");
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["push", "origin", "main"]).blocks(&format!("commit {id} message:3")).says("reword");
}

/// Row 38, killed while a hook of the person's own runs behind stanch's.
#[test]
fn a_commit_killed_in_a_hook_leaves_everything_as_it_was() {
    for signal in ["HUP", "KILL"] {
        let repo = TestRepo::new();
        repo.script(".git/hooks/pre-commit", "#!/bin/sh\n[ -p ../ready ] || exit 0\necho here >../ready\ncat ../hold\n");
        repo.stanch(["install"]).ok();
        killed_while_it_waits(&repo, signal, "../ready", |fifo| {
            fs::read(fifo).unwrap();
            None
        });
    }
}

/// Row 38, killed while stanch itself runs.
#[test]
fn a_commit_killed_while_stanch_looks_leaves_everything_as_it_was() {
    for signal in ["HUP", "KILL"] {
        let repo = TestRepo::guarded();
        // A pipe in place of the file that stanch reads last. Opening it for writing waits until stanch has opened it
        // for reading, and there stanch waits while somebody may write.
        killed_while_it_waits(&repo, signal, ".git/stanch/receipts", |fifo| Some(fs::OpenOptions::new().write(true).open(fifo).unwrap()));
    }
}

/// Commits with unstaged work, waits until the commit stands still at the pipe `fifo`, and kills it.
fn killed_while_it_waits(repo: &TestRepo, signal: &str, fifo: &str, wait: fn(&Path) -> Option<fs::File>) {
    repo.commit_file("a.py", "x = 1\n").clean();
    for number in 0..40 {
        repo.stage(format!("staged/{number}.py"), format!("x = {number}\n"));
    }
    repo.git(["write-tree"]).ok();
    repo.write("a.py", repo.leak());
    repo.write("staged/3.py", repo.leak());
    repo.write("untracked.py", repo.leak());
    let (fifo, hold) = (repo.path(fifo), repo.path("../hold"));
    for pipe in [&fifo, &hold] {
        fs::remove_file(pipe).ok();
        assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    }
    let before = repo.state();

    let mut commit = repo.program("git", ["commit", "-q", "-m", "x"]);
    let mut commit = commit.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let held = wait(&fifo);
    let kill = format!("kill -{signal} -{}", commit.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    assert!(!commit.wait().unwrap().success());

    drop(held);

    assert_eq!(repo.state(), before);
    assert!(!before.is_locked());
    for pipe in [&fifo, &hold] {
        fs::remove_file(pipe).unwrap();
    }
    repo.git(["commit", "-q", "-m", "x"]).clean();
    assert_eq!(repo.ask(["status", "--porcelain"]), " M a.py\n M staged/3.py\n?? untracked.py");
}
