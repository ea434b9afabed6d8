//! Coming among hooks, running beside them, and going without a trace.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::trace::{comes_and_goes, guards};
use crate::support::{TestRepo, path_without_stanch};

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
