//! Commits, of every kind.

use crate::support::TestRepo;

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
    blocked: a.py:2:14  npm-access-token  critical, proved

        2 │ NPM_TOKEN = "npm_…(40)"
          │              ^^^^^^^^^ npm access token
       sure  its checksum agrees
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
fn an_empty_commit_and_one_that_only_deletes_are_clean() {
    let repo = TestRepo::started();
    repo.git(["commit", "-q", "--allow-empty", "-m", "empty"]).clean();
    repo.git(["rm", "-q", "README.md"]).ok();
    repo.git(["commit", "-q", "-m", "gone"]).clean();
}
