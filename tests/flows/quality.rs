//! What is wrong and is no secret: found in the same pass, on what git will store, where a change touched it.

use crate::support::TestRepo;

/// Settings that switch packs on, with a rule of the repository's own.
const SETTINGS: &str = r#"
packs = ["secrets", "quality"]

[[rule]]
id = "acme-banned-call"
pack = "quality"
title = "banned call"
severity = "medium"
confidence = "high"
keywords = ["banned("]
pattern = '\b(banned\([^)]*\))'
paths = ["**/*.py"]
except = ["vendored/**"]
why = "It is slow."
fix = "Call `allowed` in its place."
examples.match = ["x = banned(1)"]
examples.miss = ["x = unbanned(1)"]
"#;

fn repo() -> TestRepo {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", SETTINGS).ok();
    repo
}

#[test]
fn a_rule_for_lines_blocks_on_a_new_line_and_shows_it() {
    let repo = repo();
    let ran = repo.commit_file("a.py", "x = 1\ny = banned(1)\n");
    ran.blocks("a.py:2").says("acme-banned-call").says("y = banned(1)").says("^^^^^^^^^ banned call").never_says("rotat");
    repo.git(["rm", "-q", "--cached", "-f", "a.py"]).ok();
    repo.commit_file("a.txt", "y = banned(1)\n").clean();
    repo.commit_file("vendored/a.py", "y = banned(1)\n").clean();
}

#[test]
fn a_line_that_was_there_before_does_not_block() {
    let repo = repo();
    repo.stage("a.py", "y = banned(1)\n");
    repo.git(["commit", "-q", "--no-verify", "-m", "x"]).ok();
    repo.commit_file("a.py", "y = banned(1)\nz = 2\n").ok().never_says("blocked:");
    repo.commit_file("a.py", "y = banned(1)\nz = banned(2)\n").blocks("a.py:2");
}

#[test]
fn a_secret_on_the_line_is_hidden_there_too() {
    let repo = repo();
    let line = format!("y = banned(1)  # {}\n", repo.leak());
    let value = repo.secret();
    repo.commit_file("a.py", line).blocks("a.py:1").says("acme-banned-call").never_says(&value[8..24]);
}

#[test]
fn a_pack_that_is_off_does_not_run_and_a_change_cannot_switch_one_off_for_itself() {
    let repo = repo();
    repo.stage("stanch.toml", SETTINGS.replace("id = \"acme", "id = \"other").replace("banned(", "other("));
    repo.commit_file("a.py", "y = banned(1)\n").blocks("a.py:1").says("the accepted ones decide");
}

#[test]
fn what_a_person_allows_passes_under_any_line_number() {
    let repo = repo();
    let ran = repo.commit_file("a.py", "y = banned(1)\n");
    let text = ran.blocks("a.py:1").text();
    let name = text.split("stanch allow ").nth(1).unwrap().split(' ').next().unwrap();
    repo.stanch(["allow", name, "--reason", "needed here"]).ok();
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-q", "-m", "x"]).clean().says("1 allowed");
    repo.stage("a.py", "# moved\n\ny = banned(1)\n");
    repo.git(["commit", "-q", "-m", "x"]).clean();
}

#[test]
fn each_format_tells_it_and_none_says_that_it_is_a_secret() {
    let repo = repo();
    repo.write("a.py", "y = banned(1)\n");
    for format in ["json", "jsonl", "sarif", "junit", "github", "gitlab-quality"] {
        repo.stanch(["scan", "--output", format]).ends(1).says("banned call").never_says("…(").never_says("secret\"");
    }
    repo.stanch(["scan", "--output", "gitlab-secrets"]).ends(1).never_says("banned call");
}
