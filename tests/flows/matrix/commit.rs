//! Commits: which index git commits, from where, and in which state.

use std::fs;

use crate::support::TestRepo;

/// Row 1.
#[test]
fn a_secret_that_is_staged_blocks_though_the_work_tree_is_clean_again() {
    let repo = TestRepo::started();
    repo.stage("settings.py", repo.leak());
    repo.write("settings.py", "NPM_TOKEN = read()\n");
    repo.git(["commit", "-m", "x"]).blocks("settings.py:1");
    assert_eq!(repo.read_text("settings.py"), "NPM_TOKEN = read()\n");
    assert_eq!(repo.ask(["status", "--porcelain"]), "AM settings.py");
}

/// Row 2.
#[test]
fn a_secret_that_is_staged_blocks_though_its_file_is_deleted() {
    let repo = TestRepo::started();
    repo.stage("settings.py", repo.leak());
    repo.remove("settings.py");
    repo.git(["commit", "-m", "x"]).blocks("settings.py:1");
    assert_eq!(repo.ask(["status", "--porcelain"]), "AD settings.py");
}

/// Row 3.
#[test]
fn a_secret_that_is_not_staged_passes_and_stays_where_it_is() {
    let repo = TestRepo::started();
    let leak = repo.leak();
    repo.write("README.md", &leak);
    repo.write("untracked.py", &leak);
    let before = repo.state();
    repo.git(["commit", "-q", "--allow-empty", "-m", "x"]).clean();
    assert_eq!(repo.state(), before);
    repo.commit_file("other.py", "x = 1\n").clean();
    assert_eq!(repo.read_text("README.md"), leak);
    assert_eq!(repo.ask(["status", "--porcelain"]), " M README.md\n?? untracked.py");
}

/// Row 4, `git commit FILE` with another file staged.
#[test]
fn committing_one_file_looks_at_that_file_alone() {
    let repo = TestRepo::started();
    repo.commit_file("mine.py", "x = 1\n").clean();
    repo.stage("staged.py", repo.leak());
    repo.write("mine.py", "x = 2\n");
    repo.git(["commit", "-m", "x", "mine.py"]).clean();
    assert_eq!(repo.ask(["status", "--porcelain"]), "A  staged.py");
    repo.git(["commit", "-m", "x"]).blocks("staged.py:1");
}

/// Row 4, `git commit FILE` of a file whose staged version is clean.
#[test]
fn committing_one_file_looks_at_it_as_it_is_on_disk() {
    let repo = TestRepo::started();
    repo.commit_file("mine.py", "x = 1\n").clean();
    repo.stage("mine.py", "x = 2\n");
    repo.write("mine.py", repo.leak());
    repo.git(["commit", "-m", "x", "mine.py"]).blocks("mine.py:1");
    assert_eq!(repo.ask(["show", ":mine.py"]), "x = 2");
    repo.git(["commit", "-m", "x"]).clean();
}

/// Row 4, `git commit -a`.
#[test]
fn committing_all_looks_at_what_was_never_staged() {
    let repo = TestRepo::started();
    repo.write("README.md", repo.leak());
    repo.git(["commit", "-a", "-m", "x"]).blocks("README.md:1");
    assert_eq!(repo.ask(["status", "--porcelain"]), " M README.md");
    assert!(!repo.state().is_locked());
    repo.write("untracked.py", repo.leak());
    repo.write("README.md", "# mended\n");
    repo.git(["commit", "-a", "-m", "x"]).clean();
}

/// Row 4, `git commit --include`.
#[test]
fn committing_with_more_files_looks_at_both() {
    let repo = TestRepo::started();
    repo.stage("staged.py", repo.leak());
    repo.write("README.md", "# more\n");
    repo.git(["commit", "--include", "-m", "x", "README.md"]).blocks("staged.py:1");
    assert_eq!(repo.ask(["status", "--porcelain", "staged.py"]), "A  staged.py");
}

/// Row 5.
#[test]
fn a_fix_after_a_blocked_commit_of_one_file_reaches_the_index_too() {
    let repo = TestRepo::started();
    repo.commit_file("mine.py", "x = 1\n").clean();
    repo.write("mine.py", repo.leak());
    repo.git(["commit", "-m", "x", "mine.py"]).blocks("mine.py:1");
    repo.write("mine.py", "x = read()\n");
    repo.git(["add", "mine.py"]).ok();
    repo.git(["commit", "-m", "x", "mine.py"]).clean();
    assert_eq!(repo.ask(["status", "--porcelain"]), "");
    assert_eq!(repo.ask(["show", ":mine.py"]), "x = read()");
    assert_eq!(repo.ask(["show", "HEAD:mine.py"]), "x = read()");
}

/// Row 6.
#[test]
fn the_first_commit_is_looked_at_as_it_is_staged() {
    let repo = TestRepo::guarded();
    let leak = repo.leak();
    repo.stage("a.py", format!("x = 1\n{leak}"));
    repo.write("a.py", "x = 1\n");
    repo.git(["commit", "-m", "x"]).blocks("a.py:2");
    repo.stage("a.py", "x = 1\n");
    repo.write("a.py", format!("x = 1\n{leak}"));
    repo.git(["commit", "-m", "x"]).clean();
    assert_eq!(repo.ask(["show", "HEAD:a.py"]), "x = 1");
    assert_eq!(repo.read_text("a.py"), format!("x = 1\n{leak}"));
}

/// Row 7, a detached `HEAD`.
#[test]
fn a_commit_on_no_branch_is_looked_at() {
    let repo = TestRepo::started();
    repo.git(["checkout", "-q", "--detach"]).ok();
    repo.commit_file("a.py", repo.leak()).blocks("a.py:1");
}

/// Row 7, a folder below the root.
#[test]
fn a_commit_from_a_folder_below_is_looked_at() {
    let repo = TestRepo::started();
    let below = repo.at("src/deep");
    below.stage("a.py", repo.leak());
    below.git(["commit", "-m", "x"]).blocks("src/deep/a.py:1");
    below.git(["commit", "-m", "x", "a.py"]).blocks("src/deep/a.py:1");
    below.stanch(["scan", "--staged"]).blocks("src/deep/a.py:1");
}

/// Row 7, `--git-dir` and `--work-tree`.
#[test]
fn a_commit_from_elsewhere_is_looked_at() {
    let repo = TestRepo::started();
    repo.stage("a.py", repo.leak());
    let (git_dir, work_tree) = (format!("--git-dir={}", repo.path(".git").display()), format!("--work-tree={}", repo.path("").display()));
    let outside = repo.beside("outside");
    outside.git([&git_dir, &work_tree, "commit", "-m", "x"]).blocks("a.py:1");
    let env = [("GIT_DIR", repo.path(".git").display().to_string()), ("GIT_WORK_TREE", repo.path("").display().to_string())];
    let env: Vec<(&str, &str)> = env.iter().map(|(key, value)| (*key, value.as_str())).collect();
    outside.git_env(&env, ["commit", "-m", "x"]).blocks("a.py:1");
}

/// Row 7, a linked work tree.
#[test]
fn a_commit_in_a_linked_work_tree_is_looked_at() {
    let repo = TestRepo::started();
    repo.git(["worktree", "add", "-q", "../linked", "-b", "side"]).ok();
    let linked = repo.beside("linked");
    linked.commit_file("a.py", repo.leak()).blocks("a.py:1");
    linked.stage("a.py", "x = 1\n");
    linked.git(["commit", "-m", "x"]).clean();
    linked.write("a.py", repo.leak());
    linked.git(["commit", "-a", "-m", "x"]).blocks("a.py:1");
    linked.git(["commit", "-m", "x", "a.py"]).blocks("a.py:1");
}

/// Row 29, a file inside the cone and one outside.
#[test]
fn a_sparse_checkout_hides_nothing_that_is_staged() {
    let repo = TestRepo::started();
    repo.commit_file("inside/a.py", "x = 1\n").clean();
    repo.commit_file("outside/b.py", "x = 1\n").clean();
    repo.git(["sparse-checkout", "set", "inside"]).ok();
    assert!(!repo.path("outside").exists());
    repo.stage("inside/a.py", repo.leak());
    repo.git(["commit", "-m", "x"]).blocks("inside/a.py:1");
    repo.git(["reset", "-q", "--hard"]).ok();

    repo.write("blob", repo.leak());
    let id = repo.ask(["hash-object", "-w", "blob"]);
    repo.git(["update-index", "--cacheinfo", &format!("100644,{id},outside/b.py")]).ok();
    repo.git(["commit", "-m", "x"]).blocks("outside/b.py:1");
}

/// Row 30.
#[test]
fn what_is_only_meant_to_be_added_passes_and_stays_so() {
    let repo = TestRepo::started();
    let leak = repo.leak();
    repo.write("later.py", &leak);
    repo.git(["add", "-N", "later.py"]).ok();
    repo.commit_file("now.py", "x = 1\n").clean();
    assert_eq!(repo.ask(["status", "--porcelain"]), " A later.py");
    assert_eq!(repo.read_text("later.py"), leak);
    repo.git(["commit", "-a", "-m", "x"]).blocks("later.py:1");
}

/// Row 34.
#[test]
fn a_stale_lock_of_the_index_stops_git_and_moves_nothing() {
    let repo = TestRepo::started();
    repo.stage("a.py", repo.leak());
    repo.write(".git/index.lock", "");
    let before = repo.state();
    repo.git(["commit", "-m", "x"]).ends(128).says("index.lock");
    repo.stanch(["scan", "--staged"]).blocks("a.py:1");
    repo.stanch(["hook", "pre-commit"]).blocks("a.py:1");
    assert_eq!(repo.state(), before);
    fs::remove_file(repo.path(".git/index.lock")).unwrap();
    repo.git(["commit", "-m", "x"]).blocks("a.py:1");
}

/// Row 37.
#[test]
fn converted_line_ends_and_partial_staging_change_no_byte() {
    let repo = TestRepo::started();
    repo.git(["config", "core.autocrlf", "true"]).ok();
    repo.commit_file("a.py", "one\r\ntwo\r\n").clean();
    repo.stage("a.py", "one\r\ntwo\r\nthree\r\n");
    let on_disk = format!("one\r\ntwo\r\nthree\r\n{}", repo.leak());
    repo.write("a.py", &on_disk);
    repo.git(["commit", "-q", "-m", "x"]).clean();
    assert_eq!(repo.read_text("a.py"), on_disk);
    assert_eq!(repo.ask(["show", "HEAD:a.py"]), "one\ntwo\nthree");
    repo.git(["commit", "-a", "-m", "x"]).blocks("a.py:4");
    assert_eq!(repo.read_text("a.py"), on_disk);
}
