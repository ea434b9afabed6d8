//! A file of pre-commit becomes settings, and each hook is told with what became of it.

use stanch::config::{Runner, Settings, Way, convert};
use stanch::rules::import::read_pre_commit;

use crate::support::{Ran, TestRepo};

const HOOKS: &str = "repos: [{repo: 'https://github.com/pre-commit/pre-commit-hooks', rev: v6.0.0, hooks: ";

/// A repository with a file of pre-commit, and what `init` says of it.
fn init(config: &str) -> (TestRepo, Ran) {
    let repo = TestRepo::started();
    repo.write(".pre-commit-config.yaml", config);
    let ran = repo.stanch(["init", "--no-hooks", "--from-pre-commit"]);
    (repo, ran)
}

/// Settings made of hooks of pre-commit-hooks, committed.
fn with(hooks: &str) -> TestRepo {
    let (repo, ran) = init(&format!("{HOOKS}[{hooks}]}}]\n"));
    ran.ok();
    repo.git(["add", "stanch.toml"]).ok();
    repo.git(["commit", "-q", "--no-verify", "-m", "settings"]).ok();
    repo
}

#[test]
fn each_hook_is_told_with_what_does_its_work_and_what_differs() {
    let (repo, ran) = init(
        "exclude: ^vendored/\ndefault_stages: [commit]\nfail_fast: true\nci: {skip: []}\nrepos:\n\
         - repo: https://github.com/pre-commit/pre-commit-hooks.git\n  rev: v6.0.0\n  hooks:\n\
         \x20 - id: trailing-whitespace\n    args: [--markdown-linebreak-ext=md]\n    exclude: ^(docs/|a\\.txt$)\n\
         \x20 - {id: check-added-large-files, args: ['--maxkb=128']}\n\
         \x20 - {id: detect-private-key}\n\
         \x20 - {id: fix-encoding-pragma}\n\
         - repo: meta\n  hooks: [{id: check-hooks-apply}]\n\
         - repo: https://github.com/jorisroovers/gitlint\n  rev: v1\n  hooks: [{id: gitlint}]\n\
         - repo: local\n  hooks:\n  - {id: slow, name: slow, entry: make slow, language: system, stages: [manual]}\n",
    );
    ran.ok().says("trailing-whitespace      rule `trailing-whitespace`\n");
    ran.says("check-added-large-files  rule `large-file`\n");
    ran.says("detect-private-key       pack `secrets`").says("in every file");
    ran.says("fix-encoding-pragma      -").says("pre-commit-hooks has it no more");
    ran.says("check-hooks-apply        -").says("it looks at pre-commit's own settings");
    ran.says("gitlint                  -").says("it looks at the message of a commit");
    ran.says("slow                     -").says("it runs when somebody asks for it");
    ran.says("`fail_fast`").says("`ci`").says("secrets are looked for in every file");
    ran.says("wrote stanch.toml: of 7 hooks, 3 are rules, 0 tools, 0 run by").says("4 left behind");
    ran.says("1. read it, and `stanch scan`").says("`pre-commit uninstall`").says("`stanch install`");
    let text = repo.read_text("stanch.toml");
    assert!(text.contains("enable = [\"large-file\", \"trailing-whitespace\"]"), "{text}");
    assert!(text.contains("[quality]\nmax_kb = 128\n"), "{text}");
    assert!(text.contains("glob = \"{a.txt,docs}\"\ndisable = [\"trailing-whitespace\"]"), "{text}");
    assert!(text.contains("glob = \"vendored\"\ndisable = [\"large-file\", \"trailing-whitespace\"]"), "{text}");
}

#[test]
fn what_a_hook_stopped_is_stopped_and_what_it_passed_over_passes() {
    let repo = with("{id: trailing-whitespace, exclude: '^docs/', exclude_types: [svg]}, {id: end-of-file-fixer}, {id: check-json}");
    repo.commit_file("a.py", "x = 1 \n").blocks("a.py:1").says("trailing-whitespace");
    repo.git(["rm", "-q", "-f", "a.py"]).ok();
    repo.commit_file("b.json", "{\"a\": 1,}\n").blocks("b.json:1").says("json-syntax");
    repo.git(["rm", "-q", "-f", "b.json"]).ok();
    repo.commit_file("docs/deep/c.py", "x = 1 \n").clean();
    repo.commit_file("d.svg", "<svg> \n</svg>\n").clean();
    repo.commit_file("e.py", "x = 1").blocks("e.py:1").says("final-newline");
    repo.git(["rm", "-q", "-f", "e.py"]).ok();
    // What no hook asked for is not told, and secrets are.
    repo.commit_file("f.yaml", "a: [\n").clean();
    repo.commit_file("docs/g.py", repo.leak()).blocks("docs/g.py:1");
}

#[test]
fn a_hook_for_some_files_alone_is_a_rule_there_alone() {
    let repo = with("{id: end-of-file-fixer, files: '^(src/|lib/.*\\.txt$)', exclude: '^src/old/'}, {id: check-yaml, files: ^deploy/}");
    repo.commit_file("src/a.py", "x = 1").blocks("src/a.py:1").says("final-newline");
    repo.git(["rm", "-q", "-f", "src/a.py"]).ok();
    repo.commit_file("lib/deep/b.txt", "x").blocks("lib/deep/b.txt:1");
    repo.git(["rm", "-q", "-f", "lib/deep/b.txt"]).ok();
    repo.commit_file("deploy/c/d.yaml", "a: [\n").blocks("deploy/c/d.yaml").says("yaml-syntax");
    repo.git(["rm", "-q", "-f", "deploy/c/d.yaml"]).ok();
    for (path, content) in [("lib/b.py", "x"), ("src/old/c.py", "x"), ("other.py", "x"), ("d.yaml", "a: [\n"), ("deploy/e.txt", "a: [\n")] {
        repo.commit_file(path, content).clean();
    }
}

#[test]
fn names_and_expressions_become_rules_of_the_repositorys_own() {
    let (repo, ran) = init(
        "repos:\n- repo: https://github.com/pre-commit/pre-commit-hooks\n  rev: v6.0.0\n  hooks:\n\
         \x20 - {id: name-tests-test, args: [--pytest-test-first]}\n\
         - repo: local\n  hooks:\n\
         \x20 - {id: no-rst, name: no rst, entry: write Markdown, language: fail, files: '\\.rst$'}\n\
         \x20 - {id: old-call, name: the old call, entry: '\\bold_call\\(', language: pygrep, types: [python]}\n",
    );
    ran.ok().says("rule of its own `test-name`").says("rule of its own `no-rst`").says("rule of its own `old-call`");
    repo.stanch(["rules", "test", "old-call"]).ok();
    repo.git(["add", "stanch.toml"]).ok();
    repo.git(["commit", "-q", "--no-verify", "-m", "settings"]).ok();
    for (path, content, rule) in
        [("tests/check_a.py", "x = 1\n", "test-name"), ("docs/a.rst", "A\n", "no-rst"), ("a.py", "y = 1\nx = old_call(1)\n", "old-call")]
    {
        repo.commit_file(path, content).blocks(path).says(rule);
        repo.git(["rm", "-q", "-f", path]).ok();
    }
    for (path, content) in
        [("tests/test_a.py", "x = 1\n"), ("tests/__init__.py", "\n"), ("a.txt", "old_call(1)\n"), ("b.py", "bold_call(1)\n")]
    {
        repo.commit_file(path, content).clean();
    }
}

#[test]
fn branches_and_types_of_messages_come_over() {
    let (repo, ran) = init(
        "default_stages: [commit]\nrepos:\n- repo: https://github.com/pre-commit/pre-commit-hooks\n  rev: v6.0.0\n  hooks:\n\
         \x20 - {id: no-commit-to-branch, args: [--branch, stable, '--pattern=release/.*']}\n\
         - repo: https://github.com/compilerla/conventional-pre-commit\n  rev: v3\n  hooks:\n\
         \x20 - {id: conventional-pre-commit, stages: [commit-msg], args: [feat, fix]}\n",
    );
    ran.ok().says("no-commit-to-branch      rule `protected-branch-commit`").says("rules `message-type`");
    repo.git(["add", "stanch.toml"]).ok();
    repo.git(["commit", "-q", "--no-verify", "-m", "settings"]).ok();
    repo.stage("a.txt", "a\n");
    repo.git(["commit", "-q", "-m", "docs: a"]).ends(1).says("message-type");
    repo.git(["commit", "-q", "-m", "feat: a"]).clean();
    for branch in ["stable", "release/1"] {
        repo.git(["switch", "-q", "-c", branch]).ok();
        repo.stage("b.txt", branch);
        repo.git(["commit", "-q", "-m", "feat: b"]).ends(1).says("protected-branch-commit");
    }
}

#[test]
fn settings_that_are_there_stay_and_can_be_compared() {
    let (repo, ran) = init(&format!("{HOOKS}[{{id: check-toml}}]}}]\n"));
    ran.ok();
    let before = repo.read("stanch.toml");
    repo.stanch(["init", "--from-pre-commit"]).ends(2).says("stanch.toml is there already").says("--print");
    let ran = repo.stanch(["init", "--from-pre-commit", ".pre-commit-config.yaml", "--print"]);
    assert!(ran.ok().out().contains("enable = [\"toml-syntax\"]"));
    assert_eq!(repo.read("stanch.toml"), before);
    repo.stanch(["init", "--print"]).ends(2);
}

#[test]
fn a_file_that_is_none_is_told_with_its_place_and_nothing_is_written() {
    for (config, said) in [
        ("repos:\n- hooks: [a\n", "this is no YAML"),
        ("a: 1\n", ".pre-commit-config.yaml:1:1: there is no list `repos`"),
        ("repos:\n- hooks: []\n", ".pre-commit-config.yaml:2:1: a repository without `repo`"),
        ("repos:\n- repo: local\n  hooks:\n  - name: a\n", ".pre-commit-config.yaml:4:1: a hook without `id`"),
        ("x: &a [*a]\nrepos: []\n", "an alias stands for itself"),
    ] {
        let (repo, ran) = init(config);
        ran.ends(2).says(said);
        assert!(!repo.path("stanch.toml").exists(), "{config}");
    }
    let repo = TestRepo::started();
    repo.stanch(["init", "--from-pre-commit"]).ends(2).says("cannot read `.pre-commit-config.yaml`");
    // Aliases that stand for aliases would grow without end.
    let level = |level: usize| format!("- &a{level} [{}]\n", format!("*a{},", level - 1).repeat(9));
    let bomb = (1..12).map(level).collect::<Vec<_>>().concat();
    repo.write(".pre-commit-config.yaml", format!("x:\n- &a0 [a]\n{bomb}"));
    repo.stanch(["init", "--from-pre-commit"]).ends(2).says("aliases stand for more than");
}

#[test]
fn aliases_merged_tables_and_older_forms_are_read() {
    let read = |text: &str| read_pre_commit("a", text.as_bytes()).unwrap();
    let file = read(
        "x: &usual {stages: [push], exclude: a}\nrepos:\n- repo: https://host/one.git\n  hooks:\n  - <<: *usual\n    id: a\n    exclude: b\n\
         - repo: builtin\n  hooks: [\n    {id: check-json5},\n  ]\n",
    );
    assert_eq!(file.hooks[0].stages.as_deref(), Some(["push".to_owned()].as_slice()));
    assert_eq!(file.hooks[0].exclude.as_deref(), Some("b"));
    let converted = convert("a", &file, Runner::PreCommit);
    assert_eq!(converted.rows[1].here, "rule `json5-syntax`");
    assert_eq!(read("- repo: git://github.com/pre-commit/pre-commit-hooks\n  sha: v1\n  hooks:\n  - id: check-xml\n").hooks.len(), 1);
}

#[test]
fn what_no_glob_says_is_told_and_the_rule_looks_at_more() {
    let hook = "{id: check-json, exclude: '^a/(?!b/)'}, {id: check-toml, files: '\\w+/x'}";
    let file = read_pre_commit("a", format!("{HOOKS}[{hook}]}}]").as_bytes()).unwrap();
    let rows = convert("a", &file, Runner::Prek).rows;
    assert!(rows[0].differs.iter().any(|said| said.contains("`exclude` has no globs here: `^a/(?!b/)`")), "{rows:?}");
    assert!(rows[1].differs.iter().any(|said| said.contains("`files` has no globs here")), "{rows:?}");
    assert!(rows.iter().all(|row| row.way == Way::Rules));
}

#[test]
fn programs_come_by_preset_by_their_command_or_by_the_one_that_runs_hooks() {
    let config = "repos:\n- repo: https://github.com/astral-sh/ruff-pre-commit\n  hooks: [{id: ruff, args: [--fix], exclude: ^old/}, {id: ruff-format}]\n\
        - repo: local\n  hooks:\n  - {id: models, entry: \"sh -c './manage.py check --tag models'\", language: system, files: 'models\\.py$', pass_filenames: false}\n\
        \x20 - {id: negated, entry: Copyright, language: pygrep, args: [--negate], stages: [pre-push]}\n";
    let converted = convert("a", &read_pre_commit("a", config.as_bytes()).unwrap(), Runner::PreCommit);
    let here: Vec<&str> = converted.rows.iter().map(|row| row.here.as_str()).collect();
    let by_runner = ["tool `pre-commit run ruff-format`", "tool `pre-commit run negated`"];
    assert_eq!(here, ["tool by the preset `ruff`", by_runner[0], "tool `sh -c ./manage.py check --tag models`", by_runner[1]]);
    let settings = Settings::parse("stanch.toml", converted.text.as_bytes()).unwrap();
    let tools: Vec<_> = settings.tools.iter().map(|tool| (tool.name.as_str(), tool.on.len(), tool.repository)).collect();
    assert_eq!(tools, [("ruff", 2, false), ("ruff-format", 2, true), ("models", 2, true), ("negated", 1, true)]);
    assert!(converted.text.contains("except = [\"old\"]"), "{}", converted.text);
}

#[test]
fn a_hook_of_the_repository_itself_runs_once_it_is_accepted() {
    let (repo, ran) = init(
        "repos:\n- repo: local\n  hooks:\n  - {id: no-words, entry: 'scripts/check.sh --strict', language: script, types: [markdown], exclude: ^old/}\n",
    );
    ran.ok().says("no-words  tool `./scripts/check.sh --strict {files}`").says("`stanch tools accept`");
    repo.script("scripts/check.sh", "#!/bin/sh\n[ \"$1\" = --strict ] && shift && ! grep -n banned \"$@\"\n");
    repo.git(["add", "stanch.toml", "scripts"]).ok();
    repo.stanch(["tools", "accept"]).ok();
    repo.git(["commit", "-q", "-m", "settings"]).ok();
    repo.commit_file("a.md", "a banned word\n").ends(1).says("no-words").says("a banned word");
    repo.git(["rm", "-q", "-f", "a.md"]).ok();
    repo.commit_file("old/a.md", "a banned word\n").clean();
    repo.commit_file("a.txt", "a banned word\n").clean();
}

#[test]
fn a_hook_that_sorts_looks_at_the_files_that_it_names_and_at_no_other() {
    let named = "{id: file-contents-sorter, files: ^words\\.txt$}, {id: sort-simple-yaml}, {id: check-builtin-literals}";
    let (_, ran) = init(&format!("{HOOKS}[{named}]}}]\n"));
    ran.ok().says("sort-simple-yaml        -").says("it looks at no file, unless its `files` names some");
    let repo = with(named);
    let text = repo.read_text("stanch.toml");
    assert!(text.contains("glob = \"words.txt\"\nenable = [\"sorted-lines\"]"), "{text}");
    repo.commit_file("other.txt", "b\na\n").clean();
    repo.commit_file("words.txt", "b\na\n").blocks("words.txt:2").says("sorted-lines");
    let unread = "{id: file-contents-sorter, files: '^(?!a)'}, {id: file-contents-sorter, files: ^a$, args: [--unique]}";
    let (_, ran) = init(&format!("{HOOKS}[{unread}, {{id: check-builtin-literals, args: [--ignore=dict]}}]}}]\n"));
    ran.ok().says("of 3 hooks, 0 are rules").says("3 run by");
}

#[test]
fn what_arguments_ask_for_is_asked_for_here() {
    let hooks = "{id: check-added-large-files, args: [--maxkb=2]}, {id: mixed-line-ending, args: [--fix=lf]}, {id: trailing-whitespace}";
    let repo = with(hooks);
    repo.commit_file("a.bin", vec![b'a'; 2048]).clean();
    repo.commit_file("b.bin", vec![b'a'; 2049]).blocks("b.bin").says("3 kB, and 2 kB are the most");
    repo.git(["rm", "-q", "-f", "b.bin"]).ok();
    repo.commit_file("c.txt", "a\r\n").blocks("c.txt:1").says("CRLF where the settings ask for LF");
    repo.git(["rm", "-q", "-f", "c.txt"]).ok();
    repo.commit_file("d.md", "a  \nb\n").blocks("d.md:1").says("trailing-whitespace");
    repo.git(["rm", "-q", "-f", "d.md"]).ok();
    // A change cannot widen the bound for itself.
    repo.stage("stanch.toml", repo.read_text("stanch.toml").replace("max_kb = 2", "max_kb = 900"));
    repo.commit_file("e.bin", vec![b'a'; 2049]).blocks("e.bin");
}
