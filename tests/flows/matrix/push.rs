//! Pushes: which commits they send, whatever is checked out.

use crate::support::TestRepo;

/// Row 9, cherry-pick.
#[test]
fn a_picked_secret_is_named_at_once_and_stopped_at_the_push() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("a.py", repo.leak());
    repo.git(["checkout", "-q", "main"]).ok();
    repo.git(["cherry-pick", "side"]).ok().says("unscanned").says("must not be pushed").says("blocked: a.py:1");
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

/// Row 9, revert.
#[test]
fn a_revert_that_brings_a_secret_back_is_named_at_once_and_stopped_at_the_push() {
    let repo = TestRepo::shared();
    repo.slip("a.py", repo.leak());
    repo.commit_file("a.py", "x = read()\n").clean();
    repo.slip_push(&["main"]);
    repo.git(["revert", "--no-edit", "HEAD"]).ok().says("unscanned").says("blocked: a.py:1");
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

/// Row 10.
#[test]
fn a_secret_typed_while_a_rebase_stands_still_is_stopped_at_the_push() {
    let repo = TestRepo::shared();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "-b", "side", "HEAD~"]).ok();
    repo.commit_file("a.py", "x = 2\n").clean();
    repo.git(["rebase", "main"]).ends(1);
    repo.stage("a.py", repo.leak());
    repo.git(["rebase", "--continue"]).ok().says("must not be pushed").says("blocked: a.py:1");
    repo.git(["push", "origin", "side"]).blocks("a.py:1");
}

/// Row 11.
#[test]
fn of_two_refs_that_are_pushed_the_second_is_looked_at_too() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "one"]).ok();
    repo.commit_file("one.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "-b", "two", "main"]).ok();
    repo.slip("two.py", repo.leak());
    repo.git(["checkout", "-q", "main"]).ok();
    repo.git(["push", "origin", "one", "two"]).blocks("two.py:1");
    assert_eq!(repo.ask(["ls-remote", "origin", "one", "two"]), "");
    repo.git(["push", "origin", "one"]).clean();
}

/// Row 12.
#[test]
fn a_branch_that_is_not_checked_out_is_read_from_its_objects() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("a.py", repo.leak());
    repo.git(["checkout", "-q", "main"]).ok();
    assert!(!repo.path("a.py").exists());
    repo.git(["push", "origin", "side"]).blocks("a.py:1");
    repo.git(["push", "origin", "side:refs/heads/elsewhere"]).blocks("a.py:1");
}

/// Row 13.
#[test]
fn a_secret_that_a_later_commit_takes_away_still_blocks() {
    let repo = TestRepo::shared();
    let leaking = repo.slip("a.py", repo.leak());
    repo.commit_file("a.py", "x = read()\n").clean();
    let short = &leaking[..12];
    repo.git(["push", "origin", "main"])
        .blocks("a.py:1")
        .says(&format!("only in commit {short}"))
        .says(&format!("git rebase -i -r {short}^"));
}

/// Row 13, in several commits.
#[test]
fn the_message_names_the_commits_in_which_a_secret_lives() {
    let repo = TestRepo::shared();
    let leak = repo.leak();
    let first = repo.slip("a.py", &leak);
    let last = repo.slip("a.py", format!("{leak}x = 1\n"));
    let (first, last) = (&first[..12], &last[..12]);
    repo.git(["push", "origin", "main"]).blocks("a.py:1").says(&format!("still in the tree; in history since commit {first}"));
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["push", "origin", "main"]).blocks("a.py:1").says(&format!("only in commits {first}..{last}"));
}

/// Row 14.
#[test]
fn a_fix_that_is_staged_and_not_committed_mends_no_push() {
    let repo = TestRepo::shared();
    repo.slip("a.py", repo.leak());
    repo.stage("a.py", "x = read()\n");
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

/// Row 15.
#[test]
fn a_fix_in_the_work_tree_alone_mends_no_push() {
    let repo = TestRepo::shared();
    repo.slip("a.py", repo.leak());
    repo.write("a.py", "x = read()\n");
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

/// Row 16.
#[test]
fn a_clean_commit_is_pushed_from_a_work_tree_that_holds_a_secret() {
    let repo = TestRepo::shared();
    repo.commit_file("a.py", "x = 1\n").clean();
    let leak = repo.leak();
    repo.write("a.py", &leak);
    repo.stage("b.py", &leak);
    let before = repo.state();
    repo.git(["push", "origin", "main"]).clean();
    assert_eq!(repo.state(), before);
}

/// Row 17.
#[test]
fn a_tag_on_a_leaking_commit_is_stopped() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("a.py", repo.leak());
    repo.git(["tag", "light"]).ok();
    repo.git(["tag", "-a", "-m", "a tag", "annotated"]).ok();
    repo.git(["tag", "-a", "-m", "a tag of a tag", "nested", "annotated"]).ok();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.git(["branch", "-q", "-D", "side"]).ok();
    for tag in ["light", "annotated", "nested"] {
        repo.git(["push", "origin", tag]).blocks("a.py:1");
    }
    repo.git(["push", "--tags", "origin"]).blocks("a.py:1");
    repo.git(["tag", "-a", "-m", "clean", "v1"]).ok();
    repo.git(["push", "origin", "v1"]).clean();
}

/// Row 18.
#[test]
fn a_deletion_and_a_push_of_nothing_pass_and_an_update_beside_a_deletion_is_looked_at() {
    let repo = TestRepo::shared();
    repo.git(["push", "-q", "origin", "main:gone"]).clean();
    repo.git(["push", "origin", "main"]).ok().says("up-to-date");
    repo.slip("a.py", repo.leak());
    repo.git(["push", "origin", ":gone", "main"]).blocks("a.py:1");
    assert_ne!(repo.ask(["ls-remote", "origin", "gone"]), "");
    repo.git(["push", "origin", ":gone"]).clean();
    assert_eq!(repo.ask(["ls-remote", "origin", "gone"]), "");
}

/// Row 19.
#[test]
fn a_deletion_passes_where_ids_are_sha_256() {
    let repo = TestRepo::started_with("--object-format=sha256");
    repo.remote();
    repo.git(["push", "-q", "origin", "main", "main:gone"]).clean();
    repo.git(["push", "origin", ":gone"]).clean();
    assert_eq!(repo.ask(["ls-remote", "origin", "gone"]), "");
}

/// Row 20.
#[test]
fn a_forced_push_over_a_commit_that_is_not_here_is_looked_at() {
    let repo = TestRepo::shared();
    let remote = repo.beside("remote.git");
    let other = repo.clone_of(&remote, "other", &[]);
    other.slip("theirs.py", "x = 1\n");
    other.slip_push(&["main"]);

    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["push", "--force", "origin", "main"]).clean().says("1 commit");
    other.slip("theirs.py", "x = 2\n");
    other.git(["push", "-q", "--force", "origin", "main"]).ok();
    repo.slip("b.py", repo.leak());
    repo.git(["push", "--force", "origin", "main"]).blocks("b.py:1");
}

/// Row 21.
#[test]
fn a_range_from_zeros_is_a_new_branch() {
    for option in ["--object-format=sha1", "--object-format=sha256"] {
        let repo = TestRepo::started_with(option);
        repo.git(["checkout", "-q", "-b", "side"]).ok();
        repo.commit_file("a.py", "x = 1\n").clean();
        let zeros = "0".repeat(repo.ask(["rev-parse", "HEAD"]).len());
        let range = format!("{zeros}..HEAD");
        repo.stanch(["scan", "--range", &range]).clean().says("1 commit,");
        repo.slip("b.py", repo.leak());
        repo.stanch(["scan", "--range", &range]).blocks("b.py:1").says("2 commits,");
        repo.slip("b.py", "x = read()\n");
        repo.stanch(["scan", "--range", &range]).blocks("b.py:1").says("3 commits,");
    }
}
