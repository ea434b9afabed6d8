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

/// A repository with packs on, and one file that is committed past the hook.
fn with(packs: &str, path: &str, content: &str) -> TestRepo {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", format!("packs = [{packs}]\n")).ok();
    repo.stage(path, content);
    repo.git(["commit", "-q", "--no-verify", "-m", "x"]).ok();
    repo
}

#[test]
fn blanks_at_line_ends_are_told_of_the_lines_that_a_change_touched() {
    let repo = with("\"style\"", "a.py", "old = 1 \nx = 2\n");
    let ran = repo.commit_file("a.py", "old = 1 \nx = 3 \ny = 4\n");
    ran.ok().says("a.py:2").says("trailing-whitespace").never_says("a.py:1");
}

#[test]
fn a_file_that_no_longer_parses_blocks_and_one_that_never_did_does_not() {
    let repo = with("\"quality\"", "was.json", "{\"a\": 1,}\n");
    repo.stage("good.json", "{\"a\": 1}\n");
    repo.git(["commit", "-q", "--no-verify", "-m", "x"]).ok();
    repo.commit_file("was.json", "{\"a\": 1, \"b\": 2,}\n").clean();
    repo.commit_file("good.json", "{\n  \"a\": 1,\n  \"a\": 2\n}\n").blocks("good.json:3:3").says("the key `a` is there twice");
    repo.git(["checkout", "-q", "-f", "HEAD", "--", "good.json"]).ok();
    repo.commit_file("new.yaml", "a: [1, 2\n").blocks("new.yaml:").says("yaml-syntax");
}

#[test]
fn a_file_is_large_however_large_it_is_and_once() {
    let repo = with("\"quality\"", "old.bin", "x");
    let megabytes = |count: usize| vec![0; count << 20];
    repo.stage("some.bin", megabytes(1));
    let ran = repo.commit_file("more.bin", megabytes(17));
    ran.blocks("some.bin").says("more.bin").says("17408 kB, and 500 kB are the most");
    repo.git(["commit", "-q", "--no-verify", "-m", "x"]).ok();
    repo.commit_file("more.bin", [megabytes(17), vec![1]].concat()).clean();
}

#[test]
fn a_migration_that_was_there_is_told_when_it_says_something_else() {
    let first = "class Migration:\n    operations = []\n";
    let repo = with("\"django\"", "shop/migrations/0001_initial.py", first);
    repo.commit_file("shop/migrations/0002_more.py", first).clean();
    let ran = repo.commit_file("shop/migrations/0001_initial.py", first.replace("[]", "[1]"));
    ran.ok().says("warned: shop/migrations/0001_initial.py").says("django-edited-migration").never_says("0002");
}

#[test]
fn settings_of_production_are_told_from_those_of_a_developer() {
    let repo = with("\"django\"", "a.txt", "x");
    repo.commit_file("site/settings/local.py", "DEBUG = True\nALLOWED_HOSTS = [\"*\"]\n").clean();
    let ran = repo.commit_file("site/settings/production.py", "DEBUG = True\nALLOWED_HOSTS = [\"*\"]\n");
    ran.blocks("site/settings/production.py:1").says("production.py:2").says("2 blocked");
}

#[test]
fn init_switches_on_what_the_repository_is_made_of() {
    let repo = TestRepo::started();
    repo.stanch(["init", "--no-hooks"]).ok().says("with the packs secrets, quality;");
    std::fs::remove_file(repo.path("stanch.toml")).unwrap();
    repo.write("backend/manage.py", "");
    repo.stanch(["init", "--no-hooks"]).ok().says("secrets, quality, django");
    repo.git(["add", "stanch.toml"]).ok();
    repo.git(["commit", "-q", "-m", "settings"]).ok();
    repo.commit_file("a.txt", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n").blocks("a.txt:1").says("conflict");
}

#[test]
fn what_a_check_says_names_no_secret() {
    let repo = with("\"secrets\", \"quality\"", "a.txt", "x");
    let value = repo.secret();
    repo.commit_file("a.json", format!("{{\"{value}\": 1, \"{value}\": 2}}\n")).says("json-syntax").never_says(&value[8..24]);
}

#[test]
fn a_line_with_thousands_of_finds_is_told_in_bounds_and_a_folder_is_no_file() {
    let repo = with("\"quality\"", "a.txt", "x");
    repo.commit_file("b.js", format!("{}\n", "a={rejectUnauthorized:false};".repeat(2000))).says("node-tls-verification-off");
    repo.git(["rm", "-q", "--cached", "-f", "b.js"]).ok();
    repo.commit_file("data.json/README.md", "no json\n").clean();
    std::os::unix::fs::symlink("data.json/README.md", repo.path("link.json")).unwrap();
    repo.git(["add", "link.json"]).ok();
    repo.git(["commit", "-q", "-m", "a link"]).clean();
}
