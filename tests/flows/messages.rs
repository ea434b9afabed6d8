//! What a team asks of commits beside their files: messages while they are written, in ranges and in pushes, and branches.

use crate::support::{Ran, TestRepo};

const MESSAGES: &str = r#"
[message]
types = ["feat", "fix", "docs"]
scopes = ["api", "web"]
subject_length = 40
body_width = 50
issue = '[A-Z]+-[0-9]+'
sign_off = true
protected = ["main", "release/*"]
"#;

/// A repository that asks for all of it.
fn asking(settings: &str) -> TestRepo {
    let repo = TestRepo::shared();
    repo.slip("stanch.toml", settings);
    repo.slip_push(&["main"]);
    repo
}

/// Commits with a message that is given, not edited.
fn say(repo: &TestRepo, message: &str) -> Ran {
    repo.git(["commit", "-q", "--allow-empty", "-m", message])
}

/// Commits past the hooks, and tells the commit as reports do.
fn slip(repo: &TestRepo, message: &str) -> String {
    repo.git(["commit", "-q", "--no-verify", "--allow-empty", "-m", message]).ok();
    repo.ask(["rev-parse", "HEAD"]).chars().take(12).collect()
}

/// Commits with an editor that writes a message before what git wrote.
fn edit(repo: &TestRepo, message: &str, arguments: &[&str]) -> Ran {
    repo.write("../message", message);
    repo.script("../editor", "#!/bin/sh\ncat \"$(dirname \"$0\")/message\" \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\"\n");
    let editor = repo.path("../editor");
    repo.git_env(&[("GIT_EDITOR", editor.to_str().unwrap())], ["commit", "-q", "--allow-empty"].iter().chain(arguments))
}

const GOOD: &str = "feat(api)!: add a thing for A-1\n\nSigned-off-by: A. Author <author@example.org>";

#[test]
fn a_message_is_held_to_what_the_team_asks() {
    let repo = asking(MESSAGES);
    let signed = |subject: &str| format!("{subject}\n\nSigned-off-by: A. Author <author@example.org>");
    say(&repo, GOOD).ok().never_says("blocked");
    say(&repo, &signed("add a thing for A-1")).blocks("commit message:1:1").says("message-type").says("git commit --edit");
    say(&repo, &signed("chore: a thing for A-1")).blocks("commit message:1:1").says("the type is one of feat, fix, docs");
    say(&repo, &signed("fix(db): a thing for A-1")).blocks("commit message:1:5").says("the scope is one of api, web");
    say(&repo, &signed("fix: a subject that goes on and on for A-1")).blocks("commit message:1:41").says("message-subject-length");
    say(&repo, &signed("fix: a thing")).blocks("commit message:1:1").says("message-issue");
    say(&repo, "fix: A-1").blocks("commit message:1:9").says("message-sign-off").never_says("message-type");
    say(&repo, &signed("fix: A-1\nmore")).blocks("commit message:2:1").says("message-blank-line");
    say(&repo, &signed(&format!("fix: A-1\n\nshort\n{}", "word ".repeat(11)))).blocks("commit message:4:51").says("message-body-width");
    repo.write("../message", format!("bad\n\n{}", "words of no end\n".repeat(1_100_000)));
    repo.stanch(["scan", "--message", "../message"]).incomplete().says("too large for what is asked of messages");
    // Bytes that look like another encoding change nothing.
    repo.write("../message", b"\xff\xfe bad\n");
    repo.stanch(["scan", "--message", "../message"]).ends(1).says("message-type");
    assert_eq!(repo.ask(["log", "--format=%s", "-1"]), "feat(api)!: add a thing for A-1", "none of them was made");
}

#[test]
fn nothing_is_asked_without_the_table_and_nothing_of_what_stood_before_it() {
    let repo = TestRepo::shared();
    say(&repo, "whatever").ok();
    repo.stanch(["rules", "list"]).ok().never_says("message-");
    repo.stanch(["scan", "--range", "HEAD~1.."]).clean();
    let before = repo.ask(["rev-parse", "HEAD"]);
    repo.commit_file("stanch.toml", MESSAGES).ok();
    repo.stanch(["rules", "list"]).ok().says("message-type").says("message-fixup").never_says("branch-name");
    repo.stanch(["scan", "--range", &format!("{before}..")]).ends(1).says("message-type");
    slip(&repo, GOOD);
    repo.stanch(["scan", "--range", "HEAD~1.."]).clean();
    repo.stanch(["scan", "--history"]).clean();
}

#[test]
fn what_git_drops_of_a_message_is_not_asked_about() {
    let repo = asking("[message]\nbody_width = 30\nissue = '^A-[0-9]'\n");
    let wide = format!("# {}\n", "word ".repeat(20));
    edit(&repo, &format!("\nA-1 a subject\n\nwords\n{wide}"), &[]).ok();
    repo.stage("a.txt", format!("{}\n", "word ".repeat(20)));
    edit(&repo, "A-1 a subject\n\nwords\n", &["--verbose"]).ok();
    edit(&repo, &format!("A-1 a subject\n{wide}more\n"), &[]).blocks("commit message:3:1").says("message-blank-line");
    // The same line is stored where no editor ran, and where the character is another.
    say(&repo, &format!("A-1 a subject\n\n{wide}")).blocks("commit message:3:31");
    repo.git(["config", "core.commentChar", ";"]).ok();
    edit(&repo, &format!("A-1 a subject\n\n{wide}"), &[]).blocks("commit message:3:31");
    edit(&repo, &format!("A-1 a subject\n\n{}", wide.replace('#', ";")), &[]).ok();
    repo.git(["config", "core.commentChar", "auto"]).ok();
    edit(&repo, "A-1 a subject\n", &[]).ok();
    repo.git(["config", "core.commentChar", "#"]).ok();
    repo.git(["config", "commit.cleanup", "scissors"]).ok();
    edit(&repo, &format!("A-1 a subject\n\n{wide}"), &[]).blocks("commit message:3:31");
    edit(&repo, "A-1 a subject\n\nwords\n", &[]).ok();
}

#[test]
fn a_message_in_a_file_is_looked_at_too() {
    let repo = asking(MESSAGES);
    repo.write("message", format!("{GOOD}\n# a comment that nobody will ever store, of whatever width it is, at all\n"));
    repo.stanch(["scan", "--message", "message"]).clean();
    repo.write("message", "words\n");
    let ran = repo.stanch(["scan", "--message", "message", "--output", "json"]);
    ran.ends(1).says("\"rule\": \"message-type\"").says("\"origin\": \"message\"").says("\"line\": 1");
}

#[test]
fn merges_reverts_and_fixups_are_asked_for_what_people_write_themselves() {
    let repo = asking(MESSAGES);
    repo.git(["checkout", "-q", "-b", "topic"]).ok();
    repo.write("a.txt", "a\n");
    repo.git(["add", "a.txt"]).ok();
    say(&repo, GOOD).ok();
    let fixed = repo.ask(["rev-parse", "HEAD"]);
    repo.git(["commit", "-q", "--allow-empty", "--fixup", "HEAD"]).ok();
    // git asks no hook for the message of a revert that nobody edits; it is looked at when it is made.
    let reverted = repo.git(["revert", "--no-edit", &fixed]);
    reverted.ok().says("message-sign-off").never_says("message-type").never_says("message-body-width");
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    repo.git(["revert", "--no-edit", "--signoff", &fixed]).ok().never_says("message-");
    repo.git(["checkout", "-q", "main"]).ok();
    repo.git(["merge", "-q", "--no-ff", "--no-edit", "topic"]).ok();
    assert_eq!(repo.ask(["log", "-1", "--format=%p"]).split(' ').count(), 2);
    // A person who writes the same words merges nothing.
    say(&repo, "Merge branch 'topic'").blocks("commit message:1:1").says("message-type");
}

#[test]
fn every_commit_of_a_range_is_named() {
    let repo = asking(MESSAGES);
    let one = slip(&repo, "wip");
    let good = slip(&repo, GOOD);
    let two = slip(&repo, "wip");
    let ran = repo.stanch(["scan", "--range", "origin/main.."]);
    ran.blocks(&format!("commit {one} message:1:1")).says(&format!("commit {two} message:1:1")).never_says(&format!("commit {good}"));
    ran.says(&format!("git rebase -i -r {one}^")).says("git commit --amend");
    for format in ["json", "jsonl", "sarif", "junit", "github", "gitlab-quality"] {
        repo.stanch(["scan", "--range", "origin/main..", "--output", format]).ends(1).says("message-type");
    }
}

#[test]
fn a_fixup_may_be_pushed_to_a_topic_and_to_no_protected_branch() {
    let repo = asking(MESSAGES);
    repo.git(["checkout", "-q", "-b", "topic"]).ok();
    let fixup = slip(&repo, "fixup! feat: a thing");
    repo.git(["push", "-q", "origin", "topic"]).ok();
    repo.git(["push", "-q", "origin", "HEAD:refs/heads/release/1"]).ends(1).says(&format!("commit {fixup} message:1:1"));
    // The remote has the commit already; it is new on that branch alone.
    repo.git(["push", "-q", "origin", "topic:main"]).ends(1).says(&format!("commit {fixup} message:1:1")).says("message-fixup");
    repo.git(["push", "-q", "origin", "topic:release/a/b"]).ok();
    repo.stanch(["scan", "--range", "origin/main..topic"]).blocks(&format!("commit {fixup} message:1:1"));
    // Both in one push: what goes to the topic alone may be a fixup.
    let good = slip(&repo, GOOD);
    repo.git(["checkout", "-q", "main"]).ok();
    slip(&repo, GOOD);
    repo.git(["push", "-q", "origin", "main", &format!("{good}:refs/heads/topic")]).ok();
}

#[test]
fn a_server_holds_the_same_line() {
    let repo = asking(MESSAGES);
    let server = repo.beside("remote.git");
    server.stanch(["install"]).ok();
    slip(&repo, "squash! feat: a thing");
    repo.git(["push", "-q", "--no-verify", "origin", "HEAD:topic"]).ok();
    repo.git(["push", "-q", "--no-verify", "origin", "HEAD:main"]).ends(1).says("message-fixup").says("pre-receive hook declined");
    let bad = slip(&repo, "words");
    let pushed = repo.git(["push", "-q", "--no-verify", "origin", "HEAD:topic"]);
    pushed.ends(1).says(&format!("commit {bad} message:1:1")).says("message-sign-off").never_says("message-fixup");
}

#[test]
fn allow_entries_baselines_and_switches_hold_for_messages() {
    let repo = asking(MESSAGES);
    slip(&repo, "wip");
    let range = ["scan", "--range", "origin/main..", "--base", "HEAD"];
    repo.stanch(range).ends(1).says("message-type").says("message-issue");
    let more = "[[allow]]\nrule = \"message-type\"\nreason = \"it was before\"\n";
    repo.slip("stanch.toml", format!("disable = [\"message-issue\", \"message-sign-off\"]\n{MESSAGES}\n{more}"));
    repo.stanch(range).ends(0).never_says("message-type");
    // Without the base the settings from before decide, and what the change lets itself off is told.
    repo.stanch(["scan", "--range", "origin/main.."]).ends(1).says("message-issue").says("would pass only by the settings");
}

#[test]
fn the_finding_in_the_hook_and_in_the_range_have_one_name() {
    let repo = asking("key = \"0123456789abcdef\"\n[message]\ntypes = [\"feat\"]\n");
    let name = |text: String| {
        let at = text.find("stanch allow ").unwrap_or_else(|| panic!("{text}"));
        text[at..].chars().take("stanch allow ".len() + 12).collect::<String>()
    };
    let hook = name(say(&repo, "words").blocks("commit message").text());
    slip(&repo, "words");
    assert_eq!(hook, name(repo.stanch(["scan", "--range", "origin/main.."]).ends(1).text()));
    let fingerprint = hook.rsplit(' ').next().unwrap();
    repo.stanch(["allow", fingerprint, "--reason", "agreed"]).ok();
    repo.git(["commit", "-q", "-a", "-m", "feat: an entry"]).ok();
    repo.stanch(["scan", "--range", "origin/main..", "--base", "HEAD"]).ends(0);
}

#[test]
fn what_is_allowed_before_there_is_a_key_is_named_anew() {
    let repo = asking("[message]\ntypes = [\"feat\"]\n[branch]\nprotected = [\"main\"]\n");
    let allow = |text: String| {
        let at = text.find("stanch allow ").unwrap_or_else(|| panic!("{text}"));
        let fingerprint: String = text[at..].chars().skip("stanch allow ".len()).take(12).collect();
        repo.stanch(["allow", &fingerprint, "--reason", "agreed"]).ok();
        let settings = repo.read_text("stanch.toml");
        repo.git(["checkout", "-q", "--", "stanch.toml"]).ok();
        settings
    };
    let branch = allow(repo.commit_file("a.txt", "a\n").blocks("refs/heads/main").text());
    repo.git(["checkout", "-q", "-b", "topic"]).ok();
    let message = allow(say(&repo, "words").blocks("commit message").text());
    for settings in [branch, message] {
        assert!(settings.starts_with("key = ") && settings.contains("[[allow]]"), "{settings}");
    }
}

#[test]
fn faults_of_the_tables_have_a_place() {
    let repo = TestRepo::started();
    let fault = |text: &str, said: &str| {
        repo.write("stanch.toml", text);
        repo.stanch(["scan"]).ends(2).says(said);
    };
    fault("[message]\nsubject = 1\n", "stanch.toml:2:1: unknown key `subject`");
    fault("[message]\nissue = '('\n", "stanch.toml:2:9: `issue` does not compile");
    fault("[message]\nscopes = [\"a\"]\n", "stanch.toml:1:1: `scopes` asks for nothing without `types`");
    fault("[message]\ntypes = [\"feat:\"]\n", "stanch.toml:2:10: `types` cannot hold `feat:`");
    fault("[branch]\nprotected = [\"refs/heads/main\"]\n", "stanch.toml:2:14: `refs/heads/main` is a full name");
    fault("[branch]\nrefuse = [\"all\"]\n", "stanch.toml:2:11: `refuse` cannot hold `all`");
    fault("enable = [\"message-type\"]\n", "stanch.toml:1:11: `message-type` asks for nothing by itself");
    fault("packs = [\"message\"]\n", "stanch.toml:1:10: there is no pack `message`");
}

const BRANCHES: &str = "[branch]\nprotected = [\"main\", \"release/*\"]\nname = '(feature|fix)/[a-z0-9-]+'\n";

#[test]
fn nobody_commits_or_merges_on_a_protected_branch() {
    let repo = asking(BRANCHES);
    let ran = repo.commit_file("a.txt", "a\n");
    ran.blocks("refs/heads/main").says("protected-branch-commit").says("main").says("git switch --create");
    repo.stanch(["scan", "--staged"]).ends(1).says("protected-branch-commit");
    repo.git(["checkout", "-q", "-b", "feature/a"]).ok();
    repo.git(["commit", "-q", "-m", "a change"]).clean();
    repo.git(["checkout", "-q", "main"]).ok();
    repo.git(["merge", "-q", "--no-ff", "--no-edit", "feature/a"]).says("protected-branch-commit");
    assert_eq!(repo.ask(["rev-parse", "HEAD"]), repo.ask(["rev-parse", "origin/main"]));
    repo.git(["merge", "--abort"]).ok();
    repo.git(["merge", "-q", "--ff-only", "feature/a"]).ok();
    // Nobody is on a branch here.
    repo.git(["checkout", "-q", "--detach", "origin/main"]).ok();
    repo.commit_file("b.txt", "b\n").clean();
}

#[test]
fn a_push_is_judged_by_the_branch_it_goes_to() {
    let repo = asking(BRANCHES);
    repo.git(["checkout", "-q", "-b", "feature/a"]).ok();
    repo.slip("a.txt", "a\n");
    repo.git(["push", "-q", "origin", "feature/a"]).clean();
    repo.git(["push", "-q", "origin", "feature/a:main"]).ends(1).says("blocked: refs/heads/main").says("protected-branch-push");
    repo.git(["push", "-q", "origin", "HEAD:refs/heads/release/1"]).ends(1).says("blocked: refs/heads/release/1");
    repo.git(["push", "-q", "--force", "origin", "HEAD~2:main"]).ends(1).says("protected-branch-force").never_says("branch-push");
    repo.git(["push", "-q", "origin", ":main"]).ends(1).says("protected-branch-delete").never_says("branch-push");
    repo.git(["push", "-q", "--force", "origin", "HEAD~1:feature/a"]).ok();
    repo.git(["push", "-q", "origin", ":feature/a"]).ok();
    repo.git(["push", "-q", "origin", "HEAD:refs/heads/my-work"]).ends(1).says("blocked: refs/heads/my-work").says("branch-name");
    repo.git(["push", "-q", "origin", "HEAD:refs/tags/whatever"]).ok();
}

#[test]
fn a_team_may_refuse_less() {
    let repo = asking("[branch]\nprotected = [\"main\"]\nrefuse = [\"force\", \"delete\"]\n");
    repo.commit_file("a.txt", "a\n").clean();
    repo.git(["push", "-q", "origin", "main"]).clean();
    repo.git(["push", "-q", "--force", "origin", "HEAD~1:main"]).ends(1).says("protected-branch-force");
    // Somebody else has pushed: what they pushed is not here.
    let other = repo.clone_of(&repo.beside("remote.git"), "other", &[]);
    other.slip("b.txt", "b\n");
    other.slip_push(&["main"]);
    repo.commit_file("c.txt", "c\n").clean();
    repo.git(["push", "-q", "--force", "origin", "main"]).ends(1).says("protected-branch-force");
}

#[test]
fn the_first_commit_and_the_first_push_come_from_somewhere() {
    let repo = TestRepo::guarded();
    repo.commit_file("stanch.toml", BRANCHES).ok().never_says("blocked:");
    repo.remote();
    repo.git(["push", "-q", "origin", "main"]).ok();
    repo.commit_file("a.txt", "a\n").blocks("refs/heads/main");
}

#[test]
fn a_change_cannot_unprotect_its_branch_and_a_server_lets_a_named_push_pass() {
    let named = "[[allow]]\nrule = \"protected-branch-push\"\nnamed = \"release\"\nreason = \"a release\"\n";
    let repo = asking(&format!("{BRANCHES}\n{named}"));
    let server = repo.beside("remote.git");
    server.git(["config", "receive.advertisePushOptions", "true"]).ok();
    server.stanch(["install"]).ok();
    repo.slip("stanch.toml", "");
    let push = ["push", "-q", "--no-verify", "origin", "HEAD:main"];
    repo.git(push).ends(1).says("blocked: refs/heads/main").says("pre-receive hook declined");
    repo.git(["push", "-q", "--no-verify", "origin", ":main"]).ends(1).says("protected-branch-delete");
    repo.git(["push", "-q", "--no-verify", "-o", "stanch.allow=other", "origin", "HEAD:main"]).ends(1).says("protected-branch-push");
    repo.git(["push", "-q", "--no-verify", "-o", "stanch.allow=release", "origin", "HEAD:main"]).ok();
}

#[test]
fn a_first_file_proposes_what_commitlint_asks() {
    let repo = TestRepo::started();
    repo.write("commitlint.config.js", "module.exports = {}\n");
    repo.stanch(["init", "--no-hooks"]).ok().says("commitlint.config.js is here: `[message]`");
    assert!(!repo.read_text("stanch.toml").lines().any(|line| line.starts_with("[message]") || line.starts_with("message.")));
}
