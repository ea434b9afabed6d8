//! What brings commits together or writes them anew: merges, picks, reverts, rebases, patches.

use crate::support::TestRepo;

/// Two branches that both changed `a.py`; `main` is checked out.
fn conflicting(repo: &TestRepo) {
    repo.commit_file("a.py", "x = 0\n").clean();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("a.py", "x = 2\n").clean();
}

#[test]
fn a_merge_of_clean_branches_passes() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["merge", "--no-edit", "side"]).clean().never_says("unscanned");
    repo.git(["push", "origin", "main"]).clean().says("3 commits");
}

#[test]
fn a_merge_is_not_blamed_for_what_a_side_brought_and_the_push_is() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("a.py", repo.leak());
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["merge", "--no-edit", "side"]).clean();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

#[test]
fn a_merge_of_what_is_pushed_already_blames_nobody() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("a.py", repo.leak());
    repo.slip_push(&["side"]);
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["merge", "--no-edit", "side"]).clean();
    repo.git(["push", "origin", "main"]).clean();
}

#[test]
fn a_fast_forward_calls_no_hook_and_the_push_looks() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("a.py", repo.leak());
    repo.git(["checkout", "-q", "main"]).ok();
    repo.git(["merge", "--ff-only", "side"]).ok();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

#[test]
fn what_only_the_merge_commit_brings_blocks_it() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["merge", "--no-commit", "--no-ff", "side"]).ok();
    repo.stage("a.py", format!("x = 1\n{}", repo.leak()));
    repo.git(["commit", "-m", "merged"]).blocks("a.py:2");
    repo.git(["commit", "-q", "-n", "-m", "merged"]).ok().says("unscanned").says("blocked: a.py:2");
    assert_eq!(repo.ask(["rev-list", "--merges", "--count", "HEAD"]), "1");
    repo.git(["push", "origin", "main"]).blocks("a.py:2");
}

#[test]
fn what_a_merge_driver_writes_is_looked_at_before_the_merge_is_made() {
    let repo = TestRepo::shared();
    repo.commit_file(".gitattributes", "a.py merge=evil\n").clean();
    conflicting(&repo);
    repo.script("../driver", &format!("#!/bin/sh\ncat >\"$1\" <<'END'\n{}END\n", repo.leak()));
    repo.git(["config", "merge.evil.driver", "../driver %A"]).ok();
    let head = repo.ask(["rev-parse", "HEAD"]);
    repo.git(["merge", "--no-edit", "side"]).ends(1).says("blocked: a.py:1");
    assert_eq!(repo.ask(["rev-parse", "HEAD"]), head);
}

#[test]
fn a_merge_with_conflicts_is_looked_at_when_it_is_concluded() {
    let repo = TestRepo::shared();
    conflicting(&repo);
    repo.git(["merge", "side"]).ends(1);
    repo.stage("a.py", repo.leak());
    repo.git(["commit", "--no-edit"]).blocks("a.py:1");
    repo.git(["merge", "--continue"]).blocks("a.py:1");
    repo.stage("a.py", "x = 3\n");
    repo.git(["commit", "-q", "--no-edit"]).clean().never_says("unscanned");
    repo.git(["push", "origin", "main"]).clean();
}

#[test]
fn a_cherry_pick_is_named_and_one_that_goes_on_after_a_conflict_is_looked_at() {
    let repo = TestRepo::shared();
    conflicting(&repo);
    repo.git(["cherry-pick", "side"]).ends(1);
    repo.stage("a.py", repo.leak());
    repo.git(["cherry-pick", "--continue"]).ends(1).says("blocked: a.py:1");
    repo.stage("a.py", "x = 3\n");
    repo.git(["cherry-pick", "--continue"]).clean().never_says("unscanned");
    repo.git(["checkout", "-q", "side"]).ok();
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.git(["cherry-pick", "side"]).ok().says("unscanned").says("looked at now: clean");
}

#[test]
fn a_revert_is_named() {
    let repo = TestRepo::shared();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["revert", "--no-edit", "HEAD"]).ok().says("unscanned").says("looked at now: clean");
    repo.git(["push", "origin", "main"]).clean();
}

/// A branch `side` with two clean commits, to be rebased on `main`, which has gone on.
fn rebasing() -> TestRepo {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.commit_file("a.py", "x = 1\ny = 2\n").clean();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "side"]).ok();
    repo
}

#[test]
fn a_clean_rebase_is_named_and_pushed() {
    let repo = rebasing();
    repo.git(["rebase", "main"]).ok().says("unscanned").never_says("must not be pushed");
    repo.git(["push", "origin", "side"]).clean().says("3 commits");
}

#[test]
fn a_rebase_that_carries_a_secret_is_named_and_its_push_is_stopped() {
    let repo = rebasing();
    repo.slip("c.py", repo.leak());
    repo.git(["rebase", "main"]).ok().says("must not be pushed").says("blocked: c.py:1");
    repo.git(["push", "origin", "side"]).blocks("c.py:1");
}

#[test]
fn a_rebase_by_patches_is_stopped_at_the_patch() {
    let repo = rebasing();
    repo.git(["rebase", "--apply", "main"]).ok();
    repo.slip("c.py", repo.leak());
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("d.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "side"]).ok();
    repo.git(["rebase", "--apply", "main"]).ends(1).says("blocked: c.py:1");
    repo.git(["rebase", "--abort"]).ok();
}

#[test]
fn a_reworded_commit_is_looked_at_with_its_message() {
    let repo = rebasing();
    let editor = format!("printf 'subject\\n\\n{}\\n' >", repo.secret());
    let env = [("GIT_SEQUENCE_EDITOR", "sed -i 1s/pick/reword/"), ("GIT_EDITOR", editor.as_str())];
    repo.git_env(&env, ["rebase", "-i", "main"]).ends(1).says("blocked: commit message:3");
    repo.git(["rebase", "--abort"]).ok();
    let env = [("GIT_SEQUENCE_EDITOR", "sed -i 1s/pick/reword/"), ("GIT_EDITOR", "echo another >")];
    repo.git_env(&env, ["rebase", "-i", "main"]).clean();
}

#[test]
fn a_squash_that_keeps_a_secret_is_named_and_one_that_takes_it_out_passes() {
    let repo = TestRepo::shared();
    repo.slip("a.py", repo.leak());
    repo.commit_file("b.py", "x = 1\n").clean();
    let squash = [("GIT_SEQUENCE_EDITOR", "sed -i 2s/pick/squash/")];
    repo.git_env(&squash, ["rebase", "-i", "origin/main"]).ok().says("unscanned").says("must not be pushed").says("blocked: a.py:1");
    assert_eq!(repo.ask(["rev-list", "--count", "origin/main..HEAD"]), "1");
    repo.git(["push", "origin", "main"]).blocks("a.py:1");

    repo.git(["rm", "-q", "a.py"]).ok();
    repo.git(["commit", "-q", "-m", "taken out"]).clean();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
    let fixup = [("GIT_SEQUENCE_EDITOR", "sed -i 's/^pick/fixup/;1s/^fixup/pick/'")];
    repo.git_env(&fixup, ["rebase", "-i", "origin/main"]).ok().never_says("must not be pushed");
    assert_eq!(repo.ask(["rev-list", "--count", "origin/main..HEAD"]), "1");
    repo.git(["push", "origin", "main"]).clean();
}

#[test]
fn a_rebase_that_goes_on_after_a_conflict_is_named() {
    let repo = TestRepo::shared();
    conflicting(&repo);
    repo.git(["checkout", "-q", "side"]).ok();
    repo.git(["rebase", "main"]).ends(1);
    repo.stage("a.py", repo.leak());
    repo.git(["rebase", "--continue"]).ok().says("unscanned").says("must not be pushed").says("blocked: a.py:1");
    repo.git(["push", "origin", "side"]).blocks("a.py:1");
}

#[test]
fn the_steps_that_a_blocked_push_names_mend_it() {
    let repo = TestRepo::shared();
    let leaking = repo.slip("a.py", format!("x = 1\n{}", repo.leak()));
    repo.commit_file("b.py", "x = 1\n").clean();
    let from = format!("{}^", &leaking[..12]);
    let ran = repo.git(["push", "origin", "main"]);
    ran.blocks("a.py:2")
        .says(&format!("git rebase -i -r {from}"))
        .says("git add :/a.py && git commit --amend --no-edit && git rebase --continue");
    let edit = format!("sed -i '/^pick {}/s/pick/edit/'", &leaking[..7]);
    repo.git_env(&[("GIT_SEQUENCE_EDITOR", &edit)], ["rebase", "-i", "-r", &from]).ok();
    repo.write("a.py", "x = 1\n");
    repo.git(["add", ":/a.py"]).ok();
    repo.git(["commit", "--amend", "--no-edit"]).clean();
    repo.git(["rebase", "--continue"]).ok();
    repo.git(["push", "origin", "main"]).clean();
}

#[test]
fn a_patch_that_is_applied_is_looked_at_with_its_message() {
    let repo = TestRepo::shared();
    let from = repo.ask(["rev-parse", "HEAD"]);
    repo.commit_file("clean.py", "x = 1\n").clean();
    repo.slip("a.py", repo.leak());
    repo.stage("b.py", "x = 1\n");
    repo.git(["commit", "-q", "-n", "-m", "subject", "-m", repo.leak().trim()]).ok();
    repo.git(["format-patch", "-q", "-o", "../patches", &from]).ok();
    repo.git(["reset", "-q", "--hard", &from]).ok();
    repo.git(["am", "../patches/0001-a-change.patch"]).clean();
    repo.git(["am", "../patches/0002-a-change.patch"]).ends(1).says("blocked: a.py:1");
    repo.git(["am", "--abort"]).ok();
    repo.git(["am", "../patches/0003-subject.patch"]).ends(1).says("blocked: commit message:3");
    repo.git(["am", "--abort"]).ok();
    assert_eq!(repo.ask(["rev-list", "--count", &format!("{from}..HEAD")]), "1");
}
