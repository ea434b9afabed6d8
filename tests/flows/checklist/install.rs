//! Coming among hooks, running beside them, and going without a trace.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::support::{TestRepo, files_below, path_without_stanch};

/// The hooks and settings of git, the work tree and the home: what an installation may touch, and what it may not.
fn everything(repo: &TestRepo) -> BTreeMap<String, (Vec<u8>, u32)> {
    let mut all = BTreeMap::new();
    for folder in [repo.path(""), repo.root().join("home")] {
        for (path, file) in files_below(&folder) {
            let kept = [".git/hooks", ".git/config", ".git/own", ".git/stanch/hooks"];
            if !path.starts_with(".git") || kept.iter().any(|kept| path.starts_with(kept)) {
                all.insert(folder.join(path).display().to_string(), (file.bytes, file.mode));
            }
        }
    }
    all
}

#[track_caller]
fn same(left: &BTreeMap<String, (Vec<u8>, u32)>, right: &BTreeMap<String, (Vec<u8>, u32)>) {
    for name in left.keys().chain(right.keys()) {
        let show = |all: &BTreeMap<String, (Vec<u8>, u32)>| {
            all.get(name).map_or("nothing".to_owned(), |(bytes, mode)| format!("{mode:o} {}", String::from_utf8_lossy(bytes)))
        };
        assert!(left.get(name) == right.get(name), "{name} is\n{}\nand was\n{}", show(left), show(right));
    }
}

/// Installs twice, lets `use_it` see it work, uninstalls, and finds everything as it was.
#[track_caller]
fn comes_and_goes(repo: &TestRepo, use_it: impl FnOnce(&TestRepo)) {
    let before = everything(repo);
    repo.stanch(["install"]).ok();
    let installed = everything(repo);
    assert_ne!(installed, before);
    repo.stanch(["install"]).ok();
    same(&everything(repo), &installed);
    use_it(repo);
    repo.stanch(["uninstall"]).ok();
    same(&everything(repo), &before);
    repo.stanch(["uninstall"]).ok().says("nothing was installed");
    same(&everything(repo), &before);
}

/// A commit that leaks is stopped, whatever else runs.
fn guards(repo: &TestRepo) {
    repo.stage("leak.py", repo.leak());
    repo.git(["commit", "-m", "x"]).blocks("leak.py:1");
    repo.git(["rm", "-q", "-f", "leak.py"]).ok();
}

#[test]
fn an_empty_folder_of_hooks_is_empty_again() {
    let repo = TestRepo::new();
    fs::remove_dir_all(repo.path(".git/hooks")).unwrap();
    fs::create_dir(repo.path(".git/hooks")).unwrap();
    comes_and_goes(&repo, guards);
}

#[test]
fn a_repository_without_a_folder_of_hooks_is_guarded() {
    let repo = TestRepo::new();
    fs::remove_dir_all(repo.path(".git/hooks")).unwrap();
    comes_and_goes(&repo, guards);
}

#[test]
fn the_installation_says_where_and_what_it_is() {
    let repo = TestRepo::new();
    repo.script(".git/hooks/pre-push", "#!/bin/sh\n");
    insta::assert_snapshot!(repo.stanch(["install"]).redacted(), @r"
    exit code 0
    ----- stdout
    installed in [ROOT]/work/.git/hooks: pre-commit, pre-merge-commit, pre-applypatch, prepare-commit-msg, commit-msg, applypatch-msg, post-commit, pre-push
    what was there runs after it: pre-push
    ");
    insta::assert_snapshot!(repo.stanch(["uninstall"]).redacted(), @r"
    exit code 0
    ----- stdout
    taken away, and what was there put back: applypatch-msg, commit-msg, post-commit, pre-applypatch, pre-commit, pre-merge-commit, pre-push, prepare-commit-msg
    ");
}

#[test]
fn hooks_and_settings_that_were_there_come_back_byte_for_byte() {
    let repo = TestRepo::new();
    repo.script(".git/hooks/pre-commit", "#!/bin/sh\nprintf own\\\\n >&2");
    repo.write(".git/hooks/commit-msg", "not executable, so git passes it over\n");
    repo.script(".git/own/post-commit", "#!/bin/sh\necho linked >&2\n");
    symlink("../own/post-commit", repo.path(".git/hooks/post-commit")).unwrap();
    fs::set_permissions(repo.path(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o744)).unwrap();
    let config = repo.read_text(".git/config") + "\n# a comment\n[alias]\n\tst = status ; and another\n[core]\n";
    repo.write(".git/config", config);
    comes_and_goes(&repo, |repo| {
        repo.commit_file("a.py", "x = 1\n").clean().says("own\n").says("linked\n");
        guards(repo);
        repo.git(["rm", "-q", "a.py"]).ok();
    });
}

#[test]
fn settings_that_somebody_changed_meanwhile_are_kept() {
    let repo = TestRepo::new();
    repo.git(["config", "alias.one", "status"]).ok();
    repo.stanch(["install"]).ok();
    repo.git(["config", "alias.two", "log"]).ok();
    repo.stanch(["uninstall"]).ok();
    assert_eq!(repo.ask(["config", "alias.one"]), "status");
    assert_eq!(repo.ask(["config", "alias.two"]), "log");
    assert_ne!(repo.git(["config", "stanch.binary"]).code, Some(0));
}

#[test]
fn a_hook_that_was_there_runs_after_with_its_arguments_and_its_verdict_counts() {
    let repo = TestRepo::new();
    repo.script(".git/hooks/commit-msg", "#!/bin/sh\necho \"own $# $(head -1 \"$1\")\" >&2\ngrep -q please \"$1\"\n");
    repo.stanch(["install"]).ok();
    repo.stage("a.py", "x = 1\n");
    repo.git(["commit", "-m", "a change"]).ends(1).says("own 1 a change");
    repo.git(["commit", "-m", "a change, please"]).clean().says("own 1 a change, please");
    repo.stage("b.py", "x = 1\n");
    repo.git(["commit", "-m", "subject", "-m", repo.leak().trim()]).blocks("commit message:3").never_says("own");
}

#[test]
fn a_push_hook_that_was_there_reads_the_same_lines_and_arguments() {
    let repo = TestRepo::new();
    repo.script(".git/hooks/pre-push", "#!/bin/sh\n{ echo \"$1\"; cat; } >../told\n");
    repo.stanch(["install"]).ok();
    repo.remote();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["push", "origin", "main"]).clean();
    let head = repo.ask(["rev-parse", "HEAD"]);
    let told = format!("origin\nrefs/heads/main {head} refs/heads/main {}\n", "0".repeat(40));
    assert_eq!(fs::read_to_string(repo.root().join("told")).unwrap(), told);
    repo.git(["push", "origin", "main"]).ok();
}

/// The scripts that hook managers write, short of what they start: each says its name.
const MANAGERS: [(&str, &str); 3] = [
    (
        "pre-commit",
        "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n# ID: 138fd403232d2ddd5efb44317e38bf03\n\n\
         # start templated\nARGS=(hook-impl --config=.pre-commit-config.yaml --hook-type=pre-commit)\n# end templated\n\n\
         HERE=\"$(cd \"$(dirname \"$0\")\" && pwd)\"\nARGS+=(--hook-dir \"$HERE\" -- \"$@\")\necho \"ran pre-commit ${ARGS[*]}\" >&2\n",
    ),
    ("prek", "#!/bin/sh\n# File generated by prek: https://github.com/j178/prek\nPREK=prek\necho \"ran prek hook-impl\" >&2\n"),
    (
        "lefthook",
        "#!/bin/sh\n\nif [ \"$LEFTHOOK\" = \"0\" ]; then\n  exit 0\nfi\n\ncall_lefthook()\n{\n  echo \"ran lefthook $*\" >&2\n}\n\n\
         call_lefthook run \"pre-commit\" \"$@\"\n",
    ),
];

#[test]
fn hook_managers_keep_running_and_are_told_by_name() {
    for (name, script) in MANAGERS {
        let repo = TestRepo::new();
        repo.script(".git/hooks/pre-commit", script);
        repo.stanch(["doctor"]).ends(1).says(&format!("{name} runs; stanch does not"));
        comes_and_goes(&repo, |repo| {
            repo.stanch(["doctor"]).ok().says(&format!("then {name}"));
            repo.commit_file("a.py", "x = 1\n").clean().says(&format!("ran {name}"));
            guards(repo);
            repo.git(["rm", "-q", "a.py"]).ok();
        });
    }
}

#[test]
fn a_folder_of_hooks_named_in_the_repository_keeps_its_hooks() {
    for absolute in [false, true] {
        let repo = TestRepo::new();
        repo.script("githooks/pre-commit", "#!/bin/sh\necho own pre-commit >&2\n");
        repo.script("githooks/post-checkout", "#!/bin/sh\necho own post-checkout >&2\n");
        repo.write("githooks/README", "not a hook\n");
        let path = if absolute { repo.path("githooks").display().to_string() } else { "githooks".to_owned() };
        repo.git(["config", "core.hooksPath", &path]).ok();
        repo.git(["commit", "-q", "--allow-empty", "-m", "x"]).ok();
        comes_and_goes(&repo, |repo| {
            repo.git(["commit", "-q", "--allow-empty", "-m", "x"]).clean().says("own pre-commit");
            repo.git(["checkout", "-q", "-b", "side"]).ok().says("own post-checkout");
            repo.at("below").git(["commit", "-q", "--allow-empty", "-m", "x"]).clean().says("own pre-commit");
            repo.git(["checkout", "-q", "main"]).ok();
            repo.git(["branch", "-q", "-D", "side"]).ok();
            guards(repo);
            repo.stanch(["doctor"]).ok().says("then ");
        });
        assert_eq!(repo.ask(["config", "core.hooksPath"]), path);
    }
}

#[test]
fn a_folder_of_hooks_named_for_all_repositories_keeps_its_hooks() {
    let repo = TestRepo::new();
    let home = repo.beside("home");
    home.script("hooks/pre-commit", "#!/bin/sh\necho everywhere >&2\n");
    repo.git(["config", "--global", "core.hooksPath", "~/hooks"]).ok();
    let other = repo.beside("other");
    other.git(["init", "-q", "-b", "main"]).ok();
    comes_and_goes(&repo, |repo| {
        repo.git(["commit", "-q", "--allow-empty", "-m", "x"]).clean().says("everywhere");
        guards(repo);
        other.git(["commit", "-q", "--allow-empty", "-m", "x"]).ok().says("everywhere").never_says("clean");
    });
    repo.git(["commit", "-q", "--allow-empty", "-m", "x"]).ok().says("everywhere").never_says("clean");
}

#[test]
fn a_linked_work_tree_runs_the_hooks_of_a_relative_folder() {
    let repo = TestRepo::new();
    repo.script("githooks/pre-commit", "#!/bin/sh\necho own >&2\n");
    repo.git(["config", "core.hooksPath", "githooks"]).ok();
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-q", "-m", "x"]).ok();
    repo.git(["worktree", "add", "-q", "../linked", "-b", "side"]).ok();
    let linked = repo.beside("linked");
    comes_and_goes(&repo, |_| {
        linked.git(["commit", "-q", "--allow-empty", "-m", "x"]).clean().says("own");
        guards(&linked);
        linked.stanch(["doctor"]).ok();
    });
}

/// husky as its version 9 lays itself out.
fn husky(repo: &TestRepo) {
    let runner = "#!/usr/bin/env sh\nn=$(basename \"$0\")\ns=$(dirname \"$(dirname \"$0\")\")/$n\n[ ! -f \"$s\" ] && exit 0\n\
                  sh -e \"$s\" \"$@\"\nc=$?\n[ $c != 0 ] && echo \"husky - $n script failed (code $c)\" >&2\nexit $c\n";
    repo.write(".husky/_/h", runner);
    repo.write(".husky/_/.gitignore", "*");
    for event in ["pre-commit", "pre-merge-commit", "prepare-commit-msg", "commit-msg", "post-commit", "pre-push", "post-checkout"] {
        repo.script(format!(".husky/_/{event}"), "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n");
    }
    for event in ["applypatch-msg", "pre-applypatch", "post-applypatch", "pre-rebase", "post-rewrite", "post-merge", "pre-auto-gc"] {
        repo.script(format!(".husky/_/{event}"), "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n");
    }
    repo.git(["config", "core.hooksPath", ".husky/_"]).ok();
}

#[test]
fn husky_runs_stanch_first_and_then_its_own_scripts() {
    for own in ["echo own >&2\n", "#!/bin/sh\necho own >&2", "echo own >&2"] {
        let repo = TestRepo::new();
        husky(&repo);
        repo.write(".husky/pre-commit", own);
        repo.write(".husky/pre-push", "cat >../told\n");
        comes_and_goes(&repo, |repo| {
            repo.commit_file("a.py", "x = 1\n").clean().says("own");
            guards(repo);
            repo.stanch(["doctor"]).ok().says("husky runs .husky/pre-commit, where stanch looks");
            repo.remote();
            repo.git(["push", "-q", "origin", "main"]).clean();
            let head = repo.ask(["rev-parse", "HEAD"]);
            let told = fs::read_to_string(repo.root().join("told")).unwrap();
            assert_eq!(told, format!("refs/heads/main {head} refs/heads/main {}\n", "0".repeat(40)));
            repo.slip("b.py", repo.leak());
            repo.git(["push", "origin", "main"]).blocks("b.py:1");
            repo.git(["remote", "remove", "origin"]).ok();
            repo.git(["update-ref", "-d", "HEAD"]).ok();
            repo.git(["rm", "-q", "-f", "a.py", "b.py"]).ok();
        });
    }
}

#[test]
fn without_stanch_a_hook_stops_and_names_the_one_command_that_mends_it() {
    let repo = TestRepo::started();
    repo.stage("a.py", "x = 1\n");
    let bare = || {
        let mut commit = repo.program("git", ["commit", "-q", "-m", "x"]);
        commit.env("PATH", path_without_stanch());
        commit
    };
    repo.git(["config", "stanch.binary", "/nowhere/stanch"]).ok();
    insta::assert_snapshot!(repo.run(bare(), b"").redacted(), @r"
    exit code 1
    ----- stderr
    stanch is not here, so nothing looks at this pre-commit, and it is stopped.
    mend it: cargo install --locked stanch
    ");
    repo.git(["config", "--unset", "stanch.binary"]).ok();
    repo.run(bare(), b"").ends(1).says("mend it: cargo install --locked stanch");
    assert_eq!(repo.ask(["rev-list", "--count", "HEAD"]), "1");
    repo.stanch(["install"]).ok();
    repo.run(bare(), b"").clean();
}

#[test]
fn a_path_with_spaces_and_quotes_is_installed_and_found() {
    let repo = TestRepo::folder().at("a folder with 'quotes' and \"more\" $HOME");
    repo.git(["init", "-q", "-b", "main"]).ok();
    repo.stanch(["install"]).ok();
    guards(&repo);
    let hooks = repo.path("own hooks 'here'");
    fs::create_dir(&hooks).unwrap();
    repo.script(hooks.join("pre-commit"), "#!/bin/sh\necho own >&2\n");
    repo.stanch(["uninstall"]).ok();
    repo.git(["config", "core.hooksPath", hooks.to_str().unwrap()]).ok();
    repo.stanch(["install"]).ok();
    repo.git(["commit", "-q", "--allow-empty", "-m", "x"]).clean().says("own");
    guards(&repo);
}

#[test]
fn only_the_hooks_that_were_asked_for_are_installed() {
    let repo = TestRepo::new();
    repo.stanch(["install", "--hook", "pre-push"]).ok();
    repo.stage("a.py", repo.leak());
    repo.git(["commit", "-q", "-m", "x"]).ok().never_says("blocked");
    repo.remote();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
    repo.stanch(["install", "--hook", "post-checkout"]).ends(2).says("nothing to look at");
    repo.stanch(["install", "--hook", "nonsense"]).ends(2);
}

/// What a manager does when it is installed: it moves what is there to `.legacy`, and calls that first.
fn manager_comes(repo: &TestRepo) {
    let script = "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n\
                  [ -z \"$RUNNING_LEGACY\" ] || { echo 'runs itself' >&2; exit 3; }\n\
                  legacy=$(dirname \"$0\")/pre-commit.legacy\n\
                  if [ -x \"$legacy\" ]; then RUNNING_LEGACY=1 \"$legacy\" \"$@\" || exit 1; fi\n\
                  echo 'ran the manager' >&2\n";
    let path = repo.path(".git/hooks/pre-commit");
    if path.exists() && !fs::read_to_string(&path).unwrap().contains("generated by pre-commit") {
        fs::rename(&path, repo.path(".git/hooks/pre-commit.legacy")).unwrap();
    }
    repo.script(".git/hooks/pre-commit", script);
}

/// How often an empty commit ran stanch, the manager and the person's own hook.
fn runs(repo: &TestRepo) -> (usize, usize, usize) {
    let ran = repo.git(["commit", "-q", "--allow-empty", "-m", "x"]);
    let text = ran.ok().text();
    (text.matches("clean ·").count(), text.matches("ran the manager").count(), text.matches("own hook").count())
}

#[test]
fn hooks_survive_any_order_of_installations_and_run_once() {
    let orders = ["sm", "ms", "sms", "msm", "msms", "smsm", "osm", "oms", "osms", "osmsm", "som", "smm"];
    for order in orders {
        let repo = TestRepo::new();
        for step in order.chars() {
            match step {
                's' => drop(repo.stanch(["install"]).ok()),
                'm' => manager_comes(&repo),
                _ if repo.path(".git/hooks/pre-commit").exists() => {}
                _ => repo.script(".git/hooks/pre-commit", "#!/bin/sh\necho own hook >&2\n"),
            }
        }
        let own = usize::from(order.starts_with('o'));
        assert_eq!(runs(&repo), (1, 1, own), "{order}");
        guards(&repo);
        repo.stanch(["doctor"]).ok().says("all is in place");
        repo.stanch(["uninstall"]).ok();
        assert_eq!(runs(&repo), (0, 1, own), "{order}, uninstalled");
        let left: Vec<_> =
            files_below(&repo.path(".git/hooks")).into_keys().filter(|path| path.starts_with("pre-commit.stanch-kept")).collect();
        assert!(left.is_empty(), "{order}: {left:?}");
    }
}

#[test]
fn a_hook_that_is_kept_is_never_lost_to_another() {
    let repo = TestRepo::new();
    repo.script(".git/hooks/pre-commit", "#!/bin/sh\necho one >&2\n");
    repo.stanch(["install"]).ok();
    repo.script(".git/hooks/pre-commit", "#!/bin/sh\necho two >&2\n");
    let before = everything(&repo);
    repo.stanch(["install"]).ends(2).says("there are two hooks to keep").says("hint:");
    same(&everything(&repo), &before);
    repo.remove(".git/hooks/pre-commit.stanch-kept");
    repo.stanch(["install"]).ok();
    repo.git(["commit", "-q", "--allow-empty", "-m", "x"]).clean().says("two");
}

#[test]
fn a_repository_whose_git_folder_lies_elsewhere_is_guarded() {
    let repo = TestRepo::folder();
    repo.git(["init", "-q", "-b", "main", "--separate-git-dir", "../elsewhere"]).ok();
    repo.stanch(["install"]).ok();
    guards(&repo);
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.stanch(["doctor"]).ok();
    repo.stanch(["uninstall"]).ok();
    repo.stage("b.py", repo.leak());
    repo.git(["commit", "-q", "-m", "x"]).ok().never_says("blocked");
}

#[test]
fn a_submodule_is_guarded_where_it_is() {
    let repo = TestRepo::started();
    let inner = repo.beside("inner");
    inner.git(["init", "-q", "-b", "main"]).ok();
    inner.slip("a.py", "x = 1\n");
    repo.git(["submodule", "--quiet", "add", &inner.path("").display().to_string(), "inner"]).ok();
    let module = repo.at("inner");
    module.stanch(["install"]).ok();
    guards(&module);
    module.stanch(["scan"]).clean();
    repo.stage("b.py", repo.leak());
    repo.git(["commit", "-m", "x"]).blocks("b.py:1");
}

#[test]
fn doctor_says_what_runs_for_each_event_and_what_is_missing() {
    let repo = TestRepo::new();
    repo.stanch(["doctor"]).ends(1).says("nothing runs").says("pre-commit: run `stanch install`");
    repo.write(".git/hooks/pre-push", "#!/bin/sh\n");
    repo.stanch(["doctor"]).ends(1).says("it is not executable");
    repo.remove(".git/hooks/pre-push");
    repo.stanch(["install"]).ok();
    repo.stanch(["doctor"]).ok().says("all is in place").says("stanch looks at every new commit of every pushed ref");
    repo.write("stanch.toml", "colour = true\n");
    repo.stanch(["doctor"]).ends(1).says("settings  broken");
}

#[test]
fn init_writes_settings_that_hold_and_installs() {
    let repo = TestRepo::new();
    repo.stanch(["init"]).ok().says("wrote stanch.toml").says("installed in");
    let settings = repo.read_text("stanch.toml");
    repo.stanch(["scan"]).clean();
    repo.stanch(["init"]).ok().says("stays as it is");
    assert_eq!(repo.read_text("stanch.toml"), settings);
    repo.git(["add", "stanch.toml"]).ok();
    repo.git(["commit", "-q", "-m", "x"]).clean();
    guards(&repo);
    let uncommented: String = settings
        .lines()
        .map(|line| if line.starts_with("# ") && line.contains(" = ") { &line[2..] } else { line })
        .fold(String::new(), |text, line| text + line + "\n");
    repo.write("stanch.toml", uncommented);
    repo.stanch(["scan"]).ends(0);
}
