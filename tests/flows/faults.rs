//! Which faults of a file are new: one that was there hides no other.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::TestRepo;

/// A repository with packs on, and one file that is committed past the hook.
fn with(packs: &str, path: &str, content: &str) -> TestRepo {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", format!("packs = [{packs}]\n")).ok();
    repo.slip(path, content);
    repo
}

#[test]
fn an_old_fault_hides_no_new_one_of_its_rule() {
    let repo = with("\"style\"", "requirements.txt", "b\na\nc\n");
    repo.commit_file("requirements.txt", "b\na\nc\nf\ne\n").ok().says("requirements.txt:5").never_says("requirements.txt:2");
    let repo = with("\"quality\"", "a.json", "{\n  \"a\": 1,\n  \"a\": 2,\n  \"z\": 0\n}\n");
    let ran = repo.commit_file("a.json", "{\n  \"b\": 0,\n  \"a\": 1,\n  \"a\": 2,\n  \"b\": 3,\n  \"z\": 0\n}\n");
    ran.blocks("a.json:5").says("1 blocked").says("the key `b` is there twice").never_says("`a` is there");
}

#[test]
fn what_a_change_makes_a_fault_elsewhere_is_new() {
    let repo = with("\"quality\"", "a.json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
    repo.commit_file("a.json", "{\n  \"b\": 0,\n  \"a\": 1,\n  \"b\": 2\n}\n").blocks("a.json:4");
    let repo = with("\"style\"", "a.py", "x = 1\n");
    repo.commit_file("a.py", "x = 1").ok().says("a.py:1").says("final-newline");
}

#[test]
fn what_never_parsed_blocks_nobody_and_its_other_faults_do() {
    let repo = with("\"quality\"", "a.json", "{\n  \"a\": 1,,\n}\n");
    repo.commit_file("a.json", "{\n  \"a\": 1,,\n  \"c\": 3,,\n}\n").clean();
    repo.commit_file("a.json", "{\n  \"a\": 1,\n  \"a\": 3,,\n}\n").blocks("a.json:3:3").says("1 blocked").says("there twice");
}

#[test]
fn a_mode_is_looked_at_when_it_alone_changes() {
    let repo = with("\"quality\"", "run.sh", "#!/bin/sh\n");
    repo.slip("data.txt", "no program\n");
    repo.git(["update-index", "--chmod=+x", "run.sh", "data.txt"]).ok();
    let ran = repo.git(["commit", "-q", "-m", "x"]);
    ran.ok().says("warned: data.txt").says("mode-without-shebang").never_says("run.sh");
    repo.git(["update-index", "--chmod=-x", "run.sh", "data.txt"]).ok();
    repo.git(["commit", "-q", "-m", "x"]).ok().says("warned: run.sh").says("shebang-without-mode").never_says("data.txt");
}

#[test]
fn a_mode_that_was_wrong_before_warns_nobody_again() {
    let repo = with("\"quality\"", "run.sh", "#!/bin/sh\n");
    repo.commit_file("run.sh", "#!/bin/sh\ntrue\n").clean();
}

#[test]
fn on_disk_modes_are_read_too() {
    let repo = with("\"quality\"", "run.sh", "#!/bin/sh\n");
    repo.write("data.txt", "no program\n");
    std::fs::set_permissions(repo.path("data.txt"), std::fs::Permissions::from_mode(0o755)).unwrap();
    repo.stanch(["scan"]).ok().says("warned: data.txt").says("warned: run.sh");
    // Where git does not trust the disk, nor do we: what is tracked has its mode in the index.
    repo.git(["config", "core.fileMode", "false"]).ok();
    repo.stanch(["scan"]).ok().never_says("data.txt").says("warned: run.sh");
    repo.git(["update-index", "--chmod=+x", "run.sh"]).ok();
    repo.stanch(["scan"]).clean();
}

#[test]
fn a_file_that_gets_a_bad_name_is_told_though_its_content_is_known() {
    let repo = with("\"quality\"", "settings", "DEBUG=1\n");
    repo.git(["mv", "settings", ".env"]).ok();
    repo.git(["commit", "-q", "-m", "x"]).blocks(".env").says("environment-file");
}

#[test]
fn text_in_utf_16_is_read_by_rules_for_lines_and_for_text() {
    let repo = with("\"quality\", \"style\"", "a.txt", "x\n");
    let wide = |text: &str| [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    repo.slip("a.py", wide("old = 1 \r\n"));
    let ran = repo.commit_file("a.py", wide("old = 1 \r\nnew = 1 \r\nbreakpoint()\r\n"));
    ran.blocks("a.py:3").says("python-debugger").says("a.py:2").says("trailing-whitespace").never_says("a.py:1:8");
    repo.git(["rm", "-q", "--cached", "-f", "a.py"]).ok();
    repo.commit_file("a.xml", wide("<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a/>\n")).clean();
    repo.commit_file("a.xml", wide("<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a>\n")).blocks("a.xml:");
    repo.git(["rm", "-q", "--cached", "-f", "a.xml"]).ok();
    repo.commit_file(".env", wide("A=1\n")).blocks(".env").says("environment-file").says("1 blocked");
}

#[test]
fn what_is_scanned_on_disk_is_what_git_would_store() {
    let repo = with("\"secrets\", \"quality\"", "a.txt", "x\n");
    for name in ["tracked", "untracked"] {
        let inner = repo.at(name);
        inner.git(["init", "-q", "-b", "main"]).ok();
        inner.slip("a.json", "{]\n");
    }
    repo.git(["add", "tracked"]).ok();
    std::os::unix::fs::symlink("a.txt", repo.path("link.json")).unwrap();
    repo.stanch(["scan"]).clean().never_says("a.json");
    repo.stanch(["scan", "."]).clean();
    repo.stanch(["scan", "--output", "json"]).says("\"submodule\"");
    // By its own name it is looked at; and a folder that only looks like a repository is none.
    repo.stanch(["scan", "untracked"]).ends(1).says("a.json:1");
    repo.write("fake/.git", "no repository\n");
    repo.write("fake/a.json", "{]\n");
    repo.stanch(["scan"]).ends(1).says("fake/a.json:1");
}

#[test]
fn a_line_shows_no_secret_where_no_rule_for_secrets_runs() {
    let repo = with("\"quality\"", "a.txt", "x\n");
    let line = format!("r = get(url, verify=False, token=\"{}\")\n", repo.secret());
    // The support sees to it that no secret is shown.
    repo.commit_file("a.py", line).blocks("a.py:1").says("verify=False");
    repo.git(["rm", "-q", "--cached", "-f", "a.py"]).ok();
    let value = repo.secret();
    repo.commit_file("a.json", format!("{{\n  \"{value}\": 1,\n  \"{value}\": 2\n}}\n")).blocks("a.json:3");
}

#[test]
fn without_packs_a_run_says_that_nothing_was_looked_for() {
    let repo = TestRepo::started();
    repo.write("stanch.toml", "packs = []\n");
    repo.stanch(["scan"]).ok().says("no rule runs, so nothing was looked for");
    repo.write("stanch.toml", "packs = [\"style\"]\n");
    repo.stanch(["scan"]).ok().never_says("no rule runs");
}

#[test]
fn a_comment_that_allows_nothing_says_how_it_is_written() {
    let repo = with("\"quality\"", "a.txt", "x\n");
    let hint = "write `stanch:allow python-debugger REASON`";
    repo.commit_file("a.py", "breakpoint()  # stanch:allow\n").blocks("a.py:1").says(hint);
    repo.commit_file("a.py", "breakpoint()  # stanch:allow python-debugger\n").blocks("a.py:1").says(hint);
    repo.commit_file("a.py", "breakpoint()  # stanch:allow json-syntax why\n").blocks("a.py:1").never_says(hint);
    repo.commit_file("a.py", "breakpoint()  # stanch:allow python-debugger asked for\n").clean();
}
