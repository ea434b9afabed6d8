//! How a file is written, by rules that run where `enable` names them.

use crate::support::TestRepo;

/// A repository that asks for rules by their ids, and blocks whatever they find.
fn repo(settings: &str) -> TestRepo {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", format!("{settings}\n[block]\nseverity = \"low\"\n")).ok();
    repo
}

#[test]
fn a_call_that_has_a_literal_is_told_on_new_lines() {
    let repo = repo("packs = [\"style\"]");
    repo.slip("a.py", "x = dict()\n");
    repo.commit_file("a.py", "x = dict()\ny = dict(a=1)\n").clean();
    let ran = repo.commit_file("a.py", "x = dict()\ny = list()\n");
    ran.blocks("a.py:2").says("python-builtin-literals").says("`[]` says the same").never_says("a.py:1");
}

#[test]
fn what_teams_differ_about_runs_by_name_alone() {
    let text = "x = \"a\"\n\"\"\"b\"\"\"\n";
    repo("packs = [\"secrets\", \"quality\", \"style\"]").commit_file("a.py", text).clean();
    let repo = repo("enable = [\"python-double-quotes\", \"python-docstring-first\"]");
    repo.commit_file("a.py", text).blocks("a.py:1").says("python-double-quotes").says("a.py:2").says("code stands before it");
    repo.stanch(["fix", "--write"]).says("mended: a.py  python-double-quotes");
    assert_eq!(repo.read_text("a.py"), "x = 'a'\n\"\"\"b\"\"\"\n");
}

#[test]
fn json_is_laid_out_and_a_file_that_never_was_blocks_nobody() {
    let repo = repo("enable = [\"json-layout\"]");
    repo.slip("old.json", "{\"b\":1}\n");
    repo.commit_file("old.json", "{\"b\":2}\n").clean();
    repo.slip("good.json", "{\n  \"b\": 1\n}\n");
    repo.commit_file("good.json", "{\n  \"b\": 1, \"a\": 1.0\n}\n").blocks("good.json:2").says("json-layout");
    repo.stanch(["fix", "--write"]).ok().says("mended: good.json  json-layout");
    assert_eq!(repo.read_text("good.json"), "{\n  \"b\": 1,\n  \"a\": 1.0\n}\n");
}

#[test]
fn lists_are_sorted_where_a_path_names_them() {
    let list = "[[path]]\nglob = \"*.list\"\nenable = [\"sorted-lines\"]\n";
    let repo = repo(&format!("{list}[[path]]\nglob = \"keys.yaml\"\nenable = [\"sorted-yaml\"]"));
    repo.commit_file("a.txt", "b\na\n").clean();
    repo.commit_file("other.yaml", "b: 1\n\na: 1\n").clean();
    repo.slip("a.list", "b\nd\n");
    repo.commit_file("a.list", "b\nd\nc\n").blocks("a.list:3").says("sorted-lines");
    repo.stanch(["fix", "--write"]).ok().says("mended: a.list  sorted-lines");
    assert_eq!(repo.read_text("a.list"), "b\nc\nd\n");
    repo.commit_file("keys.yaml", "# head\n\nb: 1\n\n# of a\na: 2\n").blocks("keys.yaml:6").says("sorted-yaml");
    repo.stanch(["fix", "--write"]).says("mended: keys.yaml  sorted-yaml");
    assert_eq!(repo.read_text("keys.yaml"), "# head\n\n# of a\na: 2\n\nb: 1\n");
}
