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
fn a_folder_is_the_same_however_it_is_written() {
    for glob in ["api", "api/", "./api", "/api", "./api/**", "api/."] {
        let repo = with(&format!("[[path]]\nglob = \"{glob}\"\npacks = [\"quality\"]\n"));
        repo.commit_file("api/a.txt", CONFLICT).blocks("api/a.txt:1");
        back(&repo);
        repo.commit_file("apis/a.txt", CONFLICT).clean();
        repo.slip("api/stanch.toml", "[[path]]\nglob = \"./old/\"\npacks = []\n");
        repo.commit_file("api/old/a.txt", CONFLICT).clean();
    }
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

/// Settings of a folder that asks for more than the whole.
const BELOW: &str = "packs = [\"secrets\", \"quality\"]\nenable = [\"trailing-whitespace\"]\nblock = { severity = \"low\" }\n";

#[test]
fn a_folder_has_a_file_of_its_own() {
    let repo = with("packs = [\"secrets\"]\n");
    repo.commit_file("services/api/stanch.toml", BELOW).ok();
    repo.commit_file("services/a.txt", CONFLICT).clean();
    repo.commit_file("services/api/a.txt", CONFLICT).blocks("services/api/a.txt:1");
    back(&repo);
    repo.commit_file("services/api/deep/er/a.txt", BLANKS).blocks("services/api/deep/er/a.txt:1").says("trailing-whitespace");
    back(&repo);
    repo.commit_file("services/api-other/a.txt", BLANKS).clean();
    // One further down wins, and its globs are taken from where it stands.
    let deeper = "disable = [\"trailing-whitespace\"]\n[[path]]\nglob = \"*.md\"\nenable = [\"trailing-whitespace\"]\n";
    repo.commit_file("services/api/deep/stanch.toml", deeper).ok();
    repo.commit_file("services/api/deep/b.txt", BLANKS).clean();
    repo.commit_file("services/api/deep/b.md", "a line \n").blocks("services/api/deep/b.md:1");
    back(&repo);
    repo.commit_file("services/api/deep/er/b.md", "a line \n").clean();
}

#[test]
fn a_folder_has_its_own_rules_entries_and_exclusions() {
    let repo = with("packs = [\"secrets\", \"quality\"]\n");
    let rule = |id: &str, kind: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\npack = \"quality\"\ntitle = \"a word\"\nseverity = \"high\"\nconfidence = \"high\"\n{kind}\n\
             why = \"It is.\"\nfix = \"Do.\"\nexamples.match = [\"sparkle(1)\"]\nexamples.miss = [\"x\"]\n"
        )
    };
    let pattern = "paths = [\"**/*.py\"]\nkeywords = [\"sparkle\"]\npattern = 'sparkle\\(1\\)'";
    let more = "exclude = [\"gen\"]\n[[allow]]\nrule = \"conflict-marker\"\npath = \"docs/*\"\nreason = \"it is shown\"\n";
    repo.commit_file("lib/stanch.toml", format!("{more}{}", rule("acme-sparkle", pattern))).ok();
    repo.commit_file("a.py", "sparkle(1)\n").clean();
    repo.commit_file("lib/x/a.py", "sparkle(1)\n").blocks("lib/x/a.py:1").says("acme-sparkle");
    back(&repo);
    repo.commit_file("lib/docs/a.txt", CONFLICT).ok();
    repo.commit_file("lib/gen/a.txt", CONFLICT).ok().never_says("blocked");
    repo.commit_file("docs/a.txt", CONFLICT).blocks("docs/a.txt:1");
    back(&repo);
    repo.commit_file("gen/a.txt", CONFLICT).blocks("gen/a.txt:1");
    back(&repo);
    // So has a rule for values.
    let value = "[[rule]]\nid = \"acme-account-key\"\ntitle = \"Acme account key\"\nseverity = \"high\"\nconfidence = \"high\"\nnear = [\"acme\"]\n\
                 keys = [\"key\"]\nvalue = '[0-9a-f]{32}'\nwhy = \"It is.\"\nfix = \"Do.\"\nexamples.match = ['ACME_KEY=${hex:32}']\n\
                 examples.miss = ['x']\n";
    repo.commit_file("own/stanch.toml", value).ok();
    let line = format!("ACME_KEY={}\n", "3f9c0d51e2a84b77".chars().rev().chain("96c1d0e4f85a2b63".chars()).collect::<String>());
    repo.commit_file("own/a.env", &line).ends(1).says("acme-account-key");
    back(&repo);
    repo.commit_file("b.env", &line).never_says("acme-account-key");
    back(&repo);
    // An id is free in the whole repository, as far as a change looks.
    repo.stage("lib/deep/stanch.toml", rule("acme-sparkle", pattern));
    repo.git(["commit", "-q", "-m", "x"]).says("lib/deep/stanch.toml:1:1: the rule id `acme-sparkle` is taken");
}

#[test]
fn a_change_cannot_let_its_own_folder_off_and_may_hold_it_tighter() {
    let repo = with("packs = [\"secrets\", \"quality\"]\n");
    repo.stage("a/stanch.toml", "packs = []\n");
    repo.commit_file("a/b/a.txt", CONFLICT).blocks("a/b/a.txt:1").says("would pass only by the settings");
    back(&repo);
    repo.stage("a/stanch.toml", "enable = [\"final-newline\"]\nblock = { severity = \"low\" }\n");
    repo.commit_file("a/b/a.txt", "no end").blocks("a/b/a.txt:1").says("final-newline");
    back(&repo);
    repo.commit_file("a/stanch.toml", "packs = []\n").ok();
    repo.commit_file("a/b/a.txt", CONFLICT).clean();
    // To take the file away holds the folder tighter at once; what it held tighter stays held in that change.
    repo.git(["rm", "-q", "a/stanch.toml"]).ok();
    repo.commit_file("a/c.txt", CONFLICT).blocks("a/c.txt:1");
    back(&repo);
    repo.commit_file("a/stanch.toml", BELOW).ok();
    repo.git(["rm", "-q", "a/stanch.toml"]).ok();
    repo.commit_file("a/d.txt", BLANKS).blocks("a/d.txt:1").says("trailing-whitespace");
}

#[test]
fn ranges_pushes_servers_history_and_files_look_at_the_same_folders() {
    let repo = with("packs = [\"secrets\"]\n");
    repo.slip("api/stanch.toml", BELOW);
    repo.slip_push(&["main"]);
    let server = repo.beside("remote.git");
    server.stanch(["install"]).ok();
    repo.slip("other/a.txt", CONFLICT);
    repo.slip("api/x/a.txt", CONFLICT);
    // The last commit takes it away again: what each commit brought is looked at.
    repo.git(["rm", "-q", "api/x/a.txt"]).ok();
    repo.git(["commit", "-q", "--no-verify", "-m", "gone"]).ok();
    repo.stanch(["scan", "--range", "origin/main.."]).blocks("api/x/a.txt:1").never_says("other/a.txt");
    repo.git(["push", "-q", "origin", "main"]).blocks("api/x/a.txt:1").never_says("other/a.txt");
    repo.git(["push", "-q", "--no-verify", "origin", "main"]).ends(1).says("api/x/a.txt:1").never_says("other/a.txt");
    repo.stanch(["scan", "--history"]).blocks("api/x/a.txt:1").never_says("other/a.txt");
    repo.write("api/y/a.txt", CONFLICT);
    repo.stanch(["scan"]).blocks("api/y/a.txt:1").never_says("other/a.txt");
    repo.stanch(["scan", "api/y/a.txt", "other"]).blocks("api/y/a.txt:1").never_says("other/a.txt");
    repo.at("api/y").stanch(["scan", "a.txt"]).blocks("api/y/a.txt:1");
    repo.stanch_fed(b"x\n", ["scan", "--stdin", "--path", "api/z.txt"]).clean();
    repo.stanch(["baseline", "create"]).ok();
    repo.stanch(["scan"]).ok().never_says("blocked:");
}

#[test]
fn a_commit_past_the_hooks_is_looked_at_by_the_settings_of_its_folders() {
    let repo = with("packs = [\"secrets\"]\n");
    repo.commit_file("api/stanch.toml", BELOW).ok();
    repo.stage("api/a.txt", CONFLICT);
    repo.git(["commit", "-q", "--no-verify", "-m", "a change"]).ok().says("must not be pushed").says("api/a.txt:1");
}

#[test]
fn faults_of_a_file_in_a_folder_have_a_place_and_only_where_it_counts() {
    let repo = with("packs = [\"secrets\"]\nexclude = [\"vendor\"]\n");
    repo.stage("api/stanch.toml", "packs = []\nlimits = { threads = 1 }\n[[path]]\nglob = \"a\"\nx = 1\n");
    let ran = repo.git(["commit", "-q", "-m", "a change"]);
    ran.ends(1).says("api/stanch.toml:2:1: unknown key `limits`").says("api/stanch.toml:5:1: unknown key `x`").says("of the root");
    repo.git(["commit", "-q", "--no-verify", "-m", "a change"]).code.unwrap();
    // It stops what is below it, and nothing else; a change that mends it passes.
    repo.commit_file("api/x/a.txt", "a\n").ends(1).says("api/stanch.toml");
    back(&repo);
    repo.commit_file("other/a.txt", "a\n").clean();
    repo.commit_file("api/stanch.toml", "packs = []\n").ok();
    // What others wrote in a folder that is not read is not read either.
    repo.commit_file("vendor/lib/stanch.toml", "key = \"theirs\"\n").ok();
    repo.commit_file("vendor/lib/a.txt", "a\n").ok();
}

#[test]
fn what_runs_is_told_apart_when_a_change_touches_a_file_in_a_folder() {
    let repo = with("packs = [\"secrets\"]\n");
    let digest = |range: &str| {
        let text = repo.stanch(["scan", "--range", range, "--output", "json"]).text();
        let at = text.find("\"digest\": \"").unwrap_or_else(|| panic!("{text}"));
        text[at..].chars().take(40).collect::<String>()
    };
    repo.slip("a.txt", "a\n");
    let usual = digest("HEAD~1..");
    repo.slip("api/stanch.toml", BELOW);
    assert_ne!(digest("HEAD~1.."), usual, "settings came");
    repo.slip("api/a.txt", "a\n");
    assert_eq!(digest("HEAD~1.."), usual, "they stayed as they were");
}

#[test]
fn a_merge_is_held_to_the_settings_that_come_with_it() {
    let repo = with("packs = [\"secrets\"]\n");
    repo.slip("api/a.txt", "a\n");
    repo.git(["checkout", "-q", "-b", "topic"]).ok();
    repo.slip("api/stanch.toml", BELOW);
    repo.slip("api/a.txt", "b\n");
    repo.git(["checkout", "-q", "main"]).ok();
    repo.slip("api/a.txt", "c\n");
    repo.git(["merge", "-q", "topic"]).ends(1).says("CONFLICT");
    repo.stage("api/a.txt", BLANKS);
    repo.git(["commit", "-q", "--no-edit"]).blocks("api/a.txt:1").says("trailing-whitespace");
    repo.stage("api/a.txt", "d\n");
    repo.git(["commit", "-q", "--no-edit"]).clean();
}

#[test]
fn settings_of_a_folder_that_are_not_staged_do_not_count() {
    let repo = with("packs = [\"secrets\"]\n");
    repo.write("api/stanch.toml", BELOW);
    repo.commit_file("api/a.txt", BLANKS).clean();
    repo.git(["add", "-N", "api/stanch.toml"]).ok();
    repo.commit_file("api/b.txt", BLANKS).clean();
    repo.git(["add", "api/stanch.toml"]).ok();
    repo.commit_file("api/c.txt", BLANKS).blocks("api/c.txt:1");
}

#[test]
fn a_rule_of_its_own_for_a_folder_looks_below_it() {
    let repo = TestRepo::started();
    let rule = "[[rule]]\nid = \"acme-word\"\npack = \"quality\"\ntitle = \"A word\"\nseverity = \"high\"\nconfidence = \"high\"\n\
                keywords = [\"acmeword\"]\npattern = 'acmeword'\npaths = [\"src\", \"lib/\"]\nwhy = \"w\"\nfix = \"f\"\n\
                examples.match = ['acmeword']\nexamples.miss = ['acme']\n";
    repo.commit_file("stanch.toml", rule).ok();
    repo.commit_file("src/deep/a.txt", "acmeword\n").blocks("src/deep/a.txt:1");
    repo.git(["rm", "-q", "--cached", "-f", "src/deep/a.txt"]).ok();
    repo.commit_file("lib/a.txt", "acmeword\n").blocks("lib/a.txt:1");
    repo.git(["rm", "-q", "--cached", "-f", "lib/a.txt"]).ok();
    repo.commit_file("srcs/a.txt", "acmeword\n").clean();
}
