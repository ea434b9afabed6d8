//! Settings for a part of a repository: `[[path]]`, and files of settings in folders.

use crate::support::TestRepo;

/// A line that the pack `quality` blocks.
const CONFLICT: &str = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n";
/// A line that the pack `style` knows.
const BLANKS: &str = "a line  \n";

/// A repository with settings that everybody has.
fn with(settings: &str) -> TestRepo {
    let repo = TestRepo::shared();
    repo.slip("stanch.toml", settings);
    repo.slip_push(&["main"]);
    repo
}

/// Takes back what was staged.
fn back(repo: &TestRepo) {
    repo.git(["reset", "-q", "--hard"]).ok();
}

#[test]
fn a_part_has_its_own_packs_rules_and_lines() {
    let repo = with(
        r#"
packs = ["secrets"]
[[path]]
glob = "services/api"
packs = ["secrets", "quality"]
enable = ["trailing-whitespace"]
block = { severity = "low" }
[[path]]
glob = "services/api/legacy/**"
disable = ["conflict-marker"]
enable = ["final-newline"]
[[path]]
glob = "services/api/legacy/own/*"
enable = ["conflict-marker"]
warn = { severity = "critical" }
block = { severity = "critical" }
"#,
    );
    repo.commit_file("a.txt", CONFLICT).clean();
    repo.commit_file("services/api/a.txt", CONFLICT).blocks("services/api/a.txt:1").says("conflict-marker");
    back(&repo);
    repo.commit_file("services/api/b.txt", BLANKS).blocks("services/api/b.txt:1").says("trailing-whitespace");
    back(&repo);
    repo.commit_file("b.txt", BLANKS).clean();
    repo.commit_file("services/api/legacy/a.txt", CONFLICT).clean();
    repo.commit_file("services/api/legacy/b.txt", "no end").blocks("services/api/legacy/b.txt:1").says("final-newline");
    back(&repo);
    repo.commit_file("services/api/legacy/own/a.txt", CONFLICT).ok().never_says("conflict-marker").says("allowed");
    // A secret is one everywhere.
    repo.commit_file("services/api/legacy/c.py", repo.leak()).blocks("services/api/legacy/c.py:1");
}

#[test]
fn a_part_may_run_less_and_a_part_of_it_more() {
    let repo = with("[[path]]\nglob = \"fixtures\"\npacks = []\n[[path]]\nglob = \"fixtures/real\"\nenable = [\"npm-access-token\"]\n");
    repo.commit_file("fixtures/a.py", repo.leak()).clean();
    repo.commit_file("b.py", repo.leak()).blocks("b.py:1").says("npm-access-token");
    back(&repo);
    repo.commit_file("fixtures/real/a.py", repo.leak()).blocks("fixtures/real/a.py:1").says("npm-access-token");
}

#[test]
fn a_change_cannot_let_its_own_part_off_and_may_hold_it_tighter() {
    let repo = with("packs = [\"secrets\", \"quality\"]\n");
    repo.stage("stanch.toml", "packs = [\"secrets\", \"quality\"]\n[[path]]\nglob = \"a\"\npacks = []\n");
    repo.commit_file("a/a.txt", CONFLICT).blocks("a/a.txt:1").says("would pass only by the settings");
    back(&repo);
    repo.stage("stanch.toml", "packs = [\"secrets\", \"quality\"]\n[[path]]\nglob = \"a\"\nblock = { severity = \"critical\" }\n");
    repo.commit_file("a/a.txt", CONFLICT).blocks("a/a.txt:1");
    back(&repo);
    repo.stage("stanch.toml", "[[path]]\nglob = \"a\"\npacks = [\"style\"]\nblock = { severity = \"low\" }\n");
    repo.commit_file("a/b.txt", BLANKS).blocks("a/b.txt:1").says("trailing-whitespace");
    // In the next change it holds.
    back(&repo);
    repo.commit_file("stanch.toml", "packs = [\"secrets\", \"quality\"]\n[[path]]\nglob = \"a\"\npacks = []\n").ok();
    repo.commit_file("a/a.txt", CONFLICT).clean();
    repo.commit_file("b/a.txt", CONFLICT).blocks("b/a.txt:1");
}

#[test]
fn an_entry_that_comes_with_the_rule_that_it_speaks_of_holds_at_once() {
    let repo = with("packs = [\"secrets\"]\n");
    let settings =
        "packs = [\"secrets\", \"quality\"]\n[[allow]]\nrule = \"conflict-marker\"\npath = \"docs/**\"\nreason = \"it is shown\"\n";
    repo.stage("stanch.toml", settings);
    repo.commit_file("docs/a.txt", CONFLICT).ok().never_says("blocked:");
    repo.commit_file("a.txt", CONFLICT).blocks("a.txt:1");
}

#[test]
fn faults_of_a_part_have_a_place() {
    let repo = TestRepo::started();
    let fault = |text: &str, said: &str| {
        repo.write("stanch.toml", text);
        repo.stanch(["scan"]).ends(2).says(said);
    };
    fault("[[path]]\npacks = []\n", "stanch.toml:1:1: `glob` is missing");
    fault("[[path]]\nglob = \"a\"\npack = []\n", "stanch.toml:3:1: unknown key `pack`");
    fault("[[path]]\nglob = \"a\"\ndisable = [\"nothing\"]\n", "stanch.toml:3:12: there is no rule `nothing`");
    fault("[[path]]\nglob = \"a\"\nblock = { severity = \"all\" }\n", "stanch.toml:3:22: `severity` cannot be `all`");
    fault("[[path]]\nglob = \"[\"\n", "stanch.toml:2:8: `[` is no glob");
    fault("[[path]]\nglob = \"a\"\nenable = [\"message-type\"]\n", "stanch.toml:3:11: `message-type` looks at no path");
}
