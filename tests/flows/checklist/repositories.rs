//! Kinds of repositories and of indexes.

use std::process::Stdio;

use crate::support::{TestRepo, files_below};

#[test]
fn a_split_index_is_read_whole() {
    let repo = TestRepo::started();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["update-index", "--split-index"]).ok();
    assert!(files_below(&repo.git_dir()).keys().any(|path| path.to_string_lossy().starts_with("sharedindex.")));
    repo.stage("b.py", repo.leak());
    repo.git(["commit", "-m", "x"]).blocks("b.py:1");
    repo.git(["rm", "-q", "--cached", "b.py"]).ok();
    repo.write("a.py", repo.leak());
    repo.git(["commit", "-a", "-m", "x"]).blocks("a.py:1").never_says("b.py");
    repo.write("a.py", "x = 2\n");
    repo.git(["commit", "-q", "-a", "-m", "x"]).clean();
}

#[test]
fn a_sparse_index_is_read_whole() {
    let repo = TestRepo::started();
    for name in ["inside/a.py", "outside/b.py", "outside/deep/c.py"] {
        repo.commit_file(name, "x = 1\n").clean();
    }
    repo.git(["sparse-checkout", "set", "--cone", "--sparse-index", "inside"]).ok();
    assert_eq!(repo.ask(["ls-files", "--sparse"]), "README.md\ninside/a.py\noutside/");
    repo.commit_file("inside/a.py", "x = 2\n").clean().says("1 blob,");
    repo.commit_file("inside/b.py", repo.leak()).blocks("inside/b.py:1");
    repo.git(["reset", "-q", "--hard"]).ok();

    // A folder that changed whole, as a merge or `read-tree` leaves it.
    repo.write("blob", repo.leak());
    let id = repo.ask(["hash-object", "-w", "blob"]);
    repo.git(["update-index", "--add", "--cacheinfo", &format!("100644,{id},outside/deep/c.py")]).ok();
    repo.stanch(["scan", "--staged"]).blocks("outside/deep/c.py:1");
    repo.git(["commit", "-m", "x"]).blocks("outside/deep/c.py:1");
    repo.stanch(["scan"]).ends(1).says("blocked: blob:1");
}

#[test]
fn a_new_index_version_and_the_untracked_cache_are_read() {
    for settings in [["index.version", "4"], ["core.untrackedCache", "true"], ["feature.manyFiles", "true"], ["core.fsmonitor", "false"]] {
        let repo = TestRepo::started();
        repo.git(["config", settings[0], settings[1]]).ok();
        repo.commit_file("folder/a.py", "x = 1\n").clean();
        repo.commit_file("folder/b.py", repo.leak()).blocks("folder/b.py:1");
    }
}

#[test]
fn a_linked_work_tree_shares_what_stanch_remembers() {
    let repo = TestRepo::new();
    repo.commit_file("README.md", "# a project\n").ok();
    repo.git(["worktree", "add", "-q", "../linked", "-b", "side"]).ok();
    let linked = repo.beside("linked");
    linked.stanch(["install"]).ok();
    repo.commit_file("a.py", repo.leak()).blocks("a.py:1");
    linked.commit_file("a.py", repo.leak()).blocks("a.py:1");
    linked.stanch(["doctor"]).ok().says("all is in place");
    assert!(!linked.path(".git/stanch").exists() && repo.path(".git/stanch").exists());
    linked.stage("a.py", "x = 1\n");
    linked.git(["commit", "-q", "-m", "x"]).clean().never_says("unscanned");
    linked.git(["commit", "-q", "--amend", "-m", "y"]).clean().never_says("unscanned");
    linked.stanch(["uninstall"]).ok();
    repo.git(["commit", "-q", "-m", "x"]).ok();
}

#[test]
fn the_history_of_a_bare_repository_is_scanned() {
    let repo = TestRepo::three_commits();
    repo.slip("two.py", "x = read()\n");
    let bare = repo.remote();
    repo.slip_push(&["main"]);
    let ran = bare.stanch(["scan", "--history"]);
    ran.blocks("two.py:1").says("only in commit").says("5 commits");
    bare.stanch(["scan", "--history", "main"]).blocks("two.py:1");
    bare.stanch(["scan", "--history", "--all"]).blocks("two.py:1");
    bare.stanch(["scan", "--range", "main~1..main"]).clean();
}

#[test]
fn the_whole_history_holds_other_branches_and_tags_only_with_all() {
    let repo = TestRepo::started();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("a.py", repo.leak());
    repo.git(["checkout", "-q", "main"]).ok();
    repo.beside("outside").write("message", format!("subject\n\n{}", repo.leak()));
    repo.git(["tag", "-a", "-F", "../outside/message", "v1"]).ok();
    repo.stanch(["scan", "--history"]).clean();
    repo.stanch(["scan", "--history", "side"]).blocks("a.py:1");
    repo.stanch(["scan", "--history", "--all"]).blocks("a.py:1").says("blocked: tag ");
}

#[test]
fn ids_of_sha_256_make_no_difference() {
    let repo = TestRepo::started_with("--object-format=sha256");
    repo.remote();
    repo.git(["push", "-q", "-u", "origin", "main"]).clean();
    repo.commit_file("a.py", repo.leak()).blocks("a.py:1");
    repo.stage("a.py", "x = 1\n");
    repo.git(["commit", "-q", "-m", "x"]).clean().never_says("unscanned");
    repo.write("a.py", repo.leak());
    repo.git(["commit", "-a", "-m", "x"]).blocks("a.py:1");
    repo.git(["commit", "-q", "-a", "-n", "-m", "x"]).ok().says("unscanned");
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
    repo.git(["push", "origin", "main~1:main"]).clean().says("1 commit,");
    repo.stanch(["scan", "--history"]).blocks("a.py:1").says("3 commits");
}

#[test]
fn a_repository_without_a_commit_is_scanned() {
    let repo = TestRepo::guarded();
    repo.stanch(["scan"]).clean();
    repo.stanch(["scan", "--staged"]).clean();
    repo.stanch(["scan", "--history"]).ok();
    repo.stage("a.py", repo.leak());
    repo.stanch(["scan"]).blocks("a.py:1");
    repo.stanch(["scan", "--staged"]).blocks("a.py:1");
    repo.git(["commit", "-m", "x"]).blocks("a.py:1");
    repo.git(["checkout", "-q", "--orphan", "other"]).ok();
    repo.git(["commit", "-m", "x"]).blocks("a.py:1");
}

#[test]
fn a_merge_of_many_is_looked_at_where_it_differs_from_all() {
    let repo = TestRepo::started();
    repo.remote();
    for name in ["one", "two", "three"] {
        repo.git(["checkout", "-q", "-b", name, "main"]).ok();
        repo.commit_file(format!("{name}.py"), "x = 1\n").clean();
    }
    repo.git(["checkout", "-q", "main"]).ok();
    repo.git(["merge", "--no-edit", "one", "two", "three"]).ok();
    assert_eq!(repo.ask(["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 4);
    repo.git(["push", "origin", "main"]).clean();

    repo.stage("one.py", repo.leak());
    let tree = repo.ask(["write-tree"]);
    let merge = repo.ask(["commit-tree", "-p", "one", "-p", "two", "-p", "three", "-m", "x", &tree]);
    repo.git(["push", "origin", &format!("{merge}:refs/heads/evil")]).blocks("one.py:1");
    repo.stanch(["scan", "--range", &format!("main..{merge}")]).blocks("one.py:1");
}

#[test]
fn an_alternate_holds_objects_too() {
    let repo = TestRepo::three_commits();
    let bare = repo.remote();
    repo.slip_push(&["main"]);
    let clone = repo.beside("clone");
    clone.git(["clone", "-q", "--shared", &bare.path("").display().to_string(), "."]).ok();
    clone.stanch(["scan", "--history"]).blocks("two.py:1");
}

#[test]
fn an_index_of_another_name_is_read_when_git_commits_it() {
    let repo = TestRepo::started();
    for name in [".git/other", "other.index"] {
        let env = [("GIT_INDEX_FILE", name)];
        repo.git_env(&env, ["read-tree", "HEAD"]).ok();
        repo.write("a.py", repo.leak());
        repo.git_env(&env, ["add", "a.py"]).ok();
        repo.git_env(&env, ["commit", "-m", "x"]).blocks("a.py:1");
        repo.git(["commit", "-q", "--allow-empty", "-m", "x"]).clean();
    }
}

#[test]
fn a_commit_that_is_replaced_is_looked_at_as_it_is_sent() {
    let repo = TestRepo::started();
    repo.remote();
    repo.git(["push", "-q", "origin", "main"]).clean();
    let clean = repo.slip("a.py", "x = 1\n");
    repo.git(["reset", "-q", "--hard", "HEAD~"]).ok();
    let leaking = repo.slip("a.py", repo.leak());
    repo.git(["replace", &leaking, &clean]).ok();
    assert_eq!(repo.ask(["show", "HEAD:a.py"]), "x = 1");
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
    repo.git(["replace", "-d", &leaking]).ok();
    let blobs = (repo.ask(["rev-parse", &format!("{leaking}:a.py")]), repo.ask(["rev-parse", &format!("{clean}:a.py")]));
    repo.git(["replace", &blobs.0, &blobs.1]).ok();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

#[test]
fn a_replaced_parent_hides_no_commit() {
    let repo = TestRepo::three_commits();
    repo.remote();
    repo.git(["replace", "--graft", "HEAD", "HEAD~3"]).ok();
    assert_eq!(repo.ask(["rev-list", "--count", "HEAD"]), "2");
    repo.git(["push", "origin", "main"]).blocks("two.py:1").says("4 commits");
    repo.stanch(["scan", "--history"]).blocks("two.py:1").says("4 commits");
}

#[test]
fn two_linked_work_trees_commit_at_once() {
    let repo = TestRepo::started();
    repo.git(["worktree", "add", "-q", "../linked", "-b", "side"]).ok();
    let linked = repo.beside("linked");
    for round in 0..5 {
        for tree in [&repo, &linked] {
            tree.stage("a.py", format!("x = {round}\n"));
        }
        let commit = |tree: &TestRepo| {
            let mut commit = tree.program("git", ["commit", "-q", "-m", "x"]);
            commit.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let commits = [commit(&repo), commit(&linked)];
        for commit in commits {
            let output = commit.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() && said.contains("clean") && !said.contains("unscanned"), "{said}");
        }
    }
}
