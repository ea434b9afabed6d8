//! Repositories in which something is missing, broken or in the way: never clean.

use std::fs;
use std::path::PathBuf;

use crate::support::TestRepo;

#[test]
fn an_index_with_conflicts_is_told_and_not_judged() {
    let repo = TestRepo::started();
    repo.commit_file("a.py", "x = 0\n").clean();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("a.py", "x = 2\n").clean();
    repo.git(["merge", "side"]).ends(1);
    let before = repo.state();
    insta::assert_snapshot!(repo.stanch(["scan", "--staged"]).redacted(), @r"
    exit code 2
    ----- stderr
    error: the index has unmerged paths, the first of 3: `a.py`
    hint: solve the conflicts, `git add` the files, and go on
    nothing was changed; this is not clean (exit code 2)
    ");
    repo.stanch(["hook", "pre-commit"]).ends(2).says("unmerged");
    assert_eq!(repo.state(), before);
}

#[test]
fn a_shallow_clone_whose_end_lies_in_the_range_is_incomplete() {
    let repo = TestRepo::three_commits();
    let bare = repo.remote();
    repo.slip_push(&["main"]);
    let clone = repo.clone_of(&bare, "clone", &["--depth", "1"]);
    clone.stanch(["scan", "--history"]).incomplete().says("shallow").says("git fetch --unshallow");
    clone.stanch(["scan", "--range", &format!("{}..HEAD", "0".repeat(40))]).incomplete();
    clone.stanch(["scan"]).blocks("two.py:1");
    clone.stanch(["scan", "--range", "HEAD~1..HEAD"]).ends(2).says("unknown revision").says("fetch it first");
}

#[test]
fn a_push_from_a_shallow_clone_looks_at_what_is_new() {
    let repo = TestRepo::three_commits();
    let bare = repo.remote();
    repo.slip_push(&["main"]);
    let clone = repo.clone_of(&bare, "clone", &["--depth", "1"]);
    clone.stanch(["install"]).ok();
    clone.commit_file("a.py", "x = 1\n").clean();
    clone.git(["push", "origin", "main"]).clean().says("1 commit,");
    clone.slip("b.py", clone.leak());
    clone.git(["push", "origin", "main:other"]).blocks("b.py:1");
}

/// A clone that lacks the blobs of older commits.
fn partial_clone(repo: &TestRepo) -> TestRepo {
    let bare = repo.remote();
    repo.slip_push(&["main"]);
    bare.git(["config", "uploadpack.allowFilter", "true"]).ok();
    repo.clone_of(&bare, "clone", &["--filter=blob:none"])
}

#[test]
fn a_partial_clone_that_lacks_a_blob_is_incomplete_and_fetches_nothing() {
    let repo = TestRepo::started();
    repo.slip("a.py", "x = 0\n");
    repo.slip("a.py", "x = 1\n");
    let clone = partial_clone(&repo);
    let count = clone.ask(["count-objects", "-v"]);
    let ran = clone.stanch(["scan", "--history"]);
    ran.incomplete().says("not in this clone").says("git fetch").says("a.py");
    clone.stanch(["scan", "--range", "HEAD~2..HEAD"]).incomplete();
    clone.stanch(["scan", "--range", "HEAD~1..HEAD"]).clean();
    assert_eq!(clone.ask(["count-objects", "-v"]), count);
}

#[test]
fn a_partial_clone_commits_and_pushes_what_is_new() {
    let repo = TestRepo::started();
    repo.slip("a.py", "x = 0\n");
    repo.slip("a.py", "x = 1\n");
    let clone = partial_clone(&repo);
    clone.stanch(["install"]).ok();
    clone.commit_file("b.py", clone.leak()).blocks("b.py:1");
    clone.stage("b.py", "x = 1\n");
    clone.git(["commit", "-q", "-m", "x"]).clean().never_says("unscanned");
    clone.git(["push", "origin", "main"]).clean().says("1 commit,");
}

/// The file of a loose object.
fn loose(repo: &TestRepo, revision: &str) -> PathBuf {
    let id = repo.ask(["rev-parse", revision]);
    repo.path(".git/objects").join(&id[..2]).join(&id[2..])
}

/// Puts other bytes in place of a file that may not be written to.
fn overwrite(path: &PathBuf, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

/// What becomes of a file's bytes.
type Breakage = fn(&[u8]) -> &[u8];

/// Breaks an object of a repository in one way after another; no scan may call that clean.
fn never_clean(revision: &str, broken: &[Breakage]) {
    let repo = TestRepo::started();
    repo.stage("folder/b.py", "x = 1\n".repeat(500));
    repo.commit_file("a.py", "x = 1\n").clean();
    let path = loose(&repo, revision);
    let bytes = fs::read(&path).unwrap();
    for make in broken {
        overwrite(&path, make(&bytes));
        repo.stanch(["scan", "--range", "main~..main"]).ends(2);
        repo.stanch(["scan", "--history"]).ends(2).never_says("clean ·");
    }
    fs::remove_file(&path).unwrap();
    repo.stanch(["scan", "--history"]).ends(2).never_says("clean ·");
}

#[test]
fn an_object_that_is_broken_or_gone_is_never_clean() {
    for revision in ["HEAD:a.py", "HEAD:folder", "HEAD:folder/b.py", "HEAD^{tree}", "HEAD", "HEAD~"] {
        never_clean(revision, &[|_| b"no object", |_| b""]);
    }
}

#[test]
fn an_object_that_is_cut_short_is_never_clean() {
    for revision in ["HEAD:a.py", "HEAD:folder", "HEAD:folder/b.py", "HEAD^{tree}", "HEAD", "HEAD~"] {
        never_clean(revision, &[|bytes| &bytes[..bytes.len() / 2], |bytes| &bytes[..bytes.len() - 1]]);
    }
}

#[test]
fn a_scan_goes_on_past_what_it_cannot_read() {
    let repo = TestRepo::started();
    repo.stage("a.py", "x = 1\n");
    repo.slip("b.py", repo.leak());
    overwrite(&loose(&repo, "HEAD:a.py"), b"no object");
    repo.stanch(["scan", "--history"]).blocks("b.py:1").says("1 blocked, 0 warned, 1 not looked at").says("not looked at: a.py in commit");
}

#[test]
fn a_broken_object_that_is_staged_stops_the_commit() {
    let repo = TestRepo::started();
    repo.stage("a.py", "x = 1\n");
    overwrite(&loose(&repo, ":a.py"), b"no object");
    repo.stanch(["hook", "pre-commit"]).incomplete().says("a.py");
    assert_ne!(repo.git(["commit", "-m", "x"]).code, Some(0));
    assert_eq!(repo.ask(["rev-list", "--count", "HEAD"]), "1");
}

#[test]
fn a_broken_index_is_told() {
    let repo = TestRepo::started();
    repo.write(".git/index", "no index at all");
    let ran = repo.stanch(["scan", "--staged"]);
    ran.ends(2).says("cannot read the index").says("hint:").says("exit code 2");
    assert_eq!(repo.read(".git/index"), b"no index at all");
    let bytes = fs::read(TestRepo::started().path(".git/index")).unwrap();
    for length in [0, 4, 12, bytes.len() / 2, bytes.len() - 1] {
        repo.write(".git/index", &bytes[..length]);
        assert_ne!(repo.stanch(["scan", "--staged"]).code, Some(101), "a short index makes no panic");
    }
}

#[test]
fn a_graft_that_hides_commits_is_incomplete() {
    let repo = TestRepo::three_commits();
    let base = repo.ask(["rev-list", "--max-parents=0", "HEAD"]);
    repo.write(".git/info/grafts", format!("{} {base}\n", repo.ask(["rev-parse", "HEAD"])));
    repo.stanch(["scan", "--history"]).incomplete().says("grafts");
    repo.stanch(["scan", "--range", &format!("{base}..HEAD")]).incomplete().says("grafts");
    repo.remove(".git/info/grafts");
    repo.stanch(["scan", "--history"]).blocks("two.py:1");
}
