//! What git's operations do to its hooks (research, hook managers, 5a), and what stanch makes of each.

use crate::support::TestRepo;

/// A repository whose `main` a remote has.
fn shared() -> TestRepo {
    let repo = TestRepo::started();
    repo.remote();
    repo.git(["push", "-q", "-u", "origin", "main"]).clean();
    repo
}

/// Two branches that both changed `a.py`; `main` is checked out.
fn conflicting(repo: &TestRepo) {
    repo.commit_file("a.py", "x = 0\n").clean();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("a.py", "x = 2\n").clean();
}

#[test]
fn every_kind_of_commit_is_looked_at_before_it_is_made() {
    let repo = TestRepo::started();
    repo.stage("a.py", repo.leak());
    let head = repo.ask(["rev-parse", "HEAD"]);
    let kinds: [&[&str]; 7] = [
        &["commit", "-m", "x"],
        &["commit", "--amend", "--no-edit"],
        &["commit", "--amend", "-m", "x"],
        &["commit", "--fixup", "HEAD"],
        &["commit", "--squash", "HEAD", "--no-edit"],
        &["commit", "-C", "HEAD"],
        &["commit", "--allow-empty", "-m", "x"],
    ];
    for kind in kinds {
        repo.git(kind).blocks("a.py:1");
        assert_eq!(repo.ask(["rev-parse", "HEAD"]), head);
    }
}

#[test]
fn a_clean_commit_is_made_with_one_line() {
    let repo = TestRepo::started();
    let ran = repo.commit_file("a.py", "x = 1\n");
    insta::assert_snapshot!(ran.redacted(), @r"
    exit code 0
    ----- stderr
    clean · 1 blob, 6 B, [N] rules · [TIME]
    ");
}

#[test]
fn a_blocked_commit_says_what_where_why_and_what_to_do() {
    let repo = TestRepo::started();
    let ran = repo.commit_file("a.py", format!("x = 1\n{}", repo.leak()));
    insta::assert_snapshot!(ran.redacted(), @r#"
    exit code 1
    ----- stderr
    blocked: a.py:2:14  npm-access-token  critical, high confidence

        2 │ NPM_TOKEN = "npm_…(40)"
          │              ^^^^^^^^^ npm access token
       why   It publishes new versions of every package its scope covers, which then run on the machines of all who install them.
       mend  Revoke it on the tokens page of npmjs.com; in CI use trusted publishing (OIDC), or write `${NPM_TOKEN}` in `.npmrc` and set the variable outside the repository.
             it is not committed yet: take it out and stage the file again
             no rotation is needed unless it was shared
       else  stanch allow [SHORT] --reason "…"

    1 blocked, 0 warned · 1 blob, 61 B, [N] rules · [TIME]
    "#);
}

#[test]
fn amending_is_quiet_about_commits_that_the_hooks_saw() {
    let repo = TestRepo::started();
    repo.git(["commit", "--amend", "-m", "another message"]).clean().never_says("unscanned");
    repo.git(["commit", "--amend", "--no-edit"]).clean().never_says("unscanned");
    repo.stage("a.py", "x = 1\n");
    repo.git(["commit", "--amend", "-m", "and more"]).clean().never_says("unscanned");
    repo.git(["commit", "--amend", "--allow-empty", "--no-edit", "--author", "B <b@example.org>"]).clean().never_says("unscanned");
}

#[test]
fn a_commit_past_the_hooks_is_looked_at_afterwards_and_named_unscanned() {
    let repo = TestRepo::started();
    repo.stage("a.py", "x = 1\n");
    repo.git(["commit", "-q", "-n", "-m", "x"]).ok().says("unscanned").says("looked at now: clean");
    repo.stage("b.py", repo.leak());
    let ran = repo.git(["commit", "-q", "-n", "-m", "x"]);
    let id = repo.ask(["rev-parse", "--short=12", "HEAD"]);
    ran.ok().says(&format!("commit {id} was unscanned")).says("must not be pushed").says("blocked: b.py:1");
    repo.git(["commit", "-q", "-n", "--allow-empty", "-m", "x"]).ok().says("unscanned");
}

#[test]
fn hooks_that_are_switched_off_leave_the_push_to_look() {
    let repo = shared();
    repo.stage("a.py", repo.leak());
    repo.git(["-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "x"]).ok();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

#[test]
fn a_merge_of_clean_branches_passes() {
    let repo = shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["merge", "--no-edit", "side"]).clean().never_says("unscanned");
    repo.git(["push", "origin", "main"]).clean().says("3 commits");
}

#[test]
fn a_merge_is_not_blamed_for_what_a_side_brought_and_the_push_is() {
    let repo = shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("a.py", repo.leak());
    repo.git(["checkout", "-q", "main"]).ok();
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["merge", "--no-edit", "side"]).clean();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

#[test]
fn a_merge_of_what_is_pushed_already_blames_nobody() {
    let repo = shared();
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
    let repo = shared();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("a.py", repo.leak());
    repo.git(["checkout", "-q", "main"]).ok();
    repo.git(["merge", "--ff-only", "side"]).ok();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

#[test]
fn what_only_the_merge_commit_brings_blocks_it() {
    let repo = shared();
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
    let repo = shared();
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
    let repo = shared();
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
    let repo = shared();
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
    let repo = shared();
    repo.commit_file("a.py", "x = 1\n").clean();
    repo.git(["revert", "--no-edit", "HEAD"]).ok().says("unscanned").says("looked at now: clean");
    repo.git(["push", "origin", "main"]).clean();
}

/// A branch `side` with two clean commits, to be rebased on `main`, which has gone on.
fn rebasing() -> TestRepo {
    let repo = shared();
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
    let repo = shared();
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
    let repo = shared();
    conflicting(&repo);
    repo.git(["checkout", "-q", "side"]).ok();
    repo.git(["rebase", "main"]).ends(1);
    repo.stage("a.py", repo.leak());
    repo.git(["rebase", "--continue"]).ok().says("unscanned").says("must not be pushed").says("blocked: a.py:1");
    repo.git(["push", "origin", "side"]).blocks("a.py:1");
}

#[test]
fn the_steps_that_a_blocked_push_names_mend_it() {
    let repo = shared();
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
    let repo = shared();
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

#[test]
fn a_stash_is_nobody_elses_and_passes() {
    let repo = shared();
    let leak = repo.leak();
    repo.stage("a.py", &leak);
    repo.git(["stash", "-q"]).ok().never_says("blocked");
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["push", "origin", "main"]).clean();
    repo.git(["stash", "pop", "-q"]).ok();
    assert_eq!(repo.read_text("a.py"), leak);
    repo.git(["commit", "-m", "x"]).blocks("a.py:1");
    repo.git(["stash", "-q"]).ok();
    repo.git(["push", "origin", "refs/stash:refs/heads/mine"]).blocks("a.py:1");
}

#[test]
fn a_commit_that_git_made_without_any_hook_is_stopped_at_the_push() {
    let repo = shared();
    repo.stage("a.py", repo.leak());
    let tree = repo.ask(["write-tree"]);
    let commit = repo.ask(["commit-tree", "-p", "HEAD", "-m", "x", &tree]);
    repo.git(["update-ref", "refs/heads/side", &commit]).ok();
    repo.git(["push", "origin", "side"]).blocks("a.py:1");
    repo.git(["push", "origin", &format!("{commit}:refs/heads/other")]).blocks("a.py:1");
}

#[test]
fn a_blob_or_a_tree_under_a_name_of_its_own_is_not_called_clean() {
    let repo = shared();
    repo.write("blob", repo.leak());
    let blob = repo.ask(["hash-object", "-w", "blob"]);
    let ran = repo.git(["push", "origin", &format!("{blob}:refs/tags/blob")]);
    assert!(!ran.text().contains("clean ·") && ran.code == Some(1), "{ran}");
    let tree = repo.ask(["rev-parse", "HEAD^{tree}"]);
    repo.git(["push", "origin", &format!("{tree}:refs/tags/tree")]).ends(1).never_says("clean ·");
}

#[test]
fn a_push_of_nothing_passes() {
    let repo = shared();
    repo.git(["push", "origin", "main"]).ok().says("up-to-date");
    repo.git(["push", "origin"]).ok();
    repo.git(["push", "--tags", "origin"]).ok();
}

#[test]
fn a_dry_run_of_a_push_is_looked_at_too() {
    let repo = shared();
    repo.slip("a.py", repo.leak());
    repo.git(["push", "--dry-run", "origin", "main"]).blocks("a.py:1");
    repo.git(["push", "--no-verify", "--dry-run", "origin", "main"]).ok();
}

#[test]
fn a_push_past_the_hooks_is_a_persons_own_choice() {
    let repo = shared();
    repo.slip("a.py", repo.leak());
    repo.git(["push", "-q", "--no-verify", "origin", "main"]).ok().never_says("blocked");
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["push", "origin", "main"]).clean();
}

#[test]
fn a_blocked_push_says_where_in_history_the_secret_lives_and_how_to_take_it_out() {
    let repo = shared();
    repo.slip("a.py", format!("x = 1\n{}", repo.leak()));
    repo.commit_file("b.py", "x = 1\n").clean();
    insta::assert_snapshot!(repo.git(["push", "origin", "main"]).redacted(), @r#"
    exit code 1
    ----- stderr
    blocked: a.py:2:14 (commit [SHORT])  npm-access-token  critical, high confidence

        2 │ NPM_TOKEN = "npm_…(40)"
          │              ^^^^^^^^^ npm access token
       why   It publishes new versions of every package its scope covers, which then run on the machines of all who install them.
       mend  Revoke it on the tokens page of npmjs.com; in CI use trusted publishing (OIDC), or write `${NPM_TOKEN}` in `.npmrc` and set the variable outside the repository.
             still in the tree; in history since commit [SHORT]
             if the commit was pushed, rotate it: https://www.npmjs.com/settings/~/tokens
             mark [SHORT] as `edit`:
               git rebase -i -r [SHORT]^
             and, when git stops there, take it out of the file and go on:
               git add :/a.py && git commit --amend --no-edit && git rebase --continue
       else  stanch allow [SHORT] --reason "…"

    1 blocked, 0 warned · 4 blobs, 85 B, 2 commits, [N] rules · [TIME]
    error: failed to push some refs to '[ROOT]/remote.git'
    "#);
}

#[test]
fn an_empty_commit_and_one_that_only_deletes_are_clean() {
    let repo = TestRepo::started();
    repo.git(["commit", "-q", "--allow-empty", "-m", "empty"]).clean();
    repo.git(["rm", "-q", "README.md"]).ok();
    repo.git(["commit", "-q", "-m", "gone"]).clean();
}
