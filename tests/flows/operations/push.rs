//! Pushes, and what reaches one without any hook.

use crate::support::TestRepo;

#[test]
fn hooks_that_are_switched_off_leave_the_push_to_look() {
    let repo = TestRepo::shared();
    repo.stage("a.py", repo.leak());
    repo.git(["-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "x"]).ok();
    repo.git(["push", "origin", "main"]).blocks("a.py:1");
}

#[test]
fn a_stash_is_nobody_elses_and_passes() {
    let repo = TestRepo::shared();
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
    let repo = TestRepo::shared();
    repo.stage("a.py", repo.leak());
    let tree = repo.ask(["write-tree"]);
    let commit = repo.ask(["commit-tree", "-p", "HEAD", "-m", "x", &tree]);
    repo.git(["update-ref", "refs/heads/side", &commit]).ok();
    repo.git(["push", "origin", "side"]).blocks("a.py:1");
    repo.git(["push", "origin", &format!("{commit}:refs/heads/other")]).blocks("a.py:1");
}

#[test]
fn a_blob_or_a_tree_under_a_name_of_its_own_is_not_called_clean() {
    let repo = TestRepo::shared();
    repo.write("blob", repo.leak());
    let blob = repo.ask(["hash-object", "-w", "blob"]);
    let ran = repo.git(["push", "origin", &format!("{blob}:refs/tags/blob")]);
    assert!(!ran.text().contains("clean ·") && ran.code == Some(1), "{ran}");
    let tree = repo.ask(["rev-parse", "HEAD^{tree}"]);
    repo.git(["push", "origin", &format!("{tree}:refs/tags/tree")]).ends(1).never_says("clean ·");
}

#[test]
fn a_push_of_nothing_passes() {
    let repo = TestRepo::shared();
    repo.git(["push", "origin", "main"]).ok().says("up-to-date");
    repo.git(["push", "origin"]).ok();
    repo.git(["push", "--tags", "origin"]).ok();
}

#[test]
fn a_dry_run_of_a_push_is_looked_at_too() {
    let repo = TestRepo::shared();
    repo.slip("a.py", repo.leak());
    repo.git(["push", "--dry-run", "origin", "main"]).blocks("a.py:1");
    repo.git(["push", "--no-verify", "--dry-run", "origin", "main"]).ok();
}

#[test]
fn a_push_past_the_hooks_is_a_persons_own_choice() {
    let repo = TestRepo::shared();
    repo.slip("a.py", repo.leak());
    repo.git(["push", "-q", "--no-verify", "origin", "main"]).ok().never_says("blocked");
    repo.commit_file("b.py", "x = 1\n").clean();
    repo.git(["push", "origin", "main"]).clean();
}

#[test]
fn a_blocked_push_says_where_in_history_the_secret_lives_and_how_to_take_it_out() {
    let repo = TestRepo::shared();
    repo.slip("a.py", format!("x = 1\n{}", repo.leak()));
    repo.commit_file("b.py", "x = 1\n").clean();
    insta::assert_snapshot!(repo.git(["push", "origin", "main"]).redacted(), @r#"
    exit code 1
    ----- stderr
    blocked: a.py:2:14 (commit [SHORT])  npm-access-token  critical, proved

        2 │ NPM_TOKEN = "npm_…(40)"
          │              ^^^^^^^^^ npm access token
       sure  its checksum agrees
       why   It publishes new versions of every package its scope covers, which then run on the machines of all who install them.
       mend  Revoke it on the tokens page of npmjs.com; in CI use trusted publishing (OIDC), or write `${NPM_TOKEN}` in `.npmrc` and set the variable outside the repository.
             still in the tree; in history since commit [SHORT]
             if the commit was pushed, rotate it: https://www.npmjs.com/settings/~/tokens
             mark [SHORT] as `edit`:
               git rebase -i -r [SHORT]^
             and, when git stops there, take it out of the file and go on:
               git add :/a.py && git commit --amend --no-edit && git rebase --continue
       else  stanch allow [SHORT] --reason "…"

    1 blocked, 0 warned · 4 blobs, 511 B, 2 commits, [N] rules · [TIME]
    error: failed to push some refs to '[ROOT]/remote.git'
    "#);
}
